//! Moving units of several variants between available, reserved and sold: one statement a move.

use std::collections::BTreeMap;

use domain::{access::Mode, inventory::MovementKind};
use ports::{
    RepoError,
    stock::{Cause, Changed, Shortage, Units},
};
use sea_orm::{
    ConnectionTrait as _, DatabaseBackend, EntityTrait as _, QueryFilter as _, QueryResult, Statement, Value,
};
use uuid::Uuid;

use super::{level, row, threshold, units};
use crate::{
    error::{corrupt, repo_error},
    stored::{id, uuid},
    unit_of_work::SqlUnitOfWork,
};

/// A way for units to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transfer {
    /// From available to reserved, where enough are available.
    Reserve,
    /// From reserved to sold.
    Sell,
    /// From reserved to available.
    Release,
    /// From sold to available.
    Restock,
}

impl Transfer {
    /// The columns that change.
    pub(crate) const fn assignments(self) -> &'static str {
        match self {
            Self::Reserve => "available = available - wanted.n, reserved = reserved + wanted.n",
            Self::Sell => "reserved = reserved - wanted.n, sold = sold + wanted.n",
            Self::Release => "reserved = reserved - wanted.n, available = available + wanted.n",
            Self::Restock => "sold = sold - wanted.n, available = available + wanted.n",
        }
    }

    /// What must hold of a row for it to change. Only shoppers can ask for too much; the other moves
    /// undo or finish an earlier one, and the table's checks refuse the impossible.
    const fn condition(self) -> &'static str {
        match self {
            Self::Reserve => " and stock.available >= wanted.n",
            Self::Sell | Self::Release | Self::Restock => "",
        }
    }

    /// What was available before `n` units moved and left `after`.
    fn before(self, after: u32, n: i64) -> Option<u32> {
        let after = i64::from(after);
        let before = match self {
            Self::Reserve => after.checked_add(n),
            Self::Release | Self::Restock => after.checked_sub(n),
            Self::Sell => Some(after),
        };
        before.and_then(|before| u32::try_from(before).ok())
    }
}

/// Units by variant, in the order of ids, those of the same variant added up: checking two lines of one
/// variant each against the same stock would sell it twice.
pub(super) fn sums(units: &[Units]) -> BTreeMap<Uuid, i64> {
    let mut sums = BTreeMap::new();
    for Units { variant, quantity } in units.iter().filter(|units| units.quantity > 0) {
        let sum: &mut i64 = sums.entry(uuid(*variant)).or_default();
        *sum = sum.saturating_add(i64::from(*quantity));
    }
    sums
}

impl SqlUnitOfWork {
    /// Takes units off the shelf, all of them or, with what is missing, none: the transaction has then
    /// changed some rows and must be dropped.
    pub(super) async fn take(
        &mut self,
        wanted: &BTreeMap<Uuid, i64>,
        cause: &Cause,
    ) -> Result<Result<Vec<Changed>, Vec<Shortage>>, RepoError> {
        let changed = self.move_units(Transfer::Reserve, wanted, cause).await?;
        if changed.len() < wanted.len() {
            return self.shortages(wanted, &changed, cause.mode).await.map(Err);
        }
        self.touch_stock(cause.mode, &changed);
        self.enter(MovementKind::Sale, &changed, cause).await?;
        Ok(Ok(changed))
    }

    /// Puts units back on the shelf.
    pub(super) async fn put_back(
        &mut self,
        transfer: Transfer,
        wanted: &BTreeMap<Uuid, i64>,
        cause: &Cause,
    ) -> Result<Vec<Changed>, RepoError> {
        let changed = self.move_units(transfer, wanted, cause).await?;
        self.touch_stock(cause.mode, &changed);
        self.enter(MovementKind::Restock, &changed, cause).await?;
        Ok(changed)
    }

    /// Moves units where the transfer's condition holds; tells which rows changed. A variant that is gone
    /// is left out.
    pub(super) async fn move_units(
        &self,
        transfer: Transfer,
        wanted: &BTreeMap<Uuid, i64>,
        cause: &Cause,
    ) -> Result<Vec<Changed>, RepoError> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let statement = self.transfer_statement(transfer, wanted, cause);
        let rows = self.transaction().query_all_raw(statement).await.map_err(repo_error)?;
        rows.iter().map(|row| changed(row, transfer, wanted)).collect()
    }

    fn transfer_statement(
        &self,
        transfer: Transfer,
        wanted: &BTreeMap<Uuid, i64>,
        cause: &Cause,
    ) -> Statement {
        let postgres = self.backend() == DatabaseBackend::Postgres;
        let mut values: Vec<Value> = vec![self.store().into(), cause.mode.is_live().into(), cause.at.into()];
        let mut rows = Vec::with_capacity(wanted.len());
        for (variant, n) in wanted {
            values.extend([Value::from(*variant), Value::from(*n)]);
            let at = values.len();
            rows.push(if postgres {
                format!("(${}::uuid, ${at}::bigint)", at.saturating_sub(1))
            } else {
                format!("(${}, ${at})", at.saturating_sub(1))
            });
        }
        // Postgres locks the rows in the order of ids before it changes any, so that two transactions
        // never wait for each other in a circle. A writer of SQLite is alone.
        let (locked, join) = if postgres {
            (
                ", locked as (select variant_id from stock where store_id = $1 and livemode = $2 \
                 and variant_id in (select variant_id from wanted) order by variant_id for update)",
                " join locked on locked.variant_id = wanted.variant_id",
            )
        } else {
            ("", "")
        };
        let sql = format!(
            "with wanted (variant_id, n) as (values {rows}){locked} \
             update stock set {assignments}, updated_at = $3 from wanted{join} \
             where stock.store_id = $1 and stock.livemode = $2 \
             and stock.variant_id = wanted.variant_id{condition} \
             returning stock.variant_id as variant_id, stock.product_id as product_id, \
             stock.available as available, stock.low_threshold as low_threshold",
            rows = rows.join(", "),
            assignments = transfer.assignments(),
            condition = transfer.condition(),
        );
        Statement::from_sql_and_values(self.backend(), sql, values)
    }

    /// Which of the variants that did not change have less than wanted; one that is gone has none.
    async fn shortages(
        &self,
        wanted: &BTreeMap<Uuid, i64>,
        changed: &[Changed],
        mode: Mode,
    ) -> Result<Vec<Shortage>, RepoError> {
        let mut short = wanted.clone();
        for Changed { variant, .. } in changed {
            short.remove(&uuid(*variant));
        }
        let rows = row::Entity::find()
            .filter(self.stock_of(mode, short.keys().copied()))
            .all(self.transaction())
            .await
            .map_err(repo_error)?;
        let left = |variant| rows.iter().find(|row| row.variant_id == variant).map(level).transpose();
        let told = short.iter().map(|(variant, n)| {
            Ok(Shortage {
                variant: id(*variant),
                requested: u32::try_from(*n).unwrap_or(u32::MAX),
                available: left(*variant)?.map_or(0, |level| level.available),
            })
        });
        told.collect()
    }
}

fn changed(
    row: &QueryResult,
    transfer: Transfer,
    wanted: &BTreeMap<Uuid, i64>,
) -> Result<Changed, RepoError> {
    let variant: Uuid = row.try_get("", "variant_id").map_err(repo_error)?;
    let product: Uuid = row.try_get("", "product_id").map_err(repo_error)?;
    let after = units(row.try_get("", "available").map_err(repo_error)?, "available", variant)?;
    let n = wanted.get(&variant).copied().unwrap_or_default();
    Ok(Changed {
        variant: id(variant),
        product: id(product),
        before: transfer.before(after, n).ok_or_else(|| corrupt("stock", "available", variant))?,
        after,
        low_threshold: threshold(row.try_get("", "low_threshold").map_err(repo_error)?, variant)?,
    })
}
