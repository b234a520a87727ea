//! Variants: a row each, belonging to a product.

use domain::{
    catalog::variant::Variant,
    money::{Currency, Money},
};
use ports::RepoError;
use uuid::Uuid;

use crate::{
    error::corrupt,
    json::Document,
    places::read_in_order,
    price::{PriceColumns, amount},
    products::stored_count,
    stored::{id, uuid},
};

pub(crate) mod row {
    use domain::catalog::options::OptionValues;
    use sea_orm::entity::prelude::*;

    use crate::json::Document;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "variants")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) product_id: Uuid,
        pub(crate) name: String,
        pub(crate) sku: Option<String>,
        pub(crate) barcode: Option<String>,
        pub(crate) price: Option<i64>,
        pub(crate) compare_at_price: Option<i64>,
        pub(crate) sale_price: Option<i64>,
        pub(crate) sale_name: Option<String>,
        pub(crate) sale_starts_at: Option<DateTimeUtc>,
        pub(crate) sale_ends_at: Option<DateTimeUtc>,
        pub(crate) cost: Option<i64>,
        pub(crate) weight_grams: Option<i32>,
        /// Pairs of option and value, in the product's order.
        pub(crate) option_values: Document<OptionValues>,
        /// The same folded into one text, unique within the product.
        pub(crate) option_key: String,
        pub(crate) position: i32,
        pub(crate) is_default: bool,
        pub(crate) media_id: Option<String>,
        pub(crate) version: i32,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

read_in_order! {
    row:
    store_id, id, product_id, name, sku, barcode, price, compare_at_price, sale_price, sale_name,
    sale_starts_at, sale_ends_at, cost, weight_grams, option_values, option_key, position,
    is_default, media_id, version, created_at, updated_at
}

pub(crate) fn to_row(store: Uuid, variant: &Variant) -> row::Model {
    let option_key = variant.option_key();
    let Variant {
        id,
        product_id,
        name,
        sku,
        barcode,
        price,
        cost,
        weight_grams,
        option_values,
        position,
        is_default,
        media_id,
        version,
        created_at,
        updated_at,
    } = variant.clone();
    let PriceColumns { price, compare_at_price, sale_price, sale_name, sale_starts_at, sale_ends_at } =
        PriceColumns::of(price.price, price.compare_at, price.sale);
    row::Model {
        store_id: store,
        id: uuid(id),
        product_id: uuid(product_id),
        name,
        sku,
        barcode,
        price,
        compare_at_price,
        sale_price,
        sale_name,
        sale_starts_at,
        sale_ends_at,
        cost: cost.map(Money::minor),
        weight_grams: weight_grams.map(stored_count),
        option_values: Document(option_values),
        option_key,
        position,
        is_default,
        media_id,
        version,
        created_at,
        updated_at,
    }
}

pub(crate) fn from_row(row: row::Model, currency: Currency) -> Result<Variant, RepoError> {
    let row::Model {
        store_id: _,
        id: key,
        product_id,
        name,
        sku,
        barcode,
        price,
        compare_at_price,
        sale_price,
        sale_name,
        sale_starts_at,
        sale_ends_at,
        cost,
        weight_grams,
        option_values,
        option_key: _,
        position,
        is_default,
        media_id,
        version,
        created_at,
        updated_at,
    } = row;
    let prices =
        PriceColumns { price, compare_at_price, sale_price, sale_name, sale_starts_at, sale_ends_at };
    let weight_grams = weight_grams.map(u32::try_from).transpose();
    Ok(Variant {
        id: id(key),
        product_id: id(product_id),
        name,
        sku,
        barcode,
        price: prices.own(currency),
        cost: amount(cost, currency),
        weight_grams: weight_grams.map_err(|_| corrupt("variants", "weight_grams", key))?,
        option_values: option_values.0,
        position,
        is_default,
        media_id,
        version,
        created_at,
        updated_at,
    })
}
