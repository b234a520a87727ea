//! The database schema. One list of statements serves both engines; the few types that differ are
//! written as placeholders and filled in by [`dialect`].
//!
//! Every tenant's rows start their primary key and indexes with `store_id`. The database refuses what
//! must never be: stock, balances and uses below zero or above their limit, two active payments of one
//! order, two numbers of one order. Unique indexes are named `table_lastcolumn`, so that a violation
//! has the same name on both engines.
//!
//! To change the schema: add a migration at the end of the list. Landed ones are never edited once
//! a version has been released.

mod dialect;
mod m0001_stores;
mod m0002_catalog;
mod m0003_selling;
mod m0004_orders;
mod m0005_events;
mod m0006_staff;
mod m0007_idempotency;
mod m0008_request_signatures;
mod m0009_rate_windows;
mod m0010_audit;
mod m0011_surplus;
            Box::new(m0012_payments_by_order::Migration),
