//! A shop that grows, and what is asked of it at every size.

use std::{ops::RangeInclusive, process::Stdio, sync::Arc, time::Duration};

use domain::{access::Mode, id::Handle};
use reqwest::Client;
use serde_json::Value;
use testkit::{
    database::TestDatabase,
    multitude::{self, Multitude, TEMPLATES},
};
use tokio::process::Command;

use crate::{
    cost::{Family, peak_kilobytes},
    gauge::{Gauge, Measure},
    load::{Errand, drive},
    market::Market,
    process::{Server, programs},
};

/// Number of the first order of a shop.
const FIRST_ORDER: u32 = 1001;
/// Products that shoppers take turns with.
const ASSORTMENT: u32 = 500;
/// How long a page may take to be found.
const ANSWER_AT_MOST: Duration = Duration::from_mins(1);
/// Rows on a page.
const PAGE: u32 = 20;

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Stores beside the one that is asked.
    pub other_stores: u32,
    /// Products of that store, and as many orders.
    pub rows: u32,
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} products and orders", self.rows)?;
        if self.other_stores > 0 { write!(f, " beside {} stores", self.other_stores) } else { Ok(()) }
    }
}

/// The shop.
#[derive(Debug)]
pub struct Growth {
    market: Market,
    postgres: Option<Family>,
    size: Size,
}

/// Something that is asked, and of which server.
struct Question {
    name: &'static str,
    of_merchants: bool,
    errand: Errand,
}

impl Growth {
    /// Opens the shop with as much in it as will be copied.
    pub async fn open(database: TestDatabase, postgres: Option<Family>) -> Self {
        let mut market = Market::open(database, 0).await;
        Multitude::found(&market.core, &market.store).await;
        let mut goods = Vec::new();
        for number in 1..=TEMPLATES {
            let handle = Handle::Name(format!("product-{number}"));
            let found = market.core.db.catalog().product(market.store.id, &handle).await;
            let product = found.expect("the database answers").expect("it was made").id;
            let variants = market.core.db.catalog().variants(market.store.id, Mode::Test, &[product]).await;
            let variant = variants.expect("the database answers")[0].variant.id;
            goods.push((product.to_string(), variant.to_string()));
        }
        market.sell(goods);
        drive(market.public.address(), 1, Duration::ZERO, &market.sale()).await;
        Self { market, postgres, size: Size { other_stores: 0, rows: TEMPLATES } }
    }

    /// Lets the shop grow.
    pub async fn to(&mut self, size: Size) {
        let many = Multitude::of(&self.market.core.database, self.market.store.id);
        if size.other_stores > self.size.other_stores {
            many.stores(size.other_stores, 100).await;
        }
        if size.rows > self.size.rows {
            many.products(self.size.rows + 1..=size.rows).await;
            let placed = if self.size.rows == TEMPLATES { 1 } else { self.size.rows };
            many.orders(FIRST_ORDER, placed..=size.rows - 1).await;
        }
        many.settle().await;
        self.size = size;
        let step = ((size.rows - TEMPLATES) / ASSORTMENT).max(1);
        let sold = (TEMPLATES + 1..=size.rows).step_by(step as usize);
        let ids = |number| (multitude::product(number).to_string(), multitude::variant(number).to_string());
        self.market.sell(sold.map(ids).collect());
    }

    /// Asks everything whose name has `only` in it, each for so long.
    pub async fn measure(&self, only: &str, time: Duration) -> Vec<(&'static str, Measure)> {
        let [public, private] = self.market.patient_servers().await;
        let mut measured = Vec::new();
        for Question { name, of_merchants, errand } in self.questions([&public, &private]).await {
            if !name.contains(only) {
                continue;
            }
            let server = if of_merchants { &private } else { &public };
            let process = Family(server.process().expect("the server runs"));
            let gauge = Gauge { server: process, postgres: self.postgres };
            // What is asked for the first time comes from the disk, and is counted.
            for _ in 0..TEMPLATES {
                drive(server.address(), 1, Duration::ZERO, &errand).await;
            }
            measured.push((name, gauge.measure(server.address(), 1, time, &errand).await));
        }
        measured
    }

    async fn questions(&self, [public, private]: [&Server; 2]) -> Vec<Question> {
        let base = format!("{}/v1/public/{}", public.url, self.market.store.pk_test);
        let middle = self.size.rows / PAGE / 2;
        let deep = next_cursor(&format!("{base}/products?page={middle}"), "").await;
        let of_shoppers = [
            ("list", vec!["products".to_owned()]),
            ("list by price", vec!["products?sort=-price".to_owned()]),
            ("list in stock", vec!["products?inStock=true".to_owned()]),
            ("list of a category", numbered("products?category=shelf-{}", 2..=TEMPLATES)),
            ("list by cursor, start", vec!["products?cursor=".to_owned()]),
            ("list by cursor, deep", vec![format!("products?cursor={deep}")]),
            ("search, one product", numbered("products?q=shirt+{}", self.size.rows - 99..=self.size.rows)),
            ("search, a fifth", vec!["products?q=blue".to_owned()]),
            ("search, everything", vec!["products?q=shirt".to_owned()]),
            ("product by slug", self.slugs()),
            ("category tree", vec!["categories".to_owned()]),
        ];
        let mut questions: Vec<Question> = of_shoppers
            .into_iter()
            .map(|(name, paths)| Question {
                name,
                of_merchants: false,
                errand: self.market.storefront(&paths),
            })
            .collect();
        let key = self.market.store.sk_test.as_str();
        let orders = format!("{}/v1/private/orders", private.url);
        let deep = next_cursor(&format!("{orders}?page={middle}"), key).await;
        for (name, query) in [
            ("orders", String::new()),
            ("orders by cursor, start", "?cursor=".to_owned()),
            ("orders by cursor, deep", format!("?cursor={deep}")),
        ] {
            let errand = as_merchant(&format!("/v1/private/orders{query}"), key);
            questions.push(Question { name, of_merchants: true, errand });
        }
        let errand = self.market.sale();
        questions.push(Question { name: "whole guest sale", of_merchants: false, errand });
        questions
    }

    fn slugs(&self) -> Vec<String> {
        let step = (self.size.rows / ASSORTMENT).max(1) as usize;
        (1..=self.size.rows).step_by(step).map(|number| format!("products/product-{number}")).collect()
    }

    /// Exports all products, and tells how long that took and how much memory in kilobytes.
    pub async fn export(&self) -> (Duration, u64) {
        let setup = self.market.setup();
        let begun = std::time::Instant::now();
        let mut child = Command::new(programs().join("cartwright"))
            .args(["export", "products", "--store", &self.market.store.id.to_string()])
            .env("CARTWRIGHT_DATABASE_URL", &setup.database_url)
            .env_remove("DATABASE_URL")
            .env("CARTWRIGHT_DATA_DIR", &setup.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("the programs are built (cargo build --workspace --bins)");
        let process = child.id().expect("it was started just now");
        let mut peak = 0;
        loop {
            peak = peak_kilobytes(process).max(peak);
            let ended = child.try_wait().expect("it can be waited for");
            if let Some(status) = ended {
                assert!(status.success(), "the export ended: {status}");
                return (begun.elapsed(), peak);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

fn numbered(path: &str, numbers: RangeInclusive<u32>) -> Vec<String> {
    numbers.map(|number| path.replace("{}", &number.to_string())).collect()
}

fn as_merchant(path: &str, key: &str) -> Errand {
    let (path, key) = (path.to_owned(), key.to_owned());
    Arc::new(move |caller, _| {
        let (path, key) = (path.clone(), key.clone());
        Box::pin(async move { caller.get_with(&path, &key).await.map(drop) })
    })
}

/// Where a list goes on after the page at `url`.
async fn next_cursor(url: &str, key: &str) -> String {
    let client = Client::builder().timeout(ANSWER_AT_MOST).build().expect("a client needs nothing");
    let answer = client.get(url).header("x-api-key", key).send().await;
    let body = answer.expect("the server answers").text().await.expect("the answer is whole");
    let answer: Value = serde_json::from_str(&body).expect("it answers in JSON");
    let cursor = answer["meta"]["nextCursor"].as_str();
    cursor.unwrap_or_else(|| panic!("{url} is not followed by another page: {body}")).to_owned()
}
