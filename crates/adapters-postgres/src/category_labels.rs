//! What the categories of a store are called and how they lie in each other, for whatever names a
//! product's categories. Small, read often, changed rarely: kept in memory.

use std::{collections::HashMap, sync::Arc};

use domain::id::{CategoryId, Handle, StoreId, kind};
use ports::{RepoError, catalog::CategoryLabel};
use sea_orm::{
    ConnectionTrait as _, DbErr, ExprTrait as _, QueryResult,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use crate::{
    SqlDatabase,
    changes::Topic,
    error::repo_error,
    stored::{id, uuid},
};

/// The categories of one store.
#[derive(Debug, Default)]
pub(crate) struct CategoryLabels {
    by_id: HashMap<CategoryId, CategoryLabel>,
}

impl CategoryLabels {
    pub(crate) fn get(&self, category: CategoryId) -> Option<&CategoryLabel> {
        self.by_id.get(&category)
    }

    /// The categories and everything above them, each once.
    pub(crate) fn with_ancestors(&self, categories: &[CategoryId]) -> Vec<CategoryId> {
        let mut found = Vec::new();
        for start in categories {
            let mut next = self.get(*start);
            while let Some(label) = next.filter(|label| !found.contains(&label.id)) {
                found.push(label.id);
                next = label.parent.and_then(|parent| self.get(parent));
            }
        }
        found
    }

    /// The category that is meant, and everything below it; nothing when there is none.
    pub(crate) fn subtree(&self, category: &Handle<kind::CategoryId>) -> Vec<CategoryId> {
        let top = match category {
            Handle::Id(id) => self.get(*id),
            Handle::Name(slug) => self.by_id.values().find(|label| label.slug == *slug),
        };
        let Some(top) = top else { return Vec::new() };
        self.by_id.keys().copied().filter(|each| self.with_ancestors(&[*each]).contains(&top.id)).collect()
    }

    fn read(rows: &[QueryResult]) -> Result<Self, DbErr> {
        let label = |row: &QueryResult| {
            Ok(CategoryLabel {
                id: id(row.try_get::<Uuid>("", "id")?),
                parent: row.try_get::<Option<Uuid>>("", "parent_id")?.map(id),
                slug: row.try_get("", "slug")?,
                name: row.try_get("", "name")?,
                hidden: row.try_get::<String>("", "status")? != "active",
            })
        };
        let by_id = rows.iter().map(|row| label(row).map(|label| (label.id, label)));
        Ok(Self { by_id: by_id.collect::<Result<_, DbErr>>()? })
    }
}

impl SqlDatabase {
    /// The store's categories, from memory while that is known to be current.
    pub(crate) async fn category_labels(&self, store: StoreId) -> Result<Arc<CategoryLabels>, RepoError> {
        let epoch = self.changes().epoch(store, Topic::Catalog);
        if let Some(known) = self.memory().categories.get(&store, epoch) {
            return Ok(known);
        }
        let mut query = Query::select();
        query.columns(["id", "parent_id", "slug", "name", "status"]).from("categories");
        query.and_where(Expr::col("store_id").eq(uuid(store)));
        let rows = self.reader().query_all(&query).await.map_err(repo_error)?;
        let labels = Arc::new(CategoryLabels::read(&rows).map_err(repo_error)?);
        self.memory().categories.keep(store, epoch, labels.clone());
        Ok(labels)
    }
}
