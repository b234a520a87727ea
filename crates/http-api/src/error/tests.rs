use actix_web::{body::to_bytes, rt};
use application::FieldErrors;
use rstest::rstest;

use super::*;

fn shown(error: impl Into<ApiError>) -> (u16, Value) {
    let response = error.into().error_response();
    let status = response.status().as_u16();
    let bytes = rt::System::new().block_on(to_bytes(response.into_body())).unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

#[test]
fn a_code_never_answers_with_a_success() {
    for code in ErrorCode::ALL {
        assert!(status_of(*code).as_u16() >= 400, "{}", code.as_str());
    }
}

#[test]
fn a_fault_of_ours_shows_neither_its_message_nor_its_cause() {
    let mut error = Error::internal(std::io::Error::other("password=hunter2"));
    error.message = "row 7 of secrets is broken".to_owned();
    let error = ApiError::from(error);
    assert!(error.chain().contains("hunter2"), "the log needs the cause");
    let (status, body) = shown(error);
    assert_eq!(status, 500);
    assert_eq!(
        body,
        json!({"error": {"code": "internal_error", "message": "Something went wrong on our side."}})
    );
}

#[test]
fn fields_are_shown_by_path() {
    let mut fields = FieldErrors::new();
    fields.insert("items.0.quantity".to_owned(), vec!["must be at least 1".to_owned()]);
    let error = Error { fields, ..Error::new(ErrorCode::ValidationFailed, "must be at least 1") };
    let (status, body) = shown(error);
    assert_eq!(status, 422);
    assert_eq!(body["error"]["fields"], json!({"items.0.quantity": ["must be at least 1"]}));
}

#[rstest]
#[case(
    Details::Stock { variant: "var_1".into(), available: 2, requested: 5 },
    json!({"variantId": "var_1", "available": 2, "requested": 5})
)]
#[case(
    Details::Tier { tier: "free".into(), limit: Some(5), next_tier: Some("standard".into()), next_limit: None },
    json!({"tierLimit": true, "tier": "free", "limit": 5, "nextTier": "standard", "nextLimit": null})
)]
#[case(Details::Scope { required: "write:catalog".into() }, json!({"required": "write:catalog"}))]
#[case(
    Details::Decline { decline_code: "card_declined".into(), payment: "pay_1".into() },
    json!({"declineCode": "card_declined", "paymentId": "pay_1"})
)]
#[case(Details::Facts(BTreeMap::from([("orderId", "ord_1".to_owned())])), json!({"orderId": "ord_1"}))]
fn facts_are_an_object_in_camel_case(#[case] details: Details, #[case] expected: Value) {
    let (_, body) = shown(Error::new(ErrorCode::OutOfStock, "x").with_details(details));
    assert_eq!(body["error"]["details"], expected);
}

#[rstest]
#[case(ErrorCode::Unavailable, Some("2"))]
#[case(ErrorCode::NotFound, None)]
fn who_should_come_back_is_told_when(#[case] code: ErrorCode, #[case] expected: Option<&str>) {
    let response = ApiError::new(code, "x").error_response();
    let given = response.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap());
    assert_eq!(given, expected);
}
