//! Bodies that both surfaces show.

pub(crate) mod order;
