//! A shop, the two servers that serve it, and what its books say.

use std::{
    collections::BTreeSet,
    path::Path,
    time::{Duration, Instant},
};

use domain::{
    access::Mode,
    id::Handle,
    order::{Order, PaymentStatus},
};
use tempfile::TempDir;
use testkit::{TestCore, TestStore, core, database::TestDatabase, goods, invariants::Calm, store};

use crate::{
    crowd::{CARDS, Crowd, Tally},
    process::{Server, Setup},
};

/// How long the books may take to come to rest after the last sale: a payment that was begun just before is
/// asked about after half a minute, and after a minute if the worker died over it.
const REST_AT_MOST: Duration = Duration::from_mins(2);
/// Pieces in stock: more than anybody can buy.
pub(crate) const PLENTY: u32 = 1_000_000;

/// A shop with its servers; gone with this value.
#[derive(Debug)]
pub struct World {
    /// The shop's core, to look at the books with.
    pub core: TestCore,
    /// The shop.
    pub store: TestStore,
    /// Who sells.
    pub public: Server,
    /// Who administrates, and does the background work.
    pub private: Server,
    product: String,
    folder: TempDir,
}

impl World {
    /// Opens a shop on a migrated database and starts its servers.
    pub async fn open(database: TestDatabase) -> Self {
        let folder = tempfile::tempdir().expect("the machine has room for a temporary folder");
        Self::open_in(database, folder).await
    }

    /// The same with everything that the servers keep in `folder`.
    pub async fn open_in(database: TestDatabase, folder: TempDir) -> Self {
        Self::with(database, folder, Vec::new()).await
    }

    /// The same with more of the servers' configuration, as environment variables.
    pub async fn with(database: TestDatabase, folder: TempDir, more: Vec<(&'static str, String)>) -> Self {
        let own = [("CARTWRIGHT_RATE_LIMITS", "off"), ("CARTWRIGHT_DRAIN_SECONDS", "1")];
        let own = own.map(|(name, value)| (name, value.to_owned()));
        let setup = Setup {
            database_url: database.url.clone(),
            folder: folder.path().to_path_buf(),
            environment: own.into_iter().chain(more).collect(),
        };
        let core = core(database);
        let store = store(&core, "Acme", "GBP").await;
        let goods = goods::download(&core, &store, "Pattern", 1000, PLENTY).await;
        let [public, private] = Server::pair(&setup);
        let mut world = Self { core, store, public, private, product: goods.product.to_string(), folder };
        for server in [&mut world.private, &mut world.public] {
            server.launch();
            server.wait_until_ready().await;
        }
        world
    }

    /// Sends shoppers in.
    pub fn crowd(&self, size: u32, round: u32) -> Crowd {
        self.crowd_with(size, round, CARDS)
    }

    /// Sends shoppers in who pay with these cards in turn.
    pub fn crowd_with(&self, size: u32, round: u32, cards: &'static [&'static str]) -> Crowd {
        let base = format!("{}/v1/public/{}", self.public.url, self.store.pk_test);
        Crowd::send_in(size, &base, &self.product, round, cards)
    }

    /// Waits until nothing is under way and every rule of the books holds, at most so long. The time it
    /// took, or what is still wrong.
    async fn comes_to_rest(&self, at_most: Duration) -> Result<Duration, Vec<String>> {
        let begun = Instant::now();
        loop {
            let breaches = self.core.database.breaches(Calm::Settled).await;
            if breaches.is_empty() {
                return Ok(begun.elapsed());
            }
            if begun.elapsed() > at_most {
                return Err(breaches);
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Says what came of a crowd that went home, and whether all of it is right: the books come to rest, nothing
    /// that somebody was told is lost, and nobody met a fault of ours.
    pub async fn conclude(&self, tally: &Tally) -> bool {
        let rest = self.comes_to_rest(REST_AT_MOST).await;
        let lost = self.lost(&tally.acknowledged).await;
        println!("  {} orders acknowledged, {} lost", tally.acknowledged.len(), lost.len());
        println!("  met: {:?}", tally.met);
        match &rest {
            Ok(after) => println!("  the books are right {:.1} s after the last sale", after.as_secs_f32()),
            Err(breaches) => println!("  BREACHES: {breaches:#?}"),
        }
        let is_fault = |word: &&String| word.starts_with("500") || word.contains("without");
        let faults: Vec<_> = tally.met.keys().filter(is_fault).collect();
        if !faults.is_empty() {
            println!("  FAULTS: {faults:?}\n{}", self.logs());
        }
        rest.is_ok() && lost.is_empty() && faults.is_empty()
    }

    /// Which of the orders that shoppers were told of are not in the books as paid.
    async fn lost(&self, acknowledged: &[String]) -> Vec<String> {
        let mut lost = Vec::new();
        for id in acknowledged.iter().collect::<BTreeSet<_>>() {
            let kept = self.look_up(id).await;
            if kept.is_none_or(|order| order.payment_status != PaymentStatus::Paid) {
                lost.push(id.clone());
            }
        }
        lost
    }

    /// An order in the books. An outage leaves a connection that only finds out when it is used.
    async fn look_up(&self, id: &str) -> Option<Order> {
        let handle = Handle::from(id);
        let look = || self.core.db.orders().order(self.store.id, Mode::Test, &handle);
        let found = match look().await {
            Err(_) => look().await,
            found => found,
        };
        found.expect("the database answers again").map(|view| view.order)
    }

    /// Everything that the servers logged.
    fn logs(&self) -> String {
        let read =
            |name| std::fs::read_to_string(Path::new(self.folder.path()).join(name)).unwrap_or_default();
        ["public-server.log", "private-server.log"].map(read).concat()
    }
}
