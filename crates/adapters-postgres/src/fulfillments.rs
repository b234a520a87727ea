//! Parcels: one row each.

use async_trait::async_trait;
use domain::{fulfillment::Fulfillment, id::LineId};
use ports::{RepoError, orders::Fulfillments};
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    error::{corrupt, repo_error},
    json::Document,
    stored::{id, uuid},
    unit_of_work::SqlUnitOfWork,
};

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    use super::UnitsDocument;
    use crate::json::Document;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "fulfillments")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) order_id: Uuid,
        pub(crate) lines: Document<Vec<UnitsDocument>>,
        pub(crate) carrier: Option<String>,
        pub(crate) tracking_number: Option<String>,
        pub(crate) tracking_url: Option<String>,
        pub(crate) created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UnitsDocument {
    line: String,
    quantity: u32,
}

fn to_row(store: Uuid, fulfillment: &Fulfillment) -> row::Model {
    let Fulfillment { id, order_id, lines, carrier, tracking_number, tracking_url, created_at } =
        fulfillment.clone();
    let units =
        lines.iter().map(|(line, quantity)| UnitsDocument { line: line.to_string(), quantity: *quantity });
    row::Model {
        store_id: store,
        id: uuid(id),
        order_id: uuid(order_id),
        lines: Document(units.collect()),
        carrier,
        tracking_number,
        tracking_url,
        created_at,
    }
}

/// The parcel that a row holds.
pub(crate) fn from_row(row: row::Model) -> Result<Fulfillment, RepoError> {
    let row::Model {
        store_id: _,
        id: key,
        order_id,
        lines,
        carrier,
        tracking_number,
        tracking_url,
        created_at,
    } = row;
    let units = |stored: UnitsDocument| Some((stored.line.parse::<LineId>().ok()?, stored.quantity));
    let lines: Option<_> = lines.0.into_iter().map(units).collect();
    Ok(Fulfillment {
        id: id(key),
        order_id: id(order_id),
        lines: lines.ok_or_else(|| corrupt("fulfillments", "lines", key))?,
        carrier,
        tracking_number,
        tracking_url,
        created_at,
    })
}

#[async_trait]
impl Fulfillments for SqlUnitOfWork {
    async fn insert(&mut self, fulfillment: &Fulfillment) -> Result<(), RepoError> {
        let row = to_row(self.store(), fulfillment).into_active_model().reset_all();
        row::Entity::insert(row)
            .exec_without_returning(self.transaction())
            .await
            .map_err(repo_error)
            .map(drop)
    }
}
