//! Lists of the fake, from the newest back.

use serde_json::{Value, json};

use super::{
    answer::{Answer, done, no_such},
    books::{Books, Intent, Refund},
    form::{Form, text, texts},
};

/// As many are listed when a request does not say.
const USUAL: usize = 10;

impl Books {
    pub(super) fn list(&self, account: &str, form: &Form) -> Result<Answer, Answer> {
        let since = texts(form, "created").get("gte").and_then(|second| second.parse().ok());
        let since: i64 = since.unwrap_or_default();
        let own = self.intents.iter().filter(|known| known.account == account && known.created >= since);
        page("payment_intent", own.map(Intent::json), form)
    }

    pub(super) fn list_refunds(&self, account: &str, form: &Form) -> Result<Answer, Answer> {
        let of = text(form, "payment_intent");
        let own = self.refunds.iter().filter(|known| known.account == account);
        let own = own.filter(|known| of.is_none_or(|of| known.intent == of));
        page("refund", own.map(Refund::json), form)
    }
}

fn page(kind: &str, all: impl DoubleEndedIterator<Item = Value>, form: &Form) -> Result<Answer, Answer> {
    let mut all = all.rev();
    if let Some(after) = text(form, "starting_after") {
        all.find(|known| known["id"] == after).ok_or_else(|| no_such(kind, after))?;
    }
    let limit = text(form, "limit").and_then(|limit| limit.parse().ok()).unwrap_or(USUAL);
    let mut all = all.peekable();
    let data: Vec<_> = std::iter::from_fn(|| all.next()).take(limit).collect();
    Ok(done(json!({"object": "list", "data": data, "has_more": all.peek().is_some()})))
}
