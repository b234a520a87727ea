//! What processes cost: processor time and memory, as the kernel counts them.

use std::{fmt, fs, time::Duration};

use sqlx::{Connection as _, PgConnection};

use crate::load::Run;

/// The kernel's clock, which it has always told programs to be this fast on Linux.
const TICKS_A_SECOND: u64 = 100;

/// A process with all its children.
#[derive(Debug, Clone, Copy)]
pub struct Family(pub u32);

impl Family {
    /// Processor time used so far, in user and kernel mode, by those that live and those that ended.
    pub fn processor_time(self) -> Duration {
        let ticks: u64 = self.members().iter().map(|member| member.ticks).sum();
        Duration::from_millis(ticks * (1000 / TICKS_A_SECOND))
    }

    fn members(self) -> Vec<Member> {
        let all: Vec<Member> = fs::read_dir("/proc")
            .expect("the machine runs Linux")
            .filter_map(|entry| Member::read(entry.ok()?.file_name().to_str()?.parse().ok()?))
            .collect();
        let is_child = |member: &&Member, family: &[Member]| family.iter().any(|one| one.id == member.parent);
        let mut family: Vec<Member> = all.iter().filter(|member| member.id == self.0).copied().collect();
        let mut newest = family.clone();
        while !newest.is_empty() {
            newest = all.iter().filter(|member| is_child(member, &newest)).copied().collect();
            family.extend(&newest);
        }
        family
    }
}

/// What an errand took, and what it cost.
#[derive(Debug)]
pub struct Measure {
    /// What came of the load.
    pub run: Run,
    server: Duration,
    postgres: Duration,
}

impl Measure {
    /// Counts what server and Postgres spend while a load lasts.
    pub async fn of(who: [Option<Family>; 2], load: impl Future<Output = Run>) -> Self {
        let spent = || who.map(|family| family.map_or(Duration::ZERO, Family::processor_time));
        let before = spent();
        let run = load.await;
        let [server, postgres] = spent();
        Self { run, server: server.saturating_sub(before[0]), postgres: postgres.saturating_sub(before[1]) }
    }

    /// Processor time for an errand, in milliseconds.
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

/// The processes of the Postgres at an address, if it runs on this machine.
pub async fn postmaster(url: &str) -> Family {
    let mut connection = PgConnection::connect(url).await.expect("the database answers");
    let backend: i32 = sqlx::query_scalar("select pg_backend_pid()")
        .fetch_one(&mut connection)
        .await
        .expect("it has a number");
    let backend = u32::try_from(backend).expect("processes count from one");
    Family(parent_of(backend).expect("the connection is open"))
}

/// The process that a process was started by.
fn parent_of(process: u32) -> Option<u32> {
    Member::read(process).map(|member| member.parent)
}

/// Memory that a process holds now, in kilobytes; 0 when it does not run.
pub fn resident_kilobytes(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

#[derive(Debug, Clone, Copy)]
struct Member {
    id: u32,
    parent: u32,
    /// Its own and those of its children that ended.
    ticks: u64,
}

impl Member {
    fn read(id: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name may hold anything, a closing bracket included; numbers come after the last one.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |place: usize| fields.get(place)?.parse::<u64>().ok();
        let ticks = (11..=14).map(number).sum::<Option<u64>>()?;
        Some(Self { id, parent: u32::try_from(number(1)?).ok()?, ticks })
    }
}
