//! Things to sell, for tests of what happens to them.

use application::Core;
use domain::{
    catalog::{
        product::{Product, ProductStatus, ProductType, ShippingType},
        variant::Variant,
    },
    id::{ProductId, VariantId},
    money::Money,
    pricing::{PriceTag, VariantPrice},
    tax::TaxClass,
    text::Slug,
};
use ports::stock::Cause;

use crate::{database::fresh_id, store::TestStore};

/// A product for sale with one variant.
#[derive(Debug, Clone, Copy)]
pub struct Goods {
    /// The product.
    pub product: ProductId,
    /// Its only variant.
    pub variant: VariantId,
}

/// Puts a simple product up for sale that nobody has to send: `price` in minor units, `stock` pieces in
/// each mode.
pub async fn download(core: &Core, shop: &TestStore, name: &str, price: i64, stock: u32) -> Goods {
    offer(core, shop, name, price, stock, |_| {}).await
}

/// The same of something that has to be sent.
pub async fn parcel(core: &Core, shop: &TestStore, name: &str, price: i64, stock: u32) -> Goods {
    let sent = |product: &mut Product| {
        product.product_type = ProductType::Physical;
        product.shipping_type = ShippingType::Required;
    };
    offer(core, shop, name, price, stock, sent).await
}

/// The same as [`download`] with something about the product changed.
pub async fn offer(
    core: &Core,
    shop: &TestStore,
    name: &str,
    price: i64,
    stock: u32,
    change: impl FnOnce(&mut Product),
) -> Goods {
    let ctx = shop.live();
    let (mut product, variant) = parts(shop, name, price, ctx.now);
    change(&mut product);
    let goods = Goods { product: product.id, variant: variant.id };
    let mut work = core.db.begin(shop.id).await.expect("the database takes writes");
    work.products().insert(&product, &[variant]).await.expect("the product is sound");
    let cause =
        Cause { mode: ctx.mode, order: None, actor: ctx.actor.to_string(), reason: None, at: ctx.now };
    work.stock().start(goods.variant, goods.product, stock, None, &cause).await.expect("it has no stock yet");
    work.commit().await.expect("nothing stands against a new product");
    goods
}

fn parts(shop: &TestStore, name: &str, price: i64, now: chrono::DateTime<chrono::Utc>) -> (Product, Variant) {
    let product = Product {
        id: fresh_id(),
        slug: Slug::from_name(name).expect("the name has letters"),
        name: name.to_owned(),
        summary: None,
        description: None,
        status: ProductStatus::Published,
        product_type: ProductType::Digital,
        featured: false,
        brand_id: None,
        category_ids: Vec::new(),
        tags: Vec::new(),
        media: Vec::new(),
        options: Vec::new(),
        price: PriceTag { price: Money::new(price, shop.store.currency), compare_at: None, sale: None },
        cost: None,
        sku: None,
        barcode: None,
        weight_grams: None,
        track_inventory: true,
        taxable: true,
        tax_class: TaxClass::standard(),
        shipping_type: ShippingType::None,
        fixed_shipping: None,
        min_order_quantity: 1,
        max_order_quantity: None,
        sort_order: 0,
        metadata: std::collections::BTreeMap::new(),
        seo_title: None,
        seo_description: None,
        version: 1,
        created_at: now,
        updated_at: now,
        published_at: Some(now),
    };
    let variant = Variant {
        id: fresh_id(),
        product_id: product.id,
        name: name.to_owned(),
        sku: None,
        barcode: None,
        price: VariantPrice { price: None, compare_at: None, sale: None },
        cost: None,
        weight_grams: None,
        option_values: Vec::new(),
        position: 0,
        is_default: true,
        media_id: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    (product, variant)
}
