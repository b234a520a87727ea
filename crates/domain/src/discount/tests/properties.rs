//! What holds of every discount, whatever is in the basket.

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn a_discount_is_never_more_than_its_lines_and_its_parts_sum_to_it(
        subtotals in proptest::collection::vec(0_i64..1_000_000, 1..20),
        fixed in 1_i64..5_000_000,
        millionths in 0_u32..=1_000_000,
        limit in proptest::option::of(0_u8..20),
    ) {
        let rate = Rate::from_millionths(millionths).unwrap();
        for value in [DiscountValue::Fixed(gbp(fixed)), DiscountValue::Percentage(rate)] {
            let mut coupon = promotion(value);
            coupon.product_ids = limit.map(product).into_iter().collect();
            let Ok(discount) = take(&coupon, &subtotals) else { continue };
            let eligible: i64 = (0_u8..).zip(&subtotals)
                .filter(|(n, _)| limit.is_none_or(|only| only == *n)).map(|(_, subtotal)| subtotal).sum();
            let expected = match value {
                DiscountValue::Fixed(_) => fixed.min(eligible),
                _ => eligible.checked_mul(millionths.into()).unwrap() / 1_000_000,
            };
            prop_assert_eq!(discount.total.minor(), expected);
            prop_assert_eq!(parts(&discount).iter().sum::<i64>(), expected);
            for (n, (part, subtotal)) in (0_u8..).zip(parts(&discount).iter().zip(&subtotals)) {
                prop_assert!((0..=*subtotal).contains(part));
                prop_assert!(limit.is_none_or(|only| only == n) || *part == 0);
            }
        }
    }
}
