//! How much tax is due on the parts of a sale.

use super::{Rounding, TaxAmount, TaxClass, TaxRate, TaxSettings, applicable};
use crate::{
    allocation::allocate,
    money::{Money, MoneyError},
    rate::Rate,
    shipping::Destination,
};

/// A part of a sale that tax may be due on: a line after its discount, or the shipping.
#[derive(Debug, Clone, Copy)]
pub struct TaxBase<'a> {
    /// What is paid for it: with the tax if the store's prices include it, without otherwise. Not
    /// negative.
    pub amount: Money,
    /// What it is taxed as; not at all when absent.
    pub class: Option<&'a TaxClass>,
}

/// The tax due on each of `bases`, in their order. A base that no rate applies to has no entry; one
/// taxed at nothing has an entry of zero.
pub fn assess(
    settings: &TaxSettings,
    rates: &[TaxRate],
    destination: Option<&Destination>,
    bases: &[TaxBase<'_>],
) -> Result<Vec<Option<TaxAmount>>, MoneyError> {
    let rate_for = |base: &TaxBase<'_>| {
        let class = base.class.filter(|_| settings.enabled)?;
        applicable(rates, class, destination)
    };
    let found: Vec<Option<&TaxRate>> = bases.iter().map(rate_for).collect();
    let amounts = match settings.rounding {
        Rounding::PerLine => per_line(settings, bases, &found)?,
        Rounding::PerTotal => per_total(settings, bases, &found)?,
    };
    let entries = found.into_iter().zip(amounts);
    Ok(entries.map(|(rate, amount)| rate.map(|rate| TaxAmount::new(rate, amount))).collect())
}

/// The entries summed up by name, rate and jurisdiction, in order of first appearance.
pub fn breakdown<'a>(entries: impl IntoIterator<Item = &'a TaxAmount>) -> Result<Vec<TaxAmount>, MoneyError> {
    let mut sums: Vec<TaxAmount> = Vec::new();
    for entry in entries {
        match sums.iter_mut().find(|sum| sum.is_same_tax_as(entry)) {
            Some(sum) => sum.amount = sum.amount.checked_add(entry.amount)?,
            None => sums.push(entry.clone()),
        }
    }
    Ok(sums)
}

impl TaxAmount {
    fn new(rate: &TaxRate, amount: Money) -> Self {
        Self { name: rate.name.clone(), rate: rate.rate, jurisdiction: rate.jurisdiction(), amount }
    }

    fn is_same_tax_as(&self, other: &Self) -> bool {
        self.name == other.name && self.rate == other.rate && self.jurisdiction == other.jurisdiction
    }
}

fn due(settings: &TaxSettings, rate: Rate, amount: Money) -> Result<Money, MoneyError> {
    if settings.prices_include_tax { rate.contained_in(amount) } else { rate.of(amount) }
}

fn per_line(
    settings: &TaxSettings,
    bases: &[TaxBase<'_>],
    found: &[Option<&TaxRate>],
) -> Result<Vec<Money>, MoneyError> {
    let rates = found.iter().map(|rate| rate.map_or(Rate::ZERO, |rate| rate.rate));
    bases.iter().zip(rates).map(|(base, rate)| due(settings, rate, base.amount)).collect()
}

/// Sums the bases under each rate before rounding, which is exact because they share the rate, and
/// hands the rounded tax back to them in proportion.
fn per_total(
    settings: &TaxSettings,
    bases: &[TaxBase<'_>],
    found: &[Option<&TaxRate>],
) -> Result<Vec<Money>, MoneyError> {
    let mut amounts: Vec<Money> = bases.iter().map(|base| Money::zero(base.amount.currency())).collect();
    let mut settled = Vec::new();
    for rate in found.iter().copied().flatten() {
        if settled.contains(&rate.id) {
            continue;
        }
        settled.push(rate.id);
        let taxed = |index: &usize| found.get(*index).is_some_and(|f| f.is_some_and(|f| f.id == rate.id));
        let members: Vec<usize> = (0..bases.len()).filter(taxed).collect();
        let parts: Vec<Money> =
            members.iter().filter_map(|index| bases.get(*index)).map(|b| b.amount).collect();
        let Some(first) = parts.first() else { continue };
        let sum = Money::sum(parts.iter().copied(), first.currency())?;
        let weights: Vec<u64> = parts.iter().map(|part| part.minor().unsigned_abs()).collect();
        let shares = allocate(due(settings, rate.rate, sum)?, &weights)?;
        for (index, share) in members.into_iter().zip(shares) {
            if let Some(amount) = amounts.get_mut(index) {
                *amount = share;
            }
        }
    }
    Ok(amounts)
}
