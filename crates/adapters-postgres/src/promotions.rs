//! Promotions: one row each, and beside it one count of uses for each mode. The count's own limit is a
//! copy of the promotion's, so that the database can hold the one against the other.

use domain::{
    discount::{CouponCode, DiscountValue, Promotion},
    id::{Entity, Id},
    money::{Currency, Money},
};
use ports::RepoError;
use uuid::Uuid;

use crate::{
    changes::Topic,
    error::corrupt,
    json::Document,
    stored::{Stored, id, uuid},
    tax_rates::{rate_text, read_rate},
};

mod reader;
mod uses;

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    use crate::json::Document;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "promotions")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) code: String,
        pub(crate) name: Option<String>,
        pub(crate) kind: String,
        pub(crate) percent: Option<String>,
        pub(crate) amount: Option<i64>,
        pub(crate) currency: Option<String>,
        pub(crate) minimum_subtotal: Option<i64>,
        pub(crate) max_uses: Option<i32>,
        pub(crate) max_uses_per_customer: Option<i32>,
        pub(crate) starts_at: Option<DateTimeUtc>,
        pub(crate) ends_at: Option<DateTimeUtc>,
        pub(crate) product_ids: Document<Vec<String>>,
        pub(crate) category_ids: Document<Vec<String>>,
        pub(crate) first_order_only: bool,
        pub(crate) active: bool,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A limit as the database keeps it. More uses than its integers reach never happen, so a limit beyond
/// that is none that would ever be met.
fn stored_limit(limit: Option<u32>) -> Option<i32> {
    limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX))
}

fn read_limit(limit: Option<i32>) -> Option<u32> {
    limit.and_then(|limit| u32::try_from(limit).ok())
}

fn ids_text<T: Entity>(ids: &[Id<T>]) -> Document<Vec<String>> {
    Document(ids.iter().map(ToString::to_string).collect())
}

fn read_ids<T: Entity>(Document(stored): Document<Vec<String>>) -> Option<Vec<Id<T>>> {
    stored.iter().map(|text| text.parse().ok()).collect()
}

/// The percentage and the fixed amount, whichever the kind has.
fn parts(value: DiscountValue) -> (Option<String>, Option<Money>) {
    match value {
        DiscountValue::Percentage(rate) => (Some(rate_text(rate)), None),
        DiscountValue::Fixed(amount) => (None, Some(amount)),
        DiscountValue::FreeShipping => (None, None),
    }
}

fn read_value(kind: &str, percent: Option<&str>, amount: Option<Money>) -> Option<DiscountValue> {
    match kind {
        "percentage" => read_rate(percent?).map(DiscountValue::Percentage),
        "fixed" => amount.map(DiscountValue::Fixed),
        "free_shipping" => Some(DiscountValue::FreeShipping),
        _ => None,
    }
}

impl Stored for Promotion {
    type Table = row::Entity;
    const TOPIC: Topic = Topic::Nothing;

    fn to_row(&self, store: Uuid) -> row::Model {
        let Self {
            id,
            code,
            name,
            value,
            minimum_subtotal,
            max_uses,
            max_uses_per_customer,
            starts_at,
            ends_at,
            product_ids,
            category_ids,
            first_order_only,
            active,
            version,
            created_at,
            updated_at,
        } = self.clone();
        let (percent, amount) = parts(value);
        row::Model {
            store_id: store,
            id: uuid(id),
            code: code.as_str().to_owned(),
            name,
            kind: value.kind().to_owned(),
            percent,
            amount: amount.map(Money::minor),
            // A promotion that was let in has one currency.
            currency: amount.or(minimum_subtotal).map(|amount| amount.currency().code().to_owned()),
            minimum_subtotal: minimum_subtotal.map(Money::minor),
            max_uses: stored_limit(max_uses),
            max_uses_per_customer: stored_limit(max_uses_per_customer),
            starts_at,
            ends_at,
            product_ids: ids_text(&product_ids),
            category_ids: ids_text(&category_ids),
            first_order_only,
            active,
            version,
            created_at,
            updated_at,
        }
    }

    fn from_row(row: row::Model) -> Result<Self, RepoError> {
        let row::Model {
            store_id: _,
            id: key,
            code,
            name,
            kind,
            percent,
            amount,
            currency,
            minimum_subtotal,
            max_uses,
            max_uses_per_customer,
            starts_at,
            ends_at,
            product_ids,
            category_ids,
            first_order_only,
            active,
            version,
            created_at,
            updated_at,
        } = row;
        let broken = |column| corrupt("promotions", column, key);
        let currency = currency.map(|code| Currency::from_code(&code)).transpose();
        let currency = currency.map_err(|_| broken("currency"))?;
        let money = |minor: Option<i64>| match (minor, currency) {
            (Some(minor), Some(currency)) => Ok(Some(Money::new(minor, currency))),
            (Some(_), None) => Err(broken("currency")),
            (None, _) => Ok(None),
        };
        let value = read_value(&kind, percent.as_deref(), money(amount)?);
        Ok(Self {
            id: id(key),
            code: CouponCode::parse(&code).map_err(|_| broken("code"))?,
            name,
            value: value.ok_or_else(|| broken("kind"))?,
            minimum_subtotal: money(minimum_subtotal)?,
            max_uses: read_limit(max_uses),
            max_uses_per_customer: read_limit(max_uses_per_customer),
            starts_at,
            ends_at,
            product_ids: read_ids(product_ids).ok_or_else(|| broken("product_ids"))?,
            category_ids: read_ids(category_ids).ok_or_else(|| broken("category_ids"))?,
            first_order_only,
            active,
            version,
            created_at,
            updated_at,
        })
    }
}
