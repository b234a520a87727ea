use domain::{
    id::{PaymentId, RefundId},
    money::{Currency, Money},
};
use ports::gateway::{Charge, ChargeState, RefundReceipt, RefundState};
use serde_json::json;

use super::*;

const BODY: &[u8] = br#"{"id":"evt_1"}"#;
const NOW: i64 = 1_790_000_000;
/// HMAC-SHA256 of `1790000000.{"id":"evt_1"}` under `whsec_test`, by `openssl dgst -sha256 -hmac`.
const SIGNED: &str = "e32657f3e678d33b41ec084c16ac0e125d25480a06cb3902286dc5942c6fd259";

fn check(header: &str, secret: &str, body: &[u8], now: i64) -> Result<(), WebhookError> {
    let now = DateTime::from_timestamp(now, 0).expect("within chrono's range");
    verify(&SecretString::from(secret), header, body, now, Duration::from_mins(5))
}

#[test]
fn a_signature_made_by_another_program_holds() {
    assert_eq!(check(&format!("t={NOW},v1={SIGNED}"), "whsec_test", BODY, NOW), Ok(()));
    assert_eq!(check(&format!("t={NOW}, v1={}", SIGNED.to_uppercase()), "whsec_test", BODY, NOW), Ok(()));
}

#[test]
fn one_match_among_several_signatures_suffices() {
    let other = "0".repeat(64);
    for header in [
        format!("t={NOW},v1={other},v1={SIGNED}"),
        format!("t={NOW},v1={SIGNED},v1={other}"),
        format!("t={NOW},v1=short,v1={SIGNED},v0={other}"),
    ] {
        assert_eq!(check(&header, "whsec_test", BODY, NOW), Ok(()), "{header}");
    }
}

#[test]
fn anything_changed_breaks_the_signature() {
    let held = format!("t={NOW},v1={SIGNED}");
    let wrong = Err(WebhookError::BadSignature);
    assert_eq!(check(&held, "whsec_other", BODY, NOW), wrong);
    assert_eq!(check(&held, "whsec_test", br#"{"id":"evt_2"}"#, NOW), wrong);
    for header in [
        String::new(),
        "v1".to_owned(),
        format!("t={NOW}"),
        format!("t={NOW},v1="),
        format!("v1={SIGNED}"),
        format!("t=x,v1={SIGNED}"),
        format!("t={},v1={SIGNED}", NOW + 1),
        format!("t={NOW},v0={SIGNED}"),
        format!("t={NOW},v1={}", &SIGNED[2..]),
    ] {
        assert_eq!(check(&header, "whsec_test", BODY, NOW), wrong, "{header}");
    }
}

#[test]
fn a_signature_is_held_for_five_minutes_either_way() {
    let header = format!("t={NOW},v1={SIGNED}");
    for (offset, held) in [(300, true), (-300, true), (301, false), (-301, false)] {
        assert_eq!(check(&header, "whsec_test", BODY, NOW + offset).is_ok(), held, "{offset}");
    }
    assert!(check(&format!("t={},v1={SIGNED}", i64::MIN), "whsec_test", BODY, NOW).is_err());
}

fn news(kind: &str, object: Value) -> Result<News, WebhookError> {
    let event = json!({"id": "evt_9", "object": "event", "type": kind, "data": {"object": object}});
    let read = read(event.to_string().as_bytes())?;
    assert_eq!(read.id, "evt_9");
    Ok(read.news)
}

fn gbp(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("GBP").expect("a currency of ISO 4217"))
}

#[test]
fn every_event_of_an_intent_tells_its_status() {
    let payment = PaymentId::from_bytes([6; 16]);
    for (kind, status, state) in [
        ("payment_intent.succeeded", "succeeded", ChargeState::Captured { amount: gbp(500) }),
        ("payment_intent.processing", "processing", ChargeState::Processing),
        ("payment_intent.canceled", "canceled", ChargeState::Cancelled),
        ("payment_intent.amount_capturable_updated", "requires_capture", ChargeState::Authorized),
        // An early event may be delivered with a newer object.
        ("payment_intent.processing", "succeeded", ChargeState::Captured { amount: gbp(500) }),
    ] {
        let object = json!({
            "id": "pi_1", "object": "payment_intent", "status": status, "currency": "gbp",
            "amount_received": 500, "metadata": {"payment_id": payment.to_string()},
        });
        let charge = Charge { provider_ref: "pi_1".to_owned(), state };
        assert_eq!(news(kind, object), Ok(News::Charge { payment: Some(payment), charge }), "{kind}");
    }
}

#[test]
fn an_intent_made_elsewhere_names_no_payment_of_ours() {
    for metadata in [json!({}), json!({"payment_id": "order 12"})] {
        let object = json!({"id": "pi_1", "status": "canceled", "currency": "gbp", "metadata": metadata});
        let told = news("payment_intent.canceled", object);
        assert!(matches!(told, Ok(News::Charge { payment: None, .. })), "{told:?}");
    }
}

#[test]
fn refunds_are_told_one_by_one_or_as_a_sum() {
    let refund = RefundId::from_bytes([7; 16]);
    for kind in ["refund.created", "refund.updated", "refund.failed", "charge.refund.updated"] {
        let object = json!({
            "id": "re_1", "amount": 200, "currency": "gbp", "status": "succeeded",
            "payment_intent": "pi_1", "metadata": {"refund_id": refund.to_string()},
        });
        let receipt = RefundReceipt { provider_ref: "re_1".to_owned(), state: RefundState::Succeeded };
        let expected =
            News::Refund { refund: Some(refund), charge_ref: "pi_1".to_owned(), receipt, amount: gbp(200) };
        assert_eq!(news(kind, object), Ok(expected), "{kind}");
    }
    let charge = json!({
        "id": "ch_1", "amount": 900, "amount_refunded": 300, "currency": "gbp",
        "payment_intent": {"id": "pi_1", "object": "payment_intent"}, "metadata": {},
    });
    let expected = News::Refunded { payment: None, charge_ref: "pi_1".to_owned(), total: gbp(300) };
    assert_eq!(news("charge.refunded", charge), Ok(expected));
}

#[test]
fn events_that_do_not_concern_us_are_passed_over() {
    for (kind, object) in [
        ("customer.created", json!({"id": "cus_1"})),
        ("refund.updated", json!({"id": "re_1", "amount": 2, "currency": "gbp", "payment_intent": null})),
    ] {
        assert_eq!(news(kind, object), Ok(News::Other { kind: kind.to_owned() }));
    }
}

#[test]
fn a_signed_body_that_is_no_event_is_malformed() {
    for body in ["", "[]", "{}", r#"{"id":"evt_1","type":"x"}"#] {
        assert_eq!(read(body.as_bytes()), Err(WebhookError::Malformed), "{body}");
    }
    assert_eq!(news("payment_intent.succeeded", json!({"id": 7})), Err(WebhookError::Malformed));
}
