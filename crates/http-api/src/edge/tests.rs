use actix_web::{
    App,
    body::to_bytes,
    http::header::HeaderMap,
    middleware::from_fn,
    test::{TestRequest, init_service, try_call_service},
    web,
};
use rstest::rstest;
use serde_json::Value;

use super::*;

async fn answer(request: TestRequest) -> (StatusCode, HeaderMap, String) {
    async fn panics() -> HttpResponse {
        panic!("the till is open")
    }
    async fn sleeps() -> HttpResponse {
        tokio::time::sleep(Duration::from_mins(1)).await;
        HttpResponse::Ok().finish()
    }
    let settings = EdgeSettings {
        surface: Surface::Public,
        request_timeout: Duration::from_millis(30),
        trusted_proxies: 0,
    };
    let app = App::new()
        .app_data(settings)
        .route("/panic", web::get().to(panics))
        .route("/sleep", web::get().to(sleeps))
        .route("/plain", web::get().to(async || HttpResponse::NotFound().body("no such page")))
        .route("/fine", web::get().to(async || HttpResponse::Ok().json(1)))
        .wrap(from_fn(edge));
    let response = match try_call_service(&init_service(app).await, request.to_request()).await {
        Ok(response) => response.into_parts().1,
        // What the server does with errors that reach it.
        Err(error) => error.error_response().map_into_boxed_body(),
    };
    let (status, headers) = (response.status(), response.headers().clone());
    let body = to_bytes(response.into_body()).await.unwrap();
    (status, headers, String::from_utf8(body.to_vec()).unwrap())
}

#[rstest]
#[case("/panic", 500, "internal_error")]
#[case("/sleep", 503, "service_unavailable")]
#[case("/plain", 404, "not_found")]
#[case("/nowhere", 404, "not_found")]
#[actix_web::test]
async fn whatever_goes_wrong_has_one_shape(#[case] path: &str, #[case] status: u16, #[case] code: &str) {
    let request = TestRequest::with_uri(path).insert_header(("x-request-id", "abc-1"));
    let (got, headers, body) = answer(request).await;
    assert_eq!(got.as_u16(), status);
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["error"]["code"], code);
    assert!(!body.to_string().contains("till"), "what a panic says is for the log");
    assert_eq!(headers.get("x-request-id").unwrap(), "abc-1");
    assert_eq!(headers.get("x-content-type-options").unwrap(), "nosniff");
    assert_eq!(headers.get("content-type").unwrap(), "application/json");
}

#[rstest]
#[case("a b")]
#[case("<script>")]
#[case(&"x".repeat(101))]
#[actix_web::test]
async fn an_id_that_could_spoil_a_log_is_replaced(#[case] id: &str) {
    let (_, headers, _) = answer(TestRequest::with_uri("/fine").insert_header(("x-request-id", id))).await;
    assert_ne!(headers.get("x-request-id").unwrap(), id);
}

#[actix_web::test]
async fn what_can_be_read_can_be_asked_about() {
    let (status, headers, _) = answer(TestRequest::with_uri("/fine").method(Method::HEAD)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers.get("content-type").unwrap(), "application/json");
}
