use rstest::rstest;

use super::*;

#[rstest]
#[case(Tier::Free, 0, [Some(5), Some(5), Some(1)], 5, (60, 1000))]
#[case(Tier::Standard, 500, [Some(25), Some(500), Some(5)], 25, (300, 10_000))]
#[case(Tier::Pro, 1000, [Some(100), Some(5000), Some(10)], 50, (300, 10_000))]
#[case(Tier::Expert, 2500, [None, None, None], 500, (1000, 100_000))]
fn the_plans_give_what_is_published(
    #[case] tier: Tier,
    #[case] price: u32,
    #[case] products_orders_coupons: [Option<u32>; 3],
    #[case] upload: u32,
    #[case] requests: (u32, u32),
) {
    let table = TierTable::default();
    let limits = table.limits(tier);
    assert_eq!(limits.price_cents_usd, price);
    let counts = [limits.max_products, limits.max_monthly_orders, limits.max_coupons];
    assert_eq!(counts, products_orders_coupons);
    assert_eq!(limits.max_upload_mb, upload);
    assert_eq!((limits.requests_per_minute, limits.requests_per_hour), requests);
}

#[test]
fn the_last_one_that_fits_is_allowed_and_the_next_refused() {
    let table = TierTable::default();
    assert_eq!(table.check_product(Tier::Free, 4), Ok(()));
    let refusal = table.check_product(Tier::Free, 5).unwrap_err();
    assert_eq!(refusal.code(), "tier_product_limit");
    assert_eq!(refusal.allowed, LimitValue::Count(5));
    assert_eq!(refusal.next, Some((Tier::Standard, LimitValue::Count(25))));
    assert_eq!(refusal.to_string(), "The free plan allows 5 active products; the standard plan allows 25.");
    assert_eq!(table.check_order(Tier::Standard, 499), Ok(()));
    assert_eq!(table.check_order(Tier::Standard, 500).unwrap_err().code(), "tier_order_limit");
    assert_eq!(table.check_coupon(Tier::Pro, 9), Ok(()));
    let coupons = table.check_coupon(Tier::Pro, 10).unwrap_err();
    assert_eq!(coupons.next, Some((Tier::Expert, LimitValue::Unlimited)));
    assert_eq!(coupons.to_string(), "The pro plan allows 10 active coupons; the expert plan has no limit.");
}

#[test]
fn the_largest_plan_counts_nothing() {
    let table = TierTable::default();
    assert_eq!(table.check_product(Tier::Expert, u32::MAX), Ok(()));
    assert_eq!(table.check_order(Tier::Expert, u32::MAX), Ok(()));
    assert_eq!(table.check_coupon(Tier::Expert, u32::MAX), Ok(()));
}

#[test]
fn an_upload_may_fill_its_limit_to_the_byte() {
    let table = TierTable::default();
    assert_eq!(table.check_upload(Tier::Free, 5 * 1024 * 1024), Ok(()));
    let refusal = table.check_upload(Tier::Free, 5 * 1024 * 1024 + 1).unwrap_err();
    assert_eq!(refusal.code(), "tier_upload_limit");
    assert_eq!(table.check_upload(Tier::Expert, u64::MAX).unwrap_err().next, None);
}

#[rstest]
#[case(Tier::Free, "flat_rate", true)]
#[case(Tier::Free, "free", true)]
#[case(Tier::Free, "tiered", false)]
#[case(Tier::Free, "per_item", false)]
#[case(Tier::Free, "weight", false)]
#[case(Tier::Free, "local_pickup", false)]
#[case(Tier::Standard, "weight", true)]
#[case(Tier::Standard, "local_pickup", true)]
fn the_free_plan_ships_in_two_ways(#[case] tier: Tier, #[case] kind: &str, #[case] allowed: bool) {
    let outcome = TierTable::default().check_shipping(tier, kind);
    assert_eq!(outcome.is_ok(), allowed);
    if let Err(refusal) = outcome {
        assert_eq!(refusal.code(), "tier_shipping_restricted");
        assert_eq!(refusal.next, Some((Tier::Standard, LimitValue::Included(true))));
    }
}

#[test]
fn a_feature_names_the_first_plan_that_has_it() {
    let table = TierTable::default();
    let refusal = table.check_feature(Tier::Free, Feature::B2b).unwrap_err();
    assert_eq!(refusal.code(), "tier_feature_restricted");
    assert_eq!(
        refusal.to_string(),
        "The free plan does not include B2B accounts and price lists; the pro plan does."
    );
    assert_eq!(table.check_feature(Tier::Pro, Feature::B2b), Ok(()));
    assert_eq!(table.check_feature(Tier::Standard, Feature::LocalPickup), Ok(()));
}

#[test]
fn the_table_is_configuration() {
    let mut table = TierTable::default();
    table.free.max_products = Some(1);
    assert!(table.check_product(Tier::Free, 1).is_err());
}
