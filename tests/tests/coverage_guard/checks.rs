//! What every operation has to refuse.

use domain::access::Scope;
use http_api::body::DEFAULT_LIMIT;
use journeys::{Answer, Caller, Shop};
use reqwest::{RequestBuilder, header::CONTENT_TYPE};
use serde_json::{Value, json};

use crate::{
    operations::{Face, Operation},
    resources::{self, Things, fill},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    NoCredentials,
    NoCartToken,
    OtherSurfacesKey,
    RevokedKey,
    ExpiredKey,
    UnrelatedScope,
    MalformedBody,
    UnknownBodyKey,
    BodyTooLarge,
    WrongContentType,
    UnknownQueryParameter,
    DamagedCursor,
    ForeignCursor,
    OtherStoresThing,
    OwnThing,
}

impl Check {
    /// In the order they are made: the last ones change things.
    pub(crate) const ALL: &[Self] = &[
        Self::NoCredentials,
        Self::NoCartToken,
        Self::OtherSurfacesKey,
        Self::RevokedKey,
        Self::ExpiredKey,
        Self::UnrelatedScope,
        Self::MalformedBody,
        Self::UnknownBodyKey,
        Self::BodyTooLarge,
        Self::WrongContentType,
        Self::UnknownQueryParameter,
        Self::DamagedCursor,
        Self::ForeignCursor,
        Self::OtherStoresThing,
        Self::OwnThing,
    ];

    pub(crate) fn is_about(self, operation: &Operation) -> bool {
        let keyed = operation.path.starts_with("/v1/");
        match self {
            Self::NoCredentials => true,
            Self::NoCartToken => operation.wants_cart,
            Self::OtherSurfacesKey | Self::RevokedKey | Self::ExpiredKey => operation.takes_key,
            Self::UnknownQueryParameter => keyed,
            Self::UnrelatedScope => operation.takes_key && operation.face == Face::Private,
            Self::MalformedBody | Self::UnknownBodyKey | Self::BodyTooLarge | Self::WrongContentType => {
                keyed && operation.takes_body
            }
            Self::DamagedCursor | Self::ForeignCursor => operation.has_cursor,
            Self::OtherStoresThing | Self::OwnThing => keyed && !operation.parameters().is_empty(),
        }
    }
}

type Verdict = Result<(), String>;

/// A shop with two stores, and keys that are not good enough.
pub(crate) struct Guard {
    shop: Shop,
    own_things: Things,
    other_things: Things,
    dead_keys: [(Check, String, String); 2],
    /// The token of one of the staff who is logged in.
    login: String,
}

impl Guard {
    pub(crate) async fn open() -> Self {
        let shop = Shop::on_sqlite().await;
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
        let login = log_in(&shop).await;
        Self { shop, own_things, other_things, dead_keys, login }
    }

    pub(crate) async fn run(&self, check: Check, operation: &Operation) -> Verdict {
        let good = self.good(operation);
        let path = self.own_path(operation);
        match check {
            Check::NoCredentials => self.without_credentials(operation, &path).await,
            Check::NoCartToken => {
                let guest = self.shop.guest_with(&self.shop.store.pk_test);
                let answer =
                    Caller::send(with_sample(guest.request(operation.method.clone(), &path), operation))
                        .await;
                expect(&answer, 401, "cart_token_required")
            }
            Check::OtherSurfacesKey => {
                let store = &self.shop.store;
                self.with_keys(operation, &path, &store.pk_test, &store.sk_test).await
            }
            Check::RevokedKey | Check::ExpiredKey => {
                let dead = self.dead_keys.iter().find(|(which, ..)| *which == check);
                let (_, secret, publishable) = dead.expect("both ways are known");
                self.with_keys(operation, &path, secret, publishable).await
            }
            Check::UnrelatedScope => self.unrelated_scope(operation, &path).await,
            Check::MalformedBody => {
                let answer = raw(&good, operation, &path, "application/json", b"{\"name\": ".to_vec()).await;
                expect(&answer, 400, "malformed_request")
            }
            Check::UnknownBodyKey => {
                let mut body = operation.sample.clone();
                body["noSuchKey"] = json!(1);
                let answer = Caller::send(good.request(operation.method.clone(), &path).json(&body)).await;
                expect_field(&answer, "noSuchKey")
            }
            Check::BodyTooLarge => {
                let answer =
                    raw(&good, operation, &path, "application/json", vec![b' '; DEFAULT_LIMIT + 1]).await;
                expect(&answer, 413, "payload_too_large")
            }
            Check::WrongContentType => {
                let body = operation.sample.to_string().into_bytes();
                let answer = raw(&good, operation, &path, "text/plain", body).await;
                expect(&answer, 415, "unsupported_media_type")
            }
            Check::UnknownQueryParameter => {
                let answer = self.asked(&good, operation, &format!("{path}?noSuchParameter=1")).await;
                expect_field(&answer, "noSuchParameter")
            }
            Check::DamagedCursor => {
                let answer = self.asked(&good, operation, &format!("{path}?cursor=bm90IG91cnM")).await;
                expect_status(&answer, 400)
            }
            Check::ForeignCursor => self.foreign_cursor(&good, operation, &path).await,
            Check::OtherStoresThing => self.other_stores_thing(&good, operation).await,
            Check::OwnThing => {
                let answer = self.asked(&good, operation, &path).await;
                let found = answer.status < 500 && ![401, 403, 404].contains(&answer.status);
                found.then_some(()).ok_or_else(|| shown(&answer))
            }
        }
    }

    /// Whoever may call the operation.
    fn good(&self, operation: &Operation) -> Caller {
        let store = &self.shop.store;
        match operation.face {
            Face::Private if !operation.path.starts_with("/v1/") => self.shop.at_private(),
            // The operator's key: the live one of the oldest store.
            Face::Private if operation.scopes == ["admin:*"] => {
                Caller::clone(&self.shop.merchant_with(&store.sk_live))
            }
            Face::Private if operation.wants_login => Caller::clone(&self.shop.merchant_with(&self.login)),
            // Who works for a store does so in live mode too, so that test keys have no say in it.
            Face::Private if operation.path.starts_with("/v1/private/staff") => {
                Caller::clone(&self.shop.merchant_with(&store.sk_live))
            }
            Face::Private => Caller::clone(&self.shop.merchant_with(&store.sk_test)),
            Face::Public if !operation.path.starts_with("/v1/") => self.shop.at_public(),
            Face::Public => resources::shopper(&self.shop, store),
        }
    }

    fn own_path(&self, operation: &Operation) -> String {
        below(&fill(&operation.path, &self.own_things, &self.own_things))
    }

    async fn asked(&self, caller: &Caller, operation: &Operation, path: &str) -> Answer {
        Caller::send(with_sample(caller.request(operation.method.clone(), path), operation)).await
    }

    async fn without_credentials(&self, operation: &Operation, path: &str) -> Verdict {
        let answer = match operation.face {
            Face::Private if operation.path.starts_with("/v1/") => {
                let nobody = self.shop.at_private();
                self.asked(&nobody, operation, &format!("/v1/private{path}")).await
            }
            Face::Public if operation.path.starts_with("/v1/") => {
                let nobody = self.shop.shopper_with("pk_test_", "browser-0001");
                self.asked(&nobody, operation, path).await
            }
            Face::Public | Face::Private => self.asked(&self.good(operation), operation, path).await,
        };
        expect_status(&answer, 401)
    }

    async fn with_keys(&self, operation: &Operation, path: &str, secret: &str, publishable: &str) -> Verdict {
        let caller = match operation.face {
            Face::Private => Caller::clone(&self.shop.merchant_with(secret)),
            Face::Public => Caller::clone(&self.shop.shopper_with(publishable, "browser-0001")),
        };
        let answer = self.asked(&caller, operation, path).await;
        expect(&answer, 401, "invalid_api_key")
    }

    async fn unrelated_scope(&self, operation: &Operation, path: &str) -> Verdict {
        let reports = operation.scopes.iter().any(|one| one == "read:reports");
        let key = self.shop.store.key(&[if reports { Scope::ReadLoyalty } else { Scope::ReadReports }]).await;
        let answer = self.asked(&self.shop.merchant_with(&key), operation, path).await;
        expect(&answer, 403, "insufficient_scope")?;
        let required = answer.json["error"]["details"]["required"].as_str().unwrap_or_default();
        let named = operation.scopes.iter().any(|scope| scope == required);
        named.then_some(()).ok_or_else(|| format!("requires {required}, documents {:?}", operation.scopes))
    }

    /// A cursor of another list, or of the same list of another store, leads nowhere.
    async fn foreign_cursor(&self, good: &Caller, operation: &Operation, path: &str) -> Verdict {
        let elsewhere = if operation.path.ends_with("/categories") { "/products" } else { "/categories" };
        let merchant = self.shop.merchant_with(&self.shop.store.sk_test);
        for name in ["One", "Two"] {
            merchant.post(elsewhere, json!({"name": name, "price": 100})).await;
            merchant.post(elsewhere, json!({"name": name})).await;
        }
        let page = merchant.get(&format!("{elsewhere}?cursor=&perPage=1")).await;
        let cursor =
            page.json["meta"]["nextCursor"].as_str().ok_or_else(|| format!("no cursor: {}", page.json))?;
        let answer = self.asked(good, operation, &format!("{path}?cursor={cursor}")).await;
        expect_status(&answer, 400)
    }

    async fn other_stores_thing(&self, good: &Caller, operation: &Operation) -> Verdict {
        let (own, other) = (&self.own_things, &self.other_things);
        // The last one of the other store inside what is ours, and ours inside what is of the other store.
        for (first, last) in [(own, other), (other, own)] {
            if operation.parameters().len() == 1 && std::ptr::eq(last, own) {
                continue;
            }
            let last_parameter = operation.parameters().last().copied().unwrap_or_default().to_owned();
            if !last.contains_key(operation.up_to(&last_parameter)) {
                return Err(format!("{} has to be made first", operation.up_to(&last_parameter)));
            }
            let path = below(&fill(&operation.path, first, last));
            let answer = self.asked(good, operation, &path).await;
            expect(&answer, 404, "not_found").map_err(|fault| format!("{path}: {fault}"))?;
        }
        Ok(())
    }
}

/// The path as the callers of a surface give it.
fn below(path: &str) -> String {
    path.trim_start_matches("/v1/private").trim_start_matches("/v1/public/{publishableKey}").to_owned()
}

fn with_sample(request: RequestBuilder, operation: &Operation) -> RequestBuilder {
    if operation.takes_body { request.json(&operation.sample) } else { request }
}

async fn raw(
    caller: &Caller,
    operation: &Operation,
    path: &str,
    content_type: &str,
    body: Vec<u8>,
) -> Answer {
    let request = caller.request(operation.method.clone(), path).header(CONTENT_TYPE, content_type);
    Caller::send(request.body(body)).await
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

fn shown(answer: &Answer) -> String {
    format!("{} {}", answer.status, answer.json)
}

fn expect_status(answer: &Answer, status: u16) -> Verdict {
    if answer.status == status { Ok(()) } else { Err(shown(answer)) }
}

fn expect(answer: &Answer, status: u16, code: &str) -> Verdict {
    if (answer.status, answer.code()) == (status, code) { Ok(()) } else { Err(shown(answer)) }
}

fn expect_field(answer: &Answer, field: &str) -> Verdict {
    expect(answer, 422, "validation_failed")?;
    let fields: &Value = &answer.json["error"]["fields"];
    if fields[field].is_array() { Ok(()) } else { Err(shown(answer)) }
}
