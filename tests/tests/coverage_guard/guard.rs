//! A shop with everything that the checks need, and the eye on what they leave behind.

use std::{collections::BTreeMap, time::Duration};

use domain::access::Scope;
use journeys::Shop;
use serde_json::json;
use testkit::{database::Contents, invariants::Calm};

use crate::{
    checks::Check,
    operations::Operation,
    requests::Verdict,
    resources::{self, Things},
};

/// What changes although a request was refused, and may.
const RESTLESS: &[&str] = &["api_keys.last_used_at"];
/// What is written down of a refusal on purpose: the operation, and the table.
const NOTED: &[(&str, &str)] = &[("private/login", "login_guesses")];
/// How long a shop has to be left alone until what it does by itself is done.
const REST: Duration = Duration::from_millis(300);

/// A shop with two stores, and keys that are not good enough.
pub(crate) struct Guard {
    pub(crate) shop: Shop,
    pub(crate) own_things: Things,
    pub(crate) other_things: Things,
    pub(crate) dead_keys: [(Check, String, String); 2],
    /// For each scope a key with it alone, and one with all others.
    pub(crate) narrow_keys: BTreeMap<Scope, [String; 2]>,
    /// A cursor of the list of products, and one of the list of categories.
    pub(crate) cursors: [String; 2],
    /// The token of one of the staff who is logged in.
    pub(crate) login: String,
    contents: Contents,
}

impl Guard {
    pub(crate) async fn open(shop: Shop) -> Self {
        let other = testkit::store(&shop.core, "Other", "GBP").await;
        let own_things = resources::make(&shop, &shop.store).await;
        let other_things = resources::make(&shop, &other).await;
        let mut dead_keys = Vec::new();
        for (check, column) in [(Check::RevokedKey, "revoked_at"), (Check::ExpiredKey, "expires_at")] {
            let [secret, publishable] =
                [dead_key(&shop, "secret", column), dead_key(&shop, "publishable", column)];
            dead_keys.push((check, secret.await, publishable.await));
        }
        let dead_keys = dead_keys.try_into().expect("there are two ways for a key to die");
        let mut narrow_keys = BTreeMap::new();
        for scope in Scope::ALL {
            let others: Vec<Scope> =
                Scope::ALL.iter().copied().filter(|one| one != scope && *one != Scope::Admin).collect();
            let keys = [shop.store.key(&[*scope]).await, shop.store.key(&others).await];
            narrow_keys.insert(*scope, keys);
        }
        let cursors = [cursor_of(&shop, "/products").await, cursor_of(&shop, "/categories").await];
        let (login, contents) = (log_in(&shop).await, Contents::new());
        let mut guard =
            Self { shop, own_things, other_things, dead_keys, narrow_keys, cursors, login, contents };
        guard.come_to_rest().await;
        guard
    }

    /// Makes a check, and looks whether what had to be refused changed anything.
    pub(crate) async fn hold(&mut self, check: Check, operation: &Operation) -> Verdict {
        if !check.refuses() {
            return self.run(check, operation).await;
        }
        let verdict = self.run(check, operation).await;
        let mut changed = self.changed().await;
        changed.retain(|table| !NOTED.contains(&(operation.name().as_str(), table.as_str())));
        verdict?;
        changed.is_empty().then_some(()).ok_or_else(|| format!("refused, yet changed {changed:?}"))
    }

    /// The tables that are no longer as they were when this was last asked.
    pub(crate) async fn changed(&mut self) -> Vec<String> {
        let now = self.look().await;
        let before = std::mem::replace(&mut self.contents, now);
        let moved = |(table, rows): &(String, String)| self.contents.get(table) != Some(rows);
        before.into_iter().filter(moved).map(|(table, _)| table).collect()
    }

    async fn come_to_rest(&mut self) {
        loop {
            let now = self.look().await;
            let database = self.shop.database.as_ref().expect("the shop made its database");
            let waiting = database.breaches(Calm::Settled).await;
            if self.contents == now && !waiting.iter().any(|breach| breach.contains("no event waits")) {
                return;
            }
            self.contents = now;
            tokio::time::sleep(REST).await;
        }
    }

    async fn look(&self) -> Contents {
        self.shop.database.as_ref().expect("the shop made its database").contents(RESTLESS).await
    }
}

/// A cursor of a list that is long enough to have one.
async fn cursor_of(shop: &Shop, list: &str) -> String {
    let merchant = shop.merchant_with(&shop.store.sk_test);
    for name in ["One", "Two"] {
        let mut body = json!({"name": name});
        if list == "/products" {
            body["price"] = json!(100);
        }
        merchant.post(list, body).await.data();
    }
    let page = merchant.get(&format!("{list}?cursor=&perPage=1")).await;
    page.json["meta"]["nextCursor"].as_str().expect("there is a second page").to_owned()
}

async fn dead_key(shop: &Shop, kind: &str, column: &str) -> String {
    let merchant = shop.merchant_with(&shop.store.sk_live);
    let mut body = json!({"name": "Dead", "type": kind, "mode": "test"});
    if kind == "secret" {
        body["scopes"] = json!(["admin:*"]);
    }
    let made = merchant.post("/api-keys", body).await.data();
    let database = shop.database.as_ref().expect("the shop made its database");
    let id: domain::id::ApiKeyId =
        made["id"].as_str().expect("a key has an id").parse().expect("it is an id");
    let (past, id) = (testkit::database::NOW - chrono::TimeDelta::days(365), testkit::database::raw_id(id));
    database.execute(&format!("UPDATE api_keys SET {column} = $1 WHERE id = $2"), [past.into(), id]).await;
    made["key"].as_str().expect("a new key is shown").to_owned()
}

/// Puts somebody on the staff, and logs in as them.
async fn log_in(shop: &Shop) -> String {
    let merchant = shop.merchant_with(&shop.store.sk_live);
    let invited =
        merchant.post("/staff", json!({"email": "guard@example.com", "role": "owner"})).await.data();
    let accept = json!({"token": invited["inviteToken"], "password": "correct horse battery"});
    let login = merchant.post("/auth/accept-invite", accept).await.data();
    login["token"].as_str().expect("a login has a token").to_owned()
}
