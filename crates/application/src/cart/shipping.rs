//! What it costs to get a cart to its shopper.

use domain::{
    cart::{Cart, CartError, CartState},
    id::ShippingMethodId,
    money::Money,
    quote::Totals,
    rate::Rate,
    shipping::{Destination, ShippingMethod},
};

use super::{
    change::{Edit, Shelf, change, refused},
    current::hold,
    price,
    view::CartView,
};
use crate::{Context, Core, Error, ErrorCode, Result, pricing, store_config};

/// What a cart would come to somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// What it would come to, by the shipping method chosen if that goes there, else by the cheapest.
    pub totals: Totals,
    /// The tax rate to show.
    pub tax_rate: Rate,
    /// How many ways there are to send it there.
    pub shipping_options: usize,
}

/// What the cart would come to at a destination. Nothing is saved.
pub async fn estimate(
    core: &Core,
    ctx: &Context,
    token_hash: &str,
    destination: Destination,
) -> Result<Estimate> {
    let config = store_config(core, ctx).await?;
    let mut cart = hold(core, ctx, &config, token_hash).await?.cart;
    if cart.state == CartState::Completed {
        cart.lines.clear();
    }
    let sellables = price::sellables_of(core, ctx, &cart).await?;
    let priced = price::quote(core, ctx, &config, &cart, sellables.clone(), Some(&destination)).await?;
    let options = pricing::shipping_options(&config, &priced.quote, &priced.lines, Some(&destination))?;
    let chosen = options.iter().any(|(method, _)| Some(method.id) == cart.shipping_method);
    let quote = match options.iter().min_by_key(|(_, price)| price.minor()) {
        Some((cheapest, _)) if !chosen => {
            let with_it = Cart { shipping_method: Some(cheapest.id), ..cart };
            price::quote(core, ctx, &config, &with_it, sellables, Some(&destination)).await?.quote
        }
        _ => priced.quote,
    };
    Ok(Estimate { totals: quote.totals, tax_rate: quote.effective_tax_rate, shipping_options: options.len() })
}

/// The ways to send the cart to its shopper's address, with what each charges before any coupon.
pub async fn shipping_options(
    core: &Core,
    ctx: &Context,
    token_hash: &str,
) -> Result<Vec<(ShippingMethod, Money)>> {
    let config = store_config(core, ctx).await?;
    let cart = hold(core, ctx, &config, token_hash).await?.cart;
    let Some(address) = &cart.contact.shipping_address else {
        return Err(refused(CartError::AddressMissing, None, 0));
    };
    let destination = Destination::from(address);
    let sellables = price::sellables_of(core, ctx, &cart).await?;
    let priced = price::quote(core, ctx, &config, &cart, sellables, Some(&destination)).await?;
    pricing::shipping_options(&config, &priced.quote, &priced.lines, Some(&destination))
}

/// Chooses how the goods travel.
pub async fn choose_shipping(
    core: &Core,
    ctx: &Context,
    token_hash: &str,
    method: ShippingMethodId,
) -> Result<CartView> {
    let apply = |cart: &mut Cart, _: &Shelf| {
        cart.choose_shipping(method, ctx.now).map_err(|refusal| refused(refusal, None, 0))
    };
    let edit = Edit { if_version: None, wanted: None, apply: &apply, accept: Some(goes_there) };
    change(core, ctx, token_hash, edit).await
}

fn goes_there(shown: &CartView) -> Result<()> {
    if shown.shipping_unavailable {
        let message = "This shipping option is not available for this cart.";
        return Err(Error::new(ErrorCode::ShippingUnavailable, message).on_field("shippingOptionId"));
    }
    Ok(())
}
