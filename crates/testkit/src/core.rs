//! A whole core over a database of its own, for tests of use cases and of what serves them.
//!
//! ```no_run
//! # async fn example() {
//! for core in testkit::cores().await {
//!     let shop = testkit::store(&core, "Acme", "GBP").await;
//!     // … use cases take `&core` and `&shop.live()`, requests take `shop.sk_live` …
//! }
//! # }
//! ```

use std::{fmt, ops::Deref, sync::Arc, time::Duration};

use adapters_sandbox::{SandboxConfig, SandboxGateway};
use adapters_stripe::{StripeConfig, StripeGateway};
use adapters_system::{Argon2Passwords, JwtSigner, MasterKey, PasswordCost, XChaChaSealer};
use application::{Core, Gateways, Logins, Post};
use domain::tier::{Tier, TierTable};

use crate::{
    clock::{TestClock, TestIds},
    database::{TestDatabase, each},
};

/// Where the shop's own pages would be.
pub const BASE_URL: &str = "http://shop.test";
/// An address that nobody answers at, so that a test which should not reach Stripe does not.
const NOBODY: &str = "http://127.0.0.1:9";

/// A core with everything real but time, ids and Stripe. Is a [`Core`] wherever one is borrowed.
pub struct TestCore {
    /// The core, for whoever keeps it.
    pub core: Arc<Core>,
    /// Its time.
    pub clock: Arc<TestClock>,
    /// Its database, for rows that no use case writes.
    pub database: TestDatabase,
}

impl fmt::Debug for TestCore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestCore").field("engine", &self.database.engine).finish_non_exhaustive()
    }
}

impl Deref for TestCore {
    type Target = Core;

    fn deref(&self) -> &Core {
        &self.core
    }
}

/// A core on SQLite and one on Postgres.
pub async fn cores() -> [TestCore; 2] {
    each().await.map(core)
}

/// A core over `database`. Its sandbox keeps its books there; its Stripe answers nobody until
/// [`TestCore::with_stripe_at`] says where one is.
pub fn core(database: TestDatabase) -> TestCore {
    let clock = Arc::new(TestClock::default());
    let ids = Arc::new(TestIds::default());
    let db = database.shared();
    let sandbox =
        Arc::new(SandboxGateway::new(db.clone(), clock.clone(), ids.clone(), SandboxConfig::new(BASE_URL)));
    let master = MasterKey::from_bytes([7; 32]);
    let core = Core {
        db,
        clock: clock.clone(),
        ids,
        sealer: Arc::new(XChaChaSealer::new(&master)),
        logins: Logins {
            passwords: Arc::new(Argon2Passwords::new(PasswordCost::LEAST)),
            tokens: Arc::new(JwtSigner::new(&master)),
        },
        post: Post::default(),
        gateways: Gateways {
            sandbox: sandbox.clone(),
            sandbox_desk: sandbox,
            stripe: Arc::new(stripe(NOBODY)),
            way_back: Some(BASE_URL.to_owned()),
        },
        tiers: Arc::new(TierTable::default()),
        key_uses: Arc::default(),
        default_tier: Tier::Expert,
        audit_retention_days: 400,
    };
    TestCore { core: Arc::new(core), clock, database }
}

impl TestCore {
    /// A core on SQLite, where one engine is enough.
    pub async fn start() -> Self {
        core(TestDatabase::sqlite().await)
    }

    /// The same core with Stripe at `api_base`, such as the address of a fake.
    #[must_use]
    pub fn with_stripe_at(self, api_base: &str) -> Self {
        self.with(|core| core.gateways.stripe = Arc::new(stripe(api_base)))
    }

    /// The same core with something about it changed, such as a plan or a gateway.
    #[must_use]
    pub fn with(self, change: impl FnOnce(&mut Core)) -> Self {
        let mut core = Core::clone(&self.core);
        change(&mut core);
        Self { core: Arc::new(core), ..self }
    }
}

fn stripe(api_base: &str) -> StripeGateway {
    let config = StripeConfig {
        api_base: api_base.to_owned(),
        timeout: Duration::from_secs(2),
        total_timeout: Duration::from_secs(6),
        backoff: Duration::from_millis(5),
        ..StripeConfig::default()
    };
    StripeGateway::new(config).expect("the address of a test is one")
}
