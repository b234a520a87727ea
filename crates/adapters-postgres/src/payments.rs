//! Attempts to take money: one row each.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    id::{OrderId, PaymentId},
    money::{Currency, Money},
    payment::{Failure, Payment, PaymentState, Provider},
};
use ports::{RepoError, orders::Payments};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use crate::{
    documents::number,
    error::{corrupt, repo_error},
    orders::mode,
    rows,
    stored::{by_id, id, uuid},
    unit_of_work::SqlUnitOfWork,
};

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "payments")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) livemode: bool,
        pub(crate) order_id: Uuid,
        pub(crate) provider: String,
        pub(crate) method: String,
        pub(crate) provider_ref: Option<String>,
        pub(crate) currency: String,
        pub(crate) amount: i64,
        pub(crate) captured: i64,
        pub(crate) refunded: i64,
        pub(crate) told_refunded: i64,
        pub(crate) state: String,
        pub(crate) next_action_url: Option<String>,
        pub(crate) return_url: Option<String>,
        pub(crate) failure_code: Option<String>,
        pub(crate) failure_message: Option<String>,
        pub(crate) attempt: i32,
        pub(crate) idempotency_key: String,
        pub(crate) next_check_at: Option<DateTimeUtc>,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The two columns of a failure.
pub(crate) fn failure_columns(failure: Option<Failure>) -> (Option<String>, Option<String>) {
    failure.map(|Failure { code, message }| (code, message)).unzip()
}

/// A failure from its two columns, which are set together.
pub(crate) fn failure(code: Option<String>, message: Option<String>) -> Option<Failure> {
    code.zip(message).map(|(code, message)| Failure { code, message })
}

pub(crate) fn to_row(
    store: Uuid,
    payment: &Payment,
    next_check_at: Option<DateTime<Utc>>,
) -> Result<row::Model, RepoError> {
    let Payment {
        id,
        order_id,
        mode,
        provider,
        method,
        provider_ref,
        amount,
        captured,
        refunded,
        told_refunded,
        state,
        next_action_url,
        failure,
        attempt,
        idempotency_key,
        return_url,
        version,
        created_at,
        updated_at,
    } = payment.clone();
    let (failure_code, failure_message) = failure_columns(failure);
    Ok(row::Model {
        store_id: store,
        id: uuid(id),
        livemode: mode.is_live(),
        order_id: uuid(order_id),
        provider: provider.as_str().to_owned(),
        method,
        provider_ref,
        currency: amount.currency().code().to_owned(),
        amount: amount.minor(),
        captured: captured.minor(),
        refunded: refunded.minor(),
        told_refunded: told_refunded.minor(),
        state: state.as_str().to_owned(),
        next_action_url,
        return_url,
        failure_code,
        failure_message,
        attempt: number(attempt)?,
        idempotency_key,
        next_check_at,
        version,
        created_at,
        updated_at,
    })
}

/// What changes of a payment's row with its next version. The key stays: SQLite would look for everything that refers
/// to it.
pub(crate) fn written(
    store: Uuid,
    payment: &Payment,
    next_check_at: Option<DateTime<Utc>>,
) -> Result<row::ActiveModel, RepoError> {
    let row = to_row(store, payment, next_check_at)?.into_active_model();
    let version = Set(payment.version.saturating_add(1));
    Ok(row::ActiveModel { store_id: NotSet, id: NotSet, version, ..row })
}

/// The payment that a row holds.
pub(crate) fn from_row(row: row::Model) -> Result<Payment, RepoError> {
    let broken = |column| corrupt("payments", column, row.id);
    let currency = Currency::from_code(&row.currency).map_err(|_| broken("currency"))?;
    let money = |minor| Money::new(minor, currency);
    Ok(Payment {
        id: id(row.id),
        order_id: id(row.order_id),
        mode: mode(row.livemode),
        provider: Provider::parse(&row.provider).ok_or_else(|| broken("provider"))?,
        method: row.method,
        provider_ref: row.provider_ref,
        amount: money(row.amount),
        captured: money(row.captured),
        refunded: money(row.refunded),
        told_refunded: money(row.told_refunded),
        state: PaymentState::parse(&row.state).ok_or_else(|| broken("state"))?,
        next_action_url: row.next_action_url,
        failure: failure(row.failure_code, row.failure_message),
        attempt: u32::try_from(row.attempt).map_err(|_| broken("attempt"))?,
        idempotency_key: row.idempotency_key,
        return_url: row.return_url,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

#[async_trait]
impl Payments for SqlUnitOfWork {
    async fn insert(
        &mut self,
        payment: &Payment,
        next_check_at: Option<DateTime<Utc>>,
    ) -> Result<(), RepoError> {
        let row = to_row(self.store(), payment, next_check_at)?;
        let insert = rows::insert(self.backend(), [row], "");
        self.transaction().execute_later(insert).await.map_err(repo_error)
    }

    async fn find(&mut self, payment: PaymentId) -> Result<Option<Payment>, RepoError> {
        let found = row::Entity::find().filter(by_id(self.store(), payment)).lock_exclusive();
        found.one(self.transaction()).await.map_err(repo_error)?.map(from_row).transpose()
    }

    async fn of_order(&mut self, order: OrderId) -> Result<Vec<Payment>, RepoError> {
        let found = row::Entity::find()
            .filter(row::Column::StoreId.eq(self.store()))
            .filter(row::Column::OrderId.eq(uuid(order)))
            .order_by_asc(row::Column::Id)
            .lock_exclusive();
        found.all(self.transaction()).await.map_err(repo_error)?.into_iter().map(from_row).collect()
    }

    async fn update(
        &mut self,
        payment: &mut Payment,
        next_check_at: Option<DateTime<Utc>>,
    ) -> Result<(), RepoError> {
        let row = written(self.store(), payment, next_check_at)?;
        self.write_version(row, payment.id, payment.version).await?;
        payment.version = payment.version.saturating_add(1);
        Ok(())
    }
}
