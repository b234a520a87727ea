//! Requests that may be repeated, and how they were answered.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0007_idempotency", up: UP };

const UP: &str = "
create table idempotency_keys (
    store_id {uuid} not null,
    principal text not null,
    route text not null,
    key_hash text not null,
    request_id {uuid} not null,
    owner {uuid} not null,
    fingerprint text not null,
    leased_until {time},
    status integer,
    headers {json},
    body text,
    created_at {time} not null,
    expires_at {time} not null,
    primary key (store_id, principal, route, key_hash),
    constraint idempotency_keys_done check ((status is null) = (body is null) and (status is null) = (headers is null))
);
create index idempotency_keys_by_expiry on idempotency_keys (expires_at);
";
