//! What is added to a cart, and what the cart holds already, in one statement.

use domain::{
    access::Mode,
    catalog::sellable::Sellable,
    id::{Handle, StoreId, VariantId, kind},
};
use ports::{RepoError, catalog::Lookup};
use sea_orm::{
    ConnectionTrait as _, FromQueryResult as _,
    sea_query::{Expr, ExprTrait as _, UnionType},
};

use super::{Row, select};
use crate::{SqlDatabase, error::repo_error, stored::uuid};

impl SqlDatabase {
    pub(crate) async fn find_sellable_beside(
        &self,
        store: StoreId,
        mode: Mode,
        product: &Handle<kind::ProductId>,
        variant: Option<VariantId>,
        held: &[VariantId],
    ) -> Result<(Lookup, Vec<Sellable>), RepoError> {
        if held.is_empty() {
            return Ok((self.find_sellable(store, mode, product, variant).await?, Vec::new()));
        }
        let mut query = select(store, mode);
        query.expr_as(Expr::val(true), "is_asked").and_where(match product {
            Handle::Id(id) => Expr::col(("products", "id")).eq(uuid(*id)),
            Handle::Name(slug) => Expr::col(("products", "slug")).eq(slug.as_str()),
        });
        if let Some(variant) = variant {
            query.and_where(Expr::col(("variants", "id")).eq(uuid(variant)));
        }
        let mut others = select(store, mode);
        others
            .expr_as(Expr::val(false), "is_asked")
            .and_where(Expr::col(("variants", "id")).is_in(held.iter().copied().map(uuid)));
        // Not one condition with an "or": no index serves both of its sides.
        query.union(UnionType::All, others);
        let categories = self.category_labels(store).await?;
        let (mut asked, mut known) = (Vec::new(), Vec::new());
        for row in self.reader().query_all(&query).await.map_err(repo_error)? {
            let group =
                if row.try_get("", "is_asked").map_err(repo_error)? { &mut asked } else { &mut known };
            group.push(Row::from_query_result(&row, "").map_err(repo_error)?.read(store, &categories)?);
        }
        let found = match (asked.pop(), asked.pop()) {
            (None, _) => Lookup::Missing,
            (Some(only), None) => Lookup::Found(Box::new(only)),
            (Some(_), Some(_)) => Lookup::VariantRequired,
        };
        Ok((found, known))
    }
}
