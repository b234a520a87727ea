//! Traces as a collector gets them, and logs as a program reads them.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::Path,
    sync::{Arc, Mutex},
};

use crate::running::{Running, answer, client, command};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::any_value::Value as Attribute,
    trace::v1::{Span, span::SpanKind},
};
use prost::Message as _;
use serde_json::{Value, json};

/// Headers and body of a request.
type Delivery = (Vec<String>, Vec<u8>);

/// Takes what is sent to it.
struct Collector {
    url: String,
    taken: Arc<Mutex<Vec<Delivery>>>,
}

impl Collector {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let taken: Arc<Mutex<Vec<Delivery>>> = Arc::default();
        let keeper = taken.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut reader = BufReader::new(stream.unwrap());
                while let Some(delivery) = read(&mut reader) {
                    keeper.lock().unwrap().push(delivery);
                    reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
                }
            }
        });
        Self { url, taken }
    }

    fn spans(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        for (head, body) in self.taken.lock().unwrap().iter() {
            assert!(head[0].starts_with("POST /v1/traces "), "{head:?}");
            assert!(
                head.iter().any(|line| line.eq_ignore_ascii_case("content-type: application/x-protobuf")),
                "{head:?}"
            );
            let export = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
            for resource in export.resource_spans {
                let attributes = resource.resource.unwrap().attributes;
                let named = attributes.iter().find(|pair| pair.key == "service.name").unwrap();
                assert_eq!(
                    named.value.as_ref().unwrap().value,
                    Some(Attribute::StringValue("cartwright".to_owned()))
                );
                spans.extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
            }
        }
        spans
    }
}

fn read(reader: &mut impl std::io::BufRead) -> Option<Delivery> {
    let head: Vec<String> =
        reader.by_ref().lines().map(|line| line.unwrap()).take_while(|line| !line.is_empty()).collect();
    let length =
        head.iter().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length?];
    reader.read_exact(&mut body).unwrap();
    Some((head, body))
}

fn text_of<'a>(span: &'a Span, key: &str) -> Option<&'a str> {
    let pair = span.attributes.iter().find(|pair| pair.key == key)?;
    match pair.value.as_ref()?.value.as_ref()? {
        Attribute::StringValue(text) => Some(text),
        _ => None,
    }
}

fn number_of(span: &Span, key: &str) -> Option<i64> {
    let pair = span.attributes.iter().find(|pair| pair.key == key)?;
    match pair.value.as_ref()?.value.as_ref()? {
        Attribute::IntValue(number) => Some(*number),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

#[tokio::test]
async fn a_collector_gets_spans_of_requests_in_the_traces_of_trusted_callers() {
    let (folder, collector) = (tempfile::tempdir().unwrap(), Collector::open());
    let mut traced = command(folder.path());
    let running =
        Running::start_as(folder.path(), traced.env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url)).await;
    let (client, secret) = (client(), running.text("testSecretKey").to_owned());
    let (trace, parent) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let traceparent = format!("00-{trace}-{parent}-01");
    let brands = format!("{}/v1/private/brands", running.text("privateUrl"));
    let request = client.post(brands).bearer_auth(&secret).header("traceparent", &traceparent);
    let (status, body) =
        answer(request.header("x-request-id", "known-to-all").json(&json!({"name": "Traced"}))).await;
    assert_eq!(status, 201, "{body}");
    let shop = running.shop("/products?q=a-secret-wish");
    assert_eq!(client.get(shop).header("traceparent", &traceparent).send().await.unwrap().status(), 200);
    let publishable = running.text("testPublishableKey").to_owned();
    // What waits is sent when the process ends.
    running.stop();

    let spans = collector.spans();
    let named = |name: &str| {
        spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name}: {spans:#?}"))
    };
    let made = named("POST /v1/private/brands");
    assert_eq!((hex(&made.trace_id), hex(&made.parent_span_id)), (trace.to_owned(), parent.to_owned()));
    assert_eq!(made.kind(), SpanKind::Server);
    assert_eq!(text_of(made, "http.route"), Some("/v1/private/brands"));
    assert_eq!(text_of(made, "request_id"), Some("known-to-all"));
    assert_eq!(number_of(made, "http.response.status_code"), Some(201));
    let work = spans.iter().find(|span| span.parent_span_id == made.span_id && span.name == "unit of work");
    assert_eq!(text_of(work.unwrap(), "outcome"), Some("committed"));
    let seen = named("GET /v1/public/{publishableKey}/products");
    assert_ne!(hex(&seen.trace_id), trace, "a stranger does not choose our traces");
    assert!(seen.parent_span_id.is_empty());
    assert_eq!(hex(&seen.links[0].trace_id), trace);
    for (_, body) in collector.taken.lock().unwrap().iter() {
        let text = String::from_utf8_lossy(body);
        for secret in [secret.as_str(), publishable.as_str(), "a-secret-wish"] {
            assert!(!text.contains(secret), "{secret} was sent");
        }
    }
}

#[tokio::test]
async fn no_requests_are_traced_at_a_ratio_of_nought_unless_a_trusted_caller_asks() {
    let (folder, collector) = (tempfile::tempdir().unwrap(), Collector::open());
    let mut traced = command(folder.path());
    traced.env("CARTWRIGHT_OTLP_ENDPOINT", &collector.url).env("CARTWRIGHT_TRACE_RATIO", "0");
    let running = Running::start_as(folder.path(), &mut traced).await;
    let client = client();
    for sampled in ["01", "00"] {
        let traceparent = format!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-{sampled}");
        for url in [running.shop("/brands"), format!("{}/healthz", running.text("privateUrl"))] {
            let request = client.get(url).header("traceparent", &traceparent);
            assert_eq!(request.send().await.unwrap().status(), 200);
        }
    }
    running.stop();
    let names: Vec<_> = collector.spans().into_iter().map(|span| span.name).collect();
    assert_eq!(names, ["GET /healthz"]);
}

/// Standard error of the program, once it has ended.
fn said(folder: &Path) -> Vec<String> {
    fs::read_to_string(folder.join("stderr")).unwrap().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_collector_that_is_away_costs_one_line_and_no_request() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut traced = command(folder.path());
    traced
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{nobody}"))
        .env("OTEL_BSP_SCHEDULE_DELAY", "20");
    traced.stderr(File::create(folder.path().join("stderr")).unwrap());
    let running = Running::start_as(folder.path(), &mut traced).await;
    for _ in 0..20 {
        assert_eq!(client().get(running.shop("/brands")).send().await.unwrap().status(), 200);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    running.stop();
    let lines = said(folder.path());
    let told = lines.iter().filter(|line| line.contains("traces cannot be sent")).count();
    assert_eq!(told, 1, "{lines:#?}");
}

#[tokio::test]
async fn every_line_of_a_request_is_json_and_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut logged = command(folder.path());
    logged
        .env("CARTWRIGHT_LOG_FORMAT", "json")
        .env("CARTWRIGHT_LOG", "warn,access=debug")
        .env_remove("RUST_LOG");
    logged.stderr(File::create(folder.path().join("stderr")).unwrap());
    let running = Running::start_as(folder.path(), &mut logged).await;
    let (client, store) = (client(), running.text("storeId").to_owned());
    let wish = format!("{}&q=a-secret-wish", running.shop("/products?perPage=1"));
    let request = client.get(wish).header("x-request-id", "line-1");
    assert_eq!(request.send().await.unwrap().status(), 200);
    let unknown = format!("{}/nowhere/secret-path", running.text("publicUrl"));
    assert_eq!(client.get(unknown).header("x-request-id", "line-2").send().await.unwrap().status(), 404);
    let key = running.text("testPublishableKey").to_owned();
    running.stop();
    let lines: Vec<Value> =
        said(folder.path()).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |id: &str| -> Value {
        let mut own = lines.iter().filter(|line| line["span"]["request_id"] == id);
        let line = own.next().unwrap_or_else(|| panic!("no line of {id}: {lines:#?}")).clone();
        assert!(own.next().is_none(), "{lines:#?}");
        line
    };
    let seen = of("line-1");
    assert_eq!((&seen["target"], &seen["level"]), (&json!("access"), &json!("DEBUG")));
    assert!(seen["fields"]["ms"].is_u64(), "{seen}");
    assert_eq!(seen["span"]["route"], "/v1/public/{publishableKey}/products");
    assert_eq!((&seen["span"]["method"], &seen["span"]["status"]), (&json!("GET"), &json!(200)));
    assert_eq!(seen["span"]["store"], json!(store));
    let lost = of("line-2");
    assert_eq!((&lost["span"]["route"], &lost["span"]["status"]), (&json!("unmatched"), &json!(404)));
    let all = said(folder.path()).join("\n");
    for secret in ["a-secret-wish", "secret-path", &key] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}
