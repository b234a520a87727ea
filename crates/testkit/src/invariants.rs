//! What must be true of a shop's books however they came about: after a race, a crash, a fault.
//!
//! ```no_run
//! # async fn example(database: &testkit::database::TestDatabase) {
//! // … sell, refund, crash …
//! assert_eq!(database.breaches(testkit::invariants::Calm::Settled).await, Vec::<String>::new());
//! # }
//! ```
//!
//! Everything is asked by plain SQL, so that no code which could be wrong answers for itself. To add a
//! rule, add a question to `invariants/rules.rs`, or what has to be counted by kind of event below.

mod rules;

use std::collections::BTreeMap;

use domain::id::{Id, OrderId};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement, prelude::Uuid};

/// How much is still under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calm {
    /// People are buying: only what holds at every moment can be asked.
    Busy,
    /// Nobody does anything, and the worker has nothing left to do.
    Settled,
}

/// Every rule that a shop's books break, in words.
pub async fn breaches(db: &impl ConnectionTrait, calm: Calm) -> Result<Vec<String>, DbErr> {
    let mut found = Vec::new();
    let settled = if calm == Calm::Settled { rules::SETTLED } else { &[] };
    for (rule, question) in rules::ALWAYS.iter().chain(settled) {
        for row in ask(db, question).await? {
            let (id, why): (Uuid, String) = (row.try_get("", "id")?, row.try_get("", "why")?);
            found.push(format!("{rule}: {id}: {why}"));
        }
    }
    found.extend(untold(db).await?);
    Ok(found)
}

async fn ask(db: &impl ConnectionTrait, question: &str) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), question)).await
}

/// How often something was told of an order, and how often at least and at most it should have been.
const TOLD: &[(&str, &str)] = &[
    ("order.created", "case when number is null then 0 else 1 end"),
    ("order.cancelled", "case when payment_status = 'cancelled' then 1 else 0 end"),
    (
        // Money that came too late is no payment of the order: it goes back.
        "order.paid",
        "case when paid_at is null or body ->> 'cancel_reason' like 'The payment came after%' then 0 else 1 end",
    ),
    (
        "payment.confirmed",
        "(select count(*) from payments p where p.store_id = orders.store_id
         and p.order_id = orders.id and p.captured > 0)",
    ),
    (
        "order.fulfilled",
        "(select count(*) from fulfillments f where f.store_id = orders.store_id
         and f.order_id = orders.id)",
    ),
];

/// Events that are missing, or were told too often.
async fn untold(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let told = "select subject_id, kind, count(*) as n from (
            select subject_type, subject_id, kind from outbox
            union all select subject_type, subject_id, kind from events
        ) told where subject_type = 'order' group by subject_id, kind";
    let mut counted = BTreeMap::new();
    for row in ask(db, told).await? {
        let key: (String, String) = (row.try_get("", "subject_id")?, row.try_get("", "kind")?);
        let n: i64 = row.try_get("", "n")?;
        counted.insert(key, n);
    }
    let mut found = Vec::new();
    for (kind, expected) in TOLD {
        for row in ask(db, &format!("select id as id, cast({expected} as bigint) as n from orders")).await? {
            let (id, expected): (Uuid, i64) = (row.try_get("", "id")?, row.try_get("", "n")?);
            let order: OrderId = Id::from_bytes(id.into_bytes());
            let times = counted.remove(&(order.to_string(), (*kind).to_owned())).unwrap_or_default();
            if times != expected {
                found
                    .push(format!("{kind} is told once for each: {id}: {times} times instead of {expected}"));
            }
        }
    }
    let known = |kind: &String| TOLD.iter().any(|(told, _)| told == kind);
    let strays = counted.keys().filter(|(_, kind)| known(kind));
    found.extend(strays.map(|(order, kind)| format!("{kind} is told of {order}, which does not exist")));
    Ok(found)
}
