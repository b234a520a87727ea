//! Shipping methods: one row each, with prices and zones as JSON documents. The one currency of all
//! amounts of a method has a column; a method without amounts has none.

use domain::{
    money::{Currency, Money},
    shipping::{ShippingKind, ShippingMethod},
};
use ports::RepoError;
use uuid::Uuid;

use self::document::{RateDocument, ZoneDocument};
use crate::{
    changes::Topic,
    error::corrupt,
    json::Document,
    stored::{Stored, id, uuid},
};

mod document;

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    use super::document::{RateDocument, ZoneDocument};
    use crate::json::Document;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "shipping_methods")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) name: String,
        pub(crate) description: Option<String>,
        pub(crate) kind: String,
        pub(crate) rates: Document<RateDocument>,
        pub(crate) currency: Option<String>,
        pub(crate) free_from: Option<i64>,
        pub(crate) zones: Document<Vec<ZoneDocument>>,
        pub(crate) min_days: Option<i32>,
        pub(crate) max_days: Option<i32>,
        pub(crate) enabled: bool,
        pub(crate) sort_order: i32,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The currency of the first amount; a method that was let in has no other.
fn currency_of(kind: &ShippingKind, free_from: Option<Money>) -> Option<Currency> {
    let first = match kind {
        ShippingKind::FlatRate { rate } | ShippingKind::PerItem { rate, .. } => Some(*rate),
        ShippingKind::Tiered { tiers } => tiers.first().map(|(_, rate)| *rate),
        ShippingKind::Weight { tiers } => tiers.first().map(|(_, rate)| *rate),
        ShippingKind::Free | ShippingKind::LocalPickup { .. } => None,
    };
    first.or(free_from).map(Money::currency)
}

/// Days as the database keeps them. Nobody waits longer than its integers reach.
fn stored_days(days: Option<u32>) -> Option<i32> {
    days.map(|days| i32::try_from(days).unwrap_or(i32::MAX))
}

fn read_days(days: Option<i32>) -> Option<u32> {
    days.and_then(|days| u32::try_from(days).ok())
}

impl Stored for ShippingMethod {
    type Table = row::Entity;
    const TOPIC: Topic = Topic::Config;

    fn to_row(&self, store: Uuid) -> row::Model {
        let Self {
            id,
            name,
            description,
            kind,
            free_from,
            zones,
            min_days,
            max_days,
            enabled,
            sort_order,
            version,
            created_at,
            updated_at,
        } = self.clone();
        row::Model {
            store_id: store,
            id: uuid(id),
            name,
            description,
            kind: kind.code().to_owned(),
            rates: Document(RateDocument::from(&kind)),
            currency: currency_of(&kind, free_from).map(|currency| currency.code().to_owned()),
            free_from: free_from.map(Money::minor),
            zones: Document(zones.iter().map(ZoneDocument::from).collect()),
            min_days: stored_days(min_days),
            max_days: stored_days(max_days),
            enabled,
            sort_order,
            version,
            created_at,
            updated_at,
        }
    }

    fn from_row(row: row::Model) -> Result<Self, RepoError> {
        let row::Model {
            store_id: _,
            id: key,
            name,
            description,
            kind,
            rates,
            currency,
            free_from,
            zones,
            min_days,
            max_days,
            enabled,
            sort_order,
            version,
            created_at,
            updated_at,
        } = row;
        let broken = |column| corrupt("shipping_methods", column, key);
        let currency = currency.map(|code| Currency::from_code(&code)).transpose();
        let currency = currency.map_err(|_| broken("currency"))?;
        let free_from = match (free_from, currency) {
            (Some(minor), Some(currency)) => Some(Money::new(minor, currency)),
            (Some(_), None) => return Err(broken("free_from")),
            (None, _) => None,
        };
        Ok(Self {
            id: id(key),
            name,
            description,
            kind: rates.0.read(&kind, currency).ok_or_else(|| broken("rates"))?,
            free_from,
            zones: zones
                .0
                .into_iter()
                .map(ZoneDocument::read)
                .collect::<Option<_>>()
                .ok_or_else(|| broken("zones"))?,
            min_days: read_days(min_days),
            max_days: read_days(max_days),
            enabled,
            sort_order,
            version,
            created_at,
            updated_at,
        })
    }
}
