//! Writing products with their variants.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use domain::{
    catalog::{
        product::{Product, ProductStatus},
        variant::Variant,
    },
    id::{CategoryId, ProductId, VariantId},
};
use ports::{RepoError, products::Products};
use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, LockType, Query},
};
use uuid::Uuid;

use super::{Derived, Priced, currency_of, from_row, read_currency, row, to_row};
use crate::{
    catalog::words::search_text,
    changes::Topic,
    error::repo_error,
    stored::{by_id, id, uuid},
    unit_of_work::SqlUnitOfWork,
    variants,
};

/// Variants written by one statement: their columns times this stays below every engine's limit.
const VARIANTS_AT_ONCE: usize = 500;

/// What the row of a product says about its variants.
fn derived(store: Uuid, product: &Product, variants: &[Variant]) -> Derived {
    let own = product.price.price;
    let regular = variants.iter().map(|variant| variant.price.price.unwrap_or(own).minor());
    Derived {
        price_min: regular.clone().min().unwrap_or(own.minor()),
        price_max: regular.max().unwrap_or(own.minor()),
        variant_count: i32::try_from(variants.len()).unwrap_or(i32::MAX),
        search_text: search_text(store, product, variants),
    }
}

impl SqlUnitOfWork {
    async fn add_variants(&self, variants: &[Variant]) -> Result<(), RepoError> {
        for some in variants.chunks(VARIANTS_AT_ONCE) {
            let rows = some.iter().map(|variant| variants::to_row(self.store(), variant).into_active_model());
            variants::row::Entity::insert_many(rows.map(sea_orm::ActiveModelTrait::reset_all))
                .exec_without_returning(self.transaction())
                .await
                .map_err(repo_error)?;
        }
        Ok(())
    }

    async fn remove_variants(&self, variants: &[VariantId]) -> Result<(), RepoError> {
        for some in variants.chunks(VARIANTS_AT_ONCE) {
            variants::row::Entity::delete_many()
                .filter(Expr::col("store_id").eq(self.store()))
                .filter(Expr::col("id").is_in(some.iter().copied().map(uuid)))
                .exec(self.transaction())
                .await
                .map_err(repo_error)?;
        }
        Ok(())
    }

    async fn change_variant(&self, variant: &mut Variant) -> Result<(), RepoError> {
        let read_at = variant.version;
        variant.version = read_at.saturating_add(1);
        let written = variants::row::Entity::update_many()
            .set(variants::to_row(self.store(), variant).into_active_model().reset_all())
            .filter(by_id(self.store(), variant.id))
            .filter(Expr::col("version").eq(read_at))
            .exec(self.transaction())
            .await
            .map_err(repo_error)?;
        if written.rows_affected == 0 { Err(RepoError::Stale) } else { Ok(()) }
    }

    /// Brings the variants from `before` to `after`. What gives something up that can exist once only
    /// (a choice of options, being the default) comes before what takes it.
    async fn bring_variants(&self, before: &[Variant], after: &mut [Variant]) -> Result<(), RepoError> {
        let known: HashMap<_, _> = before.iter().map(|variant| (variant.id, variant)).collect();
        let stay: HashSet<_> = after.iter().map(|variant| variant.id).collect();
        let gone: Vec<_> = known.keys().copied().filter(|id| !stay.contains(id)).collect();
        self.remove_variants(&gone).await?;
        let differs = |variant: &Variant| known.get(&variant.id).is_some_and(|was| *was != variant);
        for now_default in [false, true] {
            for variant in after.iter_mut().filter(|each| each.is_default == now_default && differs(each)) {
                self.change_variant(variant).await?;
            }
        }
        let new: Vec<_> = after.iter().filter(|variant| !known.contains_key(&variant.id)).cloned().collect();
        self.add_variants(&new).await
    }

    async fn put_into_categories(&self, product: &Product) -> Result<(), RepoError> {
        if product.category_ids.is_empty() {
            return Ok(());
        }
        let mut insert = Query::insert();
        insert.into_table("product_categories").columns(["store_id", "category_id", "product_id"]);
        for category in &product.category_ids {
            insert.values_panic([self.store().into(), uuid(*category).into(), uuid(product.id).into()]);
        }
        self.transaction().execute(&insert).await.map_err(repo_error).map(drop)
    }

    async fn take_out_of_categories(&self, product: ProductId) -> Result<(), RepoError> {
        let mut delete = Query::delete();
        delete
            .from_table("product_categories")
            .and_where(Expr::col("store_id").eq(self.store()))
            .and_where(Expr::col("product_id").eq(uuid(product)));
        self.transaction().execute(&delete).await.map_err(repo_error).map(drop)
    }
}

#[async_trait]
impl Products for SqlUnitOfWork {
    async fn insert(&mut self, product: &Product, variants: &[Variant]) -> Result<(), RepoError> {
        let row = to_row(self.store(), product, derived(self.store(), product, variants));
        row::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(self.transaction())
            .await
            .map_err(repo_error)?;
        self.put_into_categories(product).await?;
        self.add_variants(variants).await?;
        self.touch(Topic::Catalog);
        Ok(())
    }

    async fn find(&mut self, product: ProductId) -> Result<Option<(Product, Vec<Variant>)>, RepoError> {
        let found = row::found()
            .filter(by_id(self.store(), product))
            .column_as(currency_of(self.store()), "currency")
            .lock(LockType::NoKeyUpdate)
            .into_model::<Priced>()
            .one(self.transaction())
            .await
            .map_err(repo_error)?;
        let Some(found) = found else { return Ok(None) };
        let currency = read_currency(&found.currency, self.store())?;
        let rows = variants::row::Entity::find()
            .filter(Expr::col("store_id").eq(self.store()))
            .filter(Expr::col("product_id").eq(uuid(product)))
            .order_by_asc(variants::row::Column::Position)
            .all(self.transaction())
            .await
            .map_err(repo_error)?;
        let read = rows.into_iter().map(|row| variants::from_row(row, currency));
        let mut variants = read.collect::<Result<Vec<_>, _>>()?;
        domain::catalog::variant::sort(&mut variants);
        Ok(Some((from_row(found)?, variants)))
    }

    async fn update(
        &mut self,
        product: &mut Product,
        before: &[Variant],
        after: &mut [Variant],
    ) -> Result<(), RepoError> {
        let mut next = product.clone();
        next.version = product.version.saturating_add(1);
        let row = to_row(self.store(), &next, derived(self.store(), &next, after));
        let written = row::Entity::update_many()
            .set(row.into_active_model().reset_all())
            .filter(by_id(self.store(), product.id))
            .filter(Expr::col("version").eq(product.version))
            .exec(self.transaction())
            .await
            .map_err(repo_error)?;
        if written.rows_affected == 0 {
            return Err(RepoError::Stale);
        }
        self.take_out_of_categories(product.id).await?;
        self.put_into_categories(&next).await?;
        self.bring_variants(before, after).await?;
        self.touch(Topic::Catalog);
        *product = next;
        Ok(())
    }

    async fn count_published(&mut self) -> Result<u32, RepoError> {
        let mut lock = Query::select();
        lock.column("id")
            .from("stores")
            .and_where(Expr::col("id").eq(self.store()))
            .lock(LockType::NoKeyUpdate);
        self.transaction().query_one(&lock).await.map_err(repo_error)?;
        let mut count = Query::select();
        count
            .expr_as(Expr::cust("count(*)"), "total")
            .from("products")
            .and_where(Expr::col("store_id").eq(self.store()))
            .and_where(Expr::col("status").eq(ProductStatus::Published.as_str()));
        let row = self.transaction().query_one(&count).await.map_err(repo_error)?;
        let total: i64 = row.map_or(Ok(0), |row| row.try_get("", "total")).map_err(repo_error)?;
        Ok(u32::try_from(total).unwrap_or(u32::MAX))
    }

    async fn unknown_categories(&mut self, categories: &[CategoryId]) -> Result<Vec<CategoryId>, RepoError> {
        if categories.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = Query::select();
        query
            .column("id")
            .from("categories")
            .and_where(Expr::col("store_id").eq(self.store()))
            .and_where(Expr::col("id").is_in(categories.iter().copied().map(uuid)));
        let rows = self.transaction().query_all(&query).await.map_err(repo_error)?;
        let known = rows.iter().map(|row| row.try_get::<Uuid>("", "id").map(id));
        let known: Vec<CategoryId> = known.collect::<Result<_, _>>().map_err(repo_error)?;
        Ok(categories.iter().copied().filter(|category| !known.contains(category)).collect())
    }
}
