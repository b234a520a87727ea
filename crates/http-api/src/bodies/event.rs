//! Events on the wire.

use std::collections::BTreeMap;

use domain::event::{Event, EventValue};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{fields::Resource, money::MoneyBody, timestamp::Timestamp};

/// One fact of an event.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = EventFact)]
pub(crate) enum FactBody {
    /// Words, ids, statuses.
    Text(String),
    /// Counts.
    Number(i64),
    /// Amounts.
    Money(MoneyBody),
    /// Yes or no.
    Flag(bool),
}

/// Something that happened.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Event)]
pub(crate) struct EventBody {
    /// Identity; webhooks carry the same.
    #[schema(examples("evt_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What happened.
    #[serde(rename = "type")]
    #[schema(examples("order.paid"))]
    kind: &'static str,
    /// When.
    created_at: Timestamp,
    /// In which store.
    #[schema(examples("str_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    store_id: String,
    /// Whether it was about real money.
    livemode: bool,
    /// What it happened to: `order`.
    #[schema(examples("order"))]
    subject_type: &'static str,
    /// The id of that.
    #[schema(examples("ord_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    subject_id: String,
    /// Who did it: a key, a shopper, the worker, a gateway.
    #[schema(examples("key:key_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    actor: String,
    /// Facts about it.
    data: BTreeMap<String, FactBody>,
}

impl Resource for EventBody {}

impl EventBody {
    pub(crate) fn new(event: Event, locale: &str) -> Self {
        let Event { id, store, mode, kind, subject, data, actor, created_at } = event;
        let fact = |(key, value)| {
            let value = match value {
                EventValue::Text(text) => FactBody::Text(text),
                EventValue::Int(number) => FactBody::Number(number),
                EventValue::Money(amount) => FactBody::Money(MoneyBody::new(amount, locale)),
                EventValue::Bool(flag) => FactBody::Flag(flag),
            };
            (key, value)
        };
        Self {
            id: id.to_string(),
            kind: kind.as_str(),
            created_at: created_at.into(),
            store_id: store.to_string(),
            livemode: mode.is_live(),
            subject_type: subject.entity(),
            subject_id: subject.id(),
            actor,
            data: data.into_iter().map(fact).collect(),
        }
    }
}
