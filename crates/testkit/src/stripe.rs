//! A Stripe to test against: a server on this machine that reads requests as strictly as Stripe's
//! published schema, keeps intents and refunds, and misbehaves when told to.
//!
//! ```no_run
//! # async fn example() {
//! let stripe = testkit::stripe::FakeStripe::start().await;
//! // … point the gateway at stripe.url(), sell something …
//! assert_eq!(stripe.violations(), Vec::<String>::new());
//! # }
//! ```
//!
//! To add an operation: its name in `fixtures/derive_stripe_schema.py`, the fixture derived again, its
//! route in `stripe/desk.rs`, its effect in `stripe/books.rs`.

mod answer;
mod books;
mod desk;
mod form;
mod list;
mod rules;
mod scenario;
mod schema;
mod server;
mod shop;
mod webhook;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::task::JoinHandle;

use self::{
    books::{Books, Intent, Refund},
    desk::Desk,
};
pub use shop::{KEY, SECRET, deliver, open_shop, tell};
pub use webhook::Delivery;

/// What the next request meets instead of a plain answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The work is done at once, the answer comes later.
    Slow(Duration),
    /// The work is done, the connection breaks before the answer.
    HangUpAfterWork,
    /// The connection breaks and nothing was done.
    HangUpBeforeWork,
    /// 500 and nothing was done.
    ServerError,
    /// 500, nothing was done, and every repetition under the same key is answered so.
    RememberedError,
    /// 429 and nothing was done.
    TooManyRequests,
    /// 409: another request holds the idempotency key.
    KeyInUse,
}

/// A request as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// In upper case.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// What follows the question mark.
    pub query: String,
    /// The whole header.
    pub authorization: Option<String>,
    /// `Stripe-Version`.
    pub version: Option<String>,
    /// `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// The form.
    pub body: Vec<u8>,
}

/// The server; stops when dropped. Every key `sk_test_…` is an account of its own.
pub struct FakeStripe {
    url: String,
    desk: Arc<Mutex<Desk>>,
    server: JoinHandle<()>,
}

impl FakeStripe {
    /// Listens on a free port of this machine.
    pub async fn start() -> Self {
        let desk = Arc::new(Mutex::new(Desk::new()));
        let (url, server) = server::start(Arc::clone(&desk)).await;
        Self { url, desk, server }
    }

    /// What to give as the address of Stripe.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The next requests meet these faults, one each, in order.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.desk().faults.extend(faults);
    }

    /// The key is refused from now on.
    pub fn revoke(&self, key: &str) {
        self.desk().revoked.insert(key.to_owned());
    }

    /// The key is accepted again.
    pub fn accept(&self, key: &str) {
        self.desk().revoked.remove(key);
    }

    /// Staff gives money of an intent back in Stripe's dashboard.
    pub fn refund_elsewhere(&self, intent: &str, amount: i64) {
        self.desk().books.intent(intent).expect("the intent exists").refunded += amount;
    }

    /// Everything that Stripe would not have taken, or that a careful client would not have sent.
    pub fn violations(&self) -> Vec<String> {
        self.desk().violations.clone()
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.desk().requests.clone()
    }

    /// How many intents there are, whatever became of them.
    pub fn intents(&self) -> usize {
        self.desk().books.intents.len()
    }

    /// The last intent that was made.
    pub fn newest_intent(&self) -> Option<String> {
        self.desk().books.intents.last().map(|intent| intent.id.clone())
    }

    /// What an intent took, in Stripe's units; `None` when it took nothing or does not exist.
    pub fn captured(&self, intent: &str) -> Option<i64> {
        let taken = |found: &mut Intent| (found.status == "succeeded").then_some(found.amount);
        self.desk().books.intent(intent).and_then(taken)
    }

    /// What went back of an intent, in Stripe's units.
    pub fn refunded(&self, intent: &str) -> i64 {
        self.desk().books.intent(intent).map_or(0, |found| found.refunded)
    }

    /// The shopper passes the bank's page, or does not.
    pub fn complete_action(&self, intent: &str, approve: bool) {
        self.finish(intent, "requires_action", approve, "payment_intent_authentication_failure");
    }

    /// A bank debit that was under way arrives, or does not.
    pub fn settle(&self, intent: &str, succeed: bool) {
        self.finish(intent, "processing", succeed, "payment_intent_payment_attempt_failed");
    }

    /// A pending refund arrives, or comes back.
    pub fn settle_refund(&self, refund: &str, succeed: bool) {
        let mut desk = self.desk();
        let found = desk.books.refund_named(refund).expect("the refund exists");
        assert_eq!(found.status, "pending", "only a pending refund is settled");
        found.status = if succeed { "succeeded" } else { "failed" };
        let (intent, amount) = (found.intent.clone(), found.amount);
        if !succeed {
            desk.books.intent(&intent).expect("a refund has an intent").refunded -= amount;
        }
    }

    /// The event of that kind, with the intent (or for `charge.refunded` its charge, or for `refund.…`
    /// its last refund) as it stands now. Every call makes another event; keep one to send it again.
    pub fn event_for(&self, intent: &str, kind: &str) -> Value {
        let mut desk = self.desk();
        let object = if kind.contains("refund.") {
            let last = desk.books.refunds.iter().rfind(|known| known.intent == intent);
            last.map(Refund::json)
        } else if kind.starts_with("charge.") {
            desk.books.intent(intent).map(|found| found.charge_json())
        } else {
            desk.books.intent(intent).map(|found| found.json())
        };
        webhook::event(kind, object.expect("there is something to tell about"))
    }

    /// Sends a webhook, signed now, and returns the status it was answered with.
    pub async fn send_webhook(&self, url: &str, secret: &str, event: &Value) -> u16 {
        Delivery::of(event).signed(secret).send(url).await
    }

    fn finish(&self, intent: &str, from: &str, succeed: bool, code: &str) {
        let mut desk = self.desk();
        let found = desk.books.intent(intent).expect("the intent exists");
        assert_eq!(found.status, from, "the intent does not wait for this");
        if succeed { found.status = "succeeded" } else { found.fail(code, None) }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    fn intent(&mut self, id: &str) -> Option<&mut Intent> {
        self.intents.iter_mut().find(|known| known.id == id)
    }

    fn refund_named(&mut self, id: &str) -> Option<&mut Refund> {
        self.refunds.iter_mut().find(|known| known.id == id)
    }
}

impl Drop for FakeStripe {
    fn drop(&mut self) {
        self.server.abort();
    }
}
