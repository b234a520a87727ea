//! Looking for events, on the wire.

use domain::event::EventKind;
use ports::{events::EventFilter, list::Sort};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::{bodies::event::EventBody, list::ListSpec, named::named};

named! {
    /// What happened.
    KindName for EventKind
}

/// The list of events, which has one order: that of time.
#[derive(Debug)]
pub(super) struct Events;

impl ListSpec for Events {
    type Row = EventBody;
    type By = ();
    const NAME: &'static str = "events";
    const SORTS: &'static [(&'static str, ())] = &[];
    const DEFAULT: Sort<()> = Sort { by: (), descending: false };
}

/// Which events to list.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct EventFilters {
    /// Of this type only.
    #[serde(rename = "type")]
    #[param(inline, example = "order.paid")]
    kind: Option<KindName>,
}

impl From<&EventFilters> for EventFilter {
    fn from(filters: &EventFilters) -> Self {
        let EventFilters { kind } = filters;
        Self { subject: None, kind: kind.map(|KindName(kind)| kind) }
    }
}
