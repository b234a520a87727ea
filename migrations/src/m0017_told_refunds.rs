//! How much of a payment its gateway says to have gone back. A refund made at the gateway while one of ours was under
//! way is in that sum, and could not be told from ours until it is known what became of ours.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0017_told_refunds", up: UP };

const UP: &str = "
alter table payments add column told_refunded bigint not null default 0;
";
