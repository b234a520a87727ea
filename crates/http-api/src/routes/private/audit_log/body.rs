//! Entries of the audit log on the wire.

use chrono::{DateTime, Utc};
use domain::audit::{Action, Author, Entry, Facts, Subject, SubjectType, Value};
use ports::{audit::AuditFilter, list::Sort};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::{fields::Resource, list::ListSpec, named::named, timestamp::Timestamp};

named! {
    /// What was done.
    ActionName for Action
}

named! {
    /// A kind of things that are changed.
    SubjectName for SubjectType
}

/// One change, and who made it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditEntry)]
pub(super) struct EntryBody {
    /// Identity.
    #[schema(examples("aud_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// When.
    created_at: Timestamp,
    /// What was done.
    #[schema(examples("product.updated"))]
    action: &'static str,
    /// What kind of thing was changed.
    #[schema(examples("product"))]
    subject_type: &'static str,
    /// The id of that.
    #[schema(examples("prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    subject_id: String,
    /// Who did it: `key:` and the id of a key, `staff:` and the id of one of the staff, or `operator` at the
    /// command line.
    #[schema(examples("key:key_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    actor: String,
    /// What that key was called at the time.
    #[schema(required, examples("Warehouse"))]
    actor_name: Option<String>,
    /// Address that the request came from.
    #[schema(required, examples("203.0.113.7"))]
    address: Option<String>,
    /// What the program that sent the request calls itself.
    #[schema(required, examples("curl/8.7.1"))]
    user_agent: Option<String>,
    /// The request's `X-Request-Id`; several entries have the same when one request changed several things.
    #[schema(examples("0192d4f1c0de7cc0b1f2a3b4c5d6e7f8"))]
    request_id: String,
    /// Whether a live key was used.
    livemode: bool,
    /// What stood there before, of the fields that changed; null for a thing that was made.
    #[schema(required, value_type = Option<Object>, example = json!({ "price": { "amount": 2400, "currency": "GBP" } }))]
    before: Option<Map<String, Json>>,
    /// What stands there now, of the fields that changed; null for a thing that is gone.
    #[schema(required, value_type = Option<Object>, example = json!({ "price": { "amount": 2000, "currency": "GBP" } }))]
    after: Option<Map<String, Json>>,
}

impl Resource for EntryBody {}

impl From<Entry> for EntryBody {
    fn from(entry: Entry) -> Self {
        let Entry { id, store: _, mode, author, request_id, action, subject, before, after, at } = entry;
        let Author { actor, name, address, user_agent } = author;
        let Subject { kind, id: subject_id } = subject;
        Self {
            id: id.to_string(),
            created_at: at.into(),
            action: action.as_str(),
            subject_type: kind.as_str(),
            subject_id,
            actor,
            actor_name: name,
            address: address.map(|address| address.to_string()),
            user_agent,
            request_id,
            livemode: mode.is_live(),
            before: before.as_ref().map(object),
            after: after.as_ref().map(object),
        }
    }
}

fn object(facts: &Facts) -> Map<String, Json> {
    facts.iter().map(|(path, value)| (path.to_owned(), json(value))).collect()
}

fn json(value: &Value) -> Json {
    match value {
        // A secret is never stored.
        Value::Nothing | Value::Secret(_) => Json::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Group(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), json(value))).collect::<Map<_, _>>().into()
        }
    }
}

/// The audit log, which has one order: the newest first.
#[derive(Debug)]
pub(super) struct AuditLog;

impl ListSpec for AuditLog {
    type Row = EntryBody;
    type By = ();
    const NAME: &'static str = "audit_log";
    const SORTS: &'static [(&'static str, ())] = &[];
    const DEFAULT: Sort<()> = Sort { by: (), descending: true };
}

/// Which entries to list. Conditions add up.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct AuditFilters {
    /// By this actor, as entries write it.
    #[validate(length(max = 100))]
    #[param(max_length = 100, example = "key:key_01HXYZ6R9M3K8Q2B7V5N4C1D0E")]
    actor: Option<String>,
    /// Of this action.
    #[param(inline, example = "product.updated")]
    action: Option<ActionName>,
    /// About things of this kind.
    #[param(inline, example = "product")]
    subject_type: Option<SubjectName>,
    /// About the thing with this id.
    #[validate(length(max = 100))]
    #[param(max_length = 100, example = "prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E")]
    subject_id: Option<String>,
    /// Of this request.
    #[validate(length(max = 100))]
    #[param(max_length = 100, example = "0192d4f1c0de7cc0b1f2a3b4c5d6e7f8")]
    request_id: Option<String>,
    /// Made with a live key, or with a test key.
    livemode: Option<bool>,
    /// Made at this time or later.
    #[param(example = "2026-04-01T00:00:00Z")]
    from: Option<DateTime<Utc>>,
    /// Made before this time.
    #[param(example = "2026-05-01T00:00:00Z")]
    to: Option<DateTime<Utc>>,
}

impl From<&AuditFilters> for AuditFilter {
    fn from(filters: &AuditFilters) -> Self {
        let AuditFilters { actor, action, subject_type, subject_id, request_id, livemode, from, to } =
            filters;
        Self {
            actor: actor.clone(),
            action: action.map(|ActionName(action)| action),
            subject_type: subject_type.map(|SubjectName(kind)| kind),
            subject_id: subject_id.clone(),
            request_id: request_id.clone(),
            livemode: *livemode,
            from: *from,
            to: *to,
        }
    }
}
