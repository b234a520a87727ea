//! Webhooks as Stripe sends them, and as impostors do.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use adapters_system::SystemClock;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ports::Clock as _;
use serde_json::{Value, json};
use sha2::Sha256;

use super::desk::VERSION;

/// Event ids never repeat within a test run.
static EVENTS: AtomicU64 = AtomicU64::new(1);

pub(super) fn event(kind: &str, object: Value) -> Value {
    let number = EVENTS.fetch_add(1, Ordering::Relaxed);
    json!({
        "id": format!("evt_fake{number:06}"), "object": "event", "api_version": VERSION,
        "created": SystemClock.now().timestamp(), "livemode": false, "pending_webhooks": 1,
        "request": {"id": null, "idempotency_key": null}, "type": kind, "data": {"object": object},
    })
}

/// One delivery of an event: how it is signed, and when.
#[derive(Debug, Clone)]
pub struct Delivery {
    body: String,
    at: i64,
    signatures: Vec<String>,
}

impl Delivery {
    /// Unsigned, sent now.
    pub fn of(event: &Value) -> Self {
        Self { body: event.to_string(), at: SystemClock.now().timestamp(), signatures: Vec::new() }
    }

    /// As if it had been signed that long ago. Call it before [`Delivery::signed`].
    pub fn signed_ago(mut self, age: Duration) -> Self {
        self.at -= i64::try_from(age.as_secs()).expect("an age within reason");
        self
    }

    /// Adds a signature; twice while a secret is being changed.
    pub fn signed(mut self, secret: &str) -> Self {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
        mac.update(format!("{}.{}", self.at, self.body).as_bytes());
        self.signatures.push(hex::encode(mac.finalize().into_bytes()));
        self
    }

    /// Changes the body after it was signed.
    pub fn tampered(mut self, from: &str, to: &str) -> Self {
        let changed = self.body.replace(from, to);
        assert_ne!(changed, self.body, "nothing to tamper with");
        self.body = changed;
        self
    }

    /// The body as sent.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The `Stripe-Signature` header.
    pub fn signature(&self) -> String {
        self.signatures.iter().fold(format!("t={}", self.at), |header, one| header + ",v1=" + one)
    }

    /// Sends it and returns the status it was answered with.
    pub async fn send(&self, url: &str) -> u16 {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().expect("a client");
        let request = client.post(url).header("Content-Type", "application/json; charset=utf-8");
        let sent = request.header("Stripe-Signature", self.signature()).body(self.body.clone()).send().await;
        sent.expect("the endpoint answers").status().as_u16()
    }
}
