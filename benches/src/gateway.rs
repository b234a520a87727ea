//! A Stripe of the harness's own, its shoppers at their banks' pages, and the webhooks it sends.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use reqwest::Client;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;
use testkit::{
    database::TestDatabase,
    goods, store,
    store::offer_stripe,
    stripe::{Delivery, FakeStripe},
};
use tokio::task::JoinHandle;

use crate::{
    crowd::{CARDS, Crowd},
    wire::Wire,
    world::{PLENTY, World},
};

const KEY: &str = "sk_test_51CartwrightHarness";
const SECRET: &str = "whsec_cartwright_harness";
/// The key that the core of the tests seals with.
const MASTER_KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";
/// How often Stripe looks for something to tell of.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long a shopper is at the bank's page.
const AT_THE_BANK: Duration = Duration::from_secs(1);
/// How often Stripe tries to deliver a webhook, and the pause between.
const DELIVERIES: u32 = 20;
const AGAIN_AFTER: Duration = Duration::from_secs(3);

/// How Stripe tells of what happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// At once.
    Prompt,
    /// Not at all.
    Never,
    /// So much later, twice at the same time, and then of what was before.
    Muddled(Duration),
}

/// Stripe, with what is between it and the servers.
pub struct Gateway {
    /// The line to it.
    pub wire: Wire,
    stripe: Arc<FakeStripe>,
    news: Arc<Mutex<News>>,
    /// Answers to webhooks.
    told: Arc<Mutex<BTreeMap<u16, u32>>>,
    messenger: Option<JoinHandle<()>>,
    /// Another shop on the same servers, which has nothing to do with this gateway, and its goods.
    neighbour: [String; 2],
}

impl Gateway {
    /// A gateway, and a shop whose cards go there.
    pub async fn open(database: TestDatabase) -> (Self, World) {
        let stripe = Arc::new(FakeStripe::start().await);
        let wire = Wire::to(stripe.url()).await;
        let configuration = vec![
            ("CARTWRIGHT_STRIPE_API_BASE", wire.url.clone()),
            ("CARTWRIGHT_MASTER_KEY", MASTER_KEY.to_owned()),
        ];
        let folder = TempDir::new().expect("the machine has room for a temporary folder");
        let world = World::with(database, folder, configuration).await;
        offer_stripe(&world.core, &world.store, KEY, SECRET).await;
        let other = store(&world.core, "Next Door", "GBP").await;
        let goods = goods::download(&world.core, &other, "Pattern", 1000, PLENTY).await;
        let base = format!("{}/v1/public/{}", world.public.url, other.pk_test);
        let neighbour = [base, goods.product.to_string()];
        let mut gateway = Self {
            wire,
            stripe,
            news: Arc::new(Mutex::new(News::Prompt)),
            told: Arc::default(),
            messenger: None,
            neighbour,
        };
        let messenger = Messenger {
            stripe: Arc::clone(&gateway.stripe),
            news: Arc::clone(&gateway.news),
            told: Arc::clone(&gateway.told),
            client: Client::builder()
                .timeout(Duration::from_secs(30))
                .build()
                .expect("a client needs nothing"),
            url: format!("{}/webhooks/stripe/{}", world.public.url, world.store.id),
        };
        gateway.messenger = Some(tokio::spawn(messenger.work()));
        (gateway, world)
    }

    /// Sends shoppers to the shop next door.
    pub fn next_door(&self, size: u32, round: u32) -> Crowd {
        let [base, product] = &self.neighbour;
        Crowd::send_in(size, base, product, round, CARDS)
    }

    /// From now on Stripe tells like this of what happens.
    pub fn tell(&self, news: News) {
        *self.news.lock().unwrap_or_else(PoisonError::into_inner) = news;
    }

    /// Says whether Stripe took what the shop's books say that it took, and has nothing to complain of.
    pub async fn agrees(&self, world: &World) -> bool {
        let ours = recorded(&world.core.database.url).await;
        let mut theirs = BTreeMap::new();
        for number in 1..=self.stripe.intents() {
            let intent = intent(number);
            if let Some(captured) = self.stripe.captured(&intent) {
                theirs.insert(intent.clone(), (captured, self.stripe.refunded(&intent)));
            }
        }
        let amounts: i64 = theirs.values().map(|(captured, _)| captured).sum();
        println!("  Stripe took {amounts} in {} of {} charges", theirs.len(), self.stripe.intents());
        let told = std::mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner));
        println!("  webhooks were answered: {told:?}");
        let differ = theirs
            .iter()
            .filter(|(intent, taken)| ours.get(*intent) != Some(taken))
            .map(|(intent, _)| intent);
        let beyond = ours.keys().filter(|intent| !theirs.contains_key(*intent));
        let wrong: Vec<_> =
            differ.chain(beyond).map(|intent| (intent, theirs.get(intent), ours.get(intent))).collect();
        let violations = self.stripe.violations();
        if !wrong.is_empty() || !violations.is_empty() {
            println!(
                "  STRIPE AND THE BOOKS DIFFER (charge, Stripe, books): {wrong:?}; complaints: {violations:?}"
            );
        }
        wrong.is_empty() && violations.is_empty() && !told.keys().any(|status| *status == 500)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        if let Some(messenger) = &self.messenger {
            messenger.abort();
        }
    }
}

/// What the books say was taken and given back, by the gateway's names of the charges.
async fn recorded(url: &str) -> BTreeMap<String, (i64, i64)> {
    let question = "select provider_ref, captured, refunded from payments
        where provider = 'stripe' and captured > 0 and provider_ref is not null";
    let rows: Vec<(String, i64, i64)> = if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.expect("the file is there");
        sqlx::query_as(question).fetch_all(&mut connection).await.expect("the schema is known")
    } else {
        let mut connection = PgConnection::connect(url).await.expect("the database answers");
        sqlx::query_as(question).fetch_all(&mut connection).await.expect("the schema is known")
    };
    rows.into_iter().map(|(intent, captured, refunded)| (intent, (captured, refunded))).collect()
}

/// The name of the fake's so-manieth intent.
fn intent(number: usize) -> String {
    format!("pi_fake{number:06}")
}

/// Who sends webhooks, and shoppers to their banks.
#[derive(Clone)]
struct Messenger {
    stripe: Arc<FakeStripe>,
    news: Arc<Mutex<News>>,
    told: Arc<Mutex<BTreeMap<u16, u32>>>,
    client: Client,
    url: String,
}

impl Messenger {
    async fn work(self) {
        let mut seen = 0;
        loop {
            while seen < self.stripe.intents() {
                seen += 1;
                let messenger = self.clone();
                tokio::spawn(async move { messenger.follow(seen).await });
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Sees an intent through and tells of it.
    async fn follow(&self, number: usize) {
        let name = intent(number);
        let status =
            |event: &Value| event["data"]["object"]["status"].as_str().unwrap_or_default().to_owned();
        let mut before = self.stripe.event_for(&name, "payment_intent.processing");
        let news = *self.news.lock().unwrap_or_else(PoisonError::into_inner);
        if status(&before) == "requires_action" {
            before["type"] = json!("payment_intent.requires_action");
            tokio::time::sleep(AT_THE_BANK).await;
            // The shop may have called it off meanwhile.
            if status(&self.stripe.event_for(&name, "payment_intent.processing")) == "requires_action" {
                self.stripe.complete_action(&name, !number.is_multiple_of(4));
            }
        } else {
            before["data"]["object"]["status"] = json!("processing");
        }
        let mut after = self.stripe.event_for(&name, "payment_intent.succeeded");
        match status(&after).as_str() {
            "succeeded" => {}
            "requires_payment_method" => after["type"] = json!("payment_intent.payment_failed"),
            _ => after["type"] = json!("payment_intent.canceled"),
        }
        match news {
            News::Never => {}
            News::Prompt => self.deliver(&after).await,
            News::Muddled(pause) => {
                tokio::time::sleep(pause).await;
                tokio::join!(self.deliver(&after), self.deliver(&after));
                self.deliver(&before).await;
                self.deliver(&after).await;
            }
        }
    }

    /// Sends an event until it is taken, as Stripe does.
    async fn deliver(&self, event: &Value) {
        for _ in 0..DELIVERIES {
            let delivery = Delivery::of(event).signed(SECRET);
            let request =
                self.client.post(&self.url).header("Content-Type", "application/json; charset=utf-8");
            let request = request.header("Stripe-Signature", delivery.signature());
            let sent = request.body(delivery.body().to_owned()).send().await;
            let status = sent.map_or(0, |answer| answer.status().as_u16());
            *self.told.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() += 1;
            if (200..300).contains(&status) {
                return;
            }
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }
}
