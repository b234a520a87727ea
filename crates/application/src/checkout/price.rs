//! What a cart costs at the moment of paying, from what is true now: never from what it said before.

use domain::{
    cart::Cart,
    catalog::sellable::Sellable,
    quote::{PromotionUse, Quote},
    shipping::{Destination, ShippingMethod},
};
use ports::{promotions::PromotionRow, stores::StoreConfig};

use crate::{Context, Core, Error, ErrorCode, Result, availability::quantity_refused, pricing};

/// A cart with its price, and what the price was made from.
pub(super) struct Priced {
    pub(super) quote: Quote,
    pub(super) sellables: Vec<Sellable>,
    pub(super) shipping: Option<ShippingMethod>,
    pub(super) promotion: Option<PromotionRow>,
}

/// Prices a cart; refused when something in it cannot be sold, or a step before paying is missing.
pub(super) async fn price(core: &Core, ctx: &Context, config: &StoreConfig, cart: &Cart) -> Result<Priced> {
    let variants: Vec<_> = cart.lines.iter().map(|line| line.variant_id).collect();
    let sellables = core.db.catalog().sellables(ctx.store, ctx.mode, &variants).await?;
    let mut lines = Vec::with_capacity(cart.lines.len());
    for line in &cart.lines {
        let sellable =
            sellables.iter().find(|known| known.variant_id == line.variant_id).ok_or_else(|| {
                Error::new(ErrorCode::ProductUnavailable, "Something in the cart is no longer sold.")
            })?;
        sellable
            .check_quantity(line.quantity)
            .map_err(|refusal| quantity_refused(sellable, line.quantity, refusal))?;
        lines.push(pricing::quote_line(line.id, sellable, line.quantity, ctx.now)?);
    }
    let promotion = match &cart.coupon {
        Some(code) => core.db.promotions().by_code(ctx.store, ctx.mode, code).await?,
        None => None,
    };
    if let (Some(code), None) = (&cart.coupon, &promotion) {
        return Err(Error::new(ErrorCode::CouponRefused, format!("The coupon {code} no longer exists.")));
    }
    let history = match (&promotion, &cart.contact.email) {
        (Some(row), Some(email)) => {
            Some(core.db.promotions().history(ctx.store, ctx.mode, row.promotion.id, &email.key()).await?)
        }
        _ => None,
    };
    let used =
        promotion.as_ref().map(|row| PromotionUse { promotion: &row.promotion, used: row.used, history });
    let shipping = cart.shipping_method.and_then(|chosen| {
        config.shipping_methods.iter().find(|method| method.id == chosen && method.enabled).cloned()
    });
    let destination =
        cart.contact.shipping_address.as_ref().or(cart.contact.billing()).map(Destination::from);
    let quote = pricing::basket(config, &lines, used, shipping.as_ref(), destination.as_ref(), ctx.now)?;
    if let Some(refusal) = &quote.discount_refusal {
        return Err(Error::new(ErrorCode::CouponRefused, refusal.message()));
    }
    Error::check_complete(
        cart.contact.missing(quote.requires_shipping, config.settings.checkout.require_phone),
    )?;
    Ok(Priced { quote, sellables, shipping, promotion })
}
