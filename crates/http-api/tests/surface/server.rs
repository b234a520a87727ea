//! Over real sockets: what only the server itself can do.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
    time::Duration,
};

use actix_web::{dev::ServerHandle, rt};
use http_api::{
    list::cursor::CursorKey,
    server::{ServerConfig, Surface, serve},
};
use testkit::TestCore;

fn running(host: &TestCore) -> (SocketAddr, ServerHandle, rt::task::JoinHandle<std::io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut config = ServerConfig::new(format!("http://{address}"), CursorKey::new([1; 32]));
    config.workers = Some(1);
    config.client_timeout = Duration::from_millis(300);
    let server = serve(Surface::Public, Arc::clone(&host.core), config, listener).unwrap();
    let handle = server.handle();
    (address, handle, rt::spawn(server))
}

/// Writes, then reads until the server closes the connection.
async fn exchange(address: SocketAddr, text: &'static str) -> String {
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
    let (address, handle, task) = running(&host);
    let answer = exchange(address, "HEAD /docs HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.contains("content-length: "), "{head}");
    assert_eq!(body, "");
    handle.stop(true).await;
    task.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).is_err(), "a stopped server takes no more connections");
}

#[actix_web::test]
async fn a_client_that_never_finishes_its_request_is_let_go() {
    let host = TestCore::start().await;
    let (address, handle, task) = running(&host);
    let answer = exchange(address, "GET /healthz HTTP/1.1\r\nhost").await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    handle.stop(true).await;
    task.await.unwrap().unwrap();
}
