//! The fake's intents and refunds.

use std::collections::BTreeMap;

use adapters_system::SystemClock;
use ports::Clock as _;
use serde_json::{Value, json};

use super::{
    answer::{Answer, done, missing, no_such, refused},
    form::{Form, text, texts},
    rules::{check_amount, check_means},
    scenario::{self, Scenario},
};

/// An intent; amounts in Stripe's units.
#[derive(Debug, Clone)]
pub(super) struct Intent {
    pub(super) account: String,
    pub(super) id: String,
    pub(super) status: &'static str,
    pub(super) amount: i64,
    pub(super) refunded: i64,
    /// Unix second.
    pub(super) created: i64,
    currency: String,
    method: String,
    metadata: BTreeMap<String, String>,
    description: Option<String>,
    receipt_email: Option<String>,
    return_url: Option<String>,
    error: Option<Value>,
    url: String,
}

#[derive(Debug, Clone)]
pub(super) struct Refund {
    pub(super) account: String,
    pub(super) id: String,
    pub(super) intent: String,
    pub(super) amount: i64,
    pub(super) status: &'static str,
    currency: String,
    reason: Option<String>,
    metadata: BTreeMap<String, String>,
}

#[derive(Debug, Default)]
pub(super) struct Books {
    pub(super) intents: Vec<Intent>,
    pub(super) refunds: Vec<Refund>,
}

impl Books {
    pub(super) fn create(&mut self, account: &str, form: &Form, base: &str) -> Result<Answer, Answer> {
        let owned = |name| text(form, name).map(str::to_owned);
        let yes = |name| text(form, name) == Some("true");
        let method = owned("payment_method").ok_or_else(|| missing("payment_method"))?;
        let amount = text(form, "amount").and_then(|text| text.parse().ok()).unwrap_or_default();
        let currency = owned("currency").unwrap_or_default();
        check_amount(amount, &currency)?;
        let scenario = scenario::of(&method).ok_or_else(|| {
            refused(404, "resource_missing", &format!("No such PaymentMethod: '{method}'"), "payment_method")
        })?;
        check_means(form, scenario)?;
        let id = format!("pi_fake{:06}", self.intents.len() + 1);
        let mut intent = Intent {
            account: account.to_owned(),
            url: format!("{base}/3ds/{id}"),
            status: "requires_confirmation",
            amount,
            refunded: 0,
            created: SystemClock.now().timestamp(),
            currency,
            method,
            metadata: texts(form, "metadata"),
            description: owned("description"),
            receipt_email: owned("receipt_email"),
            return_url: owned("return_url"),
            error: None,
            id,
        };
        if yes("confirm") {
            match scenario {
                Scenario::Approve | Scenario::SlowRefund => intent.status = "succeeded",
                Scenario::Debit => intent.status = "processing",
                Scenario::Authenticate if yes("error_on_requires_action") => {
                    intent.fail("authentication_required", Some("authentication_required"));
                }
                Scenario::Authenticate => intent.status = "requires_action",
                Scenario::Decline(code, decline) => intent.fail(code, decline),
            }
        }
        let answer = intent.created();
        self.intents.push(intent);
        Ok(answer)
    }

    pub(super) fn cancel(&mut self, account: &str, id: &str) -> Result<Answer, Answer> {
        let intent = self.intent_of(account, id).ok_or_else(|| no_such("payment_intent", id))?;
        if matches!(intent.status, "succeeded" | "canceled") {
            let message =
                format!("You cannot cancel this PaymentIntent because it has a status of {}.", intent.status);
            let mut answer = refused(400, "payment_intent_unexpected_state", &message, "intent");
            answer.body["error"]["payment_intent"] = intent.json();
            return Err(answer);
        }
        intent.status = "canceled";
        Ok(done(intent.json()))
    }

    pub(super) fn refund(&mut self, account: &str, form: &Form) -> Result<Answer, Answer> {
        let id = text(form, "payment_intent").ok_or_else(|| missing("payment_intent"))?.to_owned();
        let name = format!("re_fake{:06}", self.refunds.len() + 1);
        let intent = self.intent_of(account, &id).ok_or_else(|| no_such("payment_intent", &id))?;
        if intent.status != "succeeded" {
            let message = format!("This PaymentIntent ({id}) does not have a successful charge to refund.");
            return Err(refused(400, "resource_missing", &message, "payment_intent"));
        }
        let left = intent.amount - intent.refunded;
        if left == 0 {
            return Err(refused(
                400,
                "charge_already_refunded",
                "Charge has already been refunded.",
                "charge",
            ));
        }
        let amount = text(form, "amount").map_or(Some(left), |text| text.parse().ok()).unwrap_or_default();
        check_amount(amount, &intent.currency)?;
        if amount > left {
            let message =
                format!("Refund amount ({amount}) is greater than unrefunded amount on charge ({left})");
            return Err(refused(400, "amount_too_large", &message, "amount"));
        }
        intent.refunded += amount;
        let slow = scenario::of(&intent.method) == Some(Scenario::SlowRefund);
        let refund = Refund {
            account: account.to_owned(),
            id: name,
            intent: id,
            amount,
            status: if slow { "pending" } else { "succeeded" },
            currency: intent.currency.clone(),
            reason: text(form, "reason").map(str::to_owned),
            metadata: texts(form, "metadata"),
        };
        let answer = done(refund.json());
        self.refunds.push(refund);
        Ok(answer)
    }

    pub(super) fn find(&mut self, account: &str, id: &str) -> Result<Answer, Answer> {
        self.intent_of(account, id)
            .map(|intent| done(intent.json()))
            .ok_or_else(|| no_such("payment_intent", id))
    }

    pub(super) fn find_refund(&self, account: &str, id: &str) -> Result<Answer, Answer> {
        let found = self.refunds.iter().find(|known| known.account == account && known.id == id);
        found.map(|refund| done(refund.json())).ok_or_else(|| no_such("refund", id))
    }

    /// An account sees its own objects only.
    fn intent_of(&mut self, account: &str, id: &str) -> Option<&mut Intent> {
        self.intents.iter_mut().find(|known| known.account == account && known.id == id)
    }
}

impl Intent {
    pub(super) fn fail(&mut self, code: &str, decline: Option<&str>) {
        self.status = "requires_payment_method";
        let mut error = json!({
            "type": "card_error", "code": code, "message": "Your payment was declined.",
            "doc_url": format!("https://stripe.com/docs/error-codes/{code}"),
        });
        if let Some(decline) = decline {
            error["decline_code"] = decline.into();
        }
        self.error = Some(error);
    }

    /// As the call that created it is answered: an error when it was declined.
    fn created(&self) -> Answer {
        let Some(error) = &self.error else { return done(self.json()) };
        let mut error = error.clone();
        error["payment_intent"] = self.json();
        Answer { status: 402, body: json!({"error": error}) }
    }

    pub(super) fn json(&self) -> Value {
        let received = if self.status == "succeeded" { self.amount } else { 0 };
        let action = (self.status == "requires_action").then(|| match &self.return_url {
            Some(back) => {
                json!({"type": "redirect_to_url", "redirect_to_url": {"url": self.url, "return_url": back}})
            }
            None => json!({"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "stripe_3ds2_fingerprint"}}),
        });
        json!({
            "id": self.id, "object": "payment_intent", "livemode": false, "status": self.status,
            "amount": self.amount, "amount_capturable": 0, "amount_received": received,
            "currency": self.currency, "created": self.created, "capture_method": "automatic",
            "confirmation_method": "automatic", "client_secret": format!("{}_secret_fake", self.id),
            "payment_method": self.method, "payment_method_types": ["card"], "metadata": self.metadata,
            "description": self.description, "receipt_email": self.receipt_email,
            "last_payment_error": self.error, "next_action": action,
            "latest_charge": format!("ch_{}", &self.id[3..]),
        })
    }

    /// The charge of the intent, as events about refunds carry it. This version does not list refunds.
    pub(super) fn charge_json(&self) -> Value {
        json!({
            "id": format!("ch_{}", &self.id[3..]), "object": "charge", "livemode": false,
            "amount": self.amount, "amount_captured": self.amount, "amount_refunded": self.refunded,
            "currency": self.currency, "created": 1_790_000_000, "captured": true, "paid": true,
            "refunded": self.refunded == self.amount, "status": "succeeded", "disputed": false,
            "payment_intent": self.id, "metadata": self.metadata, "billing_details": {},
        })
    }
}

impl Refund {
    pub(super) fn json(&self) -> Value {
        let mut body = json!({
            "id": self.id, "object": "refund", "amount": self.amount, "currency": self.currency,
            "created": 1_790_000_000, "payment_intent": self.intent, "reason": self.reason,
            "status": self.status, "metadata": self.metadata,
            "charge": format!("ch_{}", &self.intent[3..]),
        });
        if self.status == "failed" {
            body["failure_reason"] = "expired_or_canceled_card".into();
        }
        body
    }
}
