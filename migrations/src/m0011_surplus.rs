//! Money that came twice for one order, and goes back without the order being refunded.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0011_surplus", up: UP };

const UP: &str = "
alter table refunds add column surplus boolean not null default false;
";
