//! The sandbox gateway's books. It stands for another company's system, so its writes are transactions
//! of their own and never part of a unit of work. It moves no real money: what it decides is on the disk no later
//! than what becomes of it, and if neither is, it is asked again.

use async_trait::async_trait;
use domain::id::StoreId;
use ports::{
    RepoError,
    sandbox::{Intent, IntentRefund, IntentState, NewIntent, SandboxLedger},
};
use sea_orm::{
    ConnectionTrait, ExprTrait as _, FromQueryResult as _, StatementBuilder, Value,
    sea_query::{Expr, OnConflict, Query, SelectStatement},
};

use self::entries::{INTENT, IntentRow, REFUND, RefundRow};
use crate::{SqlDatabase, error::repo_error, rows, stored::uuid};

mod entries;

fn find(
    table: &'static str,
    columns: &[&'static str],
    store: StoreId,
    by: &'static str,
    value: &str,
) -> SelectStatement {
    let mut select = Query::select();
    select
        .columns(columns.iter().copied())
        .from(table)
        .and_where(Expr::col("store_id").eq(uuid(store)))
        .and_where(Expr::col(by).eq(value));
    select
}

async fn intent(
    connection: &impl ConnectionTrait,
    statement: &impl StatementBuilder,
) -> Result<Option<Intent>, RepoError> {
    let row = connection.query_one(statement).await.map_err(repo_error)?;
    row.map(|row| IntentRow::from_query_result(&row, "").map_err(repo_error)?.read()).transpose()
}

async fn refund(
    connection: &impl ConnectionTrait,
    statement: &impl StatementBuilder,
) -> Result<Option<IntentRefund>, RepoError> {
    let row = connection.query_one(statement).await.map_err(repo_error)?;
    row.map(|row| RefundRow::from_query_result(&row, "").map_err(repo_error)?.read()).transpose()
}

/// Adds money to what an intent gave back, if it was captured in that currency and has as much left.
async fn give_back(connection: &impl ConnectionTrait, refund: &IntentRefund) -> Result<bool, RepoError> {
    let amount = refund.amount;
    let left = Expr::col("amount").sub(Expr::col("refunded"));
    let mut update = Query::update();
    update
        .table("sandbox_intents")
        .value("refunded", Expr::col("refunded").add(amount.minor()))
        .and_where(Expr::col("store_id").eq(uuid(refund.store)))
        .and_where(Expr::col("provider_ref").eq(refund.intent_ref.as_str()))
        .and_where(Expr::col("state").eq(IntentState::Captured.as_str()))
        .and_where(Expr::col("currency").eq(amount.currency().code()))
        .and_where(left.gte(amount.minor()));
    Ok(connection.execute(&update).await.map_err(repo_error)?.rows_affected() > 0)
}

/// Writes a refund down; `false` when its key has been used.
async fn note_refund(connection: &impl ConnectionTrait, refund: &IntentRefund) -> Result<bool, RepoError> {
    let IntentRefund { store, provider_ref, idempotency_key, refund, intent_ref, amount, created_at } =
        refund;
    let mut insert = Query::insert();
    insert
        .into_table("sandbox_refunds")
        .columns(REFUND)
        .values_panic([
            Expr::val(uuid(*store)),
            Expr::val(provider_ref.as_str()),
            Expr::val(idempotency_key.as_str()),
            Expr::val(uuid(*refund)),
            Expr::val(intent_ref.as_str()),
            Expr::val(amount.currency().code()),
            Expr::val(amount.minor()),
            Expr::val(*created_at),
        ])
        .on_conflict(OnConflict::columns(["store_id", "idempotency_key"]).do_nothing().to_owned());
    Ok(connection.execute(&insert).await.map_err(repo_error)?.rows_affected() > 0)
}

#[async_trait]
impl SandboxLedger for SqlDatabase {
    async fn open(&self, new: NewIntent) -> Result<Intent, RepoError> {
        let new = Intent::from(new);
        let Intent {
            store,
            provider_ref,
            idempotency_key,
            payment,
            amount,
            method,
            state,
            refunded,
            ready_at,
            created_at,
        } = &new;
        let row: [Value; INTENT.len()] = [
            uuid(*store).into(),
            provider_ref.as_str().into(),
            idempotency_key.as_str().into(),
            uuid(*payment).into(),
            method.as_str().into(),
            state.as_str().into(),
            amount.currency().code().into(),
            amount.minor().into(),
            refunded.minor().into(),
            (*ready_at).into(),
            (*created_at).into(),
        ];
        let writer = self.engine().writer();
        let unless_known = " ON CONFLICT (store_id, idempotency_key) DO NOTHING";
        let insert =
            rows::insert_into(self.engine().backend(), "sandbox_intents", INTENT, [row], unless_known);
        if writer.soon().execute_raw(insert).await.map_err(repo_error)?.rows_affected() > 0 {
            return Ok(new);
        }
        let opened = find("sandbox_intents", &INTENT, *store, "idempotency_key", idempotency_key);
        intent(writer, &opened).await?.ok_or_else(|| RepoError::Other("an intent vanished".into()))
    }

    async fn find(&self, store: StoreId, provider_ref: &str) -> Result<Option<Intent>, RepoError> {
        intent(self.reader(), &find("sandbox_intents", &INTENT, store, "provider_ref", provider_ref)).await
    }

    async fn find_by_key(&self, store: StoreId, idempotency_key: &str) -> Result<Option<Intent>, RepoError> {
        let found = find("sandbox_intents", &INTENT, store, "idempotency_key", idempotency_key);
        intent(self.reader(), &found).await
    }

    async fn advance(
        &self,
        store: StoreId,
        provider_ref: &str,
        from: &[IntentState],
        to: IntentState,
    ) -> Result<Option<Intent>, RepoError> {
        let mut update = Query::update();
        update
            .table("sandbox_intents")
            .value("state", to.as_str())
            .and_where(Expr::col("store_id").eq(uuid(store)))
            .and_where(Expr::col("provider_ref").eq(provider_ref))
            .and_where(Expr::col("state").is_in(from.iter().map(|state| state.as_str())))
            .returning(Query::returning().columns(INTENT));
        intent(&self.engine().writer().soon(), &update).await
    }

    async fn refund(&self, new: IntentRefund) -> Result<Option<IntentRefund>, RepoError> {
        let known = find("sandbox_refunds", &REFUND, new.store, "idempotency_key", &new.idempotency_key);
        let transaction = self.engine().begin().await.map_err(repo_error)?;
        // The intent's row is taken first: requests for one intent stand in line, and a repeated one
        // finds what its forerunner wrote.
        let given = give_back(&transaction, &new).await?;
        if given && note_refund(&transaction, &new).await? {
            transaction.commit().await.map_err(repo_error)?;
            return Ok(Some(new));
        }
        transaction.rollback().await.map_err(repo_error)?;
        refund(self.engine().writer(), &known).await
    }

    async fn find_refund(
        &self,
        store: StoreId,
        provider_ref: &str,
    ) -> Result<Option<IntentRefund>, RepoError> {
        refund(self.reader(), &find("sandbox_refunds", &REFUND, store, "provider_ref", provider_ref)).await
    }

    async fn find_refund_by_key(
        &self,
        store: StoreId,
        idempotency_key: &str,
    ) -> Result<Option<IntentRefund>, RepoError> {
        let found = find("sandbox_refunds", &REFUND, store, "idempotency_key", idempotency_key);
        refund(self.reader(), &found).await
    }
}
