//! Staff: their places in stores, one row each.

use async_trait::async_trait;
use domain::{
    id::{PersonId, StaffId},
    staff::{Membership, MembershipStatus, Role},
};
use ports::{RepoError, staff::Memberships};
use sea_orm::{
    EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    changes::Topic,
    error::{corrupt, repo_error},
    stored::{Stored, id, uuid},
    unit_of_work::SqlUnitOfWork,
};

mod guesses;
mod people;
mod reader;
mod sessions;
mod tokens;

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "staff")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) person_id: Uuid,
        pub(crate) role: String,
        pub(crate) status: String,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl Stored for Membership {
    type Table = row::Entity;
    const TOPIC: Topic = Topic::Config;

    fn to_row(&self, store: Uuid) -> row::Model {
        let Self { id, store: _, person, role, status, version, created_at, updated_at } = self.clone();
        row::Model {
            store_id: store,
            id: uuid(id),
            person_id: uuid(person),
            role: role.as_str().to_owned(),
            status: status.as_str().to_owned(),
            version,
            created_at,
            updated_at,
        }
    }

    fn from_row(row: row::Model) -> Result<Self, RepoError> {
        let row::Model { store_id, id: key, person_id, role, status, version, created_at, updated_at } = row;
        let broken = |column| corrupt("staff", column, key);
        Ok(Self {
            id: id(key),
            store: id(store_id),
            person: id(person_id),
            role: Role::parse(&role).ok_or_else(|| broken("role"))?,
            status: MembershipStatus::parse(&status).ok_or_else(|| broken("status"))?,
            version,
            created_at,
            updated_at,
        })
    }
}

#[async_trait]
impl Memberships for SqlUnitOfWork {
    async fn owners(&mut self) -> Result<Vec<StaffId>, RepoError> {
        let owners = row::Entity::find()
            .filter(Expr::col("store_id").eq(self.store()))
            .filter(Expr::col("role").eq(Role::Owner.as_str()))
            .filter(Expr::col("status").eq(MembershipStatus::Active.as_str()))
            .order_by_asc(row::Column::Id)
            .lock_exclusive()
            .all(self.transaction())
            .await
            .map_err(repo_error)?;
        Ok(owners.into_iter().map(|row| id(row.id)).collect())
    }

    async fn of_person(&mut self, person: PersonId) -> Result<Option<Membership>, RepoError> {
        let found = row::Entity::find()
            .filter(Expr::col("store_id").eq(self.store()))
            .filter(Expr::col("person_id").eq(uuid(person)))
            .lock_exclusive()
            .one(self.transaction())
            .await;
        found.map_err(repo_error)?.map(Membership::from_row).transpose()
    }
}
