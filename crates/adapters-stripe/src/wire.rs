//! Stripe's answers, as far as they matter here. Fields that Stripe may leave out are optional even
//! where a version promises them: webhooks come in other versions.

use std::collections::BTreeMap;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// A Payment Intent.
#[derive(Debug, Deserialize)]
pub(crate) struct Intent {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) currency: String,
    #[serde(default)]
    pub(crate) amount_received: i64,
    #[serde(default)]
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) last_payment_error: Option<Fault>,
    pub(crate) next_action: Option<Value>,
}

/// A refund.
#[derive(Debug, Deserialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) status: Option<String>,
    pub(crate) failure_reason: Option<String>,
    pub(crate) payment_intent: Option<Reference>,
    // Null in some versions.
    pub(crate) metadata: Option<BTreeMap<String, String>>,
}

/// What Stripe lists.
pub(crate) trait Listed: DeserializeOwned {
    /// Its name, from which the list goes on.
    fn id(&self) -> &str;
}

impl Listed for Intent {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for Refund {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Some of a list.
#[derive(Debug, Deserialize)]
pub(crate) struct Page<T> {
    pub(crate) data: Vec<T>,
    pub(crate) has_more: bool,
}

/// A charge, as `charge.refunded` carries it.
#[derive(Debug, Deserialize)]
pub(crate) struct RefundedCharge {
    pub(crate) currency: String,
    pub(crate) amount_refunded: i64,
    pub(crate) payment_intent: Option<Reference>,
    #[serde(default)]
    pub(crate) metadata: BTreeMap<String, String>,
}

/// Another object by its id, or whole when it was expanded.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Reference {
    Id(String),
    Whole { id: String },
}

impl Reference {
    pub(crate) fn into_id(self) -> String {
        match self {
            Self::Id(id) | Self::Whole { id } => id,
        }
    }
}

/// The body of an answer that is not 2xx.
#[derive(Debug, Deserialize)]
pub(crate) struct FaultBody {
    pub(crate) error: Fault,
}

/// What went wrong with a request, or with the last attempt of an intent.
#[derive(Debug, Deserialize)]
pub(crate) struct Fault {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) decline_code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) payment_intent: Option<Box<Intent>>,
}

/// A webhook's body.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) data: EventData,
}

#[derive(Debug, Deserialize)]
pub(crate) struct EventData {
    pub(crate) object: Value,
}
