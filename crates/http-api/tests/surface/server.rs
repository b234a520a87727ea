//! Over real sockets: what only the server itself can do.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    time::Duration,
};

use actix_web::{dev::ServerHandle, rt};
use application::health::Monitor;
use http_api::{
    list::cursor::CursorKey,
    server::{ServerConfig, Surface, serve},
};
use rstest::rstest;
use testkit::TestCore;

/// Where a server listens, what stops it, and its end.
type Running = (SocketAddr, ServerHandle, rt::task::JoinHandle<std::io::Result<()>>);

fn running(host: &TestCore, surface: Surface) -> Running {
    running_with(host, surface, |_| {})
}

fn running_with(host: &TestCore, surface: Surface, change: impl FnOnce(&mut ServerConfig)) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut config = ServerConfig::new(format!("http://{address}"), CursorKey::new([1; 32]));
    config.workers = Some(1);
    config.client_timeout = Duration::from_millis(300);
    config.request_timeout = Duration::from_secs(1);
    config.idle_timeout = Duration::from_secs(1);
    config.body_limit = 1000;
    change(&mut config);
    let server = serve(surface, Arc::clone(&host.core), config, listener).unwrap();
    let handle = server.handle();
    (address, handle, rt::spawn(server))
}

/// Writes, then reads until the server closes the connection.
async fn exchange(address: SocketAddr, text: impl Into<String>) -> String {
    let text = text.into();
    rt::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    })
    .await
    .unwrap()
}

#[actix_web::test]
async fn asking_about_a_page_sends_its_headers_only() {
    let host = TestCore::start().await;
    let (address, handle, task) = running(&host, Surface::Public);
    let answer = exchange(address, "HEAD /docs HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.contains("content-length: "), "{head}");
    assert_eq!(body, "");
    handle.stop(true).await;
    task.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).is_err(), "a stopped server takes no more connections");
}

#[rstest]
#[case(false)]
#[case(true)]
#[actix_web::test]
async fn a_server_that_is_about_to_end_keeps_no_connection(#[case] stopping: bool) {
    let host = TestCore::start().await;
    let monitor = Arc::new(Monitor::of(&host.core, None));
    if stopping {
        monitor.stop();
    }
    let (address, handle, task) =
        running_with(&host, Surface::Public, |config| config.monitor = Some(monitor));
    let answer = exchange(address, "GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let head = answer.split("\r\n\r\n").next().unwrap();
    assert_eq!(head.contains("connection: close"), stopping, "{head}");
    handle.stop(true).await;
    task.await.unwrap().unwrap();
}

/// The beginning of a request with a body, in the name of somebody who may send it.
async fn start_of_a_body(host: &TestCore, surface: Surface, header: &str) -> String {
    let store = testkit::store(host, "Acme Candles", "GBP").await;
    let (path, key) = match surface {
        Surface::Public => (format!("/v1/public/{}/tax/calculate", store.pk_live), String::new()),
        Surface::Private => {
            ("/v1/private/brands".to_owned(), format!("authorization: Bearer {}\r\n", store.sk_live))
        }
    };
    format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{key}{header}\r\n\r\n")
}

#[rstest]
#[case(Surface::Public)]
#[case(Surface::Private)]
#[actix_web::test]
async fn a_client_that_never_finishes_its_request_is_let_go(#[case] surface: Surface) {
    let host = TestCore::start().await;
    let (address, handle, task) = running(&host, surface);
    let answer = exchange(address, "GET /healthz HTTP/1.1\r\nhost").await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    handle.stop(true).await;
    task.await.unwrap().unwrap();
}

#[rstest]
#[case(Surface::Public)]
#[case(Surface::Private)]
#[actix_web::test]
async fn a_client_that_never_finishes_its_body_is_let_go(#[case] surface: Surface) {
    let host = TestCore::start().await;
    let (address, handle, task) = running(&host, surface);
    let request = start_of_a_body(&host, surface, "content-length: 500").await;
    let answer = exchange(address, format!("{request}{{\"name\"")).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("request_timeout"), "{answer}");
    handle.stop(true).await;
    task.await.unwrap().unwrap();
}

#[rstest]
#[case(Surface::Public)]
#[case(Surface::Private)]
#[actix_web::test]
async fn a_client_that_says_nothing_more_is_let_go(#[case] surface: Surface) {
    let host = TestCore::start().await;
    let (address, handle, task) = running(&host, surface);
    let answer = exchange(address, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    handle.stop(true).await;
    task.await.unwrap().unwrap();
}
