//! Splitting an amount so that the parts always sum to the whole.

use std::cmp::Reverse;

use crate::money::{Money, MoneyError};

/// Splits `total` in proportion to `weights` by the largest remainder: every part is first rounded
/// towards zero, then the units left over go one each to the parts that lost most, the earlier part
/// first where two lost the same.
///
/// A weight of zero receives nothing, unless every weight is zero: then the parts are equal. Without
/// any weight there is no part, and an amount other than zero is lost; callers pass at least one.
pub fn allocate(total: Money, weights: &[u64]) -> Result<Vec<Money>, MoneyError> {
    let sum = sum_of(weights)?;
    if sum == 0 && !weights.is_empty() {
        return allocate(total, &vec![1; weights.len()]);
    }
    let amount = u128::from(total.minor().unsigned_abs());
    let mut shares = Vec::with_capacity(weights.len());
    for weight in weights {
        let product = amount.checked_mul((*weight).into()).ok_or(MoneyError::Overflow)?;
        let floor = product.checked_div(sum).ok_or(MoneyError::Overflow)?;
        let rest = product.checked_rem(sum).ok_or(MoneyError::Overflow)?;
        shares.push((floor, rest));
    }
    let given = shares.iter().map(|(floor, _)| floor).sum::<u128>();
    let left =
        amount.checked_sub(given).and_then(|left| usize::try_from(left).ok()).ok_or(MoneyError::Overflow)?;
    for index in by_largest_remainder(&shares).into_iter().take(left) {
        if let Some((share, _)) = shares.get_mut(index) {
            *share = share.checked_add(1).ok_or(MoneyError::Overflow)?;
        }
    }
    shares.into_iter().map(|(share, _)| signed(share, total)).collect()
}

fn sum_of(weights: &[u64]) -> Result<u128, MoneyError> {
    weights
        .iter()
        .try_fold(0_u128, |sum, weight| sum.checked_add((*weight).into()))
        .ok_or(MoneyError::Overflow)
}

/// Indices of the shares, the one that lost most in front. The sort is stable, so equal remainders
/// keep their order.
fn by_largest_remainder(shares: &[(u128, u128)]) -> Vec<usize> {
    let mut order: Vec<(usize, u128)> = shares.iter().map(|(_, rest)| *rest).enumerate().collect();
    order.sort_by_key(|(_, rest)| Reverse(*rest));
    order.into_iter().map(|(index, _)| index).collect()
}

/// `share` units with the sign of `total`.
fn signed(share: u128, total: Money) -> Result<Money, MoneyError> {
    let share = i128::try_from(share).map_err(|_| MoneyError::Overflow)?;
    let minor = if total.is_negative() { share.checked_neg() } else { Some(share) };
    let minor = minor.and_then(|minor| i64::try_from(minor).ok()).ok_or(MoneyError::Overflow)?;
    Ok(Money::new(minor, total.currency()))
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "the rule is restated in the plainest way")]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::money::Currency;

    fn split(total: i64, weights: &[u64]) -> Vec<i64> {
        let total = Money::new(total, Currency::from_code("EUR").unwrap());
        allocate(total, weights).unwrap().into_iter().map(Money::minor).collect()
    }

    #[rstest]
    #[case::even(100, &[1, 1, 1], &[34, 33, 33])]
    #[case::ties_go_to_the_earlier_part(2, &[5, 5, 5], &[1, 1, 0])]
    #[case::largest_remainder_first(10, &[1, 2, 4], &[1, 3, 6])]
    #[case::weightless_parts_get_nothing(5, &[0, 3, 0], &[0, 5, 0])]
    #[case::all_weightless_is_even(5, &[0, 0], &[3, 2])]
    #[case::credits_mirror_charges(-100, &[1, 1, 1], &[-34, -33, -33])]
    #[case::nothing(0, &[7, 9], &[0, 0])]
    #[case::extremes(i64::MIN, &[u64::MAX, u64::MAX], &[i64::MIN / 2, i64::MIN / 2])]
    fn an_amount_is_split_in_proportion(#[case] total: i64, #[case] weights: &[u64], #[case] parts: &[i64]) {
        assert_eq!(split(total, weights), parts);
    }

    #[test]
    fn without_parts_nothing_is_split() {
        assert!(split(0, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn the_parts_sum_exactly_and_each_is_its_share_to_the_unit(
            total: i64,
            weights in proptest::collection::vec(any::<u64>(), 1..60),
        ) {
            let parts = split(total, &weights);
            prop_assert_eq!(parts.iter().map(|part| i128::from(*part)).sum::<i128>(), i128::from(total));
            let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
            prop_assume!(sum > 0);
            for (part, weight) in parts.iter().zip(&weights) {
                let floor = u128::from(total.unsigned_abs()) * u128::from(*weight) / sum;
                let given = u128::from(part.unsigned_abs());
                prop_assert!(given == floor || given == floor + 1);
                prop_assert!(*weight > 0 || given == 0);
            }
        }
    }
}
