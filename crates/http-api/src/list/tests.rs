use actix_web::{body::to_bytes, test::TestRequest};
use domain::access::Mode as KeyMode;
use ports::list::SortValue;
use rstest::rstest;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::*;

#[derive(Debug, Clone, Serialize, ToSchema)]
struct TeaBody {
    id: String,
    name: String,
    price: i64,
}

impl Resource for TeaBody {
    const EXPAND: &'static [&'static str] = &["origin"];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Name,
    Price,
}

#[derive(Debug)]
struct Teas;

impl ListSpec for Teas {
    type Row = TeaBody;
    type By = By;
    const NAME: &'static str = "teas";
    const SORTS: &'static [(&'static str, By)] = &[("name", By::Name), ("price", By::Price)];
    const DEFAULT: Sort<By> = Sort { by: By::Name, descending: false };
}

fn context(store: u8) -> Context {
    Context {
        store: StoreId::from_bytes([store; 16]),
        mode: KeyMode::Test,
        actor: application::Actor::Shopper,
        actor_name: None,
        locale: "en".to_owned(),
        request_id: "req".to_owned(),
        address: None,
        user_agent: None,
        repeatable: None,
        now: chrono::DateTime::UNIX_EPOCH,
    }
}

fn list(query: &str) -> ApiResult<List<Teas>> {
    let request = TestRequest::with_uri(&format!("/?{query}")).app_data(CursorKey::new([3; 32]));
    List::extract(&request.to_http_request()).into_inner()
}

fn slice(total: Option<Count>, more: bool) -> Slice<TeaBody> {
    let row = TeaBody { id: "tea_1".into(), name: "Assam".into(), price: 5 };
    let next = more.then(|| Keyset { value: SortValue::Text("Assam".into()), id: [1; 16] });
    Slice { items: vec![row], total, next }
}

async fn answer(query: &str, slice: Slice<TeaBody>) -> Value {
    let response = list(query).unwrap().of(&context(1)).unwrap().answer(slice).unwrap();
    serde_json::from_slice(&to_bytes(response.into_body()).await.unwrap()).unwrap()
}

#[rstest]
#[case("", Window::Page { page: 1, per_page: 20 })]
#[case("page=3&perPage=100", Window::Page { page: 3, per_page: 100 })]
#[case("cursor=&perPage=5", Window::After { last: None, per_page: 5 })]
fn the_window_is_what_was_asked_for(#[case] query: &str, #[case] expected: Window) {
    assert_eq!(list(query).unwrap().of(&context(1)).unwrap().window, expected);
}

#[rstest]
#[case("", By::Name, false)]
#[case("sort=price", By::Price, false)]
#[case("sort=-price", By::Price, true)]
#[case("sort=price&order=desc", By::Price, true)]
#[case("sort=-price&order=desc", By::Price, true)]
fn both_spellings_of_the_order_are_understood(#[case] query: &str, #[case] by: By, #[case] descending: bool) {
    assert_eq!(list(query).unwrap().of(&context(1)).unwrap().sort, Sort { by, descending });
}

#[rstest]
#[case("page=0", "page")]
#[case("page=x", "page")]
#[case("perPage=101", "perPage")]
#[case("perPage=0", "perPage")]
#[case("page=1&cursor=", "cursor")]
#[case("sort=colour", "sort")]
#[case("sort=", "sort")]
#[case("sort=name&order=up", "order")]
#[case("sort=-name&order=asc", "order")]
#[case("order=asc", "order")]
#[case("fields=name,colour", "fields")]
#[case("expand=shop", "expand")]
#[case("colour=green", "colour")]
fn what_the_list_does_not_have_is_refused(#[case] query: &str, #[case] field: &str) {
    let error = list(query).expect_err(query);
    assert_eq!(error.code(), ErrorCode::ValidationFailed);
    assert_eq!(error.inner().fields.keys().collect::<Vec<_>>(), [field]);
}

#[actix_web::test]
async fn pages_are_counted() {
    let body = answer("perPage=2&page=2", slice(Some(Count::exact(5)), false)).await;
    let meta = json!({
        "currentPage": 2, "perPage": 2, "total": 5, "totalIsExact": true, "lastPage": 3, "nextCursor": null,
    });
    assert_eq!(body, json!({"data": [{"id": "tea_1", "name": "Assam", "price": 5}], "meta": meta}));
    let empty = Slice { items: vec![], total: Some(Count::exact(0)), next: None };
    assert_eq!(answer("", empty).await["meta"]["lastPage"], 1);
    let beyond = answer("perPage=2", slice(Some(Count::up_to(10, 11)), true)).await;
    assert_eq!([&beyond["meta"]["total"], &beyond["meta"]["lastPage"]], [10, 5]);
    assert_eq!(beyond["meta"]["totalIsExact"], false);
}

#[actix_web::test]
async fn a_cursor_goes_on_where_the_slice_before_ended() {
    let body = answer("sort=-name&cursor=&perPage=1", slice(None, true)).await;
    let next = body["meta"]["nextCursor"].as_str().unwrap();
    assert_eq!(body["meta"], json!({"perPage": 1, "nextCursor": next, "hasNextPage": true}));

    let resumed = list(&format!("cursor={next}&perPage=1")).unwrap().of(&context(1)).unwrap();
    assert_eq!(resumed.sort, Sort { by: By::Name, descending: true }, "the cursor remembers the order");
    let last = Some(Keyset { value: SortValue::Text("Assam".into()), id: [1; 16] });
    assert_eq!(resumed.window, Window::After { last, per_page: 1 });
    let end = answer("cursor=", slice(None, false)).await;
    assert_eq!(end["meta"], json!({"perPage": 20, "nextCursor": null, "hasNextPage": false}));
}

#[actix_web::test]
async fn foreign_and_damaged_cursors_are_refused() {
    let body = answer("cursor=", slice(None, true)).await;
    let next = body["meta"]["nextCursor"].as_str().unwrap();
    let refused =
        |query: &str, store| list(query).unwrap().of(&context(store)).map(|_| ()).unwrap_err().code();
    assert_eq!(refused(&format!("cursor={next}"), 2), ErrorCode::InvalidCursor);
    assert_eq!(refused(&format!("cursor={next}x"), 1), ErrorCode::InvalidCursor);
    assert_eq!(refused(&format!("cursor={next}&sort=price"), 1), ErrorCode::InvalidCursor);
    assert_eq!(refused("cursor=%F0%9F%8D%B5", 1), ErrorCode::InvalidCursor);
}

#[actix_web::test]
async fn only_the_fields_asked_for_come_back_and_the_id() {
    let body = answer("fields=name", slice(Some(Count::exact(1)), false)).await;
    assert_eq!(body["data"], json!([{"id": "tea_1", "name": "Assam"}]));
}

#[test]
fn expansions_are_understood_in_both_spellings() {
    for query in ["expand=origin", "expand[]=origin", "expand%5B%5D=origin"] {
        assert!(list(query).unwrap().of(&context(1)).unwrap().expands("origin"), "{query}");
    }
    assert!(!list("").unwrap().of(&context(1)).unwrap().expands("origin"));
}
