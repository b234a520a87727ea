//! A cart that became an order, shown as it was sold.

use domain::{
    cart::Cart,
    id::Handle,
    order::{Order, OrderLine},
    rate::Rate,
};
use ports::orders::OrderView;

use super::{
    price::without_hidden,
    view::{CartCoupon, CartImage, CartItem, CartShipping, CartView},
};
use crate::{Context, Core, Error, Result};

/// The cart with the order that it became.
pub(super) async fn show(core: &Core, ctx: &Context, cart: Cart) -> Result<CartView> {
    let order = Handle::Id(cart.id.cast());
    let found = core.db.orders().order(ctx.store, ctx.mode, &order).await?;
    let found = found.ok_or_else(|| Error::internal(format!("cart {} has no order", cart.id)))?;
    view(ctx, cart, found)
}

fn view(ctx: &Context, cart: Cart, found: OrderView) -> Result<CartView> {
    let order = &found.order;
    Ok(CartView {
        has_shipping_address: order.shipping_address.is_some(),
        has_billing_address: cart.contact.billing_address.is_some(),
        cart: without_hidden(ctx, cart),
        items: order.lines.iter().map(item).collect(),
        totals: order.totals,
        tax_inclusive: order.tax_inclusive,
        tax_breakdown: order.tax_breakdown.clone(),
        tax_rate: tax_rate(order)?,
        requires_shipping: order.lines.iter().any(|line| line.requires_shipping),
        coupon: order.coupon.as_ref().map(|coupon| CartCoupon {
            code: coupon.code.clone(),
            value: Some(coupon.value),
            refusal: None,
        }),
        shipping: order.shipping.as_ref().map(|shipping| CartShipping {
            method: shipping.method_id,
            name: shipping.name.clone(),
            price: shipping.price,
        }),
        shipping_unavailable: false,
        messages: Vec::new(),
        order: Some(Box::new(found)),
    })
}

/// The one rate that all of it was taxed at, else the tax in proportion to the net worth of the order.
fn tax_rate(order: &Order) -> Result<Rate> {
    if let [only] = order.tax_breakdown.as_slice() {
        return Ok(only.rate);
    }
    let net = order.totals.total.checked_sub(order.totals.tax)?;
    Ok(Rate::of_parts(order.totals.tax, net)?)
}

fn item(line: &OrderLine) -> CartItem {
    CartItem {
        id: line.id,
        product_id: line.product_id,
        variant_id: line.variant_id,
        product_name: Some(line.product_name.clone()),
        product_slug: Some(line.product_slug.clone()),
        variant_name: line.variant_name.clone(),
        sku: line.sku.clone(),
        image: line.image.clone().map(|url| CartImage { id: None, url, alt: None }),
        product_type: Some(line.product_type),
        quantity: line.quantity,
        unit_price: line.unit_price,
        original_unit_price: line.original_unit_price,
        subtotal: line.subtotal,
        discount: line.discount,
        tax: line.tax,
        total: line.total,
        requires_shipping: line.requires_shipping,
        track_inventory: line.tracked,
        in_stock: true,
        available: None,
        is_sold: true,
    }
}
