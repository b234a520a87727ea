//! Money given back: one row a refund, with what it does as JSON.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    id::{LineId, OrderId, RefundId, VariantId},
    money::{Currency, Money},
    order::Restock,
    refund::{Refund, RefundLine, RefundPlan, RefundReason, RefundState},
};
use ports::{RepoError, orders::Refunds};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, ExprTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    error::{corrupt, repo_error},
    json::Document,
    payments::{failure, failure_columns},
    stored::{by_id, id, uuid},
    unit_of_work::SqlUnitOfWork,
};

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    use super::{LineDocument, RestockDocument};
    use crate::json::Document;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "refunds")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) order_id: Uuid,
        pub(crate) payment_id: Uuid,
        pub(crate) currency: String,
        pub(crate) amount: i64,
        pub(crate) shipping: i64,
        pub(crate) lines: Document<Vec<LineDocument>>,
        pub(crate) restock: Document<Vec<RestockDocument>>,
        pub(crate) reason: String,
        pub(crate) state: String,
        pub(crate) provider_ref: Option<String>,
        pub(crate) idempotency_key: String,
        pub(crate) failure_code: Option<String>,
        pub(crate) failure_message: Option<String>,
        pub(crate) next_check_at: Option<DateTimeUtc>,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
        pub(crate) surplus: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LineDocument {
    line: String,
    quantity: u32,
    amount: i64,
}

impl From<&RefundLine> for LineDocument {
    fn from(part: &RefundLine) -> Self {
        let RefundLine { line, quantity, amount } = *part;
        Self { line: line.to_string(), quantity, amount: amount.minor() }
    }
}

impl LineDocument {
    fn read(self, currency: Currency) -> Option<RefundLine> {
        let line = self.line.parse::<LineId>().ok()?;
        Some(RefundLine { line, quantity: self.quantity, amount: Money::new(self.amount, currency) })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RestockDocument {
    line: String,
    variant: String,
    quantity: u32,
}

impl From<&Restock> for RestockDocument {
    fn from(part: &Restock) -> Self {
        let Restock { line, variant, quantity } = *part;
        Self { line: line.to_string(), variant: variant.to_string(), quantity }
    }
}

impl RestockDocument {
    fn read(self) -> Option<Restock> {
        Some(Restock {
            line: self.line.parse::<LineId>().ok()?,
            variant: self.variant.parse::<VariantId>().ok()?,
            quantity: self.quantity,
        })
    }
}

fn to_row(store: Uuid, refund: &Refund, next_check_at: Option<DateTime<Utc>>) -> row::Model {
    let Refund {
        id,
        order_id,
        payment_id,
        plan: RefundPlan { amount, lines, shipping, restock },
        reason,
        surplus,
        state,
        provider_ref,
        idempotency_key,
        failure,
        version,
        created_at,
        updated_at,
    } = refund.clone();
    let (failure_code, failure_message) = failure_columns(failure);
    row::Model {
        store_id: store,
        id: uuid(id),
        order_id: uuid(order_id),
        payment_id: uuid(payment_id),
        currency: amount.currency().code().to_owned(),
        amount: amount.minor(),
        shipping: shipping.minor(),
        lines: Document(lines.iter().map(LineDocument::from).collect()),
        restock: Document(restock.iter().map(RestockDocument::from).collect()),
        reason: reason.as_str().to_owned(),
        state: state.as_str().to_owned(),
        provider_ref,
        idempotency_key,
        failure_code,
        failure_message,
        next_check_at,
        version,
        created_at,
        updated_at,
        surplus,
    }
}

/// The refund that a row holds.
pub(crate) fn from_row(row: row::Model) -> Result<Refund, RepoError> {
    let broken = |column| corrupt("refunds", column, row.id);
    let currency = Currency::from_code(&row.currency).map_err(|_| broken("currency"))?;
    let lines: Option<_> = row.lines.0.into_iter().map(|part| part.read(currency)).collect();
    let restock: Option<_> = row.restock.0.into_iter().map(RestockDocument::read).collect();
    Ok(Refund {
        id: id(row.id),
        order_id: id(row.order_id),
        payment_id: id(row.payment_id),
        plan: RefundPlan {
            amount: Money::new(row.amount, currency),
            lines: lines.ok_or_else(|| broken("lines"))?,
            shipping: Money::new(row.shipping, currency),
            restock: restock.ok_or_else(|| broken("restock"))?,
        },
        reason: RefundReason::parse(&row.reason).ok_or_else(|| broken("reason"))?,
        state: RefundState::parse(&row.state).ok_or_else(|| broken("state"))?,
        provider_ref: row.provider_ref,
        idempotency_key: row.idempotency_key,
        failure: failure(row.failure_code, row.failure_message),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        surplus: row.surplus,
    })
}

#[async_trait]
impl Refunds for SqlUnitOfWork {
    async fn insert(
        &mut self,
        refund: &Refund,
        next_check_at: Option<DateTime<Utc>>,
    ) -> Result<(), RepoError> {
        let row = to_row(self.store(), refund, next_check_at).into_active_model().reset_all();
        row::Entity::insert(row)
            .exec_without_returning(self.transaction())
            .await
            .map_err(repo_error)
            .map(drop)
    }

    async fn find(&mut self, refund: RefundId) -> Result<Option<Refund>, RepoError> {
        let found = row::Entity::find().filter(by_id(self.store(), refund)).lock_exclusive();
        found.one(self.transaction()).await.map_err(repo_error)?.map(from_row).transpose()
    }

    async fn of_order(&mut self, order: OrderId) -> Result<Vec<Refund>, RepoError> {
        let found = row::Entity::find()
            .filter(row::Column::StoreId.eq(self.store()))
            .filter(row::Column::OrderId.eq(uuid(order)))
            .order_by_asc(row::Column::Id);
        found.all(self.transaction()).await.map_err(repo_error)?.into_iter().map(from_row).collect()
    }

    async fn update(
        &mut self,
        refund: &mut Refund,
        next_check_at: Option<DateTime<Utc>>,
    ) -> Result<(), RepoError> {
        let next = Refund { version: refund.version.saturating_add(1), ..refund.clone() };
        let written = row::Entity::update_many()
            .set(to_row(self.store(), &next, next_check_at).into_active_model().reset_all())
            .filter(by_id(self.store(), refund.id))
            .filter(Expr::col("version").eq(refund.version))
            .exec(self.transaction())
            .await
            .map_err(repo_error)?;
        if written.rows_affected == 0 {
            return Err(RepoError::Stale);
        }
        *refund = next;
        Ok(())
    }
}
