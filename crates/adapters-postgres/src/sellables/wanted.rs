//! Looking up a whole basket of products and variants at once.

use std::collections::HashMap;

use domain::{
    access::Mode,
    catalog::sellable::Sellable,
    id::{Handle, StoreId, kind},
};
use ports::{
    RepoError,
    catalog::{Lookup, Wanted},
};
use sea_orm::{
    ConnectionTrait as _,
    sea_query::{Cond, Expr, ExprTrait as _, Query},
};
use uuid::Uuid;

use super::select;
use crate::{SqlDatabase, error::repo_error, stored::uuid};

impl SqlDatabase {
    pub(crate) async fn find_wanted(
        &self,
        store: StoreId,
        mode: Mode,
        wanted: &[Wanted],
    ) -> Result<Vec<Lookup>, RepoError> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = select(store, mode);
        query.cond_where(any_of(wanted));
        let found = self.read_sellables(store, &query).await?;
        let variants = self.count_variants(store, wanted, &found).await?;
        Ok(wanted.iter().map(|one| choose(one, &found, &variants)).collect())
    }

    /// How many variants the products have that were asked for without naming one.
    async fn count_variants(
        &self,
        store: StoreId,
        wanted: &[Wanted],
        found: &[Sellable],
    ) -> Result<HashMap<Uuid, i64>, RepoError> {
        let unnamed = |sellable: &&Sellable| {
            wanted.iter().any(|one| one.variant.is_none() && is_meant(&one.product, sellable))
        };
        let products: Vec<Uuid> = found.iter().filter(unnamed).map(|each| uuid(each.product_id)).collect();
        if products.is_empty() {
            return Ok(HashMap::new());
        }
        let mut query = Query::select();
        query
            .column("product_id")
            .expr_as(Expr::cust("count(*)"), "variants")
            .from("variants")
            .and_where(Expr::col("store_id").eq(uuid(store)))
            .and_where(Expr::col("product_id").is_in(products))
            .group_by_col("product_id");
        let rows = self.reader().query_all(&query).await.map_err(repo_error)?;
        rows.iter()
            .map(|row| Ok((row.try_get("", "product_id")?, row.try_get("", "variants")?)))
            .collect::<Result<_, _>>()
            .map_err(repo_error)
    }
}

/// The variants that were named, and the default ones of products that were asked for without.
fn any_of(wanted: &[Wanted]) -> Cond {
    let named = wanted.iter().filter_map(|one| one.variant).map(uuid);
    let unnamed = || wanted.iter().filter(|one| one.variant.is_none()).map(|one| &one.product);
    let ids = unnamed().filter_map(|product| match product {
        Handle::Id(id) => Some(uuid(*id)),
        Handle::Name(_) => None,
    });
    let slugs = unnamed().filter_map(|product| match product {
        Handle::Id(_) => None,
        Handle::Name(slug) => Some(slug.as_str()),
    });
    let of_products = Cond::any()
        .add(Expr::col(("products", "id")).is_in(ids))
        .add(Expr::col(("products", "slug")).is_in(slugs));
    Cond::any()
        .add(Expr::col(("variants", "id")).is_in(named))
        .add(Cond::all().add(Expr::col(("variants", "is_default")).eq(true)).add(of_products))
}

pub(super) fn is_meant(product: &Handle<kind::ProductId>, sellable: &Sellable) -> bool {
    match product {
        Handle::Id(id) => *id == sellable.product_id,
        Handle::Name(slug) => *slug == sellable.product_slug,
    }
}

fn choose(one: &Wanted, found: &[Sellable], variants: &HashMap<Uuid, i64>) -> Lookup {
    let of_product = || found.iter().filter(|sellable| is_meant(&one.product, sellable));
    let chosen = if let Some(variant) = one.variant {
        of_product().find(|sellable| sellable.variant_id == variant)
    } else {
        let only = |sellable: &&Sellable| variants.get(&uuid(sellable.product_id)) == Some(&1);
        let only = of_product().find(only);
        if only.is_none() && of_product().next().is_some() {
            return Lookup::VariantRequired;
        }
        only
    };
    chosen.map_or(Lookup::Missing, |sellable| Lookup::Found(Box::new(sellable.clone())))
}
