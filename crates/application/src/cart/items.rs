//! The lines of a cart.

use domain::{
    cart::Cart,
    id::{Handle, LineId, VariantId, kind},
};

use super::{
    change::{Edit, Shelf, Wanted, change, refused},
    view::CartView,
};
use crate::{Context, Core, Error, ErrorCode, Result};

/// What a shopper puts into the cart.
#[derive(Debug)]
pub struct NewItem {
    /// The product, by id or slug.
    pub product: Handle<kind::ProductId>,
    /// Which of its variants; needed where there are several.
    pub variant: Option<VariantId>,
    /// How many, at least one.
    pub quantity: u32,
}

/// Puts units of a product into the cart; on top of what is there of it.
pub async fn add_item(core: &Core, ctx: &Context, token_hash: &str, item: NewItem) -> Result<CartView> {
    let fresh = core.ids.id();
    let apply = |cart: &mut Cart, shelf: &Shelf| {
        let sellable =
            shelf.wanted.as_ref().ok_or_else(|| Error::internal("what is added was not looked up"))?;
        let requested = cart.quantity_of(sellable.variant_id).saturating_add(item.quantity);
        let added = cart.add(fresh, sellable, item.quantity, ctx.now);
        added.map(drop).map_err(|refusal| refused(refusal, Some(sellable), requested))
    };
    let wanted = Wanted { product: &item.product, variant: item.variant };
    let edit = Edit { if_version: None, wanted: Some(wanted), apply: &apply, accept: None };
    change(core, ctx, token_hash, edit).await
}

/// Sets how many units of a line are wanted; none takes it out.
pub async fn set_quantity(
    core: &Core,
    ctx: &Context,
    token_hash: &str,
    line: LineId,
    quantity: u32,
    if_version: Option<i32>,
) -> Result<CartView> {
    let apply = |cart: &mut Cart, shelf: &Shelf| {
        if quantity == 0 {
            return cart.remove(line, ctx.now).map_err(|refusal| refused(refusal, None, 0));
        }
        let variant = cart.line(line).map_err(|refusal| refused(refusal, None, quantity))?.variant_id;
        let sellable = shelf.find(variant).ok_or_else(|| {
            Error::new(ErrorCode::ProductUnavailable, "This item is no longer sold; take it out of the cart.")
        })?;
        let set = cart.set_quantity(line, sellable, quantity, ctx.now);
        set.map_err(|refusal| refused(refusal, Some(sellable), quantity))
    };
    change(core, ctx, token_hash, Edit { if_version, wanted: None, apply: &apply, accept: None }).await
}

/// Takes a line out.
pub async fn remove(
    core: &Core,
    ctx: &Context,
    token_hash: &str,
    line: LineId,
    if_version: Option<i32>,
) -> Result<CartView> {
    set_quantity(core, ctx, token_hash, line, 0, if_version).await
}
