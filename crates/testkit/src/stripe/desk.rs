//! Where requests arrive: authentication, version, idempotency, the schema, then the books.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use serde_json::json;

use super::{
    Fault, Request,
    answer::{Answer, done, refused},
    books::Books,
    form::{self, Form},
    schema::Schema,
};

/// The version of the API that the fake speaks.
pub(super) const VERSION: &str = "2022-11-15";

/// Everything the fake knows; requests pass one at a time.
pub(super) struct Desk {
    pub(super) books: Books,
    pub(super) requests: Vec<Request>,
    pub(super) violations: Vec<String>,
    pub(super) faults: VecDeque<Fault>,
    pub(super) revoked: BTreeSet<String>,
    /// By account and key: the request, and how it was answered.
    remembered: BTreeMap<(String, String), (String, Answer)>,
    schema: Schema,
}

/// What the connection is to do.
pub(super) enum Verdict {
    Answer(Answer),
    AnswerAfter(Duration, Answer),
    HangUp,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self {
            books: Books::default(),
            requests: Vec::new(),
            violations: Vec::new(),
            faults: VecDeque::new(),
            revoked: BTreeSet::new(),
            remembered: BTreeMap::new(),
            schema: Schema::published(),
        }
    }

    pub(super) fn receive(&mut self, request: Request, base: &str) -> Verdict {
        self.requests.push(request.clone());
        let error = |kind: &str, message: &str| json!({"error": {"type": kind, "message": message}});
        match self.faults.pop_front() {
            None => Verdict::Answer(self.answer(&request, base)),
            Some(Fault::Slow(pause)) => Verdict::AnswerAfter(pause, self.answer(&request, base)),
            Some(Fault::HangUpAfterWork) => {
                self.answer(&request, base);
                Verdict::HangUp
            }
            Some(Fault::HangUpBeforeWork) => Verdict::HangUp,
            Some(Fault::ServerError) => {
                Verdict::Answer(Answer { status: 500, body: error("api_error", "Something went wrong.") })
            }
            Some(Fault::RememberedError) => {
                let answer = Answer { status: 500, body: error("api_error", "Something went wrong.") };
                let account = self.account(&request).unwrap_or_default();
                let key = request.idempotency_key.clone().unwrap_or_default();
                self.remembered.insert((account, key), (fingerprint(&request), answer.clone()));
                Verdict::Answer(answer)
            }
            Some(Fault::TooManyRequests) => Verdict::Answer(Answer {
                status: 429,
                body: error("invalid_request_error", "Too many requests."),
            }),
            Some(Fault::KeyInUse) => {
                let message = "There is currently another in-progress request using this idempotency key.";
                Verdict::Answer(Answer { status: 409, body: error("idempotency_error", message) })
            }
        }
    }

    fn answer(&mut self, request: &Request, base: &str) -> Answer {
        let account = match self.account(request) {
            Ok(account) => account,
            Err(refusal) => return refusal,
        };
        if request.version.as_deref() != Some(VERSION) {
            self.violate(request, &format!("Stripe-Version is {:?}, not {VERSION}", request.version));
        }
        if request.method != "POST" {
            return self.dispatch(&account, request, base);
        }
        let Some(key) = request.idempotency_key.clone().filter(|key| !key.is_empty() && key.len() <= 255)
        else {
            self.violate(request, "no usable Idempotency-Key");
            return refused(400, "idempotency_key_missing", "An Idempotency-Key is expected here.", "");
        };
        let fingerprint = fingerprint(request);
        if let Some((known, answer)) = self.remembered.get(&(account.clone(), key.clone())) {
            if *known == fingerprint {
                return answer.clone();
            }
            let message = "Keys for idempotent requests can only be used with the same parameters they were first used with.";
            let body = json!({"error": {"type": "idempotency_error", "message": message}});
            return Answer { status: 400, body };
        }
        let answer = self.dispatch(&account, request, base);
        self.remembered.insert((account, key), (fingerprint, answer.clone()));
        answer
    }

    /// Any test key is an account of its own, unless it was revoked.
    fn account(&self, request: &Request) -> Result<String, Answer> {
        let key = request.authorization.as_deref().and_then(|text| text.strip_prefix("Bearer "));
        let known = key.filter(|key| {
            (key.starts_with("sk_test_") || key.starts_with("rk_test_")) && !self.revoked.contains(*key)
        });
        known.map(str::to_owned).ok_or_else(|| {
            let error = json!({"type": "invalid_request_error", "message": "Invalid API Key provided."});
            Answer { status: 401, body: json!({"error": error}) }
        })
    }

    fn dispatch(&mut self, account: &str, request: &Request, base: &str) -> Answer {
        let parts: Vec<_> = request.path.trim_start_matches('/').split('/').collect();
        let operation = match (request.method.as_str(), parts.as_slice()) {
            ("POST", ["v1", "payment_intents"]) => "POST /v1/payment_intents",
            ("GET", ["v1", "payment_intents"]) => "GET /v1/payment_intents",
            ("GET", ["v1", "payment_intents", _]) => "GET /v1/payment_intents/{intent}",
            ("POST", ["v1", "payment_intents", _, "cancel"]) => "POST /v1/payment_intents/{intent}/cancel",
            ("POST", ["v1", "refunds"]) => "POST /v1/refunds",
            ("GET", ["v1", "refunds"]) => "GET /v1/refunds",
            ("GET", ["v1", "refunds", _]) => "GET /v1/refunds/{refund}",
            ("GET", ["v1", "balance"]) => "GET /v1/balance",
            _ => {
                self.violate(request, "no such operation");
                return refused(404, "url_invalid", "Unrecognized request URL.", "");
            }
        };
        let form = match self.form(operation, request) {
            Ok(form) => form,
            Err(refusal) => return refusal,
        };
        let name = parts.get(2).copied().unwrap_or_default();
        let outcome = match operation {
            "POST /v1/payment_intents" => self.books.create(account, &form, base),
            "GET /v1/payment_intents" => self.books.list(account, &form),
            "GET /v1/payment_intents/{intent}" => self.books.find(account, name),
            "POST /v1/payment_intents/{intent}/cancel" => self.books.cancel(account, name),
            "POST /v1/refunds" => self.books.refund(account, &form),
            "GET /v1/refunds" => self.books.list_refunds(account, &form),
            "GET /v1/refunds/{refund}" => self.books.find_refund(account, name),
            _ => Ok(done(json!({"object": "balance", "available": [], "pending": [], "livemode": false}))),
        };
        outcome.unwrap_or_else(|refusal| refusal)
    }

    /// The parameters, as the published schema has them.
    fn form(&mut self, operation: &str, request: &Request) -> Result<Form, Answer> {
        let source = if request.method == "POST" { &request.body[..] } else { request.query.as_bytes() };
        let form = form::parse(source).map_err(|name| {
            self.violate(request, &format!("{name} contradicts another parameter"));
            refused(400, "parameter_invalid", "Invalid form.", &name)
        })?;
        if let Some(fault) = self.schema.fault(operation, &form) {
            self.violate(request, &format!("{}: {}", fault.code, fault.param));
            return Err(refused(400, fault.code, &format!("Not accepted: {}", fault.param), &fault.param));
        }
        Ok(form)
    }

    fn violate(&mut self, request: &Request, what: &str) {
        self.violations.push(format!("{} {}: {what}", request.method, request.path));
    }
}

/// What a key stands for.
fn fingerprint(request: &Request) -> String {
    format!("{} {}", request.path, String::from_utf8_lossy(&request.body))
}
