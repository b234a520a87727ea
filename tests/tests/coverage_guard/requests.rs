//! The requests of the checks, and what has to come back.

use domain::access::Scope;
use http_api::body::DEFAULT_LIMIT;
use journeys::{Answer, Caller};
use reqwest::{RequestBuilder, header::CONTENT_TYPE};
use serde_json::{Value, json};

use crate::{
    checks::Check,
    guard::Guard,
    operations::{Face, Operation},
    resources::{self, fill},
};

pub(crate) type Verdict = Result<(), String>;

impl Guard {
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
            Check::EveryOtherScope => self.every_other_scope(operation, &path).await,
            Check::ItsScopeAlone => self.its_scope_alone(operation, &path).await,
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
    pub(crate) fn good(&self, operation: &Operation) -> Caller {
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

    pub(crate) fn own_path(&self, operation: &Operation) -> String {
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

    /// What an operation documents is all it asks for, and it does ask.
    async fn every_other_scope(&self, operation: &Operation, path: &str) -> Verdict {
        let [_, others] = &self.narrow_keys[&scope_of(operation)];
        let answer = self.asked(&self.shop.merchant_with(others), operation, path).await;
        expect(&answer, 403, "insufficient_scope")?;
        let required = &answer.json["error"]["details"]["required"];
        let named = operation.scopes.iter().any(|scope| required == scope.as_str());
        named.then_some(()).ok_or_else(|| format!("requires {required}, documents {:?}", operation.scopes))
    }

    async fn its_scope_alone(&self, operation: &Operation, path: &str) -> Verdict {
        let [alone, _] = &self.narrow_keys[&scope_of(operation)];
        let answer = self.asked(&self.shop.merchant_with(alone), operation, path).await;
        let let_in = answer.status < 500 && ![401, 403].contains(&answer.status);
        let_in.then_some(()).ok_or_else(|| shown(&answer))
    }

    /// A cursor of another list leads nowhere.
    async fn foreign_cursor(&self, good: &Caller, operation: &Operation, path: &str) -> Verdict {
        let [of_products, of_categories] = &self.cursors;
        let cursor = if operation.path.ends_with("/categories") { of_products } else { of_categories };
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

/// The scope that an operation documents; any, where every key will do.
fn scope_of(operation: &Operation) -> Scope {
    let documented = operation.scopes.first().and_then(|scope| Scope::parse(scope));
    documented.unwrap_or(Scope::ReadReports)
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
