//! Sending requests and reading answers.

use reqwest::{
    Client, Method, RequestBuilder,
    header::{CONTENT_TYPE, HeaderMap},
};
use serde_json::Value;

use crate::contract;

/// Somebody who sends requests below one address, with the same headers each time.
#[derive(Debug, Clone)]
pub struct Caller {
    client: Client,
    base: String,
    headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status of HTTP.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body; `null` when there was none, text when it was no JSON.
    pub json: Value,
}

impl Caller {
    /// Calls below `base` with `headers`.
    pub fn new(client: Client, base: impl Into<String>, headers: Vec<(&'static str, String)>) -> Self {
        Self { client, base: base.into(), headers }
    }

    /// The same caller with one more header.
    #[must_use]
    pub fn with(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut caller = self.clone();
        caller.headers.push((name, value.into()));
        caller
    }

    /// A request that can still be changed; [`Caller::send`] sends it.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        self.headers.iter().fold(request, |request, (name, value)| request.header(*name, value))
    }

    /// `GET`
    pub async fn get(&self, path: &str) -> Answer {
        Self::send(self.request(Method::GET, path)).await
    }

    /// `POST` with a JSON body; `null` sends none.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.change(Method::POST, path, &body).await
    }

    /// `PUT` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.change(Method::PUT, path, &body).await
    }

    /// `PATCH` with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.change(Method::PATCH, path, &body).await
    }

    /// `DELETE`
    pub async fn delete(&self, path: &str) -> Answer {
        Self::send(self.request(Method::DELETE, path)).await
    }

    /// Sends a request, and checks what every answer has to hold.
    ///
    /// # Panics
    /// When the server does not answer, or answers out of shape.
    pub async fn send(request: RequestBuilder) -> Answer {
        let (client, request) = request.build_split();
        let request = request.expect("the test asks for something that can be sent");
        let (method, url) = (request.method().clone(), request.url().clone());
        let response = client.execute(request).await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("the answer is text");
        let json = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())),
        };
        let answer = Answer { status, headers, json };
        answer.check_shape();
        let fault = contract::fault(&method, url.path(), url.query().unwrap_or_default(), &answer);
        assert_eq!(fault, None, "{method} {url}");
        answer
    }

    async fn change(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path);
        Self::send(if body.is_null() { request } else { request.json(body) }).await
    }
}

impl Answer {
    /// A header; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The code of a refusal; empty when it is none.
    pub fn code(&self) -> &str {
        self.json["error"]["code"].as_str().unwrap_or_default()
    }

    /// What a success holds.
    ///
    /// # Panics
    /// When it is a refusal.
    #[track_caller]
    pub fn data(self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.json);
        self.json["data"].clone()
    }

    /// Asserts that this is a refusal with this status and code.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.json);
        self
    }

    /// Asserts that this is a refusal of the field.
    ///
    /// # Panics
    /// When it is anything else, or another field is meant.
    #[track_caller]
    pub fn refused_field(&self, field: &str) -> &Self {
        self.refused(422, "validation_failed");
        assert!(self.json["error"]["fields"][field].is_array(), "not {field}: {}", self.json);
        self
    }

    fn check_shape(&self) {
        for (name, part) in [
            ("x-request-id", ""),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("content-security-policy", "frame-ancestors 'none'"),
            ("cache-control", ""),
        ] {
            let value = self.headers.get(name).and_then(|value| value.to_str().ok());
            assert!(value.is_some_and(|value| value.contains(part)), "an answer without {name}: {self:?}");
        }
        if self.status < 400 {
            return;
        }
        let error = &self.json["error"];
        assert!(
            error["code"].is_string() && error["message"].is_string(),
            "a refusal out of shape: {self:?}"
        );
        let content_type = self.header(CONTENT_TYPE.as_str());
        assert!(content_type.starts_with("application/json"), "a refusal as {content_type}");
    }
}
