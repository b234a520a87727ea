//! What happened: the outbox of undelivered events, and the log of delivered ones.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0005_events", up: UP };

const UP: &str = "
create table outbox (
    id {uuid} not null primary key,
    store_id {uuid} not null,
    livemode boolean not null,
    kind text not null,
    subject_type text not null,
    subject_id text not null,
    data {json} not null,
    actor text not null,
    attempts integer not null default 0,
    leased_until {time},
    created_at {time} not null
);
create table events (
    store_id {uuid} not null,
    id {uuid} not null,
    livemode boolean not null,
    kind text not null,
    subject_type text not null,
    subject_id text not null,
    data {json} not null,
    actor text not null,
    created_at {time} not null,
    primary key (store_id, id)
);
create index events_by_subject on events (store_id, subject_type, subject_id, id);
create index events_by_mode on events (store_id, livemode, id);
";
