//! Categories: one row each, with the row above by its id.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use domain::{
    catalog::category::{Category, CategoryStatus, CategoryTree},
    id::{CategoryId, Handle, StoreId, kind},
    text::Slug,
};
use ports::{
    RepoError,
    categories::{Categories, CategoryFilter, CategoryReader, CategorySort},
    list::{Count, Slice, Sort, SortValue, Window},
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    QueryTrait as _, Statement, Value, sea_query::LockType,
};
use uuid::Uuid;

use crate::{
    SqlDatabase,
    changes::Topic,
    error::{corrupt, repo_error},
    stored::{Stored, by_handle, id, uuid},
    unit_of_work::SqlUnitOfWork,
    window::{Ordering, fetch},
};

/// Products of a category that are told.
const COUNTED: u64 = 1_000;
/// Places in a category and those below it that are looked at: a product may lie in several.
const LOOKED_AT: u64 = 2 * COUNTED;

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "categories")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) parent_id: Option<Uuid>,
        pub(crate) slug: String,
        pub(crate) name: String,
        pub(crate) description: Option<String>,
        pub(crate) image_url: Option<String>,
        pub(crate) meta_title: Option<String>,
        pub(crate) meta_description: Option<String>,
        pub(crate) sort_order: i32,
        pub(crate) status: String,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl Stored for Category {
    type Table = row::Entity;
    const TOPIC: Topic = Topic::Catalog;

    fn to_row(&self, store: Uuid) -> row::Model {
        let Self {
            id,
            parent_id,
            slug,
            name,
            description,
            image_url,
            meta_title,
            meta_description,
            sort_order,
            status,
            version,
            created_at,
            updated_at,
        } = self.clone();
        row::Model {
            store_id: store,
            id: uuid(id),
            parent_id: parent_id.map(uuid),
            slug: slug.as_str().to_owned(),
            name,
            description,
            image_url,
            meta_title,
            meta_description,
            sort_order,
            status: status.as_str().to_owned(),
            version,
            created_at,
            updated_at,
        }
    }

    fn from_row(row: row::Model) -> Result<Self, RepoError> {
        let row::Model {
            store_id: _,
            id: key,
            parent_id,
            slug,
            name,
            description,
            image_url,
            meta_title,
            meta_description,
            sort_order,
            status,
            version,
            created_at,
            updated_at,
        } = row;
        Ok(Self {
            id: id(key),
            parent_id: parent_id.map(id),
            slug: Slug::parse(&slug).map_err(|_| corrupt("categories", "slug", key))?,
            name,
            description,
            image_url,
            meta_title,
            meta_description,
            sort_order,
            status: CategoryStatus::parse(&status).ok_or_else(|| corrupt("categories", "status", key))?,
            version,
            created_at,
            updated_at,
        })
    }
}

fn tree_of(rows: Vec<row::Model>) -> Result<CategoryTree, RepoError> {
    let categories = rows.into_iter().map(Category::from_row).collect::<Result<_, _>>()?;
    Ok(CategoryTree::new(categories))
}

#[async_trait]
impl Categories for SqlUnitOfWork {
    async fn tree(&mut self) -> Result<CategoryTree, RepoError> {
        let of_store = row::Entity::find().filter(row::Column::StoreId.eq(self.store()));
        // In the order of ids, so that two of these never wait for each other in a circle; and no
        // stronger than needed, so that products can be put into a category meanwhile.
        let mut lock = of_store.clone().select_only().column(row::Column::Id).into_query();
        lock.order_by(row::Column::Id, sea_orm::Order::Asc).lock(LockType::NoKeyUpdate);
        self.transaction().query_all(&lock).await.map_err(repo_error)?;
        // Read by a statement of its own: the one that waited for the lock does not see rows that were
        // added while it did.
        tree_of(of_store.all(self.transaction()).await.map_err(repo_error)?)
    }
}

#[async_trait]
impl CategoryReader for SqlDatabase {
    async fn category(
        &self,
        store: StoreId,
        category: &Handle<kind::CategoryId>,
    ) -> Result<Option<Category>, RepoError> {
        let found = row::Entity::find().filter(by_handle(store, category, "slug")).one(self.reader()).await;
        found.map_err(repo_error)?.map(Category::from_row).transpose()
    }

    async fn categories(
        &self,
        store: StoreId,
        filter: &CategoryFilter,
        sort: Sort<CategorySort>,
        window: &Window,
    ) -> Result<Slice<Category>, RepoError> {
        let CategoryFilter { slug, parent, status } = filter;
        let wanted = row::Entity::find()
            .filter(row::Column::StoreId.eq(uuid(store)))
            .apply_if(slug.as_deref(), |select, slug| select.filter(row::Column::Slug.eq(slug)))
            .apply_if(*parent, |select, parent| select.filter(row::Column::ParentId.eq(uuid(parent))))
            .apply_if(*status, |select, status| select.filter(row::Column::Status.eq(status.as_str())));
        let (column, key): (_, fn(&row::Model) -> (SortValue, Uuid)) = match sort.by {
            CategorySort::SortOrder => ("sort_order", |row| (SortValue::Int(row.sort_order.into()), row.id)),
            CategorySort::Name => ("name", |row| (SortValue::Text(row.name.clone()), row.id)),
            CategorySort::CreatedAt => ("created_at", |row| (SortValue::Time(row.created_at), row.id)),
        };
        let ordering = Ordering { column, descending: sort.descending, key };
        fetch(self.reader(), wanted, &ordering, window).await?.try_map(Category::from_row)
    }

    async fn tree(&self, store: StoreId) -> Result<CategoryTree, RepoError> {
        let rows = row::Entity::find().filter(row::Column::StoreId.eq(uuid(store))).all(self.reader()).await;
        tree_of(rows.map_err(repo_error)?)
    }

    async fn product_counts(
        &self,
        store: StoreId,
        of: Option<&[CategoryId]>,
    ) -> Result<HashMap<CategoryId, Count>, RepoError> {
        if of.is_some_and(<[_]>::is_empty) {
            return Ok(HashMap::new());
        }
        let epoch = self.changes().epoch(store, Topic::Catalog);
        if let Some(known) = self.memory().category_counts.get(&store, epoch) {
            let is_meant = |category: &CategoryId| of.is_none_or(|of| of.contains(category));
            let known = known.iter().map(|(category, count)| (*category, *count));
            return Ok(known.filter(|(category, _)| is_meant(category)).collect());
        }
        let mut values: Vec<Value> = vec![uuid(store).into()];
        values.extend(of.into_iter().flatten().map(|category| Value::from(uuid(*category))));
        let places: Vec<String> = (2..=values.len()).map(|place| format!("${place}")).collect();
        let these = if of.is_some() { format!(" and id in ({})", places.join(", ")) } else { String::new() };
        // `union` keeps each pair once, so that even a circle comes to an end. What is looked at in one
        // category is bounded, and the answer negative where that was not all.
        let sql = format!(
            "with recursive below (top_id, category_id) as (\
             select id, id from categories where store_id = $1{these} \
             union select below.top_id, categories.id from below join categories \
             on categories.store_id = $1 and categories.parent_id = below.category_id) \
             select id as category_id, (select case when count(*) > {LOOKED_AT} \
             then -count(distinct product_id) else count(distinct product_id) end from (\
             select product_categories.product_id from below join product_categories \
             on product_categories.store_id = $1 and product_categories.category_id = below.category_id \
             join products on products.store_id = $1 and products.id = product_categories.product_id \
             where below.top_id = categories.id and products.status = 'published' \
             limit {LOOKED_AT} + 1) as looked_at) as products from categories where store_id = $1{these}"
        );
        let counting = Statement::from_sql_and_values(self.engine().backend(), sql, values);
        let rows = self.reader().query_all_raw(counting).await.map_err(repo_error)?;
        let counts = rows.iter().map(|row| {
            let category: Uuid = row.try_get("", "category_id")?;
            let products: i64 = row.try_get("", "products")?;
            let seen = Count::up_to(COUNTED, products.unsigned_abs());
            Ok((id(category), Count { and_more: seen.and_more || products < 0, ..seen }))
        });
        let counts: HashMap<_, _> = counts.collect::<Result<_, _>>().map_err(repo_error)?;
        if of.is_none() {
            self.memory().category_counts.keep(store, epoch, Arc::new(counts.clone()));
        }
        Ok(counts)
    }
}
