//! Changing what may still be changed of an order: notes, the merchant's own data, the address.

use std::collections::BTreeMap;

use domain::{
    address::Address,
    audit::Action,
    event::EventKind,
    order::Order,
    text::{Fault, Faults},
};
use ports::orders::OrderView;

use super::{OrderHandle, identify, lock, refused, view};
use crate::{
    Change, Context, Core, Error, Result, audit,
    cart::{PostalAddress, normalized},
    effects::order_event,
};

/// Characters of the notes of staff.
const NOTES_MAX: usize = 10_000;
/// Entries of the merchant's own data.
const METADATA_MAX: usize = 50;
/// Characters of a key of it.
const METADATA_KEY_MAX: usize = 64;
/// Characters of a value of it.
const METADATA_VALUE_MAX: usize = 1000;

/// What a merchant wants changed about an order.
#[derive(Debug, Clone, Default)]
pub struct OrderChanges {
    /// New notes of staff, or none.
    pub internal_notes: Change<String>,
    /// Takes the place of all the merchant's own data.
    pub metadata: Option<BTreeMap<String, String>>,
    /// Where the goods go instead; only while none has left.
    pub shipping_address: Option<PostalAddress>,
    /// The version that the change was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

/// Changes an order. What changes nothing is not written.
pub async fn update(
    core: &Core,
    ctx: &Context,
    order: &OrderHandle,
    changes: OrderChanges,
) -> Result<OrderView> {
    let id = identify(core, ctx, order).await?;
    let mut work = core.begin(ctx).await?;
    let mut order = lock(&mut *work, ctx, id).await?;
    Error::check_version(changes.if_version, order.version)?;
    let before = order.clone();
    apply(ctx, &mut order, changes)?;
    if order == before {
        drop(work);
        return view(core, ctx, id).await;
    }
    order.updated_at = ctx.now;
    work.orders().update(&mut order).await?;
    work.outbox().append(&[order_event(core, ctx, EventKind::OrderUpdated, &order)]).await?;
    work.audit(Action::OrderUpdated, audit::changed(&before, &order));
    work.commit().await?;
    view(core, ctx, id).await
}

fn apply(ctx: &Context, order: &mut Order, changes: OrderChanges) -> Result<()> {
    let OrderChanges { internal_notes, metadata, shipping_address, if_version: _ } = changes;
    internal_notes.apply(&mut order.internal_notes);
    if let Some(metadata) = metadata {
        order.metadata = metadata;
    }
    let address = shipping_address.map(normalized).transpose();
    let address =
        address.map_err(|fault| Error::invalid(format!("shippingAddress.{}", fault.field), fault.message))?;
    Error::check(faults(order, address.as_ref()))?;
    match address {
        None => Ok(()),
        Some(address) if order.shipping_address.as_ref() == Some(&address) => Ok(()),
        Some(_) if order.shipping.is_none() => {
            Err(Error::invalid("shippingAddress", "nothing in this order is shipped"))
        }
        Some(address) => order.readdress(address, ctx.now).map_err(refused),
    }
}

fn faults(order: &Order, address: Option<&Address>) -> Vec<Fault> {
    let mut faults = Faults::default();
    faults.optional_text("internalNotes", order.internal_notes.as_deref(), NOTES_MAX);
    let few = order.metadata.len() <= METADATA_MAX;
    faults.require(few, "metadata", format_args!("must hold at most {METADATA_MAX} entries"));
    for (key, value) in &order.metadata {
        let field = format!("metadata.{key}");
        faults.text(&field, key, METADATA_KEY_MAX);
        faults.optional_text(&field, Some(value), METADATA_VALUE_MAX);
    }
    for fault in address.map(Address::validate).unwrap_or_default() {
        faults.add(format!("shippingAddress.{}", fault.field), fault.message);
    }
    faults.into_vec()
}
