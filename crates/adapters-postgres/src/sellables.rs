//! What carts ask of the catalogue: product, variant and stock in one statement.

use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    catalog::{
        options::OptionValues,
        product::{Media, ProductStatus, ProductType, ShippingType},
        sellable::Sellable,
    },
    id::{StoreId, VariantId},
    tax::TaxClass,
};
use ports::RepoError;
use sea_orm::{
    ConnectionTrait as _, FromQueryResult,
    sea_query::{Cond, Expr, ExprTrait as _, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    SqlDatabase,
    category_labels::CategoryLabels,
    changes::Topic,
    error::{corrupt, repo_error},
    json::Document,
    price::{PriceColumns, amount},
    products::{currency_of, document::MediaDocument, read_currency},
    stored::{id, uuid},
};

mod beside;
mod remembered;
mod wanted;

#[derive(Debug, FromQueryResult)]
struct Row {
    product_id: Uuid,
    variant_id: Uuid,
    product_name: String,
    product_slug: String,
    variant_name: String,
    variant_sku: Option<String>,
    product_sku: Option<String>,
    media_id: Option<String>,
    media: Document<Vec<MediaDocument>>,
    option_values: Document<OptionValues>,
    product_type: String,
    status: String,
    price: i64,
    compare_at_price: Option<i64>,
    sale_price: Option<i64>,
    sale_name: Option<String>,
    sale_starts_at: Option<DateTime<Utc>>,
    sale_ends_at: Option<DateTime<Utc>>,
    own_price: Option<i64>,
    own_compare_at_price: Option<i64>,
    own_sale_price: Option<i64>,
    own_sale_name: Option<String>,
    own_sale_starts_at: Option<DateTime<Utc>>,
    own_sale_ends_at: Option<DateTime<Utc>>,
    category_ids: Document<Vec<Uuid>>,
    taxable: bool,
    tax_class: String,
    shipping_type: String,
    variant_weight: Option<i32>,
    product_weight: Option<i32>,
    fixed_shipping: Option<i64>,
    min_order_quantity: i32,
    max_order_quantity: Option<i32>,
    track_inventory: bool,
    available: Option<i32>,
    currency: String,
}

/// Columns of the row by table; a name that both tables have is told apart by the alias.
const OF_PRODUCT: &[(&str, &str)] = &[
    ("id", "product_id"),
    ("name", "product_name"),
    ("slug", "product_slug"),
    ("sku", "product_sku"),
    ("media", "media"),
    ("product_type", "product_type"),
    ("status", "status"),
    ("price", "price"),
    ("compare_at_price", "compare_at_price"),
    ("sale_price", "sale_price"),
    ("sale_name", "sale_name"),
    ("sale_starts_at", "sale_starts_at"),
    ("sale_ends_at", "sale_ends_at"),
    ("category_ids", "category_ids"),
    ("taxable", "taxable"),
    ("tax_class", "tax_class"),
    ("shipping_type", "shipping_type"),
    ("weight_grams", "product_weight"),
    ("fixed_shipping", "fixed_shipping"),
    ("min_order_quantity", "min_order_quantity"),
    ("max_order_quantity", "max_order_quantity"),
    ("track_inventory", "track_inventory"),
];
const OF_VARIANT: &[(&str, &str)] = &[
    ("id", "variant_id"),
    ("name", "variant_name"),
    ("sku", "variant_sku"),
    ("media_id", "media_id"),
    ("option_values", "option_values"),
    ("price", "own_price"),
    ("compare_at_price", "own_compare_at_price"),
    ("sale_price", "own_sale_price"),
    ("sale_name", "own_sale_name"),
    ("sale_starts_at", "own_sale_starts_at"),
    ("sale_ends_at", "own_sale_ends_at"),
    ("weight_grams", "variant_weight"),
];

/// Variants of a store with their products and their stock in one mode.
fn select(store: StoreId, mode: Mode) -> SelectStatement {
    let mut query = Query::select();
    for (table, columns) in [("products", OF_PRODUCT), ("variants", OF_VARIANT)] {
        for (column, alias) in columns {
            query.expr_as(Expr::col((table, *column)), *alias);
        }
    }
    query
        .expr_as(Expr::col(("stock", "available")), "available")
        .expr_as(currency_of(uuid(store)), "currency")
        .from("variants")
        .inner_join(
            "products",
            Cond::all()
                .add(Expr::col(("products", "store_id")).equals(("variants", "store_id")))
                .add(Expr::col(("products", "id")).equals(("variants", "product_id"))),
        )
        .left_join(
            "stock",
            Cond::all()
                .add(Expr::col(("stock", "store_id")).equals(("variants", "store_id")))
                .add(Expr::col(("stock", "variant_id")).equals(("variants", "id")))
                .add(Expr::col(("stock", "livemode")).eq(mode.is_live())),
        )
        .and_where(Expr::col(("variants", "store_id")).eq(uuid(store)));
    query
}

impl Row {
    fn read(self, store: StoreId, categories: &CategoryLabels) -> Result<Sellable, RepoError> {
        let key = self.product_id;
        let broken = |column| move || corrupt("products", column, key);
        let currency = read_currency(&self.currency, uuid(store))?;
        let count = |stored: i32, column| u32::try_from(stored).map_err(|_| broken(column)());
        let prices = PriceColumns {
            price: Some(self.price),
            compare_at_price: self.compare_at_price,
            sale_price: self.sale_price,
            sale_name: self.sale_name,
            sale_starts_at: self.sale_starts_at,
            sale_ends_at: self.sale_ends_at,
        };
        let own = PriceColumns {
            price: self.own_price,
            compare_at_price: self.own_compare_at_price,
            sale_price: self.own_sale_price,
            sale_name: self.own_sale_name,
            sale_starts_at: self.own_sale_starts_at,
            sale_ends_at: self.own_sale_ends_at,
        };
        let put_in: Vec<_> = self.category_ids.0.into_iter().map(id).collect();
        let media = self.media.0.into_iter().map(MediaDocument::read).collect();
        let product_type = ProductType::parse(&self.product_type).ok_or_else(broken("product_type"))?;
        let shipping = ShippingType::parse(&self.shipping_type).ok_or_else(broken("shipping_type"))?;
        let most = self.max_order_quantity.map(|most| count(most, "max_order_quantity"));
        Ok(Sellable {
            product_id: id(key),
            variant_id: id(self.variant_id),
            product_name: self.product_name,
            product_slug: self.product_slug,
            variant_name: (!self.option_values.0.is_empty()).then_some(self.variant_name),
            sku: self.variant_sku.or(self.product_sku),
            image: image(media, self.media_id.as_deref()),
            product_type,
            status: ProductStatus::parse(&self.status).ok_or_else(broken("status"))?,
            price: prices.tag(currency).ok_or_else(broken("price"))?,
            variant_price: own.own(currency),
            category_ids: categories.with_ancestors(&put_in),
            taxable: self.taxable,
            tax_class: TaxClass::parse(&self.tax_class).map_err(|_| broken("tax_class")())?,
            requires_shipping: shipping.needs_sending(product_type),
            weight_grams: count(
                self.variant_weight.or(self.product_weight).unwrap_or_default(),
                "weight_grams",
            )?,
            fixed_shipping: amount(self.fixed_shipping, currency),
            min_order_quantity: count(self.min_order_quantity, "min_order_quantity")?,
            max_order_quantity: most.transpose()?,
            track_inventory: self.track_inventory,
            available: count(self.available.unwrap_or_default(), "available")?,
        })
    }
}

/// The picture of the variant, else the product's main one.
fn image(media: Vec<Media>, of_variant: Option<&str>) -> Option<Media> {
    let chosen = media.iter().position(|each| Some(each.id.as_str()) == of_variant).unwrap_or_default();
    media.into_iter().nth(chosen)
}

impl SqlDatabase {
    pub(crate) async fn find_sellables(
        &self,
        store: StoreId,
        mode: Mode,
        variants: &[VariantId],
    ) -> Result<Vec<Sellable>, RepoError> {
        if variants.is_empty() {
            return Ok(Vec::new());
        }
        let variants: Vec<Uuid> = variants.iter().copied().map(uuid).collect();
        if let Some(known) = self.remembered_sellables(store, mode, &variants).await? {
            return Ok(known);
        }
        let mut query = select(store, mode);
        query.and_where(self.among(Expr::col(("variants", "id")), variants));
        self.read_sellables(store, &query).await
    }

    async fn read_sellables(
        &self,
        store: StoreId,
        query: &SelectStatement,
    ) -> Result<Vec<Sellable>, RepoError> {
        let epoch = self.changes().epoch(store, Topic::Catalog);
        let categories = self.category_labels(store).await?;
        let mut found = Vec::new();
        for row in self.reader().query_all(query).await.map_err(repo_error)? {
            let sellable = Row::from_query_result(&row, "").map_err(repo_error)?.read(store, &categories)?;
            self.remember_sellable(store, epoch, &sellable);
            found.push(sellable);
        }
        Ok(found)
    }
}
