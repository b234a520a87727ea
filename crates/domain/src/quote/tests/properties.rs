//! What holds of every quote, whatever is in the basket.

use proptest::prelude::*;

use super::*;
use crate::discount::DiscountValue;

prop_compose! {
    fn any_line()(
        n in 0_u8..8, quantity in 1_u32..50, unit in 0_i64..50_000, taxable: bool, reduced: bool, requires_shipping: bool,
    ) -> QuoteLine {
        let tax_class = if reduced { TaxClass::reduced() } else { TaxClass::standard() };
        QuoteLine { taxable, tax_class, requires_shipping, ..line(n, quantity, unit) }
    }
}

prop_compose! {
    fn any_shop()(
        standard in 0_u32..=30, reduced in 0_u32..=10, prices_include_tax: bool, shipping_taxed: bool, once: bool,
    ) -> Shop {
        let mut shop = Shop::charging(standard);
        shop.rates.push(vat(2, reduced, TaxClass::reduced()));
        let rounding = if once { Rounding::PerTotal } else { Rounding::PerLine };
        shop.tax = TaxSettings { prices_include_tax, shipping_taxed, rounding, ..TaxSettings::default() };
        shop
    }
}

fn any_coupon() -> impl Strategy<Value = Option<Promotion>> {
    let value = prop_oneof![
        (1_u32..=100)
            .prop_map(|percent| DiscountValue::Percentage(Rate::from_percent(percent.into()).unwrap())),
        (1_i64..500_000).prop_map(|amount| DiscountValue::Fixed(gbp(amount))),
        Just(DiscountValue::FreeShipping),
    ];
    proptest::option::of((value, proptest::option::of(0_u8..8)).prop_map(|(value, only)| {
        let mut promotion = coupon(value);
        promotion.product_ids = only.map(|n| ProductId::from_bytes([n; 16])).into_iter().collect();
        promotion
    }))
}

fn sum<'a>(amounts: impl IntoIterator<Item = &'a Money>) -> Money {
    Money::sum(amounts.into_iter().copied(), gbp(0).currency()).unwrap()
}

proptest! {
    #[test]
    fn every_part_sums_to_its_whole_and_none_is_negative(
        lines in proptest::collection::vec(any_line(), 0..12),
        shop in any_shop(),
        promotion in any_coupon(),
        rate in proptest::option::of(0_i64..2_000),
    ) {
        let method = rate.map(courier);
        let quote = shop.quote(&lines, promotion.as_ref(), method.as_ref());
        let Totals { subtotal, discount, shipping, tax, total } = quote.totals;
        let QuotedShipping { price, discount: waived, tax: shipping_tax, taxes: shipping_taxes } = &quote.shipping;

        prop_assert_eq!(sum(quote.lines.iter().map(|line| &line.subtotal)), subtotal);
        prop_assert_eq!(sum(quote.lines.iter().map(|line| &line.discount)), discount);
        prop_assert_eq!(price.checked_sub(*waived).unwrap(), shipping);
        prop_assert_eq!(sum(quote.lines.iter().map(|line| &line.tax).chain([shipping_tax])), tax);
        prop_assert_eq!(sum(quote.tax_breakdown.iter().map(|entry| &entry.amount)), tax);
        prop_assert_eq!(sum(shipping_taxes.iter().map(|entry| &entry.amount)), *shipping_tax);

        let on_top = if quote.tax_inclusive { gbp(0) } else { *shipping_tax };
        let paid = quote.lines.iter().map(|line| &line.total).chain([&shipping, &on_top]);
        prop_assert_eq!(sum(paid), total);

        for line in &quote.lines {
            prop_assert_eq!(sum(line.taxes.iter().map(|entry| &entry.amount)), line.tax);
            let amounts = [line.subtotal, line.discount, line.tax, line.total];
            prop_assert!(amounts.iter().all(|amount| !amount.is_negative()));
            prop_assert!(line.discount.minor() <= line.subtotal.minor());
        }
        let amounts = [subtotal, discount, shipping, tax, total, *waived, *shipping_tax];
        prop_assert!(amounts.iter().all(|amount| !amount.is_negative()));
    }

    #[test]
    fn tax_found_inside_a_price_is_the_tax_that_would_come_on_top_of_the_rest(
        quantity in 1_u32..50,
        unit in 1_i64..100_000,
        percent in 0_u32..=100,
    ) {
        let mut shop = Shop::charging(percent);
        let on_top = shop.quote(&[line(1, quantity, unit)], None, None).totals;
        shop.tax.prices_include_tax = true;
        let inside = shop.quote(&[line(1, 1, on_top.total.minor())], None, None).totals;
        prop_assert_eq!((inside.tax, inside.total), (on_top.tax, on_top.total));
    }

    #[test]
    fn the_order_of_the_lines_changes_no_total(
        lines in proptest::collection::vec(any_line(), 0..12),
        shop in any_shop(),
        promotion in any_coupon(),
    ) {
        // With a discount, pennies may move between tax classes with the order of equal remainders.
        let promotion = promotion.filter(|coupon| coupon.value == DiscountValue::FreeShipping);
        let mut reversed = lines.clone();
        reversed.reverse();
        let back = shop.quote(&reversed, promotion.as_ref(), None);
        prop_assert_eq!(shop.quote(&lines, promotion.as_ref(), None).totals, back.totals);
    }
}
