//! Webhooks: their signature, and what they say.

use std::time::Duration;

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use ports::gateway::{GatewayEvent, News, WebhookError};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

use crate::{
    amount::from_stripe,
    charge, refund,
    wire::{Event, Intent, Reference, Refund, RefundedCharge},
};

/// Checks `t=…,v1=…,v1=…` over the raw body. While a secret is being changed Stripe signs with both,
/// so one match among several suffices.
pub(crate) fn verify(
    secret: &SecretString,
    header: &str,
    body: &[u8],
    now: DateTime<Utc>,
    tolerance: Duration,
) -> Result<(), WebhookError> {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let stamp = parts().find(|(name, _)| *name == "t").ok_or(WebhookError::BadSignature)?.1;
    let sent: i64 = stamp.parse().map_err(|_| WebhookError::BadSignature)?;
    if now.timestamp().abs_diff(sent) > tolerance.as_secs() {
        return Err(WebhookError::BadSignature);
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(stamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    let expected = mac.finalize().into_bytes();
    let matches = parts()
        .filter(|(name, _)| *name == "v1")
        .filter_map(|(_, code)| hex::decode(code).ok())
        .map(|given| expected.as_slice().ct_eq(&given))
        .fold(Choice::from(0), |found, matched| found | matched);
    if bool::from(matches) { Ok(()) } else { Err(WebhookError::BadSignature) }
}

/// What an event of that body says. The object in it tells the state, not the kind of event: events
/// overtake each other.
pub(crate) fn read(body: &[u8]) -> Result<GatewayEvent, WebhookError> {
    let Event { id, kind, data } = serde_json::from_slice(body).map_err(|_| WebhookError::Malformed)?;
    let news = match kind.as_str() {
        "payment_intent.succeeded"
        | "payment_intent.payment_failed"
        | "payment_intent.processing"
        | "payment_intent.requires_action"
        | "payment_intent.canceled"
        | "payment_intent.amount_capturable_updated" => about_charge(object(data.object)?)?,
        "charge.refunded" => about_refunded(object(data.object)?)?.unwrap_or(News::Other { kind }),
        "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated" => {
            about_refund(object(data.object)?)?.unwrap_or(News::Other { kind })
        }
        _ => News::Other { kind },
    };
    Ok(GatewayEvent { id, news })
}

fn object<T: DeserializeOwned>(value: Value) -> Result<T, WebhookError> {
    serde_json::from_value(value).map_err(|_| WebhookError::Malformed)
}

fn about_charge(intent: Intent) -> Result<News, WebhookError> {
    let payment = charge::payment_of(&intent);
    let charge = charge::read(intent).map_err(|_| WebhookError::Malformed)?;
    Ok(News::Charge { payment, charge })
}

/// `None` for money that did not come by an intent, which none of ours did.
fn about_refunded(charge: RefundedCharge) -> Result<Option<News>, WebhookError> {
    let Some(charge_ref) = charge.payment_intent.map(Reference::into_id) else { return Ok(None) };
    let total = from_stripe(charge.amount_refunded, &charge.currency).map_err(|_| WebhookError::Malformed)?;
    let payment = charge.metadata.get(charge::PAYMENT).and_then(|text| text.parse().ok());
    Ok(Some(News::Refunded { payment, charge_ref, total }))
}

fn about_refund(told: Refund) -> Result<Option<News>, WebhookError> {
    let (refund, receipt) = (refund::refund_of(&told), refund::read(&told));
    let amount = from_stripe(told.amount, &told.currency).map_err(|_| WebhookError::Malformed)?;
    let charge_ref = told.payment_intent.map(Reference::into_id);
    Ok(charge_ref.map(|charge_ref| News::Refund { refund, charge_ref, receipt, amount }))
}

#[cfg(test)]
mod tests;
