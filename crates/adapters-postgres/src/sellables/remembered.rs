//! What carts ask of the catalogue, from memory while that is known to be current; and what is in stock, as it
//! was a moment ago. What is sold is taken from the stored level, whatever was shown.

use std::{collections::HashMap, sync::Arc};

use domain::{access::Mode, catalog::sellable::Sellable, id::StoreId};
use ports::RepoError;
use sea_orm::{
    ConnectionTrait as _,
    sea_query::{Expr, ExprTrait as _, Query},
};
use uuid::Uuid;

use crate::{
    SqlDatabase,
    changes::Topic,
    error::{corrupt, repo_error},
    stored::uuid,
};

impl SqlDatabase {
    /// Keeps what was read of a variant after `epoch` was.
    pub(super) fn remember_sellable(&self, store: StoreId, epoch: Option<u64>, sellable: &Sellable) {
        let variant = uuid(sellable.variant_id);
        self.memory().sellables.keep((store, variant), epoch, Arc::new(sellable.clone()));
    }

    /// The same for a variant that was found as the only one of its product.
    pub(super) fn remember_only(&self, store: StoreId, epoch: Option<u64>, sellable: &Sellable) {
        let product = uuid(sellable.product_id);
        self.memory().sellables.keep((store, product), epoch, Arc::new(sellable.clone()));
    }

    /// Variants, each by its id or by that of the product that has no other, in the order asked for and with
    /// their stock; `None` unless all of them are remembered.
    pub(super) async fn remembered_sellables(
        &self,
        store: StoreId,
        mode: Mode,
        wanted: &[Uuid],
    ) -> Result<Option<Vec<Sellable>>, RepoError> {
        let epoch = self.changes().epoch(store, Topic::Catalog);
        let (mut found, mut counted) = (Vec::with_capacity(wanted.len()), Vec::new());
        for key in wanted {
            let Some(known) = self.memory().sellables.get(&(store, *key), epoch) else {
                return Ok(None);
            };
            if known.track_inventory {
                counted.push(uuid(known.variant_id));
            }
            found.push(Sellable::clone(&known));
        }
        let stock = self.available(store, mode, counted).await?;
        for sellable in &mut found {
            sellable.available = stock.get(&uuid(sellable.variant_id)).copied().unwrap_or_default();
        }
        Ok(Some(found))
    }

    async fn available(
        &self,
        store: StoreId,
        mode: Mode,
        variants: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, u32>, RepoError> {
        let levels = &self.memory().levels;
        let (mut stock, mut unknown) = (HashMap::new(), Vec::new());
        for variant in variants {
            match levels.get(store, mode, variant) {
                Some(available) => drop(stock.insert(variant, available)),
                None => unknown.push(variant),
            }
        }
        if unknown.is_empty() {
            return Ok(stock);
        }
        let mut query = Query::select();
        query
            .columns(["variant_id", "available"])
            .from("stock")
            .and_where(Expr::col("store_id").eq(uuid(store)))
            .and_where(Expr::col("livemode").eq(mode.is_live()))
            .and_where(self.among(Expr::col("variant_id"), unknown));
        for row in self.reader().query_all(&query).await.map_err(repo_error)? {
            let variant: Uuid = row.try_get("", "variant_id").map_err(repo_error)?;
            let available: i32 = row.try_get("", "available").map_err(repo_error)?;
            let available = u32::try_from(available).map_err(|_| corrupt("stock", "available", variant))?;
            levels.keep(store, mode, variant, available);
            stock.insert(variant, available);
        }
        Ok(stock)
    }
}
