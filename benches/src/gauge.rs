//! What errands take and cost: time as the callers see it, and processor time of the server and of Postgres.

use std::{fmt, net::SocketAddr, time::Duration};

use sqlx::{Connection as _, PgConnection};

use crate::{
    cost::{Family, parent_of},
    load::{Errand, Run, drive},
};

/// How long a server is used before anything is measured.
const WARM_UP: Duration = Duration::from_secs(1);

/// The processes that errands are done by.
#[derive(Debug, Clone, Copy)]
pub struct Gauge {
    /// Who answers.
    pub server: Family,
    /// Postgres, which does part of the work.
    pub postgres: Option<Family>,
}

impl Gauge {
    /// Has `callers` run an errand for so long, and looks at what that costs.
    pub async fn measure(
        &self,
        address: SocketAddr,
        callers: u32,
        time: Duration,
        errand: &Errand,
    ) -> Measure {
        drive(address, callers, WARM_UP, errand).await;
        let spent = || {
            [Some(self.server), self.postgres].map(|one| one.map_or(Duration::ZERO, Family::processor_time))
        };
        let before = spent();
        let run = drive(address, callers, time, errand).await;
        let [server, postgres] = spent();
        Measure {
            run,
            server: server.saturating_sub(before[0]),
            postgres: postgres.saturating_sub(before[1]),
        }
    }
}

/// What an errand took, and what it cost.
#[derive(Debug)]
pub struct Measure {
    /// What the callers saw.
    pub run: Run,
    server: Duration,
    postgres: Duration,
}

impl Measure {
    /// Processor time of the server and of Postgres for one errand, in milliseconds.
    pub fn cpu_per_errand(&self) -> f64 {
        self.per_errand(self.server + self.postgres)
    }

    fn per_errand(&self, time: Duration) -> f64 {
        time.as_secs_f64() * 1000.0 / self.run.count() as f64
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { run, server, postgres } = self;
        write!(f, "{:.0}/s, {:.3} ms CPU", run.rate(), self.cpu_per_errand())?;
        if !postgres.is_zero() {
            write!(f, " ({:.3} + {:.3} of Postgres)", self.per_errand(*server), self.per_errand(*postgres))?;
        }
        write!(f, ", p50 {:.2} ms, p99 {:.2} ms", run.percentile(50), run.percentile(99))
    }
}

/// The process that started all of Postgres' others.
pub async fn postmaster(url: &str) -> Family {
    let mut connection = PgConnection::connect(url).await.expect("the database answers");
    let backend: i32 = sqlx::query_scalar("select pg_backend_pid()")
        .fetch_one(&mut connection)
        .await
        .expect("it has a number");
    let backend = u32::try_from(backend).expect("processes count from one");
    Family(parent_of(backend).expect("the connection is open"))
}
