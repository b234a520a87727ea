//! What happened in a store, for its owner to read.

use domain::event::Event;
use ports::{
    events::EventFilter,
    list::{Slice, Window},
};

use crate::{Context, Core, Result};

/// Events of the calling key's mode, oldest first, whether or not they have been delivered.
pub async fn list(core: &Core, ctx: &Context, filter: &EventFilter, window: &Window) -> Result<Slice<Event>> {
    Ok(core.db.events().events(ctx.store, ctx.mode, filter, window).await?)
}
