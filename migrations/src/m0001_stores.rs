//! Stores, their settings and counters, and the keys to them.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0001_stores", up: UP };

const UP: &str = "
create table stores (
    id {uuid} not null primary key,
    name text not null,
    currency text not null,
    supported_currencies {json} not null,
    supported_locales {json} not null,
    default_locale text not null,
    timezone text not null,
    status text not null,
    tier text not null,
    contact_email text,
    domain text,
    allowed_domains {json} not null,
    primary_color text,
    logo_url text,
    tax {json} not null,
    shipping {json} not null,
    orders {json} not null,
    checkout {json} not null,
    catalog_epoch bigint not null default 0,
    config_epoch bigint not null default 0,
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null
);
create table counters (
    store_id {uuid} not null references stores (id),
    livemode boolean not null,
    next_order_number bigint not null,
    month text not null,
    month_orders integer not null,
    primary key (store_id, livemode),
    constraint counters_next_order_number_positive check (next_order_number > 0),
    constraint counters_month_orders_not_negative check (month_orders >= 0)
);
create table api_keys (
    store_id {uuid} not null references stores (id),
    id {uuid} not null,
    name text not null,
    kind text not null,
    livemode boolean not null,
    token text,
    hash text not null,
    hint text not null,
    scopes {json} not null,
    ip_allowlist {json} not null,
    rate_limit_per_minute integer,
    signing_secret text,
    expires_at {time},
    last_used_at {time},
    revoked_at {time},
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null,
    primary key (store_id, id),
    constraint api_keys_only_publishable_in_clear check (token is null or kind = 'publishable')
);
create unique index api_keys_hash on api_keys (hash);
";
