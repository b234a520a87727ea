//! A shop with keys, and somebody who sends requests to it.

use std::sync::Arc;

use actix_web::{
    body::{BoxBody, to_bytes},
    dev::{Service as _, ServiceResponse},
    http::{Method, header::HeaderMap},
    test::{TestRequest, init_service},
};
use application::api_key::{self, Grantor, NewKey};
use domain::{
    access::{KeyKind, Mode, Scope},
    store::Store,
};
use futures::{Stream, stream::FuturesUnordered};
use http_api::{
    list::cursor::CursorKey,
    server::{Blueprint, ServerConfig, Surface},
};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use testkit::{TestCore, TestStore};

/// A store with its keys, on a server of its own.
pub(crate) struct Shop {
    pub(crate) host: TestCore,
    pub(crate) store: TestStore,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("headers of ours are ASCII"))
            .unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) {
        let shown = if self.text.is_empty() { Value::Null } else { self.json()["error"]["code"].clone() };
        assert_eq!((self.status, shown.as_str().unwrap_or_default()), (status, code), "{}", self.text);
    }
}

/// Reads what an app answered.
pub(crate) async fn read(
    called: impl Future<Output = Result<ServiceResponse<BoxBody>, actix_web::Error>>,
) -> Answer {
    let response = match called.await {
        Ok(response) => response.into_parts().1,
        Err(error) => error.error_response().map_into_boxed_body(),
    };
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = to_bytes(response.into_body()).await.expect("the body is in memory");
    Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    /// A shop of which something is changed before anybody calls.
    pub(crate) async fn open_with(change: impl FnOnce(&mut Store)) -> Self {
        let host = TestCore::start().await;
        let store = testkit::store(&host, "Acme Candles", "GBP").await;
        let mut work = host.db.begin(store.id).await.expect("a unit of work starts");
        let (mut row, settings) =
            work.stores().find().await.expect("the database answers").expect("the store is open");
        change(&mut row);
        work.stores().update(&mut row, &settings).await.expect("nobody else changes it");
        work.commit().await.expect("the change is kept");
        Self { host, store }
    }

    /// A live secret key with these scopes, good from these addresses.
    pub(crate) async fn key_from(&self, scopes: &[Scope], addresses: &[&str]) -> String {
        let new = NewKey {
            name: "Narrow".to_owned(),
            kind: KeyKind::Secret,
            mode: Some(Mode::Live),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            ip_allowlist: addresses.iter().map(|&address| address.to_owned()).collect(),
            rate_limit_per_minute: None,
            expires_at: None,
            signing: false,
        };
        let issued = api_key::create(&self.host, &self.store.live(), Grantor::Operator, new).await;
        issued.expect("scopes and addresses are sound").text.expose_secret().to_owned()
    }

    /// Sends a request to a surface as it is.
    pub(crate) async fn send(&self, surface: Surface, request: TestRequest) -> Answer {
        self.send_to(surface, |_| {}, request).await
    }

    /// Sends a request to a surface of which something is configured otherwise.
    pub(crate) async fn send_to(
        &self,
        surface: Surface,
        change: impl FnOnce(&mut ServerConfig),
        request: TestRequest,
    ) -> Answer {
        let mut config = ServerConfig::new("https://shop.example", CursorKey::new([5; 32]));
        change(&mut config);
        let app = init_service(Blueprint::new(surface, Arc::clone(&self.host.core), config).app()).await;
        read(app.call(request.to_request())).await
    }

    /// Sends requests to one private surface at once, and gives what came back in the order in which it
    /// came. Requests that nobody waits for any more are dropped.
    pub(crate) async fn send_together(
        &self,
        requests: impl IntoIterator<Item = TestRequest>,
    ) -> impl Stream<Item = Answer> {
        let config = ServerConfig::new("https://shop.example", CursorKey::new([5; 32]));
        let core = Arc::clone(&self.host.core);
        let app = init_service(Blueprint::new(Surface::Private, core, config).app()).await;
        let calls = requests.into_iter().map(|request| read(app.call(request.to_request())));
        calls.collect::<FuturesUnordered<_>>()
    }

    /// `GET` below the store's public root.
    pub(crate) async fn get_public(&self, path: &str) -> Answer {
        self.send(Surface::Public, self.public(Method::GET, path)).await
    }

    /// A request below the store's public root.
    pub(crate) fn public(&self, method: Method, path: &str) -> TestRequest {
        TestRequest::with_uri(&format!("/v1/public/{}{path}", self.store.pk_live)).method(method)
    }

    /// A request below `/v1/private` with the all-powerful key.
    pub(crate) fn private(&self, method: Method, path: &str) -> TestRequest {
        let bearer = format!("Bearer {}", self.store.sk_live);
        TestRequest::with_uri(&format!("/v1/private{path}"))
            .method(method)
            .insert_header(("authorization", bearer))
    }

    /// `GET` below `/v1/private`.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Surface::Private, self.private(Method::GET, path)).await
    }

    /// Sends a body below `/v1/private`.
    pub(crate) async fn send_json(&self, method: Method, path: &str, body: Value) -> Answer {
        self.send(Surface::Private, self.private(method, path).set_json(body)).await
    }

    /// A request below `/v1/private` with another key, with or without a body.
    pub(crate) async fn by(&self, key: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.private(method, path).insert_header(("authorization", format!("Bearer {key}")));
        let request = match body {
            Some(body) => request.set_json(body),
            None => request,
        };
        self.send(Surface::Private, request).await
    }
}
