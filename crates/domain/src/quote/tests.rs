use rstest::rstest;

use self::shop::{Shop, coupon, courier, gbp, line, percent_off, vat};
use super::*;
use crate::{discount::DiscountValue, money::MoneyError, tax::Rounding};

mod properties;
mod shop;

/// Subtotal, discount, shipping, tax and total.
fn totals(quote: &Quote) -> [i64; 5] {
    let Totals { subtotal, discount, shipping, tax, total } = quote.totals;
    [subtotal, discount, shipping, tax, total].map(Money::minor)
}

#[rstest]
#[case::two_at_20_percent(20, &[line(1, 2, 2400)], None, None, [4800, 0, 0, 960, 5760])]
#[case::discounted(20, &[line(1, 3, 2400)], Some(percent_off(20)), None, [7200, 1440, 0, 1152, 6912])]
#[case::shipped(6, &[line(1, 2, 2800)], None, Some(courier(499)), [5600, 0, 499, 336, 6435])]
#[case::estimated(20, &[line(1, 3, 2400)], None, Some(courier(495)), [7200, 0, 495, 1440, 9135])]
#[case::one_unit_thrice(19, &[line(1, 3, 108)], None, None, [324, 0, 0, 62, 386])]
#[case::empty(20, &[], None, None, [0, 0, 0, 0, 0])]
fn a_sale_comes_to_the_published_figures(
    #[case] percent: u32,
    #[case] lines: &[QuoteLine],
    #[case] promotion: Option<Promotion>,
    #[case] shipping: Option<ShippingMethod>,
    #[case] expected: [i64; 5],
) {
    let quote = Shop::charging(percent).quote(lines, promotion.as_ref(), shipping.as_ref());
    assert_eq!(totals(&quote), expected);
    assert_eq!(quote.effective_tax_rate, Rate::from_percent(percent.into()).unwrap());
}

#[test]
fn prices_that_include_tax_stay_what_they_are() {
    let mut shop = Shop::charging(4);
    shop.tax.prices_include_tax = true;
    let quote = shop.quote(&[line(1, 1, 299)], None, Some(&courier(500)));
    assert_eq!(totals(&quote), [299, 0, 500, 12, 799]);
    assert_eq!(quote.lines.first().map(|line| line.total), Some(gbp(299)));
    assert!(quote.tax_inclusive);
}

#[test]
fn shipping_is_taxed_where_the_store_says_so_under_its_own_class() {
    let mut shop = Shop::charging(20);
    shop.tax.shipping_taxed = true;
    shop.tax.shipping_class = TaxClass::reduced();
    shop.rates.push(vat(2, 5, TaxClass::reduced()));
    let quote = shop.quote(&[line(1, 1, 1000)], None, Some(&courier(1000)));
    assert_eq!(totals(&quote), [1000, 0, 1000, 250, 2250]);
    assert_eq!(quote.shipping.tax, gbp(50));
    assert_eq!(quote.effective_tax_rate, Rate::from_fraction("0.125".parse().unwrap()).unwrap());
    let amounts: Vec<i64> = quote.tax_breakdown.iter().map(|entry| entry.amount.minor()).collect();
    assert_eq!(amounts, [200, 50]);
}

#[test]
fn a_free_shipping_coupon_waives_the_shipping_and_the_tax_on_it() {
    let mut shop = Shop::charging(20);
    shop.tax.shipping_taxed = true;
    let free = coupon(DiscountValue::FreeShipping);
    let quote = shop.quote(&[line(1, 1, 1000)], Some(&free), Some(&courier(499)));
    assert_eq!(totals(&quote), [1000, 0, 0, 200, 1200]);
    let none = QuotedShipping { price: gbp(499), discount: gbp(499), tax: gbp(0), taxes: Vec::new() };
    assert_eq!(quote.shipping, none);
}

#[test]
fn free_shipping_from_a_worth_looks_at_what_is_left_after_the_discount() {
    let generous = ShippingMethod { free_from: Some(gbp(5000)), ..courier(499) };
    let shop = Shop::charging(0);
    assert_eq!(shop.quote(&[line(1, 1, 5000)], None, Some(&generous)).totals.shipping, gbp(0));
    let reduced = shop.quote(&[line(1, 1, 5000)], Some(&percent_off(1)), Some(&generous));
    assert_eq!(reduced.totals.shipping, gbp(499));
}

#[test]
fn a_coupon_refused_leaves_the_price_and_says_why() {
    let mut limited = percent_off(20);
    limited.minimum_subtotal = Some(gbp(9000));
    let quote = Shop::charging(20).quote(&[line(1, 3, 2400)], Some(&limited), None);
    assert_eq!(totals(&quote), [7200, 0, 0, 1440, 8640]);
    let missing = Refusal::MinimumNotMet { minimum: gbp(9000), missing: gbp(1800) };
    assert_eq!(quote.discount_refusal, Some(missing));
}

#[test]
fn a_method_that_does_not_serve_the_basket_is_left_out_and_reported() {
    let closed = ShippingMethod { enabled: false, ..courier(499) };
    let shop = Shop::charging(20);
    let quote = shop.quote(&[line(1, 1, 1000)], None, Some(&closed));
    assert!(quote.shipping_unavailable);
    assert_eq!(totals(&quote), [1000, 0, 0, 200, 1200]);
    assert!(!shop.quote(&[line(1, 1, 1000)], None, None).shipping_unavailable, "none was asked for");
}

#[test]
fn digital_goods_need_no_shipping_and_pay_for_none() {
    let download = QuoteLine { requires_shipping: false, ..line(1, 1, 1000) };
    let quote = Shop::charging(0).quote(&[download], None, Some(&courier(499)));
    assert!(!quote.requires_shipping);
    assert_eq!(quote.totals.shipping, gbp(0));
}

#[test]
fn what_is_not_taxable_owes_nothing() {
    let exempt = QuoteLine { taxable: false, ..line(1, 1, 1000) };
    let quote = Shop::charging(20).quote(&[exempt, line(2, 1, 1000)], None, None);
    assert_eq!(totals(&quote), [2000, 0, 0, 200, 2200]);
    let first = quote.lines.first().unwrap();
    assert_eq!((first.tax, first.taxes.len(), first.total), (gbp(0), 0, gbp(1000)));
}

#[test]
fn without_a_destination_only_a_rate_for_everywhere_is_charged() {
    let mut shop = Shop::charging(20);
    shop.destination = None;
    assert_eq!(shop.quote(&[line(1, 1, 1000)], None, None).totals.tax, gbp(0));
    shop.rates.push(TaxRate { country: None, ..vat(2, 10, TaxClass::standard()) });
    let quote = shop.quote(&[line(1, 1, 1000)], None, None);
    assert_eq!(quote.totals.tax, gbp(100));
    assert_eq!(quote.tax_breakdown.first().map(|entry| entry.jurisdiction.as_str()), Some("*"));
}

#[test]
fn a_store_without_tax_shows_no_rate() {
    let mut shop = Shop::charging(20);
    shop.tax.enabled = false;
    let quote = shop.quote(&[line(1, 1, 1000)], None, None);
    assert_eq!((quote.totals.tax, quote.effective_tax_rate), (gbp(0), Rate::ZERO));
}

#[test]
fn an_amount_too_large_is_an_error_and_never_wraps() {
    let shop = Shop::charging(20);
    let lines = [line(1, u32::MAX, i64::MAX / 2)];
    assert_eq!(quote(&shop.request(&lines, None, None)), Err(MoneyError::Overflow));
}

#[test]
fn a_full_cart_at_the_highest_price_still_fits() {
    let mut shop = Shop::charging(100);
    shop.tax.rounding = Rounding::PerTotal;
    let lines: Vec<QuoteLine> = (0..100).map(|n| line(n, 10_000, crate::pricing::MAX_PRICE_MINOR)).collect();
    assert_eq!(shop.quote(&lines, None, None).totals.total, gbp(2_000_000_000_000_000_000));
}
