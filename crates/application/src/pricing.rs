//! What a basket costs. Everything that shows or charges a price asks here, so that the catalogue's
//! facts become a price in one place.

use chrono::{DateTime, Utc};
use domain::{
    catalog::sellable::Sellable,
    id::LineId,
    money::Money,
    pricing::{PriceQuery, effective_price},
    quote::{PromotionUse, Quote, QuoteLine, QuoteRequest, quote, shipped_items},
    shipping::{Destination, ShippingBasket, ShippingKind, ShippingMethod},
};
use ports::stores::StoreConfig;

use crate::Result;

/// A line of a basket, priced by what the catalogue says at `now`. Whether so many can be sold is
/// another question: [`Sellable::check_quantity`].
pub fn quote_line(line: LineId, sellable: &Sellable, quantity: u32, now: DateTime<Utc>) -> Result<QuoteLine> {
    let price = effective_price(&PriceQuery {
        product: sellable.product_id,
        variant: sellable.variant_id,
        tag: &sellable.price,
        variant_price: Some(&sellable.variant_price),
        list: &[],
        quantity,
        now,
    })?;
    Ok(QuoteLine {
        line,
        product: sellable.product_id,
        variant: sellable.variant_id,
        categories: sellable.category_ids.clone(),
        quantity,
        price,
        taxable: sellable.taxable,
        tax_class: sellable.tax_class.clone(),
        requires_shipping: sellable.requires_shipping,
        weight_grams: sellable.weight_grams,
        fixed_shipping: sellable.fixed_shipping,
    })
}

/// Prices a basket by the store's own terms. A shipping method that does not go there, or that the store
/// does not send by, is left out and reported in the quote, as a coupon that does not apply is.
pub fn basket(
    config: &StoreConfig,
    lines: &[QuoteLine],
    promotion: Option<PromotionUse<'_>>,
    shipping: Option<&ShippingMethod>,
    destination: Option<&Destination>,
    now: DateTime<Utc>,
) -> Result<Quote> {
    let served = shipping.filter(|method| serves(config, method, destination));
    let priced = quote(&QuoteRequest {
        currency: config.store.currency,
        lines,
        promotion,
        shipping: served,
        destination,
        tax: &config.settings.tax,
        rates: &config.tax_rates,
        now,
    })?;
    let unavailable = priced.shipping_unavailable || (shipping.is_some() && served.is_none());
    Ok(Quote { shipping_unavailable: unavailable, ..priced })
}

/// The ways to send a priced basket to its destination, in the merchant's order, with what each charges
/// before any coupon for shipping. None where nothing has to be sent.
pub fn shipping_options(
    config: &StoreConfig,
    quote: &Quote,
    lines: &[QuoteLine],
    destination: Option<&Destination>,
) -> Result<Vec<(ShippingMethod, Money)>> {
    if !quote.requires_shipping {
        return Ok(Vec::new());
    }
    let subtotal = quote.totals.subtotal.checked_sub(quote.totals.discount)?;
    let basket = ShippingBasket { subtotal, items: shipped_items(lines) };
    let mut options = Vec::new();
    for method in config.shipping_methods.iter().filter(|method| serves(config, method, destination)) {
        if let Some(price) = method.quote(&basket, destination)? {
            options.push((method.clone(), price));
        }
    }
    Ok(options)
}

/// Whether the store sends to the destination at all. Whoever collects a parcel may live anywhere.
fn serves(config: &StoreConfig, method: &ShippingMethod, destination: Option<&Destination>) -> bool {
    let collected = matches!(method.kind, ShippingKind::LocalPickup { .. });
    collected || destination.is_none_or(|to| config.settings.shipping.covers(to.country))
}

#[cfg(test)]
mod tests;
