//! Limits over real sockets: on both surfaces, of one server, and of several over one database.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use std::{net::TcpListener, sync::Arc};

use actix_web::dev::ServerHandle;
use adapters_system::WindowLimiter;
use http_api::{
    list::cursor::CursorKey,
    server::{ServerConfig, Surface, serve},
};
use journeys::{Answer, Caller};
use ports::{
    Clock as _,
    limits::{Count, Subject},
};
use reqwest::Client;
use testkit::{TestCore, TestStore, database::TestDatabase};

/// Two servers of an installation whose clock stands still, and who counts for both.
struct Node {
    limiter: Arc<WindowLimiter>,
    guest: Caller,
    merchant: Caller,
    servers: Vec<ServerHandle>,
}

impl Drop for Node {
    fn drop(&mut self) {
        for server in &self.servers {
            drop(server.stop(false));
        }
    }
}

impl Node {
    fn start(host: &TestCore, store: &TestStore, limiter: WindowLimiter) -> Self {
        let limiter = Arc::new(limiter);
        let mut servers = Vec::new();
        let mut serving = |surface| {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            let mut config = ServerConfig::new(&url, CursorKey::new([5; 32]));
            config.workers = Some(2);
            config.limiter = Some(limiter.clone());
            let server = serve(surface, host.core.clone(), config, listener).unwrap();
            servers.push(server.handle());
            tokio::spawn(server);
            url
        };
        let (public, private) = (serving(Surface::Public), serving(Surface::Private));
        let key = vec![("authorization", format!("Bearer {}", store.sk_test))];
        let client = Client::builder().build().unwrap();
        Self {
            guest: Caller::new(client.clone(), format!("{public}/v1/public/{}", store.pk_test), Vec::new()),
            merchant: Caller::new(client, format!("{private}/v1/private"), key),
            limiter,
            servers,
        }
    }

    /// Asks for an order that is not there, `times` over; how often that was refused for the rate.
    async fn look_for_orders(&self, times: usize) -> usize {
        let mut refused = 0;
        for _ in 0..times {
            refused += usize::from(limited(&self.guest.get("/orders/ACME-1?email=a@example.com").await));
        }
        refused
    }
}

fn limited(answer: &Answer) -> bool {
    for name in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
        assert!(!answer.header(name).is_empty(), "{name} is missing: {answer:?}");
    }
    if answer.status == 429 {
        answer.refused(429, "rate_limited");
        assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
    }
    answer.status == 429
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_hold_on_both_surfaces() {
    for host in testkit::cores().await {
        let store = testkit::store(&host, "Acme Candles", "GBP").await;
        let node = Node::start(&host, &store, WindowLimiter::alone());
        assert_eq!(node.look_for_orders(70).await, 10);
        let mut refused = 0;
        for _ in 0..35 {
            let refund = serde_json::json!({"amount": 1});
            refused += usize::from(limited(&node.merchant.post("/orders/ACME-1/refund", refund).await));
        }
        assert_eq!(refused, 5);
        assert_eq!(node.merchant.get("/orders").await.status, 200);
        host.clock.advance(chrono::TimeDelta::minutes(1));
        assert_eq!(node.look_for_orders(1).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_over_one_database_share_a_limit() {
    let host = testkit::core(TestDatabase::postgres().await);
    let store = testkit::store(&host, "Acme Candles", "GBP").await;
    let counts = host.database.shared().shared_counts().unwrap();
    let nodes = [0, 1].map(|_| Node::start(&host, &store, WindowLimiter::among_others()));
    let now = host.clock.now().timestamp();
    let mut refused = 0;
    for _ in 0..20 {
        for node in &nodes {
            refused += node.look_for_orders(4).await;
            node.limiter.exchange(&*counts, now).await.unwrap();
        }
    }
    // 60 a minute, a tenth of it untold, and what the other grants before it hears.
    let granted = 160 - refused;
    assert!((60..=60 + 6 + 4).contains(&granted), "{granted}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_shared_counts_requests_are_answered_and_still_limited() {
    let host = testkit::core(TestDatabase::postgres().await);
    let store = testkit::store(&host, "Acme Candles", "GBP").await;
    let counts = host.database.shared().shared_counts().unwrap();
    host.database.execute("drop table rate_windows", []).await;
    let node = Node::start(&host, &store, WindowLimiter::among_others());
    assert_eq!(node.look_for_orders(30).await, 0);
    assert!(node.limiter.exchange(&*counts, host.clock.now().timestamp()).await.is_err());
    assert_eq!(node.look_for_orders(40).await, 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shared_counts_add_up_until_their_period_ends() {
    let database = TestDatabase::postgres().await;
    let counts = database.shared().shared_counts().unwrap();
    let count = |name: u8, taken, ends_at| Count { subject: Subject([name; 16]), taken, ends_at };
    assert_eq!(counts.add(&[count(1, 3, 160)], 100).await.unwrap(), [count(1, 3, 160)]);
    let both = counts.add(&[count(1, 4, 175), count(2, 1, 175)], 115).await.unwrap();
    assert_eq!(both, [count(1, 7, 160), count(2, 1, 175)], "the first to come sets the end");
    assert_eq!(counts.add(&[count(1, 2, 220)], 160).await.unwrap(), [count(1, 2, 220)]);
    counts.forget(200).await.unwrap();
    assert_eq!(counts.add(&[count(2, 1, 260)], 120).await.unwrap(), [count(2, 1, 260)], "it was forgotten");
    assert!(TestDatabase::sqlite().await.shared().shared_counts().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_count_the_same_subjects_at_once_do_not_block_each_other() {
    let database = TestDatabase::postgres().await;
    let counts = database.shared().shared_counts().unwrap();
    let subjects: Vec<_> =
        (0..=u8::MAX).map(|name| Count { subject: Subject([name; 16]), taken: 1, ends_at: 160 }).collect();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (counts, subjects) = (counts.clone(), subjects.clone());
            tokio::spawn(async move {
                for _ in 0..5 {
                    counts.add(&subjects, 100).await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let totals = counts.add(&subjects, 100).await.unwrap();
    assert!(totals.iter().all(|total| total.taken == 8 * 5 + 1), "{totals:?}");
}
