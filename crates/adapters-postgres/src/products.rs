//! Products: one row each, with what is not searched or sorted by kept as JSON. Their variants are rows
//! of their own ([`crate::variants`]), read and written together with them.

use domain::{
    catalog::product::{Product, ProductStatus, ProductType, ShippingType},
    money::{Currency, Money},
    tax::TaxClass,
    text::Slug,
};
use ports::RepoError;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use uuid::Uuid;

use self::document::{MediaDocument, OptionDocument};
use crate::{
    error::corrupt,
    json::Document,
    price::{PriceColumns, amount},
    stored::{id, uuid},
};

pub(crate) mod document;
mod repository;
pub(crate) mod row;

pub(crate) use self::row::Priced;
/// The currency of a store, looked up once for all rows of a statement; read as `currency`.
pub(crate) fn currency_of(store: Uuid) -> Expr {
    let query: SelectStatement = Query::select()
        .column("currency")
        .from("stores")
        .and_where(Expr::col(("stores", "id")).eq(store))
        .to_owned();
    Expr::SubQuery(None, Box::new(query.into()))
}

/// The currency as the store's row spells it.
pub(crate) fn read_currency(code: &str, store: Uuid) -> Result<Currency, RepoError> {
    Currency::from_code(code).map_err(|_| corrupt("stores", "currency", store))
}

/// A count as the database keeps it; the domain's limits are far below what does not fit.
pub(crate) fn stored_count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// What a product's row holds beside the product: figures over its variants, and the text to search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Derived {
    pub(crate) price_min: i64,
    pub(crate) price_max: i64,
    pub(crate) variant_count: i32,
    pub(crate) search_text: String,
}

pub(crate) fn to_row(store: Uuid, product: &Product, derived: Derived) -> row::Model {
    let Product {
        id,
        slug,
        name,
        summary,
        description,
        status,
        product_type,
        featured,
        brand_id,
        category_ids,
        tags,
        media,
        options,
        price,
        cost,
        sku,
        barcode,
        weight_grams,
        track_inventory,
        taxable,
        tax_class,
        shipping_type,
        fixed_shipping,
        min_order_quantity,
        max_order_quantity,
        sort_order,
        metadata,
        seo_title,
        seo_description,
        version,
        created_at,
        updated_at,
        published_at,
    } = product.clone();
    let Derived { price_min, price_max, variant_count, search_text } = derived;
    let PriceColumns { price, compare_at_price, sale_price, sale_name, sale_starts_at, sale_ends_at } =
        PriceColumns::of(Some(price.price), price.compare_at, price.sale);
    row::Model {
        store_id: store,
        id: uuid(id),
        slug: slug.as_str().to_owned(),
        name,
        summary,
        description,
        status: status.as_str().to_owned(),
        product_type: product_type.as_str().to_owned(),
        featured: featured.into(),
        brand_id: brand_id.map(uuid),
        category_ids: Document(category_ids.into_iter().map(uuid).collect()),
        tags: Document(tags),
        media: Document(media.into_iter().map(MediaDocument::from).collect()),
        options: Document(options.into_iter().map(OptionDocument::from).collect()),
        price: price.unwrap_or_default(),
        compare_at_price,
        sale_price,
        sale_name,
        sale_starts_at,
        sale_ends_at,
        price_min,
        price_max,
        variant_count,
        cost: cost.map(Money::minor),
        sku,
        barcode,
        weight_grams: weight_grams.map(stored_count),
        track_inventory,
        taxable,
        tax_class: tax_class.as_str().to_owned(),
        shipping_type: shipping_type.as_str().to_owned(),
        fixed_shipping: fixed_shipping.map(Money::minor),
        min_order_quantity: stored_count(min_order_quantity),
        max_order_quantity: max_order_quantity.map(stored_count),
        sort_order,
        metadata: Document(metadata),
        seo_title,
        seo_description,
        search_text,
        version,
        created_at,
        updated_at,
        published_at,
    }
}

pub(crate) fn from_row(priced: Priced) -> Result<Product, RepoError> {
    let Priced { row, currency } = priced;
    let key = row.id;
    let broken = |column| move || corrupt("products", column, key);
    let currency = read_currency(&currency, row.store_id)?;
    let prices = PriceColumns {
        price: Some(row.price),
        compare_at_price: row.compare_at_price,
        sale_price: row.sale_price,
        sale_name: row.sale_name,
        sale_starts_at: row.sale_starts_at,
        sale_ends_at: row.sale_ends_at,
    };
    let count = |stored: i32, column| u32::try_from(stored).map_err(|_| broken(column)());
    Ok(Product {
        id: id(key),
        slug: Slug::parse(&row.slug).map_err(|_| broken("slug")())?,
        name: row.name,
        summary: row.summary,
        description: row.description,
        status: ProductStatus::parse(&row.status).ok_or_else(broken("status"))?,
        product_type: ProductType::parse(&row.product_type).ok_or_else(broken("product_type"))?,
        featured: row.featured != 0,
        brand_id: row.brand_id.map(id),
        category_ids: row.category_ids.0.into_iter().map(id).collect(),
        tags: row.tags.0,
        media: row.media.0.into_iter().map(MediaDocument::read).collect(),
        options: row.options.0.into_iter().map(OptionDocument::read).collect(),
        price: prices.tag(currency).ok_or_else(broken("price"))?,
        cost: amount(row.cost, currency),
        sku: row.sku,
        barcode: row.barcode,
        weight_grams: row.weight_grams.map(|grams| count(grams, "weight_grams")).transpose()?,
        track_inventory: row.track_inventory,
        taxable: row.taxable,
        tax_class: TaxClass::parse(&row.tax_class).map_err(|_| broken("tax_class")())?,
        shipping_type: ShippingType::parse(&row.shipping_type).ok_or_else(broken("shipping_type"))?,
        fixed_shipping: amount(row.fixed_shipping, currency),
        min_order_quantity: count(row.min_order_quantity, "min_order_quantity")?,
        max_order_quantity: row
            .max_order_quantity
            .map(|most| count(most, "max_order_quantity"))
            .transpose()?,
        sort_order: row.sort_order,
        metadata: row.metadata.0,
        seo_title: row.seo_title,
        seo_description: row.seo_description,
        version: row.version,
        created_at: row.created_at,
        updated_at: row.updated_at,
        published_at: row.published_at,
    })
}
