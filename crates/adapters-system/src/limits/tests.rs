//! One server, and several that tell each other.

use std::collections::HashMap;

use async_trait::async_trait;
use proptest::prelude::*;

use super::*;

const NOW: i64 = 1_800_000_000;

fn allowance(name: u8, limit: u32) -> Allowance {
    Allowance { subject: Subject([name; 16]), limit, period: 60 }
}

/// The books that servers share, or their absence.
#[derive(Debug, Default)]
struct Books {
    rows: Mutex<HashMap<Subject, Count>>,
    away: Mutex<bool>,
    calls: Mutex<u32>,
}

#[async_trait]
impl SharedCounts for Books {
    async fn add(&self, counts: &[Count], now: i64) -> Result<Vec<Count>, RepoError> {
        *lock(&self.calls) += 1;
        if *lock(&self.away) {
            return Err(RepoError::Unavailable("the books are away".into()));
        }
        let mut rows = lock(&self.rows);
        let add = |count: &Count| {
            let row = rows.entry(count.subject).or_insert(Count { taken: 0, ..*count });
            if row.ends_at <= now {
                *row = Count { taken: 0, ..*count };
            }
            row.taken += count.taken;
            *row
        };
        Ok(counts.iter().map(add).collect())
    }

    async fn forget(&self, now: i64) -> Result<(), RepoError> {
        lock(&self.rows).retain(|_, row| row.ends_at > now);
        Ok(())
    }
}

fn granted(limiter: &WindowLimiter, allowance: Allowance, asked: u32, now: i64) -> u32 {
    (0..asked).map(|_| u32::from(limiter.take(allowance, now).granted)).sum()
}

#[test]
fn a_subject_gets_its_limit_and_waits_for_the_end_of_its_period() {
    let limiter = WindowLimiter::alone();
    let three = allowance(1, 3);
    let first = limiter.take(three, NOW);
    let standing = Standing { limit: 3, remaining: 2, resets_at: NOW + 60 };
    assert_eq!(first, Taken { granted: true, standing });
    assert_eq!(granted(&limiter, three, 10, NOW + 30), 2);
    let last = limiter.take(three, NOW + 59);
    assert_eq!(last, Taken { granted: false, standing: Standing { remaining: 0, ..standing } });
    let after = limiter.take(three, NOW + 60);
    assert_eq!((after.granted, after.standing.resets_at), (true, NOW + 120));
}

#[test]
fn subjects_do_not_draw_on_each_other() {
    let limiter = WindowLimiter::alone();
    assert_eq!(granted(&limiter, allowance(1, 2), 5, NOW), 2);
    assert_eq!(granted(&limiter, allowance(2, 2), 5, NOW), 2);
}

#[test]
fn looking_takes_nothing() {
    let limiter = WindowLimiter::alone();
    let two = allowance(1, 2);
    for _ in 0..5 {
        assert_eq!(limiter.look(two, NOW), Standing { limit: 2, remaining: 2, resets_at: NOW + 60 });
    }
    limiter.take(two, NOW);
    assert_eq!(limiter.look(two, NOW + 1).remaining, 1);
    assert_eq!(limiter.look(two, NOW + 60).remaining, 2);
}

#[test]
fn threads_together_get_no_more_than_the_limit() {
    let limiter = WindowLimiter::alone();
    let total: u32 = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..8).map(|_| scope.spawn(|| granted(&limiter, allowance(1, 500), 200, NOW))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(total, 500);
}

#[test]
fn memory_is_bounded_however_many_subjects_come() {
    const ROOM: u64 = 1000;
    let limiter = WindowLimiter::new(None, ROOM);
    let busy = allowance(1, 1_000_000);
    for number in 0..20_000_u32 {
        let mut subject = [0; 16];
        subject[..4].copy_from_slice(&number.to_be_bytes());
        subject[4] = 1;
        limiter.take(Allowance { subject: Subject(subject), limit: 5, period: 60 }, NOW);
        if number % 10 == 0 {
            limiter.take(busy, NOW);
        }
    }
    limiter.windows.run_pending_tasks();
    assert!(limiter.windows.entry_count() <= ROOM);
    let taken = 1_000_000 - limiter.look(busy, NOW).remaining;
    assert_eq!(taken, 2000, "whoever comes often is not forgotten");
}

#[tokio::test]
async fn two_servers_that_exchange_share_one_limit() {
    let books = Books::default();
    let servers = [WindowLimiter::among_others(), WindowLimiter::among_others()];
    let hundred = allowance(1, 100);
    let mut total = 0;
    for second in 0..50 {
        for server in &servers {
            total += granted(server, hundred, 5, NOW + second);
            server.exchange(&books, NOW + second).await.unwrap();
        }
    }
    assert!((100..=110).contains(&total), "{total}");
    let ends: Vec<_> = servers.iter().map(|server| server.look(hundred, NOW + 50).resets_at).collect();
    assert_eq!(ends[0], ends[1], "both know the same end");
}

#[tokio::test]
async fn a_subject_that_is_far_from_its_limit_costs_no_statement() {
    let books = Books::default();
    let server = WindowLimiter::among_others();
    assert_eq!(granted(&server, allowance(1, 100), 9, NOW), 9);
    server.exchange(&books, NOW).await.unwrap();
    assert_eq!(*lock(&books.calls), 0);
    assert_eq!(granted(&server, allowance(1, 100), 1, NOW), 1);
    server.exchange(&books, NOW).await.unwrap();
    server.exchange(&books, NOW).await.unwrap();
    assert_eq!(*lock(&books.calls), 1, "and what was told is not told again");
    assert_eq!(lock(&books.rows)[&Subject([1; 16])].taken, 10);
}

#[tokio::test]
async fn without_the_books_a_server_limits_by_itself_and_tells_later() {
    let books = Books::default();
    let server = WindowLimiter::among_others();
    let ten = allowance(1, 10);
    *lock(&books.away) = true;
    assert_eq!(granted(&server, ten, 4, NOW), 4);
    assert!(server.exchange(&books, NOW).await.is_err());
    assert_eq!(granted(&server, ten, 20, NOW + 1), 6);
    assert!(server.exchange(&books, NOW + 1).await.is_err());
    *lock(&books.away) = false;
    server.exchange(&books, NOW + 2).await.unwrap();
    assert_eq!(lock(&books.rows)[&Subject([1; 16])].taken, 10);
}

#[tokio::test]
async fn what_was_taken_in_a_period_that_is_over_is_nobodys_business() {
    let books = Books::default();
    let server = WindowLimiter::among_others();
    let ten = allowance(1, 10);
    *lock(&books.away) = true;
    granted(&server, ten, 10, NOW);
    assert!(server.exchange(&books, NOW).await.is_err());
    *lock(&books.away) = false;
    assert_eq!(granted(&server, ten, 1, NOW + 60), 1);
    server.exchange(&books, NOW + 60).await.unwrap();
    assert_eq!(lock(&books.rows)[&Subject([1; 16])].taken, 1);
}

proptest! {
    /// However requests and exchanges follow each other, the servers together stay within what the
    /// module promises, and the books never hold more than was granted.
    #[test]
    fn the_sum_is_bounded(steps in prop::collection::vec((0_usize..3, 0_u32..8, any::<bool>()), 1..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let books = Books::default();
        let servers: Vec<_> = (0..3).map(|_| WindowLimiter::among_others()).collect();
        let mut total = 0;
        for (server, asked, exchange) in steps {
            total += granted(&servers[server], allowance(1, 20), asked, NOW);
            if exchange {
                runtime.block_on(servers[server].exchange(&books, NOW)).unwrap();
            }
        }
        prop_assert!(total <= 3 * 20);
        let known = lock(&books.rows).get(&Subject([1; 16])).map_or(0, |row| row.taken);
        prop_assert!(known <= total);
    }
}
