//! Products as shoppers see them.

use application::catalog::product::ProductView;
use domain::{catalog::product::Product, money::Money};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    price::{PriceBody, Showing},
    variant::PublicVariantBody,
};
use crate::{
    fields::Resource,
    product::{MediaBody, NamedBody, OptionBody, ShippingBody, StatusBody, TypeBody, options},
    timestamp::Timestamp,
};

/// A product that is for sale.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicProduct)]
pub(super) struct PublicProductBody {
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
    /// Always `published` here.
    status: StatusBody,
    /// What sort of thing it is.
    product_type: TypeBody,
    /// Shown in prominent places.
    featured: bool,
    /// Whether it is downloaded.
    digital: bool,
    /// Whether stock is counted.
    track_inventory: bool,
    /// Whether anything of it can be sold now.
    in_stock: bool,
    /// Units of all variants that can be sold; without meaning where stock is not counted.
    #[schema(examples(47))]
    inventory_count: u64,
    /// Whether it has to be sent.
    shipping_type: ShippingBody,
    /// What sending one unit costs instead of what the shipping method asks, in minor units.
    #[schema(required, examples(499))]
    fixed_shipping_rate_cents: Option<i64>,
    /// Units an order must hold at least.
    #[schema(examples(1))]
    min_order_quantity: u32,
    /// Units an order may hold at most.
    #[schema(required, examples(10))]
    max_order_quantity: Option<u32>,
    /// What it costs now.
    price: PriceBody,
    /// The lowest price of a variant now, in minor units.
    #[schema(examples(2400))]
    price_min: i64,
    /// The highest price of a variant now, in minor units.
    #[schema(examples(2400))]
    price_max: i64,
    /// Whether there is more than one variant.
    has_variants: bool,
    /// Whether a shopper has to choose before buying.
    has_required_options: bool,
    /// How many variants there are.
    #[schema(examples(1))]
    variant_count: u32,
    /// Whether a single press can put it into the cart: nothing to choose, and some left.
    quick_add_eligible: bool,
    /// The only variant; `null` when one must be chosen.
    #[schema(required, examples("var_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    default_variant_id: Option<String>,
    /// Stock keeping unit.
    #[schema(required, examples("CANDLE-001"))]
    sku: Option<String>,
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
    /// The variants, the default first; empty for a simple product. In lists with `expand[]=variants`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    variants: Option<Vec<PublicVariantBody>>,
    /// The categories it is in.
    categories: Vec<NamedBody>,
    /// Its brand's identity.
    #[schema(required, examples("brd_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    brand_id: Option<String>,
    /// Its brand by name; in lists with `expand[]=brand`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    brand: Option<NamedBody>,
    /// Title for search engines.
    #[schema(required)]
    seo_title: Option<String>,
    /// Description for search engines.
    #[schema(required)]
    seo_description: Option<String>,
    /// Its place in lists; smaller comes first.
    sort_order: i32,
    /// When it was added.
    created_at: Timestamp,
    /// When it was last changed.
    updated_at: Timestamp,
}

impl Resource for PublicProductBody {
    const EXPAND: &'static [&'static str] = &["variants", "brand", "categories"];
}

impl PublicProductBody {
    /// The body of `view`; with its variants where `with_variants`.
    pub(super) fn new(view: ProductView, with_variants: bool, showing: Showing<'_>) -> Self {
        let product: Product = view.product;
        let (taxable, simple, several) = (product.taxable, product.is_simple(), view.variant_count > 1);
        let shown = if simple { Vec::new() } else { view.variants };
        let variants = shown.into_iter().map(|each| PublicVariantBody::new(each, taxable, showing)).collect();
        Self {
            id: product.id.to_string(),
            digital: product.is_digital(),
            slug: product.slug.to_string(),
            name: product.name,
            summary: product.summary,
            description: product.description,
            status: product.status.into(),
            product_type: product.product_type.into(),
            featured: product.featured,
            track_inventory: product.track_inventory,
            in_stock: view.in_stock,
            inventory_count: view.inventory,
            shipping_type: product.shipping_type.into(),
            fixed_shipping_rate_cents: product.fixed_shipping.map(Money::minor),
            min_order_quantity: product.min_order_quantity,
            max_order_quantity: product.max_order_quantity,
            price: PriceBody::new(view.price, taxable, showing),
            price_min: view.price_min.minor(),
            price_max: view.price_max.minor(),
            has_variants: several,
            has_required_options: several,
            variant_count: view.variant_count,
            quick_add_eligible: !several && view.in_stock,
            default_variant_id: view.only_variant.map(|id| id.to_string()),
            sku: product.sku,
            tags: product.tags,
            primary_media_id: product.media.first().map(|media| media.id.clone()),
            media: product.media.into_iter().map(Into::into).collect(),
            options: options(product.options),
            variants: with_variants.then_some(variants),
            categories: view.categories.into_iter().filter(|label| !label.hidden).map(Into::into).collect(),
            brand_id: product.brand_id.map(|id| id.to_string()),
            brand: view.brand.map(Into::into),
            seo_title: product.seo_title,
            seo_description: product.seo_description,
            sort_order: product.sort_order,
            created_at: product.created_at.into(),
            updated_at: product.updated_at.into(),
        }
    }
}
