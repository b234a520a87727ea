//! What every sale paid for and nothing needed. A cart or an order is entered for a store that was found a moment
//! before and is never deleted; to look for it once more, Postgres locks its row, for every shopper of the store at
//! once. SQLite only looks, and cannot drop such a rule. The key of a payment is made of its id, which is unique.
//! Nobody asks for the lines of a product. A cart in use is found by the index that allows a token only one.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0016_lighter_sales", up: UP };

const UP: &str = "
--postgres alter table carts drop constraint carts_store_id_fkey;
--postgres alter table orders drop constraint orders_store_id_fkey;
drop index payments_idempotency_key;
drop index order_lines_by_product;
drop index carts_by_token;
create index carts_by_token on carts (store_id, livemode, token_hash, id) where state = 'completed';
";
