//! The line between the servers and a gateway, which does to every call what it is told to.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use reqwest::Client;
use tokio::{net::TcpListener, task::JoinHandle};

/// Headers of a call that mean something to a gateway.
const HEADERS: &[&str] = &["authorization", "content-type", "idempotency-key", "stripe-version"];

/// How long the gateway itself may take.
const ANSWER_AT_MOST: Duration = Duration::from_secs(10);

/// What happens to calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// They are answered.
    Fine,
    /// They are done at once and answered so much later.
    AnswersLate(Duration),
    /// They are done so much later, whether or not anybody still waits for the answer.
    WorksLate(Duration),
    /// They are answered with 500; every second one was done.
    Fails,
}

/// The line; cut when dropped.
#[derive(Debug)]
pub struct Wire {
    /// Where it begins: what to give as the address of the gateway.
    pub url: String,
    end: Arc<End>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
struct End {
    client: Client,
    gateway: String,
    mood: Mutex<Mood>,
    calls: AtomicU32,
}

impl Wire {
    /// A line to the gateway at `gateway`.
    pub async fn to(gateway: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("the machine has a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound listener has an address"));
        let end = Arc::new(End {
            client: Client::builder().timeout(ANSWER_AT_MOST).build().expect("a client needs nothing"),
            gateway: gateway.to_owned(),
            mood: Mutex::new(Mood::Fine),
            calls: AtomicU32::new(0),
        });
        let served = Arc::clone(&end);
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let end = Arc::clone(&served);
                let service = service_fn(move |request| Arc::clone(&end).receive(request));
                // Callers give up when they like.
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { url, end, server }
    }

    /// From now on calls are treated like this.
    pub fn set(&self, mood: Mood) {
        *self.end.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    /// How many calls came so far.
    pub fn calls(&self) -> u32 {
        self.end.calls.load(Ordering::Relaxed)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl End {
    async fn receive(self: Arc<Self>, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let mood = *self.mood.lock().unwrap_or_else(PoisonError::into_inner);
        let mut call = self.client.request(head.method, format!("{}{}", self.gateway, head.uri)).body(body);
        for name in HEADERS {
            if let Some(value) = head.headers.get(*name) {
                call = call.header(*name, value);
            }
        }
        // Work goes on when the caller hangs up.
        let work = |pause: Duration| {
            tokio::spawn(async move {
                tokio::time::sleep(pause).await;
                answer(call).await
            })
        };
        match mood {
            Mood::Fine => work(Duration::ZERO).await.map_err(io::Error::other)?,
            Mood::WorksLate(pause) => work(pause).await.map_err(io::Error::other)?,
            Mood::AnswersLate(pause) => {
                let answered = work(Duration::ZERO).await.map_err(io::Error::other)?;
                tokio::time::sleep(pause).await;
                answered
            }
            Mood::Fails => {
                if number.is_multiple_of(2) {
                    let _answer = work(Duration::ZERO).await.map_err(io::Error::other)?;
                }
                let fault = r#"{"error": {"type": "api_error", "message": "Something went wrong."}}"#;
                Ok(response(StatusCode::INTERNAL_SERVER_ERROR, Bytes::from_static(fault.as_bytes())))
            }
        }
    }
}

async fn answer(call: reqwest::RequestBuilder) -> io::Result<Response<Full<Bytes>>> {
    let answer = call.send().await.map_err(io::Error::other)?;
    let status = answer.status();
    Ok(response(status, answer.bytes().await.map_err(io::Error::other)?))
}

fn response(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert("content-type", hyper::header::HeaderValue::from_static("application/json"));
    response
}
