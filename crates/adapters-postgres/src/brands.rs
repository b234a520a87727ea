//! Brands: one row each.

use async_trait::async_trait;
use domain::{
    catalog::brand::Brand,
    id::{Handle, StoreId, kind},
    text::Slug,
};
use ports::{
    RepoError,
    brands::{BrandReader, BrandSort},
    list::{Slice, Sort, SortValue, Window},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::{
    SqlDatabase,
    changes::Topic,
    error::{corrupt, repo_error},
    stored::{Stored, by_handle, id, uuid},
    window::{Ordering, fetch},
};

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "brands")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) slug: String,
        pub(crate) name: String,
        pub(crate) description: Option<String>,
        pub(crate) logo_url: Option<String>,
        pub(crate) website: Option<String>,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl Stored for Brand {
    type Table = row::Entity;
    const TOPIC: Topic = Topic::Catalog;

    fn to_row(&self, store: Uuid) -> row::Model {
        let Self { id, slug, name, description, logo_url, website, version, created_at, updated_at } =
            self.clone();
        row::Model {
            store_id: store,
            id: uuid(id),
            slug: slug.as_str().to_owned(),
            name,
            description,
            logo_url,
            website,
            version,
            created_at,
            updated_at,
        }
    }

    fn from_row(row: row::Model) -> Result<Self, RepoError> {
        let row::Model {
            store_id: _,
            id: key,
            slug,
            name,
            description,
            logo_url,
            website,
            version,
            created_at,
            updated_at,
        } = row;
        Ok(Self {
            id: id(key),
            slug: Slug::parse(&slug).map_err(|_| corrupt("brands", "slug", key))?,
            name,
            description,
            logo_url,
            website,
            version,
            created_at,
            updated_at,
        })
    }
}

#[async_trait]
impl BrandReader for SqlDatabase {
    async fn brand(&self, store: StoreId, brand: &Handle<kind::BrandId>) -> Result<Option<Brand>, RepoError> {
        let found = row::Entity::find().filter(by_handle(store, brand, "slug")).one(self.reader()).await;
        found.map_err(repo_error)?.map(Brand::from_row).transpose()
    }

    async fn brands(
        &self,
        store: StoreId,
        sort: Sort<BrandSort>,
        window: &Window,
    ) -> Result<Slice<Brand>, RepoError> {
        let of_store = row::Entity::find().filter(row::Column::StoreId.eq(uuid(store)));
        let ordering = match sort.by {
            BrandSort::Name => Ordering {
                column: "name",
                descending: sort.descending,
                key: |row: &row::Model| (SortValue::Text(row.name.clone()), row.id),
            },
            BrandSort::CreatedAt => Ordering {
                column: "created_at",
                descending: sort.descending,
                key: |row: &row::Model| (SortValue::Time(row.created_at), row.id),
            },
        };
        fetch(self.reader(), of_store, &ordering, window).await?.try_map(Brand::from_row)
    }
}
