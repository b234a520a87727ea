use chrono::{TimeZone as _, Utc};
use domain::{
    catalog::product::{ProductStatus, ProductType},
    geography::CountryCode,
    id::{ProductId, ShippingMethodId, StoreId, TaxRateId, VariantId},
    money::Currency,
    pricing::{PriceTag, Sale, VariantPrice},
    rate::Rate,
    settings::{CheckoutSettings, OrderSettings, ShippingSettings},
    shipping::Zone,
    store::{Branding, Store, StoreStatus},
    tax::{TaxClass, TaxRate, TaxSettings},
    tier::Tier,
};
use ports::stores::Settings;

use super::*;

fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("GBP").unwrap())
}

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 21, 12, 0, 0).unwrap()
}

fn country(code: &str) -> CountryCode {
    CountryCode::parse(code).unwrap()
}

fn to(code: &str) -> Destination {
    Destination { country: country(code), state: None, postcode: None }
}

fn mug() -> Sellable {
    Sellable {
        product_id: ProductId::from_bytes([1; 16]),
        variant_id: VariantId::from_bytes([2; 16]),
        product_name: "Mug".to_owned(),
        product_slug: "mug".to_owned(),
        variant_name: None,
        sku: None,
        image: None,
        product_type: ProductType::Physical,
        status: ProductStatus::Published,
        price: PriceTag::regular(gbp(2400)),
        variant_price: VariantPrice::default(),
        category_ids: Vec::new(),
        taxable: true,
        tax_class: TaxClass::standard(),
        requires_shipping: true,
        weight_grams: 300,
        fixed_shipping: None,
        min_order_quantity: 1,
        max_order_quantity: None,
        track_inventory: false,
        available: 0,
    }
}

fn method(id: u8, kind: ShippingKind) -> ShippingMethod {
    ShippingMethod {
        id: ShippingMethodId::from_bytes([id; 16]),
        name: format!("Method {id}"),
        description: None,
        kind,
        free_from: None,
        zones: Vec::new(),
        min_days: None,
        max_days: None,
        enabled: true,
        sort_order: id.into(),
        version: 1,
        created_at: noon(),
        updated_at: noon(),
    }
}

fn vat() -> TaxRate {
    TaxRate {
        id: TaxRateId::from_bytes([1; 16]),
        name: "VAT".to_owned(),
        rate: Rate::from_percent(20.into()).unwrap(),
        country: Some(country("GB")),
        state: None,
        postcode: None,
        class: TaxClass::standard(),
        enabled: true,
        version: 1,
        created_at: noon(),
        updated_at: noon(),
    }
}

/// A store that sends within Britain for 4.99, lets people collect, and charges VAT.
fn shop() -> StoreConfig {
    StoreConfig {
        store: Store {
            id: StoreId::from_bytes([9; 16]),
            name: "Shop".to_owned(),
            currency: gbp(0).currency(),
            supported_currencies: vec![gbp(0).currency()],
            supported_locales: vec!["en".to_owned()],
            default_locale: "en".to_owned(),
            timezone: "Europe/London".to_owned(),
            status: StoreStatus::Active,
            tier: Tier::Expert,
            contact_email: None,
            domain: None,
            allowed_domains: Vec::new(),
            branding: Branding::default(),
            version: 1,
            created_at: noon(),
            updated_at: noon(),
        },
        settings: Settings {
            tax: TaxSettings::default(),
            shipping: ShippingSettings { ships_to: vec![country("GB")], ..ShippingSettings::default() },
            orders: OrderSettings::default(),
            checkout: CheckoutSettings::default(),
        },
        tax_rates: vec![vat()],
        shipping_methods: vec![
            method(1, ShippingKind::FlatRate { rate: gbp(499) }),
            method(2, ShippingKind::LocalPickup { instructions: None }),
        ],
        payment_methods: Vec::new(),
    }
}

fn line(sellable: &Sellable, quantity: u32) -> QuoteLine {
    quote_line(LineId::from_bytes([5; 16]), sellable, quantity, noon()).unwrap()
}

fn priced(shop: &StoreConfig, lines: &[QuoteLine], by: Option<&ShippingMethod>, to: &Destination) -> Quote {
    basket(shop, lines, None, by, Some(to), noon()).unwrap()
}

#[test]
fn two_mugs_cost_what_the_published_example_says() {
    let quote = priced(&shop(), &[line(&mug(), 2)], None, &to("GB"));
    assert_eq!(
        (quote.totals.subtotal, quote.totals.tax, quote.totals.total),
        (gbp(4800), gbp(960), gbp(5760))
    );
}

#[test]
fn a_running_sale_of_the_variant_sets_the_price_of_the_line() {
    let sale = Sale { price: gbp(1500), name: None, starts_at: None, ends_at: None };
    let own = VariantPrice { price: Some(gbp(2000)), compare_at: None, sale: Some(sale) };
    let line = line(&Sellable { variant_price: own, ..mug() }, 1);
    assert_eq!((line.price.unit, line.price.original), (gbp(1500), gbp(2000)));
}

#[test]
fn nothing_is_sent_where_the_store_does_not_send() {
    let shop = shop();
    let lines = [line(&mug(), 1)];
    let at_home = priced(&shop, &lines, shop.shipping_methods.first(), &to("GB"));
    assert_eq!((at_home.totals.shipping, at_home.shipping_unavailable), (gbp(499), false));
    let abroad = priced(&shop, &lines, shop.shipping_methods.first(), &to("FR"));
    assert_eq!((abroad.totals.shipping, abroad.shipping_unavailable), (gbp(0), true));
}

#[test]
fn options_are_those_that_serve_the_destination_in_the_merchants_order() {
    let shop = shop();
    let lines = [line(&mug(), 1)];
    let offered = |to: &Destination| {
        let quote = priced(&shop, &lines, None, to);
        let options = shipping_options(&shop, &quote, &lines, Some(to)).unwrap();
        options.into_iter().map(|(method, price)| (method.name, price.minor())).collect::<Vec<_>>()
    };
    let collected = ("Method 2".to_owned(), 0);
    assert_eq!(offered(&to("GB")), [("Method 1".to_owned(), 499), collected.clone()]);
    assert_eq!(offered(&to("FR")), [collected]);
}

#[test]
fn a_method_kept_to_zones_or_switched_off_is_no_option_elsewhere() {
    let mut shop = shop();
    shop.settings.shipping.ships_to.clear();
    let zone = Zone { country: country("GB"), states: Vec::new(), postcodes: Vec::new() };
    shop.shipping_methods[0].zones = vec![zone];
    shop.shipping_methods[1].enabled = false;
    let lines = [line(&mug(), 1)];
    let abroad = to("FR");
    let quote = priced(&shop, &lines, None, &abroad);
    assert_eq!(shipping_options(&shop, &quote, &lines, Some(&abroad)).unwrap(), []);
}

#[test]
fn what_is_not_sent_has_no_shipping_options() {
    let shop = shop();
    let lines = [line(&Sellable { requires_shipping: false, ..mug() }, 1)];
    let quote = priced(&shop, &lines, None, &to("GB"));
    assert_eq!(shipping_options(&shop, &quote, &lines, Some(&to("GB"))).unwrap(), []);
}
