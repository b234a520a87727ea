//! Products as merchants describe them.

use std::collections::BTreeMap;

use application::catalog::{product::NewProduct, variant::NewSale};
use chrono::{DateTime, Utc};
use domain::id::kind::{BrandId, CategoryId};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::{
    id::IdText,
    product::{NewMediaBody, NewOptionBody, ShippingBody, StatusBody, TypeBody, all_media},
    routes::private::variants::input::NewVariantBody,
};

/// A product to be added. Amounts are whole minor units of the store's currency.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewProduct)]
pub(super) struct NewProductBody {
    /// What it is called.
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200, examples("Hand-poured candle"))]
    name: String,
    /// Readable part of its addresses; made from the name when left out.
    #[schema(examples("hand-poured-candle"))]
    slug: Option<String>,
    /// A line about it.
    #[schema(max_length = 500, examples("Soy wax, 60 hours burn time."))]
    summary: Option<String>,
    /// What there is to say about it, in Markdown.
    #[schema(max_length = 50_000)]
    description: Option<String>,
    /// Regular price.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64, examples(2400))]
    price: i64,
    /// A higher price to strike through.
    #[schema(examples(2900))]
    compare_at_price: Option<i64>,
    /// The price while a sale runs.
    sale_price: Option<i64>,
    /// What shoppers see the sale called.
    sale_name: Option<String>,
    /// First moment of the sale; running already when left out.
    sale_starts_at: Option<DateTime<Utc>>,
    /// First moment after the sale; runs on when left out.
    sale_ends_at: Option<DateTime<Utc>>,
    /// What it costs the shop.
    #[schema(examples(780))]
    cost: Option<i64>,
    /// Units that live and test mode start with; each variant that does not say so itself starts with them.
    #[serde(default)]
    #[schema(maximum = 1_000_000_000, default = 0, examples(50))]
    stock: u32,
    /// Whether stock is counted; what is not counted never runs out.
    #[serde(default = "yes")]
    #[schema(default = true)]
    track_inventory: bool,
    /// `draft` or `published`.
    status: Option<StatusBody>,
    /// What sort of thing it is; `physical` when left out.
    product_type: Option<TypeBody>,
    /// Categories to put it in.
    #[serde(default)]
    #[schema(value_type = Vec<String>, examples(json!(["cat_01HXYZ6R9M3K8Q2B7V5N4C1D0E"])))]
    category_ids: Vec<IdText<CategoryId>>,
    /// Its brand.
    #[schema(value_type = Option<String>, examples("brd_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    brand_id: Option<IdText<BrandId>>,
    /// Words to find it by.
    #[serde(default)]
    tags: Vec<String>,
    /// Pictures and films, the main one first.
    #[serde(default)]
    media: Vec<NewMediaBody>,
    /// Pictures by their address alone, behind `media`.
    #[serde(default)]
    images: Vec<String>,
    /// What a shopper chooses between; made from the variants when left out.
    #[serde(default)]
    options: Vec<NewOptionBody>,
    /// The variants; one for each combination of the options when left out.
    #[serde(default)]
    #[validate(nested)]
    variants: Vec<NewVariantBody>,
    /// Stock keeping unit.
    #[schema(max_length = 64, examples("CANDLE-001"))]
    sku: Option<String>,
    /// UPC, EAN or ISBN.
    #[schema(max_length = 64, examples("5012345678900"))]
    barcode: Option<String>,
    /// Weight of one unit in grams.
    #[schema(maximum = 100_000_000, examples(340))]
    weight_grams: Option<u32>,
    /// Whether tax is charged.
    #[serde(default = "yes")]
    #[schema(default = true)]
    taxable: bool,
    /// Which tax rates apply; `standard` when left out.
    #[schema(examples("standard"))]
    tax_class: Option<String>,
    /// Whether it has to be sent; what its type suggests when left out.
    shipping_type: Option<ShippingBody>,
    /// What sending one unit costs instead of what the shipping method asks.
    #[schema(examples(499))]
    fixed_shipping_rate_cents: Option<i64>,
    /// Units an order must hold at least.
    #[serde(default = "one")]
    #[schema(minimum = 1, default = 1)]
    min_order_quantity: u32,
    /// Units an order may hold at most.
    max_order_quantity: Option<u32>,
    /// Shown in prominent places.
    #[serde(default)]
    featured: bool,
    /// Its place in lists; smaller comes first.
    #[serde(default)]
    sort_order: i32,
    /// What the store's own programs want to remember.
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    /// Title for search engines.
    #[schema(max_length = 320)]
    seo_title: Option<String>,
    /// Description for search engines.
    #[schema(max_length = 320)]
    seo_description: Option<String>,
}

const fn yes() -> bool {
    true
}

const fn one() -> u32 {
    1
}

impl From<NewProductBody> for NewProduct {
    fn from(body: NewProductBody) -> Self {
        Self {
            name: body.name,
            slug: body.slug,
            summary: body.summary,
            description: body.description,
            status: body.status.unwrap_or(StatusBody::Draft).into(),
            product_type: body.product_type.unwrap_or(TypeBody::Physical).into(),
            featured: body.featured,
            brand_id: body.brand_id.map(|brand| brand.id),
            category_ids: body.category_ids.into_iter().map(|category| category.id).collect(),
            tags: body.tags,
            media: all_media(body.media, body.images),
            options: body.options.into_iter().map(Into::into).collect(),
            variants: body.variants.into_iter().map(Into::into).collect(),
            price: body.price,
            compare_at_price: body.compare_at_price,
            sale: NewSale {
                price: body.sale_price,
                name: body.sale_name,
                starts_at: body.sale_starts_at,
                ends_at: body.sale_ends_at,
            },
            cost: body.cost,
            stock: body.stock,
            track_inventory: body.track_inventory,
            sku: body.sku,
            barcode: body.barcode,
            weight_grams: body.weight_grams,
            taxable: body.taxable,
            tax_class: body.tax_class,
            shipping_type: body.shipping_type.map(Into::into),
            fixed_shipping: body.fixed_shipping_rate_cents,
            min_order_quantity: body.min_order_quantity,
            max_order_quantity: body.max_order_quantity,
            sort_order: body.sort_order,
            metadata: body.metadata,
            seo_title: body.seo_title,
            seo_description: body.seo_description,
        }
    }
}

/// How to make a copy of a product.
#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DuplicateProduct)]
pub(super) struct DuplicateBody {
    /// What the copy is called; the original's name with a note when left out.
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200, examples("Hand-poured candle, large"))]
    pub(super) name: Option<String>,
}

/// The options that a product is to have.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SetOptions)]
pub(crate) struct OptionsBody {
    /// All of them, in order; none makes the product a simple one.
    pub(crate) options: Vec<NewOptionBody>,
}
