//! HTTP for the desk.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Response,
    body::{Bytes, Incoming},
    header::HeaderMap,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::{
    Request,
    answer::Answer,
    desk::{Desk, Verdict},
};

/// Serves the desk on a free port until the task is aborted.
pub(super) async fn start(desk: Arc<Mutex<Desk>>) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("the port it is bound to"));
    let base = url.clone();
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&desk), base.clone()));
        }
    });
    (url, server)
}

async fn serve(stream: TcpStream, desk: Arc<Mutex<Desk>>, base: String) {
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let (desk, base) = (&desk, &base);
        async move {
            let request = read(request).await.map_err(io::Error::other)?;
            let verdict = desk.lock().unwrap_or_else(PoisonError::into_inner).receive(request, base);
            match verdict {
                Verdict::Answer(answer) => Ok(response(&answer)),
                Verdict::AnswerAfter(pause, answer) => {
                    tokio::time::sleep(pause).await;
                    Ok(response(&answer))
                }
                // An error of the service closes the connection without a word.
                Verdict::HangUp => Err(io::Error::from(io::ErrorKind::ConnectionAborted)),
            }
        }
    });
    // Clients that go away, and hang-ups as asked for, are no matter here.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn read(request: hyper::Request<Incoming>) -> Result<Request, hyper::Error> {
    let (head, body) = request.into_parts();
    Ok(Request {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        authorization: header(&head.headers, "authorization"),
        version: header(&head.headers, "stripe-version"),
        idempotency_key: header(&head.headers, "idempotency-key"),
        body: body.collect().await?.to_bytes().to_vec(),
    })
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn response(answer: &Answer) -> Response<Full<Bytes>> {
    Response::builder()
        .status(answer.status)
        .header("content-type", "application/json")
        .header("request-id", "req_fake")
        .body(Full::from(answer.body.to_string()))
        .expect("a status and two plain headers make a response")
}
