//! What is added to a cart, and what the cart holds already, in one statement.

use domain::{
    access::Mode,
    catalog::sellable::Sellable,
    id::{Handle, StoreId, VariantId, kind},
};
use ports::{RepoError, catalog::Lookup};
use sea_orm::sea_query::{Expr, ExprTrait as _, UnionType};

use super::{select, wanted::is_meant};
use crate::{SqlDatabase, changes::Topic, stored::uuid};

impl SqlDatabase {
    pub(crate) async fn find_sellable_beside(
        &self,
        store: StoreId,
        mode: Mode,
        product: &Handle<kind::ProductId>,
        variant: Option<VariantId>,
        held: &[VariantId],
    ) -> Result<(Lookup, Vec<Sellable>), RepoError> {
        let key = match (variant, product) {
            (Some(variant), _) => Some(uuid(variant)),
            (None, Handle::Id(product)) => Some(uuid(*product)),
            (None, Handle::Name(_)) => None,
        };
        if let Some(key) = key {
            let wanted: Vec<_> = std::iter::once(key).chain(held.iter().copied().map(uuid)).collect();
            if let Some(mut known) = self.remembered_sellables(store, mode, &wanted).await?
                && known.first().is_some_and(|asked| is_meant(product, asked))
            {
                let asked = known.remove(0);
                return Ok((Lookup::Found(Box::new(asked)), known));
            }
        }
        self.read_beside(store, mode, product, variant, held).await
    }

    async fn read_beside(
        &self,
        store: StoreId,
        mode: Mode,
        product: &Handle<kind::ProductId>,
        variant: Option<VariantId>,
        held: &[VariantId],
    ) -> Result<(Lookup, Vec<Sellable>), RepoError> {
        let mut query = select(store, mode);
        query.and_where(match product {
            Handle::Id(id) => Expr::col(("products", "id")).eq(uuid(*id)),
            Handle::Name(slug) => Expr::col(("products", "slug")).eq(slug.as_str()),
        });
        if let Some(variant) = variant {
            query.and_where(Expr::col(("variants", "id")).eq(uuid(variant)));
        }
        if held.is_empty() {
            // Two are enough to know that there is a choice.
            query.limit(2);
        } else {
            let mut others = select(store, mode);
            others.and_where(self.among(Expr::col(("variants", "id")), held.iter().copied().map(uuid)));
            // Not one condition with an "or": no index serves both of its sides.
            query.union(UnionType::All, others);
        }
        let epoch = self.changes().epoch(store, Topic::Catalog);
        let mut found = self.read_sellables(store, &query).await?;
        found.sort_by_key(|sellable| sellable.variant_id);
        found.dedup_by_key(|sellable| sellable.variant_id);
        let is_asked = |sellable: &&Sellable| {
            is_meant(product, sellable) && variant.is_none_or(|variant| variant == sellable.variant_id)
        };
        let asked: Vec<_> = found.iter().filter(is_asked).collect();
        let lookup = match asked.as_slice() {
            [] => Lookup::Missing,
            [only] => {
                if variant.is_none() {
                    self.remember_only(store, epoch, only);
                }
                Lookup::Found(Box::new(Sellable::clone(only)))
            }
            _ => Lookup::VariantRequired,
        };
        found.retain(|sellable| held.contains(&sellable.variant_id));
        Ok((lookup, found))
    }
}
