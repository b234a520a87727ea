//! Reading the catalogue: what is asked is answered with a bounded number of statements, whatever the
//! number of products. A list finds its keys by an index first and loads the rest for those alone.

use async_trait::async_trait;
use domain::{
    access::Mode,
    catalog::{brand::Brand, product::Product, sellable::Sellable},
    id::{BrandId, CategoryId, Handle, ProductId, StoreId, VariantId, kind},
};
use ports::{
    RepoError,
    catalog::{
        CatalogReader, CategoryLabel, Lookup, ProductFilter, ProductSort, VariantOutline, VariantRow, Wanted,
    },
    list::{Count, Slice, Sort, Window},
    search::Excerpt,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
    sea_query::Expr,
};

use self::load::{one, read};
use crate::{
    SqlDatabase, brands,
    changes::Topic,
    error::repo_error,
    products::{self, Priced},
    stored::{Stored as _, uuid},
    window::{self, LOOKED_AT_MAX},
};

mod common;
mod compared;
mod filter;
mod keys;
mod load;
mod plain;
#[cfg(test)]
mod plans;
mod shelf;
mod shelves;
mod text;
pub(crate) mod words;

impl SqlDatabase {
    /// How many products pass, up to `most`, among `searched` if that is known.
    async fn count(
        &self,
        store: StoreId,
        filter: &ProductFilter,
        wanted: &filter::Wanted,
        searched: Option<Count>,
        most: u64,
    ) -> Result<Count, RepoError> {
        if let Some(known) = self.known_count(store, filter, most) {
            return Ok(known);
        }
        let rows = match searched {
            Some(all) if self.seems_common(wanted, all).await? => wanted.looked_at(),
            _ => wanted.found(),
        };
        self.count_anew(store, filter, most, rows).await
    }

    /// Counts `rows`, which are those that pass, and remembers it where only the catalogue decides that.
    async fn count_anew(
        &self,
        store: StoreId,
        filter: &ProductFilter,
        most: u64,
        rows: Select<keys::Entity>,
    ) -> Result<Count, RepoError> {
        let (key, epoch) = self.count_key(store, filter, most);
        let total = window::count(self.reader(), rows, most).await?;
        self.memory().totals.keep(key, epoch, total);
        Ok(total)
    }

    fn known_count(&self, store: StoreId, filter: &ProductFilter, most: u64) -> Option<Count> {
        let (key, epoch) = self.count_key(store, filter, most);
        self.memory().totals.get(&key, epoch)
    }

    /// What a count is remembered by, and the epoch while it may be.
    fn count_key(
        &self,
        store: StoreId,
        filter: &ProductFilter,
        most: u64,
    ) -> ((StoreId, String), Option<u64>) {
        let epoch = self.changes().epoch(store, Topic::Catalog).filter(|_| filter.in_stock.is_none());
        ((store, format!("{most} of {filter:?}")), epoch)
    }
}

#[async_trait]
impl CatalogReader for SqlDatabase {
    async fn sellable(
        &self,
        store: StoreId,
        mode: Mode,
        product: &Handle<kind::ProductId>,
        variant: Option<VariantId>,
    ) -> Result<Lookup, RepoError> {
        Ok(self.find_sellable_beside(store, mode, product, variant, &[]).await?.0)
    }

    async fn lookups(&self, store: StoreId, mode: Mode, wanted: &[Wanted]) -> Result<Vec<Lookup>, RepoError> {
        self.find_wanted(store, mode, wanted).await
    }

    async fn sellable_beside(
        &self,
        store: StoreId,
        mode: Mode,
        product: &Handle<kind::ProductId>,
        variant: Option<VariantId>,
        held: &[VariantId],
    ) -> Result<(Lookup, Vec<Sellable>), RepoError> {
        self.find_sellable_beside(store, mode, product, variant, held).await
    }

    async fn sellables(
        &self,
        store: StoreId,
        mode: Mode,
        variants: &[VariantId],
    ) -> Result<Vec<Sellable>, RepoError> {
        self.find_sellables(store, mode, variants).await
    }

    async fn product(
        &self,
        store: StoreId,
        product: &Handle<kind::ProductId>,
    ) -> Result<Option<Product>, RepoError> {
        let found = one(store, product).into_model::<Priced>().one(self.reader()).await;
        found.map_err(repo_error)?.map(products::from_row).transpose()
    }

    async fn products(
        &self,
        store: StoreId,
        filter: &ProductFilter,
        sort: Sort<ProductSort>,
        window: &Window,
    ) -> Result<Slice<Product>, RepoError> {
        let Some(wanted) = self.wanted(store, filter).await? else {
            let total = matches!(window, Window::Page { .. }).then_some(Count::exact(0));
            return Ok(Slice { items: Vec::new(), total, next: None });
        };
        let is_page = matches!(window, Window::Page { .. });
        // How many there are decides how they are read, even where nobody wants to know.
        let searched = self.searched(store, filter, &wanted).await?;
        let counted = if is_page || wanted.is_picky() {
            Some(self.count(store, filter, &wanted, searched, wanted.countable()).await?)
        } else {
            None
        };
        let total = counted.filter(|_| is_page);
        let ordering = keys::ordering(sort);
        let keys = window::rows(wanted.select(counted, searched), &ordering, window);
        let rows = self.load(store, keys, &ordering).await?;
        let Slice { items, total, next } = window::sliced(rows, &ordering, window, total);
        Ok(Slice { items: read(items)?, total, next })
    }

    async fn search(
        &self,
        store: StoreId,
        filter: &ProductFilter,
        excerpt: Excerpt,
    ) -> Result<(Vec<Product>, Count), RepoError> {
        let Some(wanted) = self.wanted(store, filter).await? else {
            return Ok((Vec::new(), Count::exact(0)));
        };
        let searched = self.searched(store, filter, &wanted).await?;
        let total = self.count(store, filter, &wanted, searched, LOOKED_AT_MAX).await?;
        if excerpt.limit == 0 || total.ends_before(excerpt.offset) {
            return Ok((Vec::new(), total));
        }
        let keys = wanted
            .select(Some(total), searched)
            .order_by_desc(keys::Column::CreatedAt)
            .order_by_desc(keys::Column::Id)
            .offset(excerpt.offset)
            .limit(excerpt.limit);
        let newest = keys::ordering(Sort { by: ProductSort::CreatedAt, descending: true });
        Ok((read(self.load(store, keys, &newest).await?)?, total))
    }

    async fn variants(
        &self,
        store: StoreId,
        mode: Mode,
        products: &[ProductId],
    ) -> Result<Vec<VariantRow>, RepoError> {
        self.variants_with_stock(store, mode, products).await
    }

    async fn outlines(
        &self,
        store: StoreId,
        mode: Mode,
        products: &[ProductId],
    ) -> Result<Vec<VariantOutline>, RepoError> {
        self.variant_outlines(store, mode, products).await
    }

    async fn brands_by_id(&self, store: StoreId, brands: &[BrandId]) -> Result<Vec<Brand>, RepoError> {
        if brands.is_empty() {
            return Ok(Vec::new());
        }
        let rows = brands::row::Entity::find()
            .filter(brands::row::Column::StoreId.eq(uuid(store)))
            .filter(self.among(Expr::col("id"), brands.iter().copied().map(uuid)))
            .all(self.reader())
            .await
            .map_err(repo_error)?;
        rows.into_iter().map(Brand::from_row).collect()
    }

    async fn labels(
        &self,
        store: StoreId,
        categories: &[CategoryId],
    ) -> Result<Vec<CategoryLabel>, RepoError> {
        if categories.is_empty() {
            return Ok(Vec::new());
        }
        let known = self.category_labels(store).await?;
        Ok(categories.iter().filter_map(|category| known.get(*category).cloned()).collect())
    }
}
