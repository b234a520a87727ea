use rstest::rstest;

use super::*;
use crate::{
    id::LineId,
    money::{Currency, MoneyError},
};

mod properties;

fn currency() -> Currency {
    Currency::from_code("GBP").unwrap()
}

fn gbp(minor: i64) -> Money {
    Money::new(minor, currency())
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

fn percent(whole: u32) -> DiscountValue {
    DiscountValue::Percentage(Rate::from_percent(whole.into()).unwrap())
}

fn promotion(value: DiscountValue) -> Promotion {
    Promotion {
        id: PromotionId::from_bytes([0; 16]),
        code: CouponCode::parse("SPRING20").unwrap(),
        name: None,
        value,
        minimum_subtotal: None,
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

fn product(n: u8) -> ProductId {
    ProductId::from_bytes([n; 16])
}

/// Lines of products 0, 1, 2 …, all of them in `categories`.
fn lines<'a>(subtotals: &[i64], categories: &'a [CategoryId]) -> Vec<DiscountLine<'a>> {
    let numbered = (0_u8..).zip(subtotals);
    numbered
        .map(|(n, subtotal)| DiscountLine {
            line: LineId::from_bytes([n; 16]),
            product: product(n),
            categories,
            subtotal: gbp(*subtotal),
        })
        .collect()
}

fn take(promotion: &Promotion, subtotals: &[i64]) -> Result<Discount, EvaluateError> {
    evaluate(promotion, &lines(subtotals, &[]), currency(), 0, None, at(100))
}

fn refused(refusal: Refusal) -> Result<Discount, EvaluateError> {
    Err(EvaluateError::Refused(refusal))
}

fn parts(discount: &Discount) -> Vec<i64> {
    discount.per_line.iter().map(|part| part.minor()).collect()
}

#[rstest]
#[case(" spring-20 ", Some("SPRING-20"))]
#[case("a_b", Some("A_B"))]
#[case("", None)]
#[case("  ", None)]
#[case("TWO WORDS", None)]
#[case("ÄTSCH", None)]
fn a_code_is_read_as_shoppers_type_it(#[case] typed: &str, #[case] code: Option<&str>) {
    assert_eq!(CouponCode::parse(typed).ok().as_ref().map(CouponCode::as_str), code);
}

#[test]
fn a_code_has_at_most_64_characters() {
    assert!(CouponCode::parse(&"A".repeat(64)).is_ok());
    assert_eq!(CouponCode::parse(&"A".repeat(65)), Err(InvalidCouponCode));
}

#[test]
fn a_percentage_is_rounded_down_and_split_without_loss() {
    assert_eq!(take(&promotion(percent(20)), &[4999]).unwrap().total, gbp(999));
    let discount = take(&promotion(percent(10)), &[333, 333, 333]).unwrap();
    assert_eq!((discount.total, parts(&discount)), (gbp(99), vec![33, 33, 33]));
    let discount = take(&promotion(percent(50)), &[1, 1, 1]).unwrap();
    assert_eq!(parts(&discount), [1, 0, 0]);
}

#[test]
fn a_fixed_amount_never_exceeds_what_is_eligible() {
    let mut ten_off = promotion(DiscountValue::Fixed(gbp(1000)));
    assert_eq!(parts(&take(&ten_off, &[600, 900]).unwrap()), [400, 600]);
    ten_off.product_ids = vec![product(0)];
    assert_eq!(parts(&take(&ten_off, &[600, 900]).unwrap()), [600, 0]);
}

#[test]
fn free_shipping_takes_nothing_off_the_lines() {
    let discount = take(&promotion(DiscountValue::FreeShipping), &[600]).unwrap();
    assert!(discount.free_shipping);
    assert_eq!((discount.total, parts(&discount)), (gbp(0), vec![0]));
    assert!(!take(&promotion(percent(5)), &[600]).unwrap().free_shipping);
}

#[test]
fn a_limit_to_products_or_categories_covers_what_either_names() {
    let shoes = CategoryId::from_bytes([7; 16]);
    let mut limited = promotion(percent(50));
    limited.category_ids = vec![shoes];
    assert_eq!(take(&limited, &[100]), refused(Refusal::NothingEligible));
    let in_shoes = evaluate(&limited, &lines(&[100], &[shoes]), currency(), 0, None, at(100));
    assert_eq!(in_shoes.unwrap().total, gbp(50));
    limited.product_ids = vec![product(1)];
    assert_eq!(parts(&take(&limited, &[100, 100]).unwrap()), [0, 50]);
}

#[test]
fn an_empty_basket_has_nothing_eligible() {
    assert_eq!(take(&promotion(percent(10)), &[]), refused(Refusal::NothingEligible));
}

#[test]
fn the_minimum_counts_the_whole_basket_and_says_what_is_missing() {
    let mut limited = promotion(percent(10));
    limited.minimum_subtotal = Some(gbp(1000));
    limited.product_ids = vec![product(0)];
    let refusal = Refusal::MinimumNotMet { minimum: gbp(1000), missing: gbp(1) };
    assert_eq!(take(&limited, &[500, 499]), refused(refusal));
    assert_eq!(take(&limited, &[500, 500]).unwrap().total, gbp(50));
}

#[rstest]
#[case::runs(true, Some(100), Some(101), 4, PromotionStatus::Active)]
#[case::not_begun(true, Some(101), None, 0, PromotionStatus::Scheduled)]
#[case::over(true, None, Some(100), 0, PromotionStatus::Expired)]
#[case::used_up(true, None, None, 5, PromotionStatus::Exhausted)]
#[case::overused(true, Some(101), None, 6, PromotionStatus::Exhausted)]
#[case::off(false, None, Some(1), 9, PromotionStatus::Inactive)]
fn the_status_follows_switch_time_and_uses(
    #[case] active: bool,
    #[case] starts: Option<i64>,
    #[case] ends: Option<i64>,
    #[case] used: u32,
    #[case] status: PromotionStatus,
) {
    let mut coupon = promotion(percent(10));
    coupon.active = active;
    coupon.starts_at = starts.map(at);
    coupon.ends_at = ends.map(at);
    coupon.max_uses = Some(5);
    assert_eq!(coupon.status(used, at(100)), status);
    let taken = evaluate(&coupon, &lines(&[100], &[]), currency(), used, None, at(100));
    let refusal = match status {
        PromotionStatus::Active => None,
        PromotionStatus::Scheduled => Some(Refusal::NotStarted { at: at(101) }),
        PromotionStatus::Expired => Some(Refusal::Expired { at: at(100) }),
        PromotionStatus::Exhausted => Some(Refusal::Exhausted),
        PromotionStatus::Inactive => Some(Refusal::Inactive),
    };
    assert_eq!(taken.err(), refusal.map(EvaluateError::Refused));
}

#[rstest]
#[case::fresh(0, false, None)]
#[case::used_before(2, false, Some(Refusal::CustomerLimit))]
#[case::ordered_before(1, true, Some(Refusal::NotFirstOrder))]
fn what_is_allowed_to_a_customer_is_checked_once_the_customer_is_known(
    #[case] uses_by_customer: u32,
    #[case] has_earlier_order: bool,
    #[case] refusal: Option<Refusal>,
) {
    let mut coupon = promotion(percent(10));
    coupon.max_uses_per_customer = Some(2);
    coupon.first_order_only = true;
    let history = CustomerHistory { uses_by_customer, has_earlier_order };
    let known = evaluate(&coupon, &lines(&[100], &[]), currency(), 9, Some(history), at(100));
    assert_eq!(known.err(), refusal.map(EvaluateError::Refused));
    assert!(evaluate(&coupon, &lines(&[100], &[]), currency(), 9, None, at(100)).is_ok());
}

#[test]
fn a_coupon_counted_in_another_currency_is_refused() {
    let yen = Currency::from_code("JPY").unwrap();
    let refusal = Refusal::WrongCurrency { currency: yen };
    assert_eq!(take(&promotion(DiscountValue::Fixed(Money::new(500, yen))), &[100]), refused(refusal));
    let mut limited = promotion(percent(10));
    limited.minimum_subtotal = Some(Money::new(1, yen));
    assert_eq!(take(&limited, &[100]), refused(refusal));
}

#[test]
fn a_preview_knows_only_the_worth_of_the_basket() {
    let mut coupon = promotion(percent(20));
    coupon.product_ids = vec![product(0)];
    coupon.minimum_subtotal = Some(gbp(1000));
    assert_eq!(preview(&coupon, gbp(4999), 0, None, at(100)), Ok(gbp(999)));
    let refusal = Refusal::MinimumNotMet { minimum: gbp(1000), missing: gbp(400) };
    assert_eq!(preview(&coupon, gbp(600), 0, None, at(100)), Err(EvaluateError::Refused(refusal)));
    coupon.active = false;
    let off = Err(EvaluateError::Refused(Refusal::Inactive));
    assert_eq!(preview(&coupon, gbp(4999), 0, None, at(100)), off);
}

#[test]
fn amounts_too_large_are_an_error() {
    let taken = take(&promotion(percent(10)), &[i64::MAX, 1]);
    assert_eq!(taken, Err(EvaluateError::Money(MoneyError::Overflow)));
}

#[test]
fn a_promotion_that_gives_nothing_or_allows_nobody_is_refused() {
    assert_eq!(promotion(percent(0)).faults(), [PromotionError::ValueNotPositive]);
    assert_eq!(promotion(DiscountValue::Fixed(gbp(0))).faults(), [PromotionError::ValueNotPositive]);
    let mut nobody = promotion(DiscountValue::FreeShipping);
    assert_eq!(nobody.faults(), []);
    nobody.max_uses = Some(0);
    nobody.max_uses_per_customer = Some(0);
    nobody.starts_at = Some(at(5));
    nobody.ends_at = Some(at(5));
    nobody.minimum_subtotal = Some(gbp(-1));
    let faults = [
        PromotionError::MinimumOutOfRange,
        PromotionError::NoUses,
        PromotionError::NoUsesPerCustomer,
        PromotionError::EndsBeforeStart,
    ];
    assert_eq!(nobody.faults(), faults);
}
