use std::collections::BTreeMap;

use actix_web::{
    App, HttpResponse,
    http::StatusCode,
    test::{self as client, TestRequest},
    web,
};
use rstest::rstest;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::*;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Basket {
    #[validate(length(min = 1, max = 20))]
    display_name: String,
    #[serde(default)]
    #[validate(nested)]
    items: Vec<Line>,
    #[serde(default)]
    notes: BTreeMap<String, String>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Line {
    #[validate(range(min = 1, max = 99))]
    unit_count: u32,
    #[serde(default)]
    gift: bool,
}

fn refusal(body: &str) -> (ErrorCode, Vec<(String, String)>) {
    let error = parse::<Basket>(body.as_bytes()).expect_err(body);
    let fields = error.fields.into_iter().map(|(field, messages)| (field, messages.join("; ")));
    (error.code, fields.collect())
}

#[test]
fn a_body_in_order_is_read() {
    let body = parse::<Basket>(br#"{"displayName":"Gifts","items":[{"unitCount":2}]}"#).unwrap();
    assert_eq!(body.items, vec![Line { unit_count: 2, gift: false }]);
}

#[rstest]
#[case::missing("{}", "displayName", "is required")]
#[case::missing_inside(r#"{"displayName":"a","items":[{}]}"#, "items.0.unitCount", "is required")]
#[case::unknown(r#"{"displayName":"a","colour":1}"#, "colour", "is not a known field")]
#[case::unknown_inside(
    r#"{"displayName":"a","items":[{"unitCount":1},{"unit_count":1}]}"#,
    "items.1.unit_count",
    "is not a known field"
)]
#[case::twice(r#"{"displayName":"a","displayName":"b"}"#, "displayName", "is given twice")]
#[case::null(r#"{"displayName":null}"#, "displayName", "must be a string")]
#[case::number_for_text(r#"{"displayName":5}"#, "displayName", "must be a string")]
#[case::object_for_list(r#"{"displayName":"a","items":{}}"#, "items", "must be a list")]
#[case::text_for_object(r#"{"displayName":"a","items":["x"]}"#, "items.0", "must be an object")]
#[case::text_for_flag(
    r#"{"displayName":"a","items":[{"unitCount":1,"gift":"yes"}]}"#,
    "items.0.gift",
    "must be true or false"
)]
#[case::list_for_body("[]", "", "must be an object")]
fn the_field_at_fault_is_named(#[case] body: &str, #[case] field: &str, #[case] message: &str) {
    let (code, fields) = refusal(body);
    assert_eq!(code, ErrorCode::ValidationFailed);
    assert_eq!(fields, [(field.to_owned(), message.to_owned())]);
}

#[rstest]
#[case("1.5")]
#[case("1.0")]
#[case("1e12")]
#[case("\"2\"")]
#[case("-1")]
#[case("4294967296")]
#[case("99999999999999999999999")]
#[case("true")]
fn only_whole_numbers_in_range_are_counts(#[case] number: &str) {
    let (code, fields) = refusal(&format!(r#"{{"displayName":"a","items":[{{"unitCount":{number}}}]}}"#));
    assert_eq!(code, ErrorCode::ValidationFailed);
    let expected = "must be a whole number from 0 to 4294967295".to_owned();
    assert_eq!(fields, [("items.0.unitCount".to_owned(), expected)]);
}

#[test]
fn every_declared_limit_is_reported_at_once_in_api_paths() {
    let (code, fields) = refusal(r#"{"displayName":"","items":[{"unitCount":1},{"unitCount":100}]}"#);
    assert_eq!(code, ErrorCode::ValidationFailed);
    assert_eq!(
        fields,
        [
            ("displayName".to_owned(), "must have a length from 1 to 20".to_owned()),
            ("items.1.unitCount".to_owned(), "must be from 1 to 99".to_owned()),
        ]
    );
}

#[rstest]
#[case("")]
#[case("{")]
#[case("{\"displayName\":\"a\"} x")]
#[case("{\"displayName\":5")]
#[case("{'displayName':'a'}")]
#[case("{\"displayName\":\"a\u{1}\"}")]
fn what_is_not_json_is_malformed(#[case] body: &str) {
    assert_eq!(refusal(body), (ErrorCode::MalformedRequest, vec![]));
}

#[test]
fn bytes_that_are_no_utf8_are_malformed() {
    let error = parse::<Basket>(b"{\"displayName\":\"\xff\"}").unwrap_err();
    assert_eq!(error.code, ErrorCode::MalformedRequest);
}

#[test]
fn a_body_nested_without_end_is_malformed() {
    let (code, _) = refusal(&"[".repeat(100_000));
    assert!(matches!(code, ErrorCode::MalformedRequest | ErrorCode::ValidationFailed));
    let deep = format!(r#"{{"displayName":"a","x":{}"#, "[".repeat(100_000));
    assert_eq!(refusal(&deep).0, ErrorCode::MalformedRequest);
}

#[test]
fn nul_is_refused_wherever_it_hides() {
    let (code, fields) = refusal(r#"{"displayName":"a\u0000","notes":{"k\u0000":"v","ok":"\u0000"}}"#);
    assert_eq!(code, ErrorCode::ValidationFailed);
    let names: Vec<_> = fields.into_iter().map(|(field, _)| field).collect();
    assert_eq!(names, ["displayName", "notes.k", "notes.ok"]);
    // A backslash before the escape makes it six ordinary characters.
    assert!(parse::<Basket>(br#"{"displayName":"a\\u0000"}"#).is_ok());
}

async fn send(request: TestRequest) -> (StatusCode, Value) {
    async fn echo(body: Body<Basket>) -> HttpResponse {
        HttpResponse::Ok().json(body.into_inner())
    }
    async fn echo_optional(body: OptionalBody<Basket>) -> HttpResponse {
        HttpResponse::Ok().json(body.into_inner())
    }
    let app = App::new()
        .app_data(BodyLimit(64))
        .route("/", web::post().to(echo))
        .route("/optional", web::post().to(echo_optional));
    let response = client::call_service(&client::init_service(app).await, request.to_request()).await;
    (response.status(), client::read_body_json(response).await)
}

#[rstest]
#[case("application/json", 200)]
#[case("Application/JSON; charset=UTF-8", 200)]
#[case("application/merge-patch+json", 200)]
#[case("application/json; charset=latin1", 415)]
#[case("text/json", 415)]
#[case("application/x-www-form-urlencoded", 415)]
#[actix_web::test]
async fn only_json_is_taken(#[case] content_type: &str, #[case] status: u16) {
    let request = TestRequest::post()
        .uri("/")
        .insert_header(("content-type", content_type))
        .set_payload(r#"{"displayName":"a"}"#);
    assert_eq!(send(request).await.0.as_u16(), status);
}

#[actix_web::test]
async fn a_body_without_a_type_or_compressed_is_not_taken() {
    let bare = TestRequest::post().uri("/").set_payload("{}");
    assert_eq!(send(bare).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let packed = TestRequest::post()
        .uri("/")
        .insert_header(("content-encoding", "gzip"))
        .insert_header(("content-type", "application/json"))
        .set_payload("{}");
    assert_eq!(send(packed).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[actix_web::test]
async fn a_body_over_the_limit_is_not_read() {
    let body = json!({"displayName": "a".repeat(100)});
    let (status, answer) = send(TestRequest::post().uri("/").set_json(&body)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer["error"]["code"], "payload_too_large");
}

#[actix_web::test]
async fn an_optional_body_may_be_missing_but_not_wrong() {
    let (status, answer) = send(TestRequest::post().uri("/optional")).await;
    assert_eq!((status, &answer["displayName"]), (StatusCode::OK, &json!("")));
    let wrong = TestRequest::post().uri("/optional").set_json(json!({"x": 1}));
    assert_eq!(send(wrong).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let missing = TestRequest::post().uri("/").insert_header(("content-type", "application/json"));
    assert_eq!(send(missing).await.0, StatusCode::BAD_REQUEST);
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Parcel {
    sizes: Vec<u8>,
    lid: Option<Lid>,
    by_name: BTreeMap<String, Lid>,
    pair: Option<(u8, String)>,
    kind: Kind,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Box,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Lid {
    colour: Option<String>,
}

impl Validate for Parcel {
    fn validate(&self) -> Result<(), validator::ValidationErrors> {
        Ok(())
    }
}

#[rstest]
#[case("[]", "")]
#[case("[[1], null]", "")]
#[case(r#"{"lid": []}"#, "lid")]
#[case(r#"{"lid": ["red"]}"#, "lid")]
#[case(r#"{"byName": {"a": []}}"#, "byName.a")]
fn a_list_is_no_object(#[case] body: &str, #[case] field: &str) {
    let error = parse::<Parcel>(body.as_bytes()).expect_err(body);
    assert_eq!(error.code, ErrorCode::ValidationFailed);
    assert_eq!(error.fields.get(field), Some(&vec!["must be an object".to_owned()]), "{:?}", error.fields);
}

#[rstest]
#[case("null")]
#[case("[]")]
#[case("5")]
#[case(r#"{"box": 1}"#)]
#[case(r#""bag""#)]
fn what_is_no_choice_is_refused_by_its_field(#[case] kind: &str) {
    let error = parse::<Parcel>(format!(r#"{{"kind": {kind}}}"#).as_bytes()).expect_err(kind);
    assert_eq!(error.code, ErrorCode::ValidationFailed);
    assert!(error.fields.contains_key("kind"), "{:?}", error.fields);
    assert_eq!(parse::<Parcel>(br#"{"kind": nul}"#).expect_err("broken").code, ErrorCode::MalformedRequest);
    assert!(matches!(parse::<Parcel>(br#"{"kind": "box"}"#).unwrap().kind, Kind::Box));
}

#[test]
fn objects_lists_and_pairs_are_read_as_they_are() {
    let body = r#"{"sizes": [1, 2], "lid": {"colour": "red"}, "byName": {"a": {}}, "pair": [1, "x"]}"#;
    let parcel: Parcel = parse(body.as_bytes()).unwrap();
    assert_eq!(parcel.sizes, [1, 2]);
    assert_eq!(parcel.lid.unwrap().colour.as_deref(), Some("red"));
    assert_eq!((parcel.by_name.len(), parcel.pair), (1, Some((1, "x".to_owned()))));
    assert!(parse::<Parcel>(br#"{"lid": null}"#).unwrap().lid.is_none());
}
