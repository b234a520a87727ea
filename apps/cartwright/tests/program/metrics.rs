//! What Prometheus gets: its own format, and only labels that the program made up itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read as _, Write as _},
    net::TcpStream,
};

use crate::running::{Running, client, command};

/// One number of the page.
#[derive(Debug)]
struct Sample {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

/// Reads the text format; whatever is not in it is a panic.
struct Page(Vec<Sample>);

impl Page {
    fn read(text: &str) -> Self {
        let (mut kinds, mut helped, mut samples) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(comment) = line.strip_prefix("# ") {
                let mut words = comment.splitn(3, ' ');
                let (what, name, rest) =
                    (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
                match what {
                    "HELP" => assert!(helped.insert(name.to_owned()), "helped twice: {line}"),
                    "TYPE" => {
                        assert!(["counter", "gauge", "histogram"].contains(&rest), "{line}");
                        assert!(kinds.insert(name.to_owned(), rest.to_owned()).is_none(), "{line}");
                    }
                    _ => panic!("{line}"),
                }
                continue;
            }
            samples.push(sample(line));
        }
        for sample in &samples {
            let family = ["_bucket", "_sum", "_count"].iter().find_map(|end| {
                sample
                    .name
                    .strip_suffix(end)
                    .filter(|family| kinds.get(*family).is_some_and(|kind| kind == "histogram"))
            });
            let family = family.unwrap_or(&sample.name);
            assert!(kinds.contains_key(family) && helped.contains(family), "{family} is not described");
            let is_counter = kinds[family] == "counter";
            assert_eq!(is_counter, family.ends_with("_total"), "{family}");
        }
        Self(samples)
    }

    fn of(&self, name: &str) -> Vec<&Sample> {
        self.0.iter().filter(|sample| sample.name == name).collect()
    }

    fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let fits = |sample: &&Sample| {
            labels.iter().all(|(key, value)| sample.labels.get(*key).is_some_and(|own| own == value))
        };
        self.of(name).into_iter().find(fits).map(|sample| sample.value)
    }
}

fn sample(line: &str) -> Sample {
    let (series, value) = line.rsplit_once(' ').unwrap();
    let (name, labels) = match series.split_once('{') {
        Some((name, labels)) => (name, labels.strip_suffix('}').unwrap()),
        None => (series, ""),
    };
    assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{line}");
    let labels = labels.split_terminator(',').map(|label| {
        let (key, value) = label.split_once('=').unwrap();
        (
            key.to_owned(),
            value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap().to_owned(),
        )
    });
    Sample { name: name.to_owned(), labels: labels.collect(), value: value.parse().unwrap() }
}

/// Sends bytes as they are, which no client library would.
fn raw(address: &str, head: &str) -> String {
    let mut stream = TcpStream::connect(address.trim_start_matches("http://")).unwrap();
    stream.write_all(format!("{head}\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test]
async fn hostile_requests_make_no_series_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path()).await;
    let (client, metrics) = (client(), format!("{}/metrics", running.text("privateUrl")));
    for number in 0..50 {
        for path in [
            format!("/wp-admin/{number}.php?x={number}"),
            format!("/v1/public/pk_live_{number}/products/evil-{number}"),
            format!("/%22%7d%0aevil_{number}/"),
        ] {
            let answer = raw(running.text("publicUrl"), &format!("GET {path} HTTP/1.1"));
            assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
        }
        raw(running.text("privateUrl"), &format!("EVIL{number} /v1/private/orders/evil-{number} HTTP/1.1"));
    }
    for _ in 0..3 {
        assert_eq!(client.get(running.shop("/products/")).send().await.unwrap().status(), 200);
    }
    let answer = client.get(&metrics).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let text = answer.text().await.unwrap();
    for leak in ["evil", "EVIL", "wp-admin", running.text("testPublishableKey"), running.text("storeId")] {
        assert!(!text.contains(leak), "{leak} in\n{text}");
    }
    let page = Page::read(&text);
    let requests = "cartwright_http_requests_total";
    let unmatched = [("surface", "public"), ("method", "GET"), ("route", "unmatched"), ("status", "404")];
    assert_eq!(page.value(requests, &unmatched), Some(100.0), "{text}");
    let product = ("route", "/v1/public/{publishableKey}/products/{product}");
    assert_eq!(page.value(requests, &[product, ("status", "401")]), Some(50.0), "{text}");
    assert_eq!(
        page.value(requests, &[("method", "other"), ("route", "/v1/private/orders/{order}")]),
        Some(50.0),
        "{text}"
    );
    let products = ("route", "/v1/public/{publishableKey}/products");
    assert_eq!(page.value(requests, &[products, ("status", "200")]), Some(3.0), "{text}");
    let timed = "cartwright_http_request_duration_seconds_count";
    assert_eq!(page.value(timed, &[products]), Some(3.0), "{text}");
    assert_eq!(
        page.value("cartwright_http_refusals_total", &[("code", "invalid_api_key")]),
        Some(50.0),
        "{text}"
    );
    assert_eq!(
        page.value("cartwright_http_requests_in_flight", &[("surface", "private")]),
        Some(1.0),
        "{text}"
    );
    assert!(page.of(requests).len() < 15, "{text}");
    running.stop();
}

#[tokio::test]
async fn the_process_its_database_and_its_worker_have_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path()).await;
    let metrics = format!("{}/metrics", running.text("privateUrl"));
    let text = client().get(&metrics).send().await.unwrap().text().await.unwrap();
    let page = Page::read(&text);
    assert_eq!(page.value("cartwright_build_info", &[("version", env!("CARGO_PKG_VERSION"))]), Some(1.0));
    assert!(page.value("process_start_time_seconds", &[]).unwrap() > 1e9);
    assert!(page.value("cartwright_database_statement_duration_seconds_count", &[]).unwrap() > 10.0);
    let committed = [("outcome", "committed")];
    assert!(page.value("cartwright_database_transaction_duration_seconds_count", &committed).unwrap() > 1.0);
    assert_eq!(page.value("cartwright_database_connections_max", &[("pool", "writer")]), Some(1.0));
    assert!(page.value("cartwright_worker_rounds_total", &[("outcome", "ok")]).unwrap() >= 1.0);
    running.stop();
}

#[tokio::test]
async fn the_page_is_on_the_private_port_and_for_those_with_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let token = "a-token-for-the-collector";
    let mut guarded = command(folder.path());
    let running = Running::start_as(folder.path(), guarded.env("CARTWRIGHT_METRICS_TOKEN", token)).await;
    let client = client();
    let private = format!("{}/metrics", running.text("privateUrl"));
    let public = format!("{}/metrics", running.text("publicUrl"));
    assert_eq!(client.get(public).send().await.unwrap().status(), 404);
    assert_eq!(client.get(&private).send().await.unwrap().status(), 401);
    assert_eq!(
        client.get(&private).bearer_auth("a-token-for-the-collectoR").send().await.unwrap().status(),
        401
    );
    assert_eq!(client.get(&private).bearer_auth(token).send().await.unwrap().status(), 200);
    running.stop();
    let mut off = command(folder.path());
    let running = Running::start_as(folder.path(), off.env("CARTWRIGHT_METRICS", "off")).await;
    let private = format!("{}/metrics", running.text("privateUrl"));
    assert_eq!(client.get(&private).send().await.unwrap().status(), 404);
    running.stop();
}
