//! Shoppers who buy as fast as they are served, and never let go of what they were promised.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::task::{JoinHandle, JoinSet};

/// The pause before somebody tries again what was not answered.
const PAUSE: Duration = Duration::from_millis(50);
/// How often a load balancer asks a server whether it is ready, and how long it waits for the answer.
const PROBE_EVERY: Duration = Duration::from_millis(100);
const PROBE_AT_MOST: Duration = Duration::from_millis(500);
/// How often a shopper presses the button again before giving the cart up.
const PRESSES: u32 = 8;
/// The cards that a shopper pays with, one after the other: now and then one is declined.
pub const CARDS: &[&str] = &[
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_chargeDeclined",
];

/// What all shoppers together met with.
#[derive(Debug, Default)]
pub struct Tally {
    /// Orders that somebody was told of as paid.
    pub acknowledged: Vec<String>,
    /// Answers by status and code, and broken connections by kind.
    pub met: BTreeMap<String, u32>,
}

/// Shoppers at work, until they are sent home.
#[derive(Debug)]
pub struct Crowd {
    stop: Arc<AtomicBool>,
    held_back: Arc<AtomicBool>,
    tally: Arc<Mutex<Tally>>,
    shoppers: JoinSet<()>,
}

#[derive(Debug, Clone)]
struct Shopper {
    client: Client,
    base: String,
    product: String,
    cards: &'static [&'static str],
    stop: Arc<AtomicBool>,
    held_back: Arc<AtomicBool>,
    tally: Arc<Mutex<Tally>>,
}

/// What came of a request.
enum Met {
    Answer(u16, Value),
    NoAnswer,
}

impl Crowd {
    /// `size` shoppers at `base`, the public surface with its key, who all want `product` and pay with `cards`.
    pub fn send_in(size: u32, base: &str, product: &str, round: u32, cards: &'static [&'static str]) -> Self {
        let (stop, held_back, tally) = (Arc::default(), Arc::default(), Arc::default());
        let shopper = Shopper {
            client: Client::builder()
                .timeout(Duration::from_mins(1))
                .build()
                .expect("a client needs nothing"),
            base: base.to_owned(),
            product: product.to_owned(),
            cards,
            stop: Arc::clone(&stop),
            held_back: Arc::clone(&held_back),
            tally: Arc::clone(&tally),
        };
        let mut shoppers = JoinSet::new();
        for n in 0..size {
            let shopper = shopper.clone();
            shoppers.spawn(async move { shopper.shop(round, n).await });
        }
        Self { stop, held_back, tally, shoppers }
    }

    /// Keeps requests back while the server at `url` says that it is not ready, as a load balancer does; until
    /// the returned task is aborted.
    pub fn balance(&self, url: &str) -> JoinHandle<()> {
        let (held_back, probe) = (Arc::clone(&self.held_back), format!("{url}/readyz"));
        let client = Client::builder().pool_max_idle_per_host(0).timeout(PROBE_AT_MOST).build();
        let client = client.expect("a client needs nothing");
        tokio::spawn(async move {
            loop {
                let ready = client.get(&probe).send().await.is_ok_and(|answer| answer.status().is_success());
                held_back.store(!ready, Ordering::Release);
                tokio::time::sleep(PROBE_EVERY).await;
            }
        })
    }

    /// What they have met so far, in words.
    pub fn acknowledged(&self) -> usize {
        lock(&self.tally).acknowledged.len()
    }

    /// Lets everybody end the sale they are at.
    pub async fn send_home(mut self) -> Tally {
        self.stop.store(true, Ordering::Release);
        while let Some(ended) = self.shoppers.join_next().await {
            ended.expect("no shopper panics");
        }
        std::mem::take(&mut *lock(&self.tally))
    }
}

fn lock(tally: &Mutex<Tally>) -> MutexGuard<'_, Tally> {
    tally.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shopper {
    async fn shop(&self, round: u32, n: u32) {
        for (sale, card) in self.cards.iter().cycle().enumerate() {
            if self.is_over() {
                return;
            }
            self.buy(&format!("shopper-{round}-{n}-{sale}"), card).await;
        }
    }

    fn is_over(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// Fills a cart and pays it, however often that takes.
    async fn buy(&self, token: &str, card: &str) {
        let item = json!({"productId": self.product});
        let contact = json!({"email": format!("{token}@example.com")});
        for (method, path, body) in
            [(Method::POST, "/cart/items", item), (Method::PUT, "/cart/checkout-data", contact)]
        {
            while !matches!(self.send(token, method.clone(), path, &body).await, Met::Answer(200..=299, _)) {
                if self.is_over() {
                    return;
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        for _ in 0..PRESSES {
            let pay = json!({"paymentMethod": card});
            match self.send(token, Method::POST, "/cart/checkout", &pay).await {
                Met::Answer(200..=299, answer) => {
                    if answer["data"]["status"] == "paid" {
                        let order = answer["data"]["orderId"].as_str().unwrap_or_default().to_owned();
                        lock(&self.tally).acknowledged.push(order);
                        return;
                    }
                }
                // Declined or refused: another press would change nothing.
                Met::Answer(402 | 422, _) => return,
                Met::Answer(..) | Met::NoAnswer => {}
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn send(&self, token: &str, method: Method, path: &str, body: &Value) -> Met {
        while self.held_back.load(Ordering::Acquire) {
            tokio::time::sleep(PROBE_EVERY).await;
        }
        let request = self.client.request(method, format!("{}{path}", self.base));
        let sent = request.header("x-cart-token", token).json(body).send().await;
        let (met, word) = match sent {
            Ok(response) => {
                let status = response.status().as_u16();
                let retry_after = response.headers().contains_key("retry-after");
                match response.json::<Value>().await {
                    Ok(answer) => {
                        let code = answer["error"]["code"].as_str().unwrap_or("fine").to_owned();
                        let bare = if status == 503 && !retry_after { " without Retry-After" } else { "" };
                        (Met::Answer(status, answer), format!("{status} {code}{bare}"))
                    }
                    Err(_) => (Met::NoAnswer, "broken off in the body".to_owned()),
                }
            }
            Err(error) if error.is_connect() => (Met::NoAnswer, "not connected".to_owned()),
            Err(error) if error.is_timeout() => (Met::NoAnswer, "no answer in a minute".to_owned()),
            Err(_) => (Met::NoAnswer, "broken off".to_owned()),
        };
        *lock(&self.tally).met.entry(word).or_default() += 1;
        met
    }
}
