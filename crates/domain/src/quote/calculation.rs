//! From a request to a quote, one step of the bill at a time.

use super::{PromotionUse, Quote, QuoteLine, QuoteRequest, QuotedLine, QuotedShipping, Totals};
use crate::{
    discount::{Discount, DiscountLine, EvaluateError, Refusal, evaluate},
    money::{Money, MoneyError},
    rate::Rate,
    shipping::{ShippedItem, ShippingBasket},
    tax::{TaxAmount, TaxBase, TaxClass, applicable, assess, breakdown},
};

/// Prices a basket.
///
/// The order is: lines, discount spread over the lines, shipping by what is left, tax on both. A
/// coupon or a shipping method that does not apply is left out and reported, not an error, because a
/// basket must stay readable while it changes; the caller decides whether to go on.
pub fn quote(request: &QuoteRequest<'_>) -> Result<Quote, MoneyError> {
    let subtotals: Vec<Money> = request
        .lines
        .iter()
        .map(|line| line.price.unit.checked_mul(line.quantity.into()))
        .collect::<Result<_, _>>()?;
    let subtotal = Money::sum(subtotals.iter().copied(), request.currency)?;
    let (discount, discount_refusal) = discount(request, &subtotals)?;
    let nets = subtract(&subtotals, &discount.per_line)?;
    let charge = shipping_charge(request, subtotal.checked_sub(discount.total)?)?;
    let price = charge.unwrap_or(Money::zero(request.currency));
    let waived = if discount.free_shipping { price } else { Money::zero(request.currency) };
    let shipping_net = price.checked_sub(waived)?;
    let mut taxes = taxes(request, &nets, shipping_net)?;
    let shipping_tax = taxes.pop().flatten();
    let effective_tax_rate = effective_rate(request, &nets, shipping_net, &taxes, shipping_tax.as_ref())?;
    let tax_breakdown = breakdown(taxes.iter().flatten().chain(&shipping_tax))?;
    let shipping = QuotedShipping {
        price,
        discount: waived,
        tax: amount_of(shipping_tax.as_ref(), request),
        taxes: shipping_tax.into_iter().collect(),
    };
    let tax = Money::sum(tax_breakdown.iter().map(|entry| entry.amount), request.currency)?;
    let before_tax = subtotal.checked_sub(discount.total)?.checked_add(shipping_net)?;
    let total = with_tax(before_tax, tax, request)?;
    Ok(Quote {
        lines: lines(request, &subtotals, &discount, taxes)?,
        shipping,
        totals: Totals { subtotal, discount: discount.total, shipping: shipping_net, tax, total },
        tax_breakdown,
        tax_inclusive: request.tax.prices_include_tax,
        discount_refusal,
        requires_shipping: request.lines.iter().any(|line| line.requires_shipping),
        shipping_unavailable: request.shipping.is_some() && charge.is_none(),
        effective_tax_rate,
    })
}

fn discount(
    request: &QuoteRequest<'_>,
    subtotals: &[Money],
) -> Result<(Discount, Option<Refusal>), MoneyError> {
    let none = Money::zero(request.currency);
    let nothing = Discount { total: none, per_line: vec![none; subtotals.len()], free_shipping: false };
    let Some(PromotionUse { promotion, used, history }) = request.promotion else {
        return Ok((nothing, None));
    };
    let lines: Vec<DiscountLine<'_>> = request
        .lines
        .iter()
        .zip(subtotals)
        .map(|(line, subtotal)| DiscountLine {
            line: line.line,
            product: line.product,
            categories: &line.categories,
            subtotal: *subtotal,
        })
        .collect();
    match evaluate(promotion, &lines, request.currency, used, history, request.now) {
        Ok(discount) => Ok((discount, None)),
        Err(EvaluateError::Refused(refusal)) => Ok((nothing, Some(refusal))),
        Err(EvaluateError::Money(error)) => Err(error),
    }
}

fn shipping_charge(request: &QuoteRequest<'_>, subtotal: Money) -> Result<Option<Money>, MoneyError> {
    let Some(method) = request.shipping else { return Ok(None) };
    method.quote(&ShippingBasket { subtotal, items: shipped_items(request.lines) }, request.destination)
}

/// What of the lines has to be shipped, as shipping methods see it.
pub fn shipped_items(lines: &[QuoteLine]) -> Vec<ShippedItem> {
    let shipped = lines.iter().filter(|line| line.requires_shipping && line.quantity > 0);
    shipped
        .map(|line| ShippedItem {
            quantity: line.quantity,
            weight_grams: line.weight_grams,
            fixed: line.fixed_shipping,
        })
        .collect()
}

/// The tax on each line, and on the shipping as the last.
fn taxes(
    request: &QuoteRequest<'_>,
    nets: &[Money],
    shipping: Money,
) -> Result<Vec<Option<TaxAmount>>, MoneyError> {
    let bases = request
        .lines
        .iter()
        .zip(nets)
        .map(|(line, net)| TaxBase { amount: *net, class: line.taxable.then_some(&line.tax_class) });
    // Shipping that costs nothing owes nothing, and would only add an empty entry.
    let is_taxed = request.tax.shipping_taxed && !shipping.is_zero();
    let last = TaxBase { amount: shipping, class: is_taxed.then_some(&request.tax.shipping_class) };
    let bases: Vec<TaxBase<'_>> = bases.chain([last]).collect();
    assess(request.tax, request.rates, request.destination, &bases)
}

fn effective_rate(
    request: &QuoteRequest<'_>,
    nets: &[Money],
    shipping: Money,
    taxes: &[Option<TaxAmount>],
    shipping_tax: Option<&TaxAmount>,
) -> Result<Rate, MoneyError> {
    let entries = taxes.iter().map(Option::as_ref).zip(nets.iter().copied());
    let taxed: Vec<(&TaxAmount, Money)> =
        entries.chain([(shipping_tax, shipping)]).filter_map(|(entry, net)| Some((entry?, net))).collect();
    let Some((first, _)) = taxed.first() else {
        let standard = TaxClass::standard();
        let usual = applicable(request.rates, &standard, request.destination).filter(|_| request.tax.enabled);
        return Ok(usual.map_or(Rate::ZERO, |rate| rate.rate));
    };
    if taxed.iter().all(|(entry, _)| entry.rate == first.rate) {
        return Ok(first.rate);
    }
    let tax = Money::sum(taxed.iter().map(|(entry, _)| entry.amount), request.currency)?;
    let paid = Money::sum(taxed.iter().map(|(_, amount)| *amount), request.currency)?;
    let net = if request.tax.prices_include_tax { paid.checked_sub(tax)? } else { paid };
    Rate::of_parts(tax, net)
}

fn lines(
    request: &QuoteRequest<'_>,
    subtotals: &[Money],
    discount: &Discount,
    taxes: Vec<Option<TaxAmount>>,
) -> Result<Vec<QuotedLine>, MoneyError> {
    let amounts = subtotals.iter().zip(&discount.per_line).zip(taxes);
    let priced = request.lines.iter().zip(amounts).map(|(line, ((subtotal, discount), entry))| {
        let tax = amount_of(entry.as_ref(), request);
        Ok(QuotedLine {
            line: line.line,
            quantity: line.quantity,
            unit_price: line.price.unit,
            original_unit_price: line.price.original,
            subtotal: *subtotal,
            discount: *discount,
            tax,
            taxes: entry.into_iter().collect(),
            total: with_tax(subtotal.checked_sub(*discount)?, tax, request)?,
        })
    });
    priced.collect()
}

fn subtract(from: &[Money], what: &[Money]) -> Result<Vec<Money>, MoneyError> {
    from.iter().zip(what).map(|(from, what)| from.checked_sub(*what)).collect()
}

fn amount_of(entry: Option<&TaxAmount>, request: &QuoteRequest<'_>) -> Money {
    entry.map_or(Money::zero(request.currency), |entry| entry.amount)
}

fn with_tax(amount: Money, tax: Money, request: &QuoteRequest<'_>) -> Result<Money, MoneyError> {
    if request.tax.prices_include_tax { Ok(amount) } else { amount.checked_add(tax) }
}
