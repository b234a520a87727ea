//! A shop whose cards go to the fake.

use std::collections::BTreeMap;

use adapters_system::SystemClock;
use application::{Core, Result, webhook};
use ports::Clock as _;
use serde_json::Value;

use super::{Delivery, FakeStripe};
use crate::{
    TestCore, TestStore,
    store::{self, offer_stripe},
};

/// The key of the shop's account.
pub const KEY: &str = "sk_test_51CartwrightTests";
/// What webhooks to the shop are signed with.
pub const SECRET: &str = "whsec_cartwright_tests";

/// Opens the shop. Webhooks are signed by the machine's clock, so the test's clock is put to it.
pub async fn open_shop(core: TestCore, stripe: &FakeStripe) -> (TestCore, TestStore) {
    let core = core.with_stripe_at(stripe.url());
    core.clock.set(SystemClock.now());
    let shop = store::store(&core, "Acme", "GBP").await;
    offer_stripe(&core, &shop, KEY, SECRET).await;
    (core, shop)
}

/// Tells the shop of an event, signed as it should be.
pub async fn tell(core: &Core, shop: &TestStore, event: &Value) -> Result<()> {
    deliver(core, shop, &Delivery::of(event).signed(SECRET)).await
}

/// Delivers to the shop whatever is said.
pub async fn deliver(core: &Core, shop: &TestStore, delivery: &Delivery) -> Result<()> {
    let headers = BTreeMap::from([("stripe-signature".to_owned(), delivery.signature())]);
    webhook::stripe(core, shop.id, &headers, delivery.body().as_bytes()).await
}
