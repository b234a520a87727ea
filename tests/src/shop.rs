//! The running shop, and who calls it.

use std::{fmt, net::TcpListener, ops::Deref, sync::Arc};

use actix_web::dev::ServerHandle;
use adapters_postgres::SqlDatabase;
use adapters_sandbox::{SandboxConfig, SandboxGateway};
use adapters_system::{SystemClock, SystemIds};
use application::{Core, health::Pulse, worker};
use http_api::{
    list::cursor::CursorKey,
    server::{ServerConfig, Surface, serve},
};
use reqwest::{Client, redirect::Policy};
use testkit::{TestStore, database::TestDatabase};
use tokio::{sync::oneshot, task::JoinHandle};

use crate::caller::Caller;

/// Threads of each server; enough for requests to meet each other.
const WORKERS: usize = 2;

/// Two servers and a worker over a database, with a store to call. All of it ends with this value.
pub struct Shop {
    /// What the servers serve.
    pub core: Arc<Core>,
    /// The store that the actors belong to.
    pub store: TestStore,
    /// Address of the public server: scheme, host and port.
    pub public_url: String,
    /// Address of the private server.
    pub private_url: String,
    client: Client,
    servers: Vec<ServerHandle>,
    /// Dropped to stop the worker.
    _working: oneshot::Sender<()>,
    tasks: Vec<JoinHandle<()>>,
    /// Its database, for rows that no request writes; `None` where the test brought the core.
    pub database: Option<TestDatabase>,
}

impl fmt::Debug for Shop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shop").field("engine", &self.engine()).finish_non_exhaustive()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        for server in &self.servers {
            // The command is given at once; nobody waits for its end.
            drop(server.stop(false));
        }
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Shop {
    /// A shop on SQLite and one on Postgres.
    pub async fn on_each_engine() -> [Self; 2] {
        [Self::open(TestDatabase::sqlite().await).await, Self::open(TestDatabase::postgres().await).await]
    }

    /// A shop on SQLite, for what does not depend on the engine.
    pub async fn on_sqlite() -> Self {
        Self::open(TestDatabase::sqlite().await).await
    }

    /// A shop over a database of its own.
    pub async fn open(database: TestDatabase) -> Self {
        let host = testkit::core(database);
        let mut shop = Self::over(Core::clone(&host.core), host.database.shared()).await;
        shop.database = Some(host.database);
        shop
    }

    /// A shop over a core, whose database becomes `db`, and whose time, ids and sandbox become real ones.
    ///
    /// # Panics
    /// When the machine gives no port.
    pub async fn over(mut core: Core, db: Arc<SqlDatabase>) -> Self {
        let [public, private] = [listen(), listen()];
        let [public_url, private_url] = [&public, &private].map(address);
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
        let sandbox = Arc::new(SandboxGateway::new(
            db.clone(),
            clock.clone(),
            ids.clone(),
            SandboxConfig::new(&public_url),
        ));
        core.db = db;
        core.clock = clock;
        core.ids = ids;
        core.gateways.sandbox = sandbox.clone();
        core.gateways.sandbox_desk = sandbox;
        let core = Arc::new(core);
        let store = testkit::store(&core, "Acme Candles", "GBP").await;
        let (working, stopped) = oneshot::channel::<()>();
        let mut shop = Self {
            core: core.clone(),
            store,
            public_url: public_url.clone(),
            private_url: private_url.clone(),
            client: Client::builder().redirect(Policy::none()).build().expect("a client needs nothing"),
            servers: Vec::new(),
            _working: working,
            tasks: Vec::new(),
            database: None,
        };
        shop.serve(Surface::Public, public_url, public);
        shop.serve(Surface::Private, private_url, private);
        let pulse = Pulse::starting(core.clock.now());
        shop.tasks.push(tokio::spawn(async move {
            worker::run(&core, &pulse, async { drop(stopped.await) }).await;
        }));
        shop
    }

    fn serve(&mut self, surface: Surface, url: String, listener: TcpListener) {
        let mut config = ServerConfig::new(url, CursorKey::new([5; 32]));
        config.workers = Some(WORKERS);
        let server = serve(surface, self.core.clone(), config, listener).expect("the listener is bound");
        self.servers.push(server.handle());
        self.tasks.push(tokio::spawn(async move {
            server.await.expect("the server runs until it is stopped");
        }));
    }

    /// `sqlite` or `postgres`.
    pub fn engine(&self) -> &'static str {
        self.database.as_ref().map_or("other", |database| database.engine)
    }

    /// Whoever has no key calls the public server.
    pub fn at_public(&self) -> Caller {
        Caller::new(self.client.clone(), &self.public_url, Vec::new())
    }

    /// Whoever has no key calls the private server.
    pub fn at_private(&self) -> Caller {
        Caller::new(self.client.clone(), &self.private_url, Vec::new())
    }

    /// The merchant, with the all-powerful key for test sales.
    pub fn merchant(&self) -> Merchant {
        self.merchant_with(&self.store.sk_test)
    }

    /// The holder of a secret key.
    pub fn merchant_with(&self, key: &str) -> Merchant {
        let headers = vec![("authorization", format!("Bearer {key}"))];
        let caller = Caller::new(self.client.clone(), format!("{}/v1/private", self.private_url), headers);
        Merchant { key: key.to_owned(), caller }
    }

    /// A shopper of test sales, with a cart of their own.
    pub fn shopper(&self, token: &str) -> Shopper {
        self.shopper_with(&self.store.pk_test, token)
    }

    /// A shopper with a publishable key.
    pub fn shopper_with(&self, publishable_key: &str, token: &str) -> Shopper {
        let caller = self.guest_with(publishable_key).caller.with("x-cart-token", token);
        Shopper { token: token.to_owned(), publishable_key: publishable_key.to_owned(), caller }
    }

    /// Somebody who only looks.
    pub fn guest(&self) -> Guest {
        self.guest_with(&self.store.pk_test)
    }

    /// Somebody who only looks, with a publishable key.
    pub fn guest_with(&self, publishable_key: &str) -> Guest {
        let base = format!("{}/v1/public/{publishable_key}", self.public_url);
        Guest { caller: Caller::new(self.client.clone(), base, Vec::new()) }
    }
}

/// Calls the private surface below `/v1/private`.
#[derive(Debug, Clone)]
pub struct Merchant {
    /// The secret key.
    pub key: String,
    caller: Caller,
}

/// Calls the public surface below the key, with a cart.
#[derive(Debug, Clone)]
pub struct Shopper {
    /// The cart's token.
    pub token: String,
    /// The key in the path.
    pub publishable_key: String,
    caller: Caller,
}

/// Calls the public surface below the key, without a cart.
#[derive(Debug, Clone)]
pub struct Guest {
    caller: Caller,
}

impl Deref for Merchant {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl Deref for Shopper {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl Deref for Guest {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

fn listen() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("the machine has a free port")
}

fn address(listener: &TcpListener) -> String {
    format!("http://{}", listener.local_addr().expect("a bound listener has an address"))
}
