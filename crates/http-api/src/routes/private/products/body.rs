//! Products as merchants see them.

use std::collections::BTreeMap;

use application::catalog::product::ProductView;
use domain::{catalog::product::Product, money::Money};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    fields::Resource,
    money::MoneyBody,
    product::{MediaBody, NamedBody, OptionBody, ShippingBody, StatusBody, TypeBody, options},
    routes::private::variants::body::{VariantBody, sale_fields},
    timestamp::Timestamp,
};

/// A product with everything the shop knows of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Product)]
pub(crate) struct ProductBody {
    /// Identity.
    #[schema(examples("prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// Readable part of its addresses.
    #[schema(examples("hand-poured-candle"))]
    slug: String,
    /// What it is called.
    #[schema(examples("Hand-poured candle"))]
    name: String,
    /// A line about it.
    #[schema(required, examples("Soy wax, 60 hours burn time."))]
    summary: Option<String>,
    /// What there is to say about it, in Markdown.
    #[schema(required)]
    description: Option<String>,
    /// Draft, for sale or archived.
    status: StatusBody,
    /// What sort of thing it is.
    product_type: TypeBody,
    /// Shown in prominent places.
    featured: bool,
    /// Whether it is downloaded.
    digital: bool,
    /// Its brand.
    #[schema(required, examples("brd_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    brand_id: Option<String>,
    /// Its brand by name; in lists with `expand[]=brand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    brand: Option<NamedBody>,
    /// The categories it was put in.
    #[schema(examples(json!(["cat_01HXYZ6R9M3K8Q2B7V5N4C1D0E"])))]
    category_ids: Vec<String>,
    /// The same categories by name.
    categories: Vec<NamedBody>,
    /// Words to find it by.
    #[schema(examples(json!(["wax", "gift"])))]
    tags: Vec<String>,
    /// Pictures and films, the main one first.
    media: Vec<MediaBody>,
    /// The main one.
    #[schema(required)]
    primary_media_id: Option<String>,
    /// What a shopper chooses between; empty for a simple product.
    options: Vec<OptionBody>,
    /// The regular price.
    price: MoneyBody,
    /// A higher price to strike through.
    #[schema(required)]
    compare_at_price: Option<MoneyBody>,
    /// The price while a sale runs.
    #[schema(required)]
    sale_price: Option<MoneyBody>,
    /// What shoppers see the sale called.
    #[schema(required, examples("Spring sale"))]
    sale_name: Option<String>,
    /// First moment of the sale.
    #[schema(required)]
    sale_starts_at: Option<Timestamp>,
    /// First moment after the sale.
    #[schema(required)]
    sale_ends_at: Option<Timestamp>,
    /// The lowest price of a variant now, in minor units.
    #[schema(examples(2400))]
    price_min: i64,
    /// The highest price of a variant now, in minor units.
    #[schema(examples(2400))]
    price_max: i64,
    /// What it costs the shop.
    #[schema(required)]
    cost: Option<MoneyBody>,
    /// Units of all variants that can be sold, in the mode of the key.
    #[schema(examples(47))]
    inventory_count: u64,
    /// Whether anything of it can be sold now.
    in_stock: bool,
    /// Whether stock is counted.
    track_inventory: bool,
    /// Stock keeping unit.
    #[schema(required, examples("CANDLE-001"))]
    sku: Option<String>,
    /// UPC, EAN or ISBN.
    #[schema(required, examples("5012345678900"))]
    barcode: Option<String>,
    /// Weight of one unit in grams.
    #[schema(required, examples(340))]
    weight_grams: Option<u32>,
    /// Whether tax is charged.
    taxable: bool,
    /// Which tax rates apply.
    #[schema(examples("standard"))]
    tax_class: String,
    /// Whether it has to be sent.
    shipping_type: ShippingBody,
    /// What sending one unit costs instead of what the method asks, in minor units.
    #[schema(required, examples(499))]
    fixed_shipping_rate_cents: Option<i64>,
    /// Units an order must hold at least.
    #[schema(examples(1))]
    min_order_quantity: u32,
    /// Units an order may hold at most.
    #[schema(required, examples(10))]
    max_order_quantity: Option<u32>,
    /// Its place in lists; smaller comes first.
    sort_order: i32,
    /// Whether there is more than one variant.
    has_variants: bool,
    /// How many variants there are.
    #[schema(examples(1))]
    variant_count: u32,
    /// The only variant; `null` when one must be chosen.
    #[schema(required, examples("var_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    default_variant_id: Option<String>,
    /// The variants, the default first; empty for a simple product. In lists with `expand[]=variants`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    variants: Option<Vec<VariantBody>>,
    /// What the store's own programs remember.
    metadata: BTreeMap<String, String>,
    /// Title for search engines.
    #[schema(required)]
    seo_title: Option<String>,
    /// Description for search engines.
    #[schema(required)]
    seo_description: Option<String>,
    /// When it first went on sale.
    #[schema(required)]
    published_at: Option<Timestamp>,
    /// When it was added.
    created_at: Timestamp,
    /// When it was last changed.
    updated_at: Timestamp,
}

impl Resource for ProductBody {
    const EXPAND: &'static [&'static str] = &["variants", "brand", "categories"];
}

impl ProductBody {
    /// The body of `view` for a reader of `locale`; with its variants where `with_variants`.
    pub(crate) fn new(view: ProductView, with_variants: bool, locale: &str) -> Self {
        let money = |amount: Money| MoneyBody::new(amount, locale);
        let simple = view.product.is_simple();
        let shown = if simple { Vec::new() } else { view.variants };
        let variants = shown.into_iter().map(|each| VariantBody::new(each, locale)).collect();
        let digital = view.product.is_digital();
        let product: Product = view.product;
        let sale = sale_fields(product.price.sale, locale);
        Self {
            id: product.id.to_string(),
            slug: product.slug.to_string(),
            name: product.name,
            summary: product.summary,
            description: product.description,
            status: product.status.into(),
            product_type: product.product_type.into(),
            featured: product.featured,
            digital,
            brand_id: product.brand_id.map(|id| id.to_string()),
            brand: view.brand.map(Into::into),
            category_ids: product.category_ids.iter().map(ToString::to_string).collect(),
            categories: view.categories.into_iter().map(Into::into).collect(),
            tags: product.tags,
            primary_media_id: product.media.first().map(|media| media.id.clone()),
            media: product.media.into_iter().map(Into::into).collect(),
            options: options(product.options),
            price: money(product.price.price),
            compare_at_price: product.price.compare_at.map(money),
            sale_price: sale.price,
            sale_name: sale.name,
            sale_starts_at: sale.starts_at,
            sale_ends_at: sale.ends_at,
            price_min: view.price_min.minor(),
            price_max: view.price_max.minor(),
            cost: product.cost.map(money),
            inventory_count: view.inventory,
            in_stock: view.in_stock,
            track_inventory: product.track_inventory,
            sku: product.sku,
            barcode: product.barcode,
            weight_grams: product.weight_grams,
            taxable: product.taxable,
            tax_class: product.tax_class.as_str().to_owned(),
            shipping_type: product.shipping_type.into(),
            fixed_shipping_rate_cents: product.fixed_shipping.map(Money::minor),
            min_order_quantity: product.min_order_quantity,
            max_order_quantity: product.max_order_quantity,
            sort_order: product.sort_order,
            has_variants: view.variant_count > 1,
            variant_count: view.variant_count,
            default_variant_id: view.only_variant.map(|id| id.to_string()),
            variants: with_variants.then_some(variants),
            metadata: product.metadata,
            seo_title: product.seo_title,
            seo_description: product.seo_description,
            published_at: product.published_at.map(Into::into),
            created_at: product.created_at.into(),
            updated_at: product.updated_at.into(),
        }
    }
}
