//! Tax rates: one row each. The rate itself is kept as a decimal text, exact on both engines.

use domain::{
    geography::{CountryCode, PostcodePattern},
    rate::Rate,
    tax::{TaxClass, TaxRate},
};
use ports::RepoError;
use uuid::Uuid;

use crate::{
    changes::Topic,
    error::corrupt,
    stored::{Stored, id, uuid},
};

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tax_rates")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) name: String,
        pub(crate) rate: String,
        pub(crate) country: Option<String>,
        pub(crate) state: Option<String>,
        pub(crate) postcode: Option<String>,
        pub(crate) tax_class: String,
        pub(crate) enabled: bool,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A rate as text, `0.2` for 20 %.
pub(crate) fn rate_text(rate: Rate) -> String {
    rate.fraction().to_string()
}

/// The rate that [`rate_text`] wrote.
pub(crate) fn read_rate(text: &str) -> Option<Rate> {
    text.parse().ok().and_then(|fraction| Rate::from_fraction(fraction).ok())
}

impl Stored for TaxRate {
    type Table = row::Entity;
    const TOPIC: Topic = Topic::Config;

    fn to_row(&self, store: Uuid) -> row::Model {
        let Self {
            id,
            name,
            rate,
            country,
            state,
            postcode,
            class,
            enabled,
            version,
            created_at,
            updated_at,
        } = self.clone();
        row::Model {
            store_id: store,
            id: uuid(id),
            name,
            rate: rate_text(rate),
            country: country.map(|country| country.as_str().to_owned()),
            state,
            postcode: postcode.map(|pattern| pattern.to_string()),
            tax_class: class.as_str().to_owned(),
            enabled,
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
            rate,
            country,
            state,
            postcode,
            tax_class,
            enabled,
            version,
            created_at,
            updated_at,
        } = row;
        let broken = |column| corrupt("tax_rates", column, key);
        let country = country.map(|code| CountryCode::parse(&code)).transpose();
        let postcode = postcode.map(|pattern| PostcodePattern::parse(&pattern)).transpose();
        Ok(Self {
            id: id(key),
            name,
            rate: read_rate(&rate).ok_or_else(|| broken("rate"))?,
            country: country.map_err(|_| broken("country"))?,
            state,
            postcode: postcode.map_err(|_| broken("postcode"))?,
            class: TaxClass::parse(&tax_class).map_err(|_| broken("tax_class"))?,
            enabled,
            version,
            created_at,
            updated_at,
        })
    }
}
