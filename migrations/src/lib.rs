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
mod m0012_payments_by_order;
mod m0013_room_in_carts;
mod m0014_searched_by_store;
mod m0015_lists_of_large_shops;
mod m0016_lighter_sales;
mod m0017_told_refunds;

use sea_orm_migration::prelude::*;

/// All migrations, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_stores::MIGRATION),
            Box::new(m0002_catalog::MIGRATION),
            Box::new(m0003_selling::MIGRATION),
            Box::new(m0004_orders::MIGRATION),
            Box::new(m0005_events::MIGRATION),
            Box::new(m0006_staff::MIGRATION),
            Box::new(m0007_idempotency::MIGRATION),
            Box::new(m0008_request_signatures::MIGRATION),
            Box::new(m0009_rate_windows::MIGRATION),
            Box::new(m0010_audit::MIGRATION),
            Box::new(m0011_surplus::MIGRATION),
            Box::new(m0012_payments_by_order::MIGRATION),
            Box::new(m0013_room_in_carts::MIGRATION),
            Box::new(m0014_searched_by_store::MIGRATION),
            Box::new(m0015_lists_of_large_shops::MIGRATION),
            Box::new(m0016_lighter_sales::MIGRATION),
            Box::new(m0017_told_refunds::MIGRATION),
        ]
    }
}
