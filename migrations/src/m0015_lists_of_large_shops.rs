//! Indexes for lists of shops with very many orders and products. Drafts of orders are on no list, so that entering one
//! costs only what finds it again.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0015_lists_of_large_shops", up: UP };

const UP: &str = "
drop index orders_by_number_text;
drop index orders_by_placed;
drop index orders_by_email;
drop index orders_by_payment;
drop index orders_by_updated;
create index orders_by_number_text on orders (store_id, livemode, number_text) where number_text is not null;
create index orders_by_placed on orders (store_id, livemode, placed_at, id) where placed_at is not null;
create index orders_by_email on orders (store_id, livemode, email_key, placed_at) where placed_at is not null;
create index orders_by_payment on orders (store_id, livemode, payment_status, placed_at, id) where placed_at is not null;
create index orders_by_fulfillment on orders (store_id, livemode, fulfillment_status, placed_at, id) where placed_at is not null;
create index orders_by_updated on orders (store_id, livemode, updated_at, id) where placed_at is not null;
create index products_by_price_max on products (store_id, status, price_max);
";
