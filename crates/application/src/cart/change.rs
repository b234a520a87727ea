//! Changing a cart without losing anybody's change.

use domain::{
    cart::{Cart, CartError},
    catalog::sellable::Sellable,
    id::{Handle, VariantId, kind},
};
use ports::catalog::Lookup;

use super::{current, price, view::CartView};
use crate::{Context, Core, Error, ErrorCode, Result, availability::quantity_refused, store_config};

/// Something to be looked up in the catalogue for a change.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    pub(super) product: &'a Handle<kind::ProductId>,
    pub(super) variant: Option<VariantId>,
}

/// A change of a cart. It may be carried out several times, each time on a cart read anew.
pub(super) struct Edit<'a> {
    /// The version that the change was decided on; any when absent.
    pub(super) if_version: Option<i32>,
    /// What is to be added. Adding begins a new cart after one that became an order.
    pub(super) wanted: Option<Wanted<'a>>,
    /// The change itself; it is given what the catalogue knows of the lines, and what was wanted.
    pub(super) apply: &'a (dyn Fn(&mut Cart, &Shelf) -> Result<()> + Send + Sync),
    /// Refuses an outcome by its price, before it is stored.
    pub(super) accept: Option<fn(&CartView) -> Result<()>>,
}

/// What the catalogue knows about a cart's variants.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    pub(super) sellables: Vec<Sellable>,
    pub(super) wanted: Option<Sellable>,
}

impl Shelf {
    pub(super) fn find(&self, variant: VariantId) -> Option<&Sellable> {
        self.sellables.iter().find(|known| known.variant_id == variant)
    }
}

/// Carries a change out and shows the cart as it is then.
pub(super) async fn change(core: &Core, ctx: &Context, token_hash: &str, edit: Edit<'_>) -> Result<CartView> {
    let config = store_config(core, ctx).await?;
    let decide = async |cart: &mut Cart| {
        Error::check_version(edit.if_version, cart.version)?;
        let shelf = look_up(core, ctx, cart, edit.wanted.as_ref()).await?;
        (edit.apply)(cart, &shelf)?;
        let shown = price::price(core, ctx, &config, cart, shelf.sellables).await?;
        edit.accept.map_or(Ok(()), |accept| accept(&shown))?;
        Ok(shown)
    };
    let (cart, mut shown) =
        current::edit(core, ctx, &config, token_hash, edit.wanted.is_some(), decide).await?;
    shown.cart.version = cart.version;
    Ok(shown)
}

async fn look_up(core: &Core, ctx: &Context, cart: &Cart, wanted: Option<&Wanted<'_>>) -> Result<Shelf> {
    let variants: Vec<_> = cart.lines.iter().map(|line| line.variant_id).collect();
    let Some(Wanted { product, variant }) = wanted else {
        return Ok(Shelf { sellables: price::sellables_of(core, ctx, cart).await?, wanted: None });
    };
    let catalog = core.db.catalog();
    let (found, mut sellables) =
        catalog.sellable_beside(ctx.store, ctx.mode, product, *variant, &variants).await?;
    let wanted = match found {
        Lookup::Found(sellable) => *sellable,
        Lookup::Missing if variant.is_some() => return Err(Error::not_found("product or variant")),
        Lookup::Missing => return Err(Error::not_found("product")),
        Lookup::VariantRequired => {
            return Err(Error::invalid("variantId", "is needed: the product has several variants"));
        }
    };
    if !sellables.iter().any(|known| known.variant_id == wanted.variant_id) {
        sellables.push(wanted.clone());
    }
    Ok(Shelf { sellables, wanted: Some(wanted) })
}

/// Why the cart said no, as an answer. `sellable` and `requested` are what a quantity was about.
pub(super) fn refused(refusal: CartError, sellable: Option<&Sellable>, requested: u32) -> Error {
    let message = refusal.to_string();
    match refusal {
        CartError::PaymentInProgress => Error::new(ErrorCode::CheckoutInProgress, message),
        CartError::Completed | CartError::Superseded | CartError::Expired => {
            Error::new(ErrorCode::InvalidState, message)
        }
        CartError::Empty => Error::new(ErrorCode::CartEmpty, message),
        CartError::UnknownLine(_) => Error::not_found("cart item"),
        CartError::NoQuantity => Error::invalid("quantity", message),
        CartError::TooManyLines => Error::invalid("productId", message),
        CartError::AddressMissing => {
            Error::new(ErrorCode::CheckoutIncomplete, message).on_field("shippingAddress")
        }
        CartError::Quantity { refusal, .. } => match sellable {
            Some(sellable) => quantity_refused(sellable, requested, refusal),
            None => Error::internal(message),
        },
        CartError::OtherVariant(_) => Error::internal(message),
    }
}
