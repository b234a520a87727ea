use chrono::TimeDelta;

use super::*;
use crate::money::Currency;

pub(crate) fn money(minor: i64) -> Money {
    Money::new(minor, Currency::from_code("GBP").unwrap())
}

pub(crate) fn product() -> Product {
    Product {
        id: ProductId::from_bytes([1; 16]),
        slug: Slug::parse("candle").unwrap(),
        name: "Candle".to_owned(),
        summary: None,
        description: None,
        status: ProductStatus::Draft,
        product_type: ProductType::Physical,
        featured: false,
        brand_id: None,
        category_ids: Vec::new(),
        tags: vec!["wax".to_owned()],
        media: vec![media("1", "uuid/front.jpg")],
        options: Vec::new(),
        price: PriceTag { price: money(2400), compare_at: None, sale: None },
        cost: Some(money(780)),
        sku: Some("CANDLE-001".to_owned()),
        barcode: None,
        weight_grams: Some(340),
        track_inventory: true,
        taxable: true,
        tax_class: TaxClass::standard(),
        shipping_type: ShippingType::Required,
        fixed_shipping: None,
        min_order_quantity: 1,
        max_order_quantity: None,
        sort_order: 0,
        metadata: BTreeMap::from([("origin".to_owned(), "Leeds".to_owned())]),
        seo_title: None,
        seo_description: None,
        version: 3,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        published_at: None,
    }
}

fn media(id: &str, url: &str) -> Media {
    Media { id: id.to_owned(), url: url.to_owned(), alt: None, is_video: false, aspect_ratio: None }
}

#[test]
fn a_sound_product_has_no_faults() {
    assert_eq!(product().validate(), []);
}

/// Spoils one thing, and the field that must be named for it.
type Spoiling = (fn(&mut Product), &'static str);

#[test]
fn each_fault_names_its_field() {
    let spoilings: [Spoiling; 22] = [
        (|p| p.name = " ".to_owned(), "name"),
        (|p| p.name = "x".repeat(201), "name"),
        (|p| p.summary = Some("x".repeat(501)), "summary"),
        (|p| p.description = Some("a\0b".to_owned()), "description"),
        (|p| p.sku = Some(String::new()), "sku"),
        (|p| p.barcode = Some("9".repeat(65)), "barcode"),
        (|p| p.seo_title = Some("x".repeat(321)), "seoTitle"),
        (|p| p.tags = vec!["x".to_owned(); 101], "tags"),
        (|p| p.tags.push(String::new()), "tags.1"),
        (|p| p.category_ids = vec![CategoryId::from_bytes([0; 16]); 51], "categoryIds"),
        (|p| p.media.push(media("1", "again.jpg")), "media.1.id"),
        (|p| p.media.push(media("2", "javascript:alert(1)")), "media.1.url"),
        (|p| p.media.push(media("2", "")), "media.1.url"),
        (
            |p| p.media.push(Media { aspect_ratio: Some(Decimal::ZERO), ..media("2", "a") }),
            "media.1.aspectRatio",
        ),
        (|p| p.cost = Some(money(-1)), "cost"),
        (|p| p.cost = Some(Money::zero(Currency::from_code("JPY").unwrap())), "cost"),
        (|p| p.fixed_shipping = Some(money(-1)), "fixedShippingRateCents"),
        (|p| p.weight_grams = Some(u32::MAX), "weightGrams"),
        (|p| p.min_order_quantity = 0, "minOrderQuantity"),
        (
            |p| {
                p.min_order_quantity = 3;
                p.max_order_quantity = Some(2);
            },
            "maxOrderQuantity",
        ),
        (|p| p.options.push(ProductOption { name: "Size".to_owned(), values: vec![] }), "options"),
        (|p| p.price.price = money(-1), "price"),
    ];
    for (spoil, field) in spoilings {
        let mut product = product();
        spoil(&mut product);
        let fields: Vec<String> = product.validate().into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, [field]);
    }
}

#[test]
fn metadata_is_limited_entry_by_entry() {
    let mut product = product();
    product.metadata.insert("note".to_owned(), "x".repeat(1001));
    product.metadata.insert("k".repeat(65), "short".to_owned());
    let fields: Vec<String> = product.validate().into_iter().map(|fault| fault.field).collect();
    assert_eq!(fields, [format!("metadata.{}", "k".repeat(65)), "metadata.note".to_owned()]);
}

#[test]
fn only_what_is_sent_requires_shipping() {
    assert!(product().requires_shipping());
    for (shipping_type, product_type) in [
        (ShippingType::None, ProductType::Physical),
        (ShippingType::Optional, ProductType::Physical),
        (ShippingType::Required, ProductType::Digital),
    ] {
        assert!(!Product { product_type, shipping_type, ..product() }.requires_shipping());
    }
}

#[test]
fn the_first_time_on_sale_is_remembered() {
    let mut product = product();
    let first = DateTime::UNIX_EPOCH;
    product.change_status(ProductStatus::Published, first);
    product.change_status(ProductStatus::Archived, first);
    assert_eq!(product.status, ProductStatus::Archived);
    product.change_status(ProductStatus::Published, first.checked_add_signed(TimeDelta::days(1)).unwrap());
    assert_eq!(product.published_at, Some(first));
}

#[test]
fn a_plan_counts_a_product_when_it_goes_on_sale() {
    let draft = product();
    let published = Product { status: ProductStatus::Published, ..product() };
    assert!(published.newly_published(None));
    assert!(published.newly_published(Some(&draft)));
    assert!(!published.newly_published(Some(&published)));
    assert!(!draft.newly_published(Some(&published)));
}

#[test]
fn a_duplicate_is_a_draft_with_a_history_of_its_own() {
    let mut original = product();
    original.change_status(ProductStatus::Published, DateTime::UNIX_EPOCH);
    let id = ProductId::from_bytes([2; 16]);
    let now = DateTime::UNIX_EPOCH.checked_add_signed(TimeDelta::days(1)).unwrap();
    let copy = original.duplicate(id, original.slug.numbered(2), "Candle (copy)".to_owned(), now);
    assert_eq!((copy.id, copy.status, copy.published_at), (id, ProductStatus::Draft, None));
    assert_eq!((copy.sku.as_deref(), copy.version, copy.created_at), (None, 1, now));
    assert_eq!((&copy.price, &copy.tags), (&original.price, &original.tags));
}
