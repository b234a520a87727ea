use domain::money::{Currency, Money};
use serde_json::json;

use super::*;

fn state(fields: Value) -> Result<ChargeState, Unreadable> {
    let mut intent = json!({"id": "pi_1", "currency": "gbp", "amount_received": 0, "metadata": {}});
    let Value::Object(fields) = fields else { panic!("fields are an object") };
    intent.as_object_mut().expect("an object").extend(fields);
    read(serde_json::from_value(intent).expect("an intent")).map(|charge| charge.state)
}

#[test]
fn every_status_of_an_intent_has_a_meaning() {
    let amount = Money::new(700, Currency::from_code("GBP").unwrap());
    let url = "https://hooks.stripe.com/3ds".to_owned();
    let redirect = json!({"type": "redirect_to_url", "redirect_to_url": {"url": url}});
    for (fields, expected) in [
        (json!({"status": "succeeded", "amount_received": 700}), ChargeState::Captured { amount }),
        (json!({"status": "processing"}), ChargeState::Processing),
        (json!({"status": "requires_confirmation"}), ChargeState::Processing),
        (json!({"status": "requires_capture"}), ChargeState::Authorized),
        (json!({"status": "canceled"}), ChargeState::Cancelled),
        (json!({"status": "requires_action", "next_action": redirect}), ChargeState::RequiresAction { url }),
    ] {
        assert_eq!(state(fields.clone()).unwrap(), expected, "{fields}");
    }
    assert!(matches!(state(json!({"status": "requires_source"})), Err(Unreadable::Status(_))));
}

#[test]
fn an_action_without_a_page_is_still_under_way() {
    let script = json!({"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "stripe_3ds2_fingerprint"}});
    for action in [script, Value::Null] {
        let fields = json!({"status": "requires_action", "next_action": action});
        assert_eq!(state(fields).unwrap(), ChargeState::Processing);
    }
}

#[test]
fn a_refusal_tells_the_reason_unless_the_card_may_be_stolen() {
    for (code, decline, told) in [
        ("card_declined", Some("insufficient_funds"), "insufficient_funds"),
        ("card_declined", Some("generic_decline"), "card_declined"),
        ("card_declined", Some("lost_card"), "card_declined"),
        ("card_declined", Some("fraudulent"), "card_declined"),
        ("expired_card", None, "expired_card"),
        ("payment_intent_authentication_failure", None, "payment_intent_authentication_failure"),
    ] {
        let error = json!({"type": "card_error", "code": code, "decline_code": decline, "message": "No."});
        let fields = json!({"status": "requires_payment_method", "last_payment_error": error});
        let expected = ChargeState::Failed { code: told.to_owned(), message: "No.".to_owned() };
        assert_eq!(state(fields).unwrap(), expected, "{code} {decline:?}");
    }
}
