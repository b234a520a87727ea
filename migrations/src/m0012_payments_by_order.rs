//! The payments of an order. Until now an index led to the one that counts, and to the others, and to whether
//! there are any, only the whole table.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0012_payments_by_order", up: UP };

const UP: &str = "
create index payments_by_order on payments (store_id, order_id);
";
