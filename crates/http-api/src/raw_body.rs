//! The body as it came, byte by byte, for what depends on every byte of it: signatures and idempotency
//! keys.

use std::future::ready;

use actix_web::{
    Error as ActixError, HttpMessage as _,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header::HeaderName,
    middleware::Next,
    web::Bytes,
};

use crate::{auth::X_CARTWRIGHT_SIGNATURE, body, error::ApiError};

/// The key under which a client repeats a request without repeating its effect.
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The bytes of a request's body, in its extensions; there on every request that carries an idempotency
/// key or a signature, empty if it has no body.
#[derive(Debug, Clone)]
pub(crate) struct RawBody(pub(crate) Bytes);

/// Reads the body of a request that carries an idempotency key or a signature, and leaves it where
/// extractors find it. Handlers read the body as ever.
pub(crate) async fn keep_raw_body<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let headers = request.headers();
    if headers.contains_key(IDEMPOTENCY_KEY) || headers.contains_key(X_CARTWRIGHT_SIGNATURE) {
        let payload = request.take_payload();
        match body::collect(request.request(), payload).await {
            Ok(bytes) => {
                let once = futures::stream::once(ready(Ok(bytes.clone())));
                request.set_payload(Payload::Stream { payload: Box::pin(once) });
                request.extensions_mut().insert(RawBody(bytes));
            }
            Err(refusal) => return Ok(request.error_response(ApiError::from(refusal))),
        }
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::{
        App, HttpRequest, HttpResponse, test,
        web::{self, Bytes},
    };

    use super::*;
    use crate::body::BodyLimit;

    /// Sends `body` with a header to a handler that shows what was kept and what it read itself.
    async fn kept_and_read(header: (&'static str, &'static str), body: &'static str) -> (u16, String) {
        async fn show(request: HttpRequest, body: Bytes) -> HttpResponse {
            let kept = request.extensions().get::<RawBody>().map(|kept| kept.0.clone());
            HttpResponse::Ok().body(format!("{kept:?} {body:?}"))
        }
        let app = App::new().app_data(BodyLimit(8)).route("/", web::post().to(show));
        let app = test::init_service(app.wrap(from_fn(keep_raw_body))).await;
        let request = test::TestRequest::post().uri("/").insert_header(header).set_payload(body);
        let response = test::call_service(&app, request.to_request()).await;
        let status = response.status().as_u16();
        (status, String::from_utf8(test::read_body(response).await.to_vec()).unwrap())
    }

    #[actix_web::test]
    async fn a_body_is_kept_for_keys_and_signatures_and_read_by_the_handler_all_the_same() {
        let expected = (200, "Some(b\"a body\") b\"a body\"".to_owned());
        assert_eq!(kept_and_read(("idempotency-key", "k1"), "a body").await, expected);
        assert_eq!(kept_and_read(("x-cartwright-signature", "t=1"), "a body").await, expected);
        let expected = (200, "Some(b\"\") b\"\"".to_owned());
        assert_eq!(kept_and_read(("idempotency-key", "k1"), "").await, expected);
    }

    #[actix_web::test]
    async fn the_body_of_any_other_request_is_left_to_its_handler() {
        assert_eq!(kept_and_read(("x-other", "1"), "a body").await, (200, "None b\"a body\"".to_owned()));
    }

    #[actix_web::test]
    async fn a_body_beyond_the_limit_is_refused_before_it_is_kept() {
        let (status, answer) = kept_and_read(("idempotency-key", "k1"), "nine bytes").await;
        assert_eq!(status, 413);
        assert!(answer.contains("payload_too_large"), "{answer}");
    }
}
