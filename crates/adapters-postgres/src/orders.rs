//! Orders: a row each, and a row for each line. Columns hold what is searched, summed or checked by
//! the database; the rest of an order is one document.

use async_trait::async_trait;
use domain::{
    access::Mode,
    address::Email,
    id::OrderId,
    money::{Currency, Money},
    order::{FulfillmentStatus, Order, OrderLine, OrderNumber, PaymentStatus},
    quote::Totals,
};
use ports::{RepoError, orders::Orders};
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::NotSet,
    ConnectionTrait as _, EntityTrait as _, ExprTrait as _, IntoActiveModel as _, Iterable as _,
    QueryFilter as _, QuerySelect as _, QueryTrait as _,
    sea_query::{Expr, OnConflict, Query},
};
use uuid::Uuid;

use crate::{
    documents::{read, write},
    error::{corrupt, repo_error},
    stored::{by_id, id, uuid},
    unit_of_work::SqlUnitOfWork,
};

mod body;
mod filter;
mod lines;
mod reader;

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "orders")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) livemode: bool,
        pub(crate) token_hash: Option<String>,
        pub(crate) number: Option<i64>,
        pub(crate) number_text: Option<String>,
        pub(crate) email: String,
        pub(crate) email_key: String,
        pub(crate) customer_id: Option<Uuid>,
        pub(crate) currency: String,
        pub(crate) subtotal: i64,
        pub(crate) discount: i64,
        pub(crate) shipping: i64,
        pub(crate) tax: i64,
        pub(crate) total: i64,
        pub(crate) refunded: i64,
        pub(crate) payment_status: String,
        pub(crate) fulfillment_status: String,
        pub(crate) item_count: i32,
        pub(crate) body: Json,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
        pub(crate) placed_at: Option<DateTimeUtc>,
        pub(crate) paid_at: Option<DateTimeUtc>,
        pub(crate) fulfilled_at: Option<DateTimeUtc>,
        pub(crate) cancelled_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Mode as the column `livemode` says it.
pub(crate) const fn mode(livemode: bool) -> Mode {
    if livemode { Mode::Live } else { Mode::Test }
}

fn item_count(lines: &[OrderLine]) -> Result<i32, RepoError> {
    let sum = lines.iter().try_fold(0_u32, |sum, line| sum.checked_add(line.quantity));
    sum.and_then(|sum| i32::try_from(sum).ok())
        .ok_or_else(|| RepoError::Other("too many units in an order".into()))
}

/// Columns and document together name every field but the lines.
fn to_row(store: Uuid, order: &Order, token_hash: Option<&str>) -> Result<row::Model, RepoError> {
    let Order {
        id,
        mode,
        number,
        email,
        customer_id,
        currency,
        lines,
        totals: Totals { subtotal, discount, shipping, tax, total },
        tax_inclusive: _,
        tax_breakdown: _,
        shipping: _,
        coupon: _,
        shipping_address: _,
        billing_address: _,
        notes: _,
        internal_notes: _,
        metadata: _,
        payment_status,
        fulfillment_status,
        refunded,
        version,
        created_at,
        updated_at,
        placed_at,
        paid_at,
        fulfilled_at,
        cancelled_at,
        cancel_reason: _,
    } = order;
    let n = number.as_ref().map(|number| i64::try_from(number.n)).transpose();
    Ok(row::Model {
        store_id: store,
        id: uuid(*id),
        livemode: mode.is_live(),
        token_hash: token_hash.map(str::to_owned),
        number: n.map_err(|error| RepoError::Other(error.into()))?,
        number_text: number.as_ref().map(ToString::to_string),
        email: email.as_str().to_owned(),
        email_key: email.key(),
        customer_id: customer_id.map(uuid),
        currency: currency.code().to_owned(),
        subtotal: subtotal.minor(),
        discount: discount.minor(),
        shipping: shipping.minor(),
        tax: tax.minor(),
        total: total.minor(),
        refunded: refunded.minor(),
        payment_status: payment_status.as_str().to_owned(),
        fulfillment_status: fulfillment_status.as_str().to_owned(),
        item_count: item_count(lines)?,
        body: write(body::OrderDocument::from(order))?,
        version: *version,
        created_at: *created_at,
        updated_at: *updated_at,
        placed_at: *placed_at,
        paid_at: *paid_at,
        fulfilled_at: *fulfilled_at,
        cancelled_at: *cancelled_at,
    })
}

fn currency_of(row: &row::Model) -> Result<Currency, RepoError> {
    Currency::from_code(&row.currency).map_err(|_| corrupt("orders", "currency", row.id))
}

fn from_row(row: row::Model, lines: Vec<OrderLine>) -> Result<Order, RepoError> {
    let broken = |column| corrupt("orders", column, row.id);
    let currency = currency_of(&row)?;
    let money = |minor| Money::new(minor, currency);
    let body = read::<body::OrderDocument>(row.body).and_then(|stored| stored.read(currency));
    let body = body.ok_or_else(|| broken("body"))?;
    let number =
        row.number_text.as_deref().map(|text| OrderNumber::parse(text).ok_or_else(|| broken("number_text")));
    Ok(Order {
        id: id(row.id),
        mode: mode(row.livemode),
        number: number.transpose()?,
        email: Email::parse(&row.email).map_err(|_| broken("email"))?,
        customer_id: row.customer_id.map(id),
        currency,
        lines,
        totals: Totals {
            subtotal: money(row.subtotal),
            discount: money(row.discount),
            shipping: money(row.shipping),
            tax: money(row.tax),
            total: money(row.total),
        },
        tax_inclusive: body.tax_inclusive,
        tax_breakdown: body.tax_breakdown,
        shipping: body.shipping,
        coupon: body.coupon,
        shipping_address: body.shipping_address,
        billing_address: body.billing_address,
        notes: body.notes,
        internal_notes: body.internal_notes,
        metadata: body.metadata,
        payment_status: PaymentStatus::parse(&row.payment_status).ok_or_else(|| broken("payment_status"))?,
        fulfillment_status: FulfillmentStatus::parse(&row.fulfillment_status)
            .ok_or_else(|| broken("fulfillment_status"))?,
        refunded: money(row.refunded),
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        placed_at: row.placed_at,
        paid_at: row.paid_at,
        fulfilled_at: row.fulfilled_at,
        cancelled_at: row.cancelled_at,
        cancel_reason: body.cancel_reason,
    })
}

/// Over an earlier draft every column is written anew and the version goes on; a placed order stays.
fn over_a_draft() -> OnConflict {
    let kept = |column: &row::Column| {
        matches!(column, row::Column::StoreId | row::Column::Id | row::Column::Version)
    };
    let draft = Expr::col(("orders", "number"))
        .is_null()
        .and(Expr::col(("orders", "payment_status")).is_in(["pending", "failed"]));
    OnConflict::columns([row::Column::StoreId, row::Column::Id])
        .update_columns(row::Column::iter().filter(|column| !kept(column)))
        .value("version", Expr::col(("orders", "version")).add(1))
        .action_and_where(draft)
        .to_owned()
}

#[async_trait]
impl Orders for SqlUnitOfWork {
    async fn draft(&mut self, order: &mut Order, token_hash: Option<&str>) -> Result<(), RepoError> {
        let row = to_row(self.store(), order, token_hash)?.into_active_model().reset_all();
        let mut insert = row::Entity::insert(row).on_conflict(over_a_draft()).into_query();
        insert.returning(Query::returning().columns(["version"]));
        let written =
            self.transaction().query_one(&insert).await.map_err(repo_error)?.ok_or(RepoError::Stale)?;
        let version: i32 = written.try_get("", "version").map_err(repo_error)?;
        if version != order.version {
            lines::remove(self.transaction(), self.store(), order.id).await?;
            order.version = version;
        }
        lines::write_changed(self.transaction(), self.store(), order.id, &order.lines, &[]).await?;
        self.remember_lines(order.id, &order.lines);
        Ok(())
    }

    async fn find(&mut self, order: OrderId) -> Result<Option<Order>, RepoError> {
        let found = row::Entity::find().filter(by_id(self.store(), order)).lock_exclusive();
        let Some(row) = found.one(self.transaction()).await.map_err(repo_error)? else { return Ok(None) };
        let lines = lines::of_order(self.transaction(), self.store(), row.id, currency_of(&row)?).await?;
        self.remember_lines(order, &lines);
        from_row(row, lines).map(Some)
    }

    async fn update(&mut self, order: &mut Order) -> Result<(), RepoError> {
        let mut next = order.clone();
        next.version = order.version.saturating_add(1);
        let mut row = to_row(self.store(), &next, None)?.into_active_model().reset_all();
        row.token_hash = NotSet;
        let written = row::Entity::update_many()
            .set(row)
            .filter(by_id(self.store(), order.id))
            .filter(Expr::col("version").eq(order.version))
            .exec(self.transaction())
            .await
            .map_err(repo_error)?;
        if written.rows_affected == 0 {
            return Err(RepoError::Stale);
        }
        let known = match self.take_remembered_lines(order.id) {
            Some(known) => known,
            None => lines::of_order(self.transaction(), self.store(), uuid(order.id), order.currency).await?,
        };
        lines::write_changed(self.transaction(), self.store(), order.id, &next.lines, &known).await?;
        self.remember_lines(order.id, &next.lines);
        *order = next;
        Ok(())
    }
}
