//! Probes cannot hurt, and one part that hangs does not hide the others.

use std::sync::atomic::AtomicU32;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};

use super::*;

struct Part {
    name: &'static str,
    condition: Condition,
    takes: Duration,
    asked: AtomicU32,
}

#[async_trait]
impl Check for Part {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn look(&self) -> Condition {
        self.asked.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(self.takes).await;
        self.condition
    }
}

fn part(name: &'static str, condition: Condition, takes: Duration) -> Arc<Part> {
    Arc::new(Part { name, condition, takes, asked: AtomicU32::new(0) })
}

fn monitor(parts: &[Arc<Part>]) -> Monitor {
    let nothing = Monitor { checks: Vec::new(), last: Mutex::new(None), stopping: AtomicBool::new(false) };
    parts.iter().fold(nothing, |monitor, part| monitor.and(part.clone()))
}

#[tokio::test(start_paused = true)]
async fn many_probes_ask_once_a_second() {
    let slow = part("database", Condition::Ok, Duration::from_millis(100));
    let monitor = Arc::new(monitor(std::slice::from_ref(&slow)));
    let mut probes = JoinSet::new();
    for _ in 0..50 {
        let monitor = monitor.clone();
        probes.spawn(async move { monitor.findings().await });
    }
    let answers = probes.join_all().await;
    assert!(answers.iter().all(|found| found == &[("database", Condition::Ok)]), "{answers:?}");
    assert_eq!(slow.asked.load(Ordering::Relaxed), 1);
    tokio::time::advance(KEPT).await;
    monitor.findings().await;
    assert_eq!(slow.asked.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn a_part_that_hangs_is_given_up_and_the_others_are_told() {
    let parts = [
        part("database", Condition::Ok, Duration::from_hours(1)),
        part("storage", Condition::Degraded, Duration::ZERO),
    ];
    let began = Instant::now();
    let found = monitor(&parts).findings().await;
    assert_eq!(found, [("database", Condition::Unavailable), ("storage", Condition::Degraded)]);
    assert!(began.elapsed() < PATIENCE * 2);
}

#[test]
fn a_pulse_grows_old_until_the_next_beat() {
    let start = DateTime::UNIX_EPOCH;
    let pulse = Pulse::starting(start);
    let later = start + TimeDelta::seconds(90);
    assert_eq!(pulse.age(later), TimeDelta::seconds(90));
    pulse.clone().beat(later);
    assert_eq!(pulse.age(later), TimeDelta::zero());
}
