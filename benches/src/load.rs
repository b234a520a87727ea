//! Load: so many callers at once, each on a connection of its own, each asking again as soon as it is answered.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request,
    body::Bytes,
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{net::TcpStream, task::JoinSet};

/// What a caller does over and over; its number tells one time from all others.
pub type Errand = Arc<dyn for<'a> Fn(&'a mut Caller, u64) -> BoxFuture<'a, Result<(), String>> + Send + Sync>;

/// Numbers errands over the whole life of the program, so that no two of them use the same cart.
static NUMBER: AtomicU64 = AtomicU64::new(1);
/// Errands that come from one address; more would be refused by the limits, which are on.
const FROM_ONE_ADDRESS: u64 = 10;

/// Somebody with a connection to a server.
#[derive(Debug)]
pub struct Caller {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    from: String,
    /// Bytes of the bodies it was answered with.
    answered: u64,
}

impl Caller {
    async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a socket can be told");
        let (sender, connection) = handshake(TokioIo::new(stream)).await.expect("the server speaks HTTP");
        tokio::spawn(connection);
        Self { sender, host: address.to_string(), from: String::new(), answered: 0 }
    }

    /// The body of a 2xx answer to a GET.
    pub async fn get(&mut self, path: &str) -> Result<Bytes, String> {
        self.send(Method::GET, path, &[], Bytes::new()).await
    }

    /// The same for the holder of a secret key.
    pub async fn get_with(&mut self, path: &str, key: &str) -> Result<Bytes, String> {
        self.send(Method::GET, path, &[("x-api-key", key)], Bytes::new()).await
    }

    /// The 2xx answer to a request about a cart.
    pub async fn cart(
        &mut self,
        method: Method,
        path: &str,
        token: &str,
        body: &Value,
    ) -> Result<Value, String> {
        let body = if method == Method::GET { Bytes::new() } else { Bytes::from(body.to_string()) };
        let headers = [("x-cart-token", token), ("content-type", "application/json")];
        let answer = self.send(method, path, &headers, body).await?;
        serde_json::from_slice(&answer).map_err(|error| error.to_string())
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Bytes, String> {
        let mut request = Request::builder().method(method).uri(path).header("host", &self.host);
        request = request.header("x-forwarded-for", &self.from);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body)).map_err(|error| error.to_string())?;
        self.sender.ready().await.map_err(|error| error.to_string())?;
        let answer = self.sender.send_request(request).await.map_err(|error| error.to_string())?;
        let status = answer.status();
        let body = answer.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
        self.answered += body.len() as u64;
        if status.is_success() {
            Ok(body)
        } else {
            Err(format!("{path}: {status} {}", String::from_utf8_lossy(&body)))
        }
    }
}

/// What came of some load.
#[derive(Debug, Default)]
pub struct Run {
    /// How long each errand took, in microseconds, shortest first.
    took: Vec<u64>,
    /// How long it all took.
    whole: Duration,
    /// Bytes of all answers' bodies.
    bytes: u64,
}

impl Run {
    /// Errands done.
    pub fn count(&self) -> u64 {
        self.took.len() as u64
    }

    /// Bytes of the bodies that an errand was answered with, on average.
    pub fn bytes(&self) -> usize {
        usize::try_from(self.bytes / self.count().max(1)).unwrap_or_default()
    }

    /// Errands a second.
    pub fn rate(&self) -> f64 {
        self.took.len() as f64 / self.whole.as_secs_f64()
    }

    /// What so many of a hundred errands took at most, in milliseconds.
    pub fn percentile(&self, hundredths: usize) -> f64 {
        let place = (self.took.len() * hundredths / 100).min(self.took.len().saturating_sub(1));
        self.took.get(place).map_or(f64::NAN, |micros| *micros as f64 / 1000.0)
    }
}

/// Has `callers` run an errand at `address` for so long, once at least.
///
/// # Panics
/// When an errand fails: a figure about refusals would mean nothing.
pub async fn drive(address: SocketAddr, callers: u32, time: Duration, errand: &Errand) -> Run {
    let mut crowd = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..callers {
        let errand = Arc::clone(errand);
        crowd.spawn(async move {
            let mut caller = Caller::connect(address).await;
            let mut took = Vec::new();
            loop {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                let [_, a, b, c] = u32::try_from(number / FROM_ONE_ADDRESS).unwrap_or(u32::MAX).to_be_bytes();
                caller.from = format!("10.{a}.{b}.{c}");
                let start = Instant::now();
                errand(&mut caller, number).await.unwrap_or_else(|fault| panic!("{fault}"));
                took.push(u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX));
                if begun.elapsed() >= time {
                    return (took, caller.answered);
                }
            }
        });
    }
    let mut run = Run::default();
    for (took, answered) in crowd.join_all().await {
        run.took.extend(took);
        run.bytes += answered;
    }
    run.whole = begun.elapsed();
    run.took.sort_unstable();
    run
}
