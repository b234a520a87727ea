//! Carts: one row each, found by the hash of the token, written on the condition that nobody else did.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    cart::{Cart, CartState},
    id::{CartId, StoreId},
};
use ports::{
    RepoError,
    carts::{CartReader, Carts},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait, DatabaseBackend, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _, Select,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use self::{
    mapping::{from_row, to_row},
    together::{AskedFor, Changed, Entered},
};
use crate::{
    SqlDatabase,
    batch::{Batched, Batcher},
    connection::Connection,
    error::repo_error,
    rows,
    stored::{by_id, uuid},
    unit_of_work::SqlUnitOfWork,
};

mod document;
mod mapping;
mod together;

pub(crate) use together::CartBatches;

/// What allows a token one cart that is being filled or paid for.
const ONE_IN_USE: &str = "carts_token_hash";
/// Those.
const IN_USE: &str = "state in ('open', 'paying')";
/// Those that became orders.
const PAID_FOR: &str = "state = 'completed'";

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    use super::document::CartDocument;
    use crate::json::Spelled;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "carts")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) livemode: bool,
        pub(crate) token_hash: String,
        pub(crate) state: String,
        pub(crate) currency: String,
        pub(crate) body: Spelled<CartDocument>,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
        pub(crate) expires_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The carts of a token in some states, which are named as the indexes name them.
fn of_token(store: Uuid, mode: Mode, token_hash: &str, states: &'static str) -> Select<row::Entity> {
    row::Entity::find()
        .filter(row::Column::StoreId.eq(store))
        .filter(row::Column::Livemode.eq(mode.is_live()))
        .filter(row::Column::TokenHash.eq(token_hash))
        .filter(Expr::cust(states))
}

/// Adds a cart where its token has none in use. Not by trying and being refused, which Postgres would write
/// down in its log each time.
async fn insert(
    connection: &impl ConnectionTrait,
    store: Uuid,
    token_hash: &str,
    cart: &Cart,
) -> Result<(), RepoError> {
    let row = to_row(store, token_hash, cart);
    let insert = rows::insert(connection.get_database_backend(), [row], " ON CONFLICT DO NOTHING");
    if connection.execute_raw(insert).await.map_err(repo_error)?.rows_affected() == 0 {
        return Err(RepoError::Conflict { constraint: ONE_IN_USE.to_owned() });
    }
    Ok(())
}

/// Writes the cart where its row has the version that it was read at and, if given, the state.
async fn write(
    connection: &impl ConnectionTrait,
    store: Uuid,
    cart: &mut Cart,
    stored_state: Option<CartState>,
) -> Result<(), RepoError> {
    let mut of = rows::version(store, cart.id, cart.version).to_vec();
    of.extend(stored_state.map(|state| ("state", state.as_str().into())));
    let update = rows::update(connection.get_database_backend(), written(cart), of);
    if connection.execute_raw(update).await.map_err(repo_error)?.rows_affected() == 0 {
        return Err(RepoError::Stale);
    }
    cart.version = cart.version.saturating_add(1);
    Ok(())
}

/// What changes of a cart's row with its next version.
pub(crate) fn written(cart: &Cart) -> row::ActiveModel {
    let row::Model { state, body, updated_at, expires_at, .. } = to_row(Uuid::nil(), "", cart);
    row::ActiveModel {
        state: Set(state),
        body: Set(body),
        version: Set(cart.version.saturating_add(1)),
        updated_at: Set(updated_at),
        expires_at: Set(expires_at),
        ..Default::default()
    }
}

impl SqlDatabase {
    /// Keeps a cart as it is stored. Not inside a request that writes all or nothing: what it wrote may
    /// never be, and somebody else's cart of the same version could be taken for it.
    fn remember_cart(&self, store: StoreId, token_hash: &str, losses: u64, cart: &Cart) {
        if self.engine().pending().is_none() {
            self.memory().keep_cart(store, token_hash, losses, cart);
        }
    }

    /// Reads or writes a cart together with others, if it can be. On SQLite, where a statement is a call, and inside a
    /// request, whose writes are its own, it cannot.
    async fn together<B: Batched>(
        &self,
        connection: &Connection,
        batcher: &Batcher<B>,
        one: impl FnOnce() -> B,
    ) -> Result<Option<B::Answer>, RepoError> {
        let engine = self.engine();
        if engine.pending().is_some() || engine.backend() != DatabaseBackend::Postgres {
            return Ok(None);
        }
        batcher.join(connection.pool(), one).await.map_err(repo_error)
    }
}

#[async_trait]
impl CartReader for SqlDatabase {
    async fn by_token(
        &self,
        store: StoreId,
        mode: Mode,
        token_hash: &str,
    ) -> Result<Option<Cart>, RepoError> {
        let losses = self.engine().losses();
        let one = || AskedFor { store: uuid(store), mode, token_hash: token_hash.to_owned() };
        let mut found = self.together(self.reader(), &self.cart_batches().asked_for, one).await?;
        let of_token = |states| of_token(uuid(store), mode, token_hash, states);
        if found.is_none() {
            found = of_token(IN_USE).one(self.reader()).await.map_err(repo_error)?;
        }
        if found.is_none() {
            let newest = of_token(PAID_FOR).order_by_desc(row::Column::Id).limit(1);
            found = newest.one(self.reader()).await.map_err(repo_error)?;
        }
        let found = found.map(from_row).transpose()?;
        if let Some(cart) = &found {
            self.remember_cart(store, token_hash, losses, cart);
        }
        Ok(found)
    }

    async fn remembered(&self, store: StoreId, mode: Mode, token_hash: &str) -> Option<Cart> {
        let known = self.memory().cart(store, mode, token_hash, self.engine().losses())?;
        Some(Cart::clone(&known))
    }

    async fn insert(&self, store: StoreId, token_hash: &str, cart: &Cart) -> Result<(), RepoError> {
        let losses = self.engine().losses();
        let writer = self.engine().writer().soon();
        let one = || Entered(to_row(uuid(store), token_hash, cart));
        if self.together(&writer, &self.cart_batches().entered, one).await?.is_none() {
            insert(&writer, uuid(store), token_hash, cart).await?;
        }
        self.remember_cart(store, token_hash, losses, cart);
        Ok(())
    }

    async fn save(&self, store: StoreId, token_hash: &str, cart: &mut Cart) -> Result<(), RepoError> {
        let losses = self.engine().losses();
        let writer = self.engine().writer().soon();
        let one = || Changed(to_row(uuid(store), token_hash, cart));
        if self.together(&writer, &self.cart_batches().changed, one).await?.is_some() {
            cart.version = cart.version.saturating_add(1);
        } else {
            write(&writer, uuid(store), cart, Some(CartState::Open)).await?;
        }
        self.remember_cart(store, token_hash, losses, cart);
        Ok(())
    }

    async fn sweep(&self, now: DateTime<Utc>, limit: u32) -> Result<u64, RepoError> {
        let expired = row::Entity::find()
            .select_only()
            .columns([row::Column::StoreId, row::Column::Id])
            .filter(row::Column::State.eq(CartState::Open.as_str()))
            .filter(row::Column::ExpiresAt.lte(now))
            .order_by_asc(row::Column::ExpiresAt)
            .limit(u64::from(limit))
            .into_query();
        let mut delete = Query::delete();
        delete
            .from_table(row::Entity)
            .and_where(Expr::tuple([Expr::col("store_id"), Expr::col("id")]).in_subquery(expired))
            // Said again, for a cart that was changed between the looking and the deleting.
            .and_where(Expr::col("state").eq(CartState::Open.as_str()))
            .and_where(Expr::col("expires_at").lte(now));
        Ok(self.engine().writer().soon().execute(&delete).await.map_err(repo_error)?.rows_affected())
    }
}

#[async_trait]
impl Carts for SqlUnitOfWork {
    async fn find(&mut self, cart: CartId) -> Result<Option<Cart>, RepoError> {
        let found = row::Entity::find().filter(by_id(self.store(), cart)).lock_exclusive();
        found.one(self.transaction()).await.map_err(repo_error)?.map(from_row).transpose()
    }

    async fn insert(&mut self, token_hash: &str, cart: &Cart) -> Result<(), RepoError> {
        insert(self.transaction(), self.store(), token_hash, cart).await
    }

    async fn update(&mut self, cart: &mut Cart) -> Result<(), RepoError> {
        write(self.transaction(), self.store(), cart, None).await
    }
}
