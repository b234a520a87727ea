//! Stores to test with, opened as an operator would.

use application::{
    Actor, Change, Context, Core, access,
    api_key::{self, Grantor, IssuedKey, NewKey},
    payment_method::{self, KeyChanges, NewPaymentMethod},
    store::{NewStore, create},
};
use domain::{
    access::{ApiKey, KeyKind, Mode, Scope},
    id::StoreId,
    payment::Provider,
    store::Store,
};
use secrecy::ExposeSecret as _;

/// An open store and the texts of its first keys.
#[derive(Debug, Clone)]
pub struct TestStore {
    /// Its id.
    pub id: StoreId,
    /// As it was when it opened.
    pub store: Store,
    /// Live key for browsers.
    pub pk_live: String,
    /// Live key for servers; may do everything.
    pub sk_live: String,
    /// Test key for browsers.
    pub pk_test: String,
    /// Test key for servers; may do everything.
    pub sk_test: String,
    core: Core,
}

/// Opens a store that sells in `currency`, an ISO 4217 code.
pub async fn store(core: &Core, name: &str, currency: &str) -> TestStore {
    let new = NewStore { name: name.to_owned(), currency: currency.to_owned(), ..NewStore::default() };
    store_with(core, new).await
}

/// Opens a store just as told.
pub async fn store_with(core: &Core, new: NewStore) -> TestStore {
    let (store, keys) = create(core, &Context::of_operator(core), new)
        .await
        .expect("what the test says of its store is sound");
    let text = |key: &IssuedKey| key.text.expose_secret().to_owned();
    TestStore {
        id: store.id,
        store,
        pk_live: text(&keys.live_publishable),
        sk_live: text(&keys.live_secret),
        pk_test: text(&keys.test_publishable),
        sk_test: text(&keys.test_secret),
        core: core.clone(),
    }
}

impl TestStore {
    /// A request of the operator's, now, in live mode.
    pub fn live(&self) -> Context {
        self.context(Mode::Live, Actor::Operator)
    }

    /// A request of the operator's, now, in test mode.
    pub fn test(&self) -> Context {
        self.context(Mode::Test, Actor::Operator)
    }

    /// A shopper's request, now.
    pub fn shopper(&self, mode: Mode) -> Context {
        self.context(mode, Actor::Shopper)
    }

    /// A request of whoever is meant, now.
    pub fn context(&self, mode: Mode, actor: Actor) -> Context {
        Context::of_system(&self.core, self.id, mode, actor)
    }

    /// Makes a live secret key with these scopes only, and tells its text.
    pub async fn key(&self, scopes: &[Scope]) -> String {
        let new = NewKey {
            name: "Narrow".to_owned(),
            kind: KeyKind::Secret,
            mode: Some(Mode::Live),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            ip_allowlist: Vec::new(),
            rate_limit_per_minute: None,
            expires_at: None,
            signing: false,
        };
        let issued = api_key::create(&self.core, &self.live(), Grantor::Operator, new).await;
        issued.expect("the test asks for scopes that exist").text.expose_secret().to_owned()
    }

    /// The key of the text of a secret key.
    pub async fn own_key(&self, text: &str) -> ApiKey {
        let principal = access::resolve_secret_key(&self.core, text).await.expect("the key is good");
        ApiKey::clone(principal.key().expect("a secret key was sent"))
    }
}

/// Lets shoppers of a store pay by bank transfer.
pub async fn offer_bank_transfer(core: &Core, shop: &TestStore) {
    let new = NewPaymentMethod {
        code: "bank_transfer".to_owned(),
        provider: Provider::BankTransfer,
        label: "Bank transfer".to_owned(),
        icon_url: None,
        instructions: Some("Transfer to GB00 TEST 0000 0000 0000 00.".to_owned()),
        live_keys: KeyChanges::default(),
        test_keys: KeyChanges::default(),
        enabled: true,
        sort_order: 0,
        verify: false,
    };
    payment_method::create(core, &shop.live(), new).await.expect("a new store has no payment methods");
}

/// Lets shoppers of test sales pay through a Stripe account, with this API key and webhook secret.
pub async fn offer_stripe(core: &Core, shop: &TestStore, secret_key: &str, webhook_secret: &str) {
    let test_keys = KeyChanges {
        publishable_key: Change::Keep,
        secret_key: Change::Set(secret_key.into()),
        webhook_secret: Change::Set(webhook_secret.into()),
    };
    let new = NewPaymentMethod {
        code: "card".to_owned(),
        provider: Provider::Stripe,
        label: "Card".to_owned(),
        icon_url: None,
        instructions: None,
        live_keys: KeyChanges::default(),
        test_keys,
        enabled: true,
        sort_order: 0,
        verify: false,
    };
    payment_method::create(core, &shop.live(), new).await.expect("the keys have Stripe's form");
}
