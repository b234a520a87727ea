//! From a cart, through its price, to an order.

use rust_decimal::Decimal;

use super::*;
use crate::{
    cart::{
        Cart, Checkout,
        tests::{empty, sellable},
    },
    catalog::sellable::Sellable,
    discount::{CouponCode, DiscountValue, Promotion},
    id::{PromotionId, TaxRateId},
    pricing::EffectivePrice,
    quote::{PromotionUse, Quote, QuoteLine, QuoteRequest, quote},
    rate::Rate,
    shipping::{Destination, ShippingKind, ShippingMethod},
    tax::{TaxClass, TaxRate, TaxSettings},
};

fn cart() -> Cart {
    let mut cart = empty();
    cart.add(line_id(1), &sellable(1), 2, at(0)).unwrap();
    cart.add(line_id(2), &sellable(2), 1, at(0)).unwrap();
    let contact = Checkout {
        email: Email::parse("sam@example.com").ok(),
        shipping_address: Some(address()),
        same_as_shipping: true,
        ..Checkout::default()
    };
    cart.set_contact(contact, at(0)).unwrap();
    cart
}

fn method() -> ShippingMethod {
    ShippingMethod {
        id: ShippingMethodId::from_bytes([5; 16]),
        name: "Standard".to_owned(),
        description: None,
        kind: ShippingKind::FlatRate { rate: gbp(495) },
        free_from: None,
        zones: Vec::new(),
        min_days: None,
        max_days: None,
        enabled: true,
        sort_order: 0,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn promotion(minimum: Option<i64>) -> Promotion {
    Promotion {
        id: PromotionId::from_bytes([6; 16]),
        code: CouponCode::parse("SPRING").unwrap(),
        name: None,
        value: DiscountValue::Percentage(Rate::from_percent(Decimal::from(20)).unwrap()),
        minimum_subtotal: minimum.map(gbp),
        max_uses: None,
        max_uses_per_customer: None,
        starts_at: None,
        ends_at: None,
        product_ids: Vec::new(),
        category_ids: Vec::new(),
        first_order_only: false,
        active: true,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn vat() -> TaxRate {
    TaxRate {
        id: TaxRateId::from_bytes([7; 16]),
        name: "VAT".to_owned(),
        rate: Rate::from_percent(Decimal::from(20)).unwrap(),
        country: None,
        state: None,
        postcode: None,
        class: TaxClass::standard(),
        enabled: true,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    }
}

/// Prices the cart at 24.01 a unit, with 20 % VAT on everything.
fn priced(cart: &Cart, sellables: &[Sellable], promotion: &Promotion, inclusive: bool) -> Quote {
    let lines: Vec<_> = cart
        .lines
        .iter()
        .zip(sellables)
        .map(|(line, sellable)| QuoteLine {
            line: line.id,
            product: line.product_id,
            variant: line.variant_id,
            categories: Vec::new(),
            quantity: line.quantity,
            price: EffectivePrice {
                unit: gbp(2401),
                original: gbp(2999),
                on_sale: false,
                sale_name: None,
                discount_percentage: None,
            },
            taxable: true,
            tax_class: TaxClass::standard(),
            requires_shipping: sellable.requires_shipping,
            weight_grams: 0,
            fixed_shipping: None,
        })
        .collect();
    let tax = TaxSettings {
        enabled: true,
        prices_include_tax: inclusive,
        shipping_taxed: true,
        ..TaxSettings::default()
    };
    let destination = Destination { country: address().country, state: None, postcode: address().postcode };
    quote(&QuoteRequest {
        currency: cart.currency,
        lines: &lines,
        promotion: Some(PromotionUse { promotion, used: 0, history: None }),
        shipping: Some(&method()),
        destination: Some(&destination),
        tax: &tax,
        rates: &[vat()],
        now: at(1),
    })
    .unwrap()
}

/// Prices and drafts `cart`.
fn draft(
    cart: &Cart,
    sellables: &[Sellable],
    minimum: Option<i64>,
    inclusive: bool,
) -> Result<Order, DraftError> {
    let promotion = promotion(minimum);
    let quote = priced(cart, sellables, &promotion, inclusive);
    Order::draft(&OrderDraft {
        cart,
        quote: &quote,
        sellables,
        shipping: Some(&method()),
        promotion: Some(&promotion),
        now: at(1),
    })
}

fn both() -> [Sellable; 2] {
    [sellable(1), sellable(2)]
}

#[test]
fn the_lines_and_shipping_of_an_order_sum_to_what_is_charged() {
    for inclusive in [false, true] {
        let order = draft(&cart(), &both(), None, inclusive).unwrap();
        let shipping = order.shipping.clone().unwrap();
        let lines: i64 = order.lines.iter().map(|line| line.total.minor()).sum();
        assert_eq!(lines + shipping.total.minor(), order.totals.total.minor());
        let tax = if inclusive { 0 } else { shipping.tax.minor() };
        assert_eq!(shipping.total, gbp(495 + tax));
        assert!(order.totals.tax.minor() > shipping.tax.minor() && shipping.tax.minor() > 0);
        assert_eq!(order.lines[0].original_unit_price, gbp(2999));
        assert_eq!(order.coupon.unwrap().code.as_str(), "SPRING");
        assert_eq!(order.billing_address, Some(address()));
    }
}

#[test]
fn a_draft_keeps_the_carts_identity_and_has_no_number() {
    let cart = cart();
    let order = draft(&cart, &both(), None, false).unwrap();
    assert_eq!(order.id.as_bytes(), cart.id.as_bytes());
    assert_eq!((order.is_placed(), order.payment_status), (false, PaymentStatus::Pending));
    assert_eq!(order.lines.iter().map(|line| line.id).collect::<Vec<_>>(), [line_id(1), line_id(2)]);
}

#[test]
fn a_refused_coupon_is_not_written_on_the_order() {
    let order = draft(&cart(), &both(), Some(1_000_000), false).unwrap();
    assert_eq!((order.coupon, order.totals.discount), (None, gbp(0)));
}

#[test]
fn what_never_travels_needs_no_address_and_no_shipping() {
    let digital = both().map(|sellable| Sellable { requires_shipping: false, ..sellable });
    let mut cart = cart();
    cart.contact.shipping_address = None;
    let order = draft(&cart, &digital, None, false).unwrap();
    assert_eq!((order.shipping, order.shipping_address), (None, None));
    assert_eq!(draft(&cart, &both(), None, false), Err(DraftError::AddressMissing));
}

#[test]
fn a_cart_that_cannot_be_sold_yet_says_why() {
    assert_eq!(draft(&empty(), &[], None, false), Err(DraftError::Empty));
    let mut anonymous = cart();
    anonymous.contact.email = None;
    assert_eq!(draft(&anonymous, &both(), None, false), Err(DraftError::EmailMissing));
    let (cart, promotion) = (cart(), promotion(None));
    let quote = priced(&cart, &both(), &promotion, false);
    let sellables = both();
    let from = OrderDraft {
        cart: &cart,
        quote: &quote,
        sellables: &sellables,
        shipping: Some(&method()),
        promotion: None,
        now: at(1),
    };
    assert_eq!(Order::draft(&OrderDraft { shipping: None, ..from }), Err(DraftError::ShippingMissing));
    let nowhere = Quote { shipping_unavailable: true, ..quote.clone() };
    assert_eq!(Order::draft(&OrderDraft { quote: &nowhere, ..from }), Err(DraftError::ShippingUnavailable));
    let unknown = OrderDraft { sellables: &sellables[..1], ..from };
    assert_eq!(Order::draft(&unknown), Err(DraftError::NotQuoted(line_id(2))));
    let mut changed = cart.clone();
    changed.set_quantity(line_id(1), &sellable(1), 3, at(1)).unwrap();
    let stale = OrderDraft { cart: &changed, ..from };
    assert_eq!(Order::draft(&stale), Err(DraftError::NotQuoted(line_id(1))));
}

#[test]
fn a_second_attempt_replaces_the_draft_but_keeps_what_staff_wrote() {
    let mut earlier = draft(&cart(), &both(), None, false).unwrap();
    earlier.internal_notes = Some("called".to_owned());
    earlier.version = 4;
    earlier.fail(at(2)).unwrap();
    let again = Order { created_at: at(9), ..draft(&cart(), &both(), None, true).unwrap() };
    let replaced = again.clone().replacing(&earlier).unwrap();
    assert_eq!((replaced.version, replaced.created_at), (4, at(1)));
    assert_eq!(replaced.internal_notes.as_deref(), Some("called"));
    assert_eq!((replaced.payment_status, replaced.totals), (PaymentStatus::Pending, again.totals));
}
