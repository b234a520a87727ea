//! Pricing a cart by what the catalogue and the store say now.

use domain::{
    cart::{Cart, CartLine, CartState, Checkout},
    catalog::{
        product::{Media, ProductStatus},
        sellable::Sellable,
    },
    money::{Currency, Money},
    quote::{PromotionUse, Quote, QuoteLine, QuotedLine},
    shipping::{Destination, ShippingMethod},
};
use ports::{promotions::PromotionRow, stores::StoreConfig};

use super::{
    message::Message,
    sold,
    view::{CartCoupon, CartImage, CartItem, CartShipping, CartView},
};
use crate::{Context, Core, Result, pricing};

/// A basket with its price, and what the price was made from.
pub(super) struct Priced {
    pub(super) lines: Vec<QuoteLine>,
    pub(super) quote: Quote,
    sellables: Vec<Sellable>,
    promotion: Option<PromotionRow>,
    shipping: Option<ShippingMethod>,
}

/// The cart as it is, priced.
pub(super) async fn show(core: &Core, ctx: &Context, config: &StoreConfig, cart: Cart) -> Result<CartView> {
    if cart.state == CartState::Completed {
        return sold::show(core, ctx, cart).await;
    }
    let sellables = sellables_of(core, ctx, &cart).await?;
    price(core, ctx, config, &cart, sellables).await
}

/// The cart priced with what is known of its variants.
pub(super) async fn price(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    cart: &Cart,
    sellables: Vec<Sellable>,
) -> Result<CartView> {
    let destination = destination(cart);
    let priced = quote(core, ctx, config, cart, sellables, destination.as_ref()).await?;
    Ok(view(ctx, cart, priced))
}

/// What the catalogue knows of the cart's variants.
pub(super) async fn sellables_of(core: &Core, ctx: &Context, cart: &Cart) -> Result<Vec<Sellable>> {
    let variants: Vec<_> = cart.lines.iter().map(|line| line.variant_id).collect();
    if variants.is_empty() {
        return Ok(Vec::new());
    }
    Ok(core.db.catalog().sellables(ctx.store, ctx.mode, &variants).await?)
}

/// Where the goods go as far as that is known; who is billed stands in for it where nothing travels.
pub(super) fn destination(cart: &Cart) -> Option<Destination> {
    cart.contact.shipping_address.as_ref().or(cart.contact.billing()).map(Destination::from)
}

/// Prices what of the cart is sold, for a destination.
pub(super) async fn quote(
    core: &Core,
    ctx: &Context,
    config: &StoreConfig,
    cart: &Cart,
    sellables: Vec<Sellable>,
    destination: Option<&Destination>,
) -> Result<Priced> {
    let mut lines = Vec::with_capacity(cart.lines.len());
    for line in &cart.lines {
        if let Some(sellable) = sold(&sellables, line) {
            lines.push(pricing::quote_line(line.id, sellable, line.quantity, ctx.now)?);
        }
    }
    let promotion = match &cart.coupon {
        Some(code) => core.db.promotions().by_code(ctx.store, ctx.mode, code).await?,
        None => None,
    };
    let history = match (&promotion, &cart.contact.email) {
        (Some(row), Some(email)) => {
            let promotions = core.db.promotions();
            Some(promotions.history(ctx.store, ctx.mode, row.promotion.id, &email.key()).await?)
        }
        _ => None,
    };
    let used = promotion.as_ref();
    let used = used.map(|row| PromotionUse { promotion: &row.promotion, used: row.used, history });
    let shipping = cart.shipping_method.and_then(|chosen| {
        config.shipping_methods.iter().find(|method| method.id == chosen && method.enabled).cloned()
    });
    // Whatever travels gets its address before it is paid for; until then, a guess beats no tax at all.
    let guessed = cart.visitor_country.filter(|_| lines.iter().any(|line| line.requires_shipping));
    let guessed = guessed.map(|country| Destination { country, state: None, postcode: None });
    let destination = destination.or(guessed.as_ref());
    let quote = pricing::basket(config, &lines, used, shipping.as_ref(), destination, ctx.now)?;
    Ok(Priced { lines, quote, sellables, promotion, shipping })
}

fn sold<'a>(sellables: &'a [Sellable], line: &CartLine) -> Option<&'a Sellable> {
    let known = sellables.iter().find(|known| known.variant_id == line.variant_id);
    known.filter(|known| known.status == ProductStatus::Published)
}

fn view(ctx: &Context, cart: &Cart, priced: Priced) -> CartView {
    let Priced { lines: _, quote, sellables, promotion, shipping } = priced;
    let mut messages = line_messages(cart, &sellables);
    let coupon = cart.coupon.as_ref().map(|code| CartCoupon {
        code: code.clone(),
        value: promotion.map(|row| row.promotion.value),
        refusal: quote.discount_refusal,
    });
    match &coupon {
        Some(CartCoupon { refusal: Some(refusal), .. }) => messages.push(Message::refused_coupon(*refusal)),
        Some(CartCoupon { code, value: None, .. }) => messages.push(Message::unknown_coupon(code)),
        _ => {}
    }
    let unavailable = quote.shipping_unavailable || (cart.shipping_method.is_some() && shipping.is_none());
    if unavailable {
        messages.push(Message::shipping_unavailable());
    }
    if quote.requires_shipping && cart.contact.shipping_address.is_none() {
        messages.push(Message::address_missing());
    }
    let currency = quote.totals.total.currency();
    let items = cart.lines.iter().map(|line| item(line, &sellables, &quote.lines, currency)).collect();
    let price = quote.shipping.price;
    CartView {
        has_shipping_address: cart.contact.shipping_address.is_some(),
        has_billing_address: cart.contact.billing_address.is_some(),
        cart: without_hidden(ctx, cart.clone()),
        items,
        totals: quote.totals,
        tax_inclusive: quote.tax_inclusive,
        tax_breakdown: quote.tax_breakdown,
        tax_rate: quote.effective_tax_rate,
        requires_shipping: quote.requires_shipping,
        coupon,
        shipping: shipping.filter(|_| !unavailable).map(|method| CartShipping {
            method: method.id,
            name: method.name,
            price,
        }),
        shipping_unavailable: unavailable,
        messages,
        order: None,
    }
}

/// The cart without personal data if that may not be shown any more.
pub(super) fn without_hidden(ctx: &Context, cart: Cart) -> Cart {
    if cart.shows_contact(ctx.now) { cart } else { Cart { contact: Checkout::default(), ..cart } }
}

fn line_messages(cart: &Cart, sellables: &[Sellable]) -> Vec<Message> {
    let of_line = |line: &CartLine| match sellables.iter().find(|known| known.variant_id == line.variant_id) {
        None => Some(Message::gone(line.id)),
        Some(sellable) => {
            let refusal = sellable.check_quantity(line.quantity).err()?;
            Some(Message::unsellable(line.id, sellable, refusal))
        }
    };
    cart.lines.iter().filter_map(of_line).collect()
}

fn item(line: &CartLine, sellables: &[Sellable], quoted: &[QuotedLine], currency: Currency) -> CartItem {
    let none = Money::zero(currency);
    let known = sellables.iter().find(|known| known.variant_id == line.variant_id);
    let priced = quoted.iter().find(|quoted| quoted.line == line.id);
    let amount = |of: fn(&QuotedLine) -> Money| priced.map_or(none, of);
    CartItem {
        id: line.id,
        product_id: line.product_id,
        variant_id: line.variant_id,
        product_name: known.map(|known| known.product_name.clone()),
        product_slug: known.map(|known| known.product_slug.clone()),
        variant_name: known.and_then(|known| known.variant_name.clone()),
        sku: known.and_then(|known| known.sku.clone()),
        image: known.and_then(|known| known.image.as_ref()).map(image),
        product_type: known.map(|known| known.product_type),
        quantity: line.quantity,
        unit_price: amount(|priced| priced.unit_price),
        original_unit_price: amount(|priced| priced.original_unit_price),
        subtotal: amount(|priced| priced.subtotal),
        discount: amount(|priced| priced.discount),
        tax: amount(|priced| priced.tax),
        total: amount(|priced| priced.total),
        requires_shipping: known.is_some_and(|known| known.requires_shipping),
        track_inventory: known.is_some_and(|known| known.track_inventory),
        in_stock: priced.is_some() && known.is_some_and(Sellable::in_stock),
        available: known.filter(|known| known.track_inventory).map(|known| known.available),
        is_sold: priced.is_some(),
    }
}

fn image(media: &Media) -> CartImage {
    CartImage { id: Some(media.id.clone()), url: media.url.clone(), alt: media.alt.clone() }
}
