//! Taxes, shipping, payment and coupons of the demo store.

use anyhow::{Context as _, Result};
use application::{
    Context, Core, Error, ErrorCode,
    payment_method::{self, KeyChanges, NewPaymentMethod},
    promotion::{self, DiscountKind, NewPromotion},
    shipping::{self, NewShippingMethod, Rates, Tier, ZoneInput},
    tax::{self, NewTaxRate},
};
use domain::payment::Provider;
use ports::{
    list::{Sort, Window},
    terms::{MethodSort, TaxRateSort},
};

const ALL: Window = Window::Page { page: 1, per_page: 100 };
const BY_PLACE: Sort<MethodSort> = Sort { by: MethodSort::SortOrder, descending: false };

/// Name, rate, country, state and class. Where a country has no rate of a class, none is due: nothing is
/// charged in the rest of the United States, nor anywhere on what is zero-rated.
const TAX_RATES: [(&str, &str, &str, Option<&str>, &str); 8] = [
    ("VAT", "0.2", "GB", None, "standard"),
    ("VAT (reduced)", "0.05", "GB", None, "reduced"),
    ("MwSt", "0.19", "DE", None, "standard"),
    ("MwSt (reduced)", "0.07", "DE", None, "reduced"),
    ("TVA", "0.2", "FR", None, "standard"),
    ("TVA (reduced)", "0.055", "FR", None, "reduced"),
    ("California sales tax", "0.0725", "US", Some("CA"), "standard"),
    ("New York sales tax", "0.04", "US", Some("NY"), "standard"),
];

pub(super) async fn furnish(core: &Core, ctx: &Context) -> Result<()> {
    tax_rates(core, ctx).await?;
    shipping_methods(core, ctx).await?;
    payment_methods(core, ctx).await?;
    coupons(core, ctx).await
}

async fn tax_rates(core: &Core, ctx: &Context) -> Result<()> {
    let sort = Sort { by: TaxRateSort::CreatedAt, descending: false };
    let known = tax::list(core, ctx, sort, &ALL).await?.items;
    for (name, rate, country, state, class) in TAX_RATES {
        if known.iter().any(|rate| rate.name == name) {
            continue;
        }
        let new = NewTaxRate {
            name: name.to_owned(),
            rate: rate.parse().context("a rate of the demo store is no number")?,
            country: Some(country.to_owned()),
            state: state.map(str::to_owned),
            postcode: None,
            tax_class: Some(class.to_owned()),
            enabled: true,
        };
        tax::create(core, ctx, new).await?;
    }
    Ok(())
}

async fn shipping_methods(core: &Core, ctx: &Context) -> Result<()> {
    let known = shipping::list(core, ctx, BY_PLACE, &ALL).await?.items;
    for new in [standard(), worldwide(), collection()] {
        if !known.iter().any(|method| method.name == new.name) {
            shipping::create(core, ctx, new).await?;
        }
    }
    Ok(())
}

fn standard() -> NewShippingMethod {
    NewShippingMethod {
        name: "Standard delivery".to_owned(),
        description: Some("By post, in plastic-free packing. Free from £60.".to_owned()),
        kind: "flat_rate".to_owned(),
        rates: Rates { rate: Some(495), ..Rates::default() },
        free_threshold: Some(6000),
        zones: vec![in_britain()],
        min_days: Some(2),
        max_days: Some(4),
        enabled: true,
        sort_order: 1,
    }
}

fn worldwide() -> NewShippingMethod {
    let tier = |grams, rate| Tier { min_subtotal: None, max_weight_grams: Some(grams), rate };
    NewShippingMethod {
        name: "Tracked parcel".to_owned(),
        description: Some("By weight, to anywhere, tracked to the door.".to_owned()),
        kind: "weight".to_owned(),
        rates: Rates {
            tiers: Some(vec![tier(1_000, 1195), tier(5_000, 1995), tier(30_000, 4495)]),
            ..Rates::default()
        },
        min_days: Some(3),
        max_days: Some(9),
        enabled: true,
        sort_order: 2,
        ..NewShippingMethod::default()
    }
}

fn collection() -> NewShippingMethod {
    let instructions = "The Old Dairy, Fernhill. Tuesday to Saturday, 9 to 5. Bring your order number.";
    NewShippingMethod {
        name: "Collect from the shop".to_owned(),
        description: Some("Ready the next working day.".to_owned()),
        kind: "local_pickup".to_owned(),
        rates: Rates { instructions: Some(instructions.to_owned()), ..Rates::default() },
        zones: vec![in_britain()],
        enabled: true,
        sort_order: 3,
        ..NewShippingMethod::default()
    }
}

fn in_britain() -> ZoneInput {
    ZoneInput { country: "GB".to_owned(), states: Vec::new(), postcodes: Vec::new() }
}

async fn payment_methods(core: &Core, ctx: &Context) -> Result<()> {
    let known = payment_method::list(core, ctx, BY_PLACE, &ALL).await?.items;
    let transfer = "Please send the total to Fernhill Supply Co., sort code 00-00-00, account 00000000, with \
                    your order number. We pack as soon as it arrives.";
    // Without Stripe keys, cards are taken by the sandbox in test mode, and by nobody in live mode.
    let methods = [
        ("card", Provider::Stripe, "Card", None),
        ("bank_transfer", Provider::BankTransfer, "Bank transfer", Some(transfer)),
    ];
    for (sort_order, (code, provider, label, instructions)) in (1..).zip(methods) {
        if known.iter().any(|view| view.method.code == code) {
            continue;
        }
        let new = NewPaymentMethod {
            code: code.to_owned(),
            provider,
            label: label.to_owned(),
            icon_url: None,
            instructions: instructions.map(str::to_owned),
            live_keys: KeyChanges::default(),
            test_keys: KeyChanges::default(),
            enabled: true,
            sort_order,
            verify: false,
        };
        payment_method::create(core, ctx, new).await?;
    }
    Ok(())
}

async fn coupons(core: &Core, ctx: &Context) -> Result<()> {
    let coupon = |code: &str, name: &str, kind, size: Option<u32>| NewPromotion {
        code: code.to_owned(),
        name: Some(name.to_owned()),
        kind,
        size: size.map(Into::into),
        min_order_amount: None,
        max_uses: None,
        max_uses_per_customer: None,
        starts_at: None,
        expires_at: None,
        product_ids: Vec::new(),
        category_ids: Vec::new(),
        first_order_only: false,
        active: true,
    };
    let welcome = coupon("WELCOME20", "20 % off to say hello", DiscountKind::Percentage, Some(20));
    let tenner = coupon("TENNER", "£10 off from £50", DiscountKind::Fixed, Some(1000));
    for new in [welcome, NewPromotion { min_order_amount: Some(5000), ..tenner }] {
        unless_there(promotion::create(core, ctx, new).await)?;
    }
    Ok(())
}

/// Codes of coupons are never free again, so a refusal says that an earlier start made this one.
fn unless_there<T>(made: Result<T, Error>) -> Result<(), Error> {
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.code == ErrorCode::DuplicateCoupon => Ok(()),
        Err(error) => Err(error),
    }
}
