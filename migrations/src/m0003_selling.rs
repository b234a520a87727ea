//! On which terms things are sold: promotions, shipping, tax, payment methods.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0003_selling", up: UP };

const UP: &str = "
create table promotions (
    store_id {uuid} not null references stores (id),
    id {uuid} not null,
    code text not null,
    name text,
    kind text not null,
    percent text,
    amount bigint,
    currency text,
    minimum_subtotal bigint,
    max_uses integer,
    max_uses_per_customer integer,
    starts_at {time},
    ends_at {time},
    product_ids {json} not null,
    category_ids {json} not null,
    first_order_only boolean not null,
    active boolean not null,
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null,
    primary key (store_id, id)
);
create unique index promotions_code on promotions (store_id, code);
create table promotion_usage (
    store_id {uuid} not null,
    livemode boolean not null,
    promotion_id {uuid} not null,
    used integer not null,
    max_uses integer,
    primary key (store_id, livemode, promotion_id),
    constraint promotion_usage_promotion foreign key (store_id, promotion_id) references promotions (store_id, id),
    constraint promotion_usage_within_limit check (used >= 0 and (max_uses is null or used <= max_uses))
);
create table promotion_redemptions (
    store_id {uuid} not null,
    livemode boolean not null,
    promotion_id {uuid} not null,
    order_id {uuid} not null,
    email text not null,
    created_at {time} not null,
    primary key (store_id, livemode, promotion_id, order_id)
);
create index promotion_redemptions_by_email on promotion_redemptions (store_id, livemode, promotion_id, email);
create table shipping_methods (
    store_id {uuid} not null references stores (id),
    id {uuid} not null,
    name text not null,
    description text,
    kind text not null,
    rates {json} not null,
    currency text,
    free_from bigint,
    zones {json} not null,
    min_days integer,
    max_days integer,
    enabled boolean not null,
    sort_order integer not null,
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null,
    primary key (store_id, id)
);
create table tax_rates (
    store_id {uuid} not null references stores (id),
    id {uuid} not null,
    name text not null,
    rate text not null,
    country text,
    state text,
    postcode text,
    tax_class text not null,
    enabled boolean not null,
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null,
    primary key (store_id, id)
);
create table payment_methods (
    store_id {uuid} not null references stores (id),
    id {uuid} not null,
    code text not null,
    provider text not null,
    label text not null,
    icon_url text,
    instructions text,
    publishable_key text,
    secret_key text,
    webhook_secret text,
    test_publishable_key text,
    test_secret_key text,
    test_webhook_secret text,
    enabled boolean not null,
    sort_order integer not null,
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null,
    primary key (store_id, id)
);
create unique index payment_methods_code on payment_methods (store_id, code);
";
