//! Bodies that both surfaces show.

pub(crate) mod event;
pub(crate) mod order;
