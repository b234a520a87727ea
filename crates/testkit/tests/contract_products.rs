//! What every store of products must keep, on both engines.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use application::{
    Error, ErrorCode,
    catalog::{
        category, product,
        product::{Include, NewProduct},
        variant::{self, NewVariant, VariantChanges},
    },
};
use domain::{
    access::Mode,
    catalog::product::{ProductStatus, ProductType},
    event::EventKind,
    id::{Handle, VariantId},
    tier::Tier,
};
use ports::{
    catalog::{Lookup, ProductFilter, ProductSort},
    list::{Count, Sort, Window},
};
use testkit::{TestCore, TestStore, cores, store};

fn new(name: &str, price: i64, stock: u32) -> NewProduct {
    NewProduct {
        name: name.to_owned(),
        slug: None,
        summary: None,
        description: None,
        status: ProductStatus::Published,
        product_type: ProductType::Physical,
        featured: false,
        brand_id: None,
        category_ids: Vec::new(),
        tags: Vec::new(),
        media: Vec::new(),
        options: Vec::new(),
        variants: Vec::new(),
        price,
        compare_at_price: None,
        sale: variant::NewSale::default(),
        cost: None,
        stock,
        track_inventory: true,
        sku: None,
        barcode: None,
        weight_grams: None,
        taxable: true,
        tax_class: None,
        shipping_type: None,
        fixed_shipping: None,
        min_order_quantity: 1,
        max_order_quantity: None,
        sort_order: 0,
        metadata: std::collections::BTreeMap::new(),
        seo_title: None,
        seo_description: None,
    }
}

fn variant_of(color: &str, price: Option<i64>, stock: u32) -> NewVariant {
    NewVariant {
        option_values: vec![("Color".to_owned(), color.to_owned())],
        price,
        sku: Some(format!("MUG-{color}")),
        stock: Some(stock),
        ..NewVariant::default()
    }
}

async fn found(core: &TestCore, shop: &TestStore, filter: ProductFilter) -> Vec<String> {
    let sort = Sort { by: ProductSort::Name, descending: false };
    let window = Window::Page { page: 1, per_page: 50 };
    let slice = product::list(core, &shop.live(), &filter, sort, &window, Include::default()).await.unwrap();
    assert_eq!(slice.total, Some(Count::exact(slice.items.len() as u64)));
    slice.items.into_iter().map(|view| view.product.name).collect()
}

#[tokio::test]
async fn a_store_never_sees_the_products_of_another() {
    for core in cores().await {
        let (acme, other) = (store(&core, "Acme", "GBP").await, store(&core, "Other", "JPY").await);
        let mug = product::create(&core, &acme.live(), new("Mug", 900, 3)).await.unwrap();
        let id = Handle::Id(mug.product.id);
        let refused = product::get(&core, &other.live(), &id, Include::default()).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NotFound);
        let refused = product::archive(&core, &other.live(), &id, None).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NotFound);
        let search = || ProductFilter { text: Some("mug".to_owned()), ..ProductFilter::default() };
        assert_eq!(found(&core, &other, search()).await, Vec::<String>::new(), "{}", core.database.engine);
        assert_eq!(found(&core, &acme, search()).await, ["Mug"]);
        let catalog = core.db.catalog();
        assert_eq!(catalog.sellable(other.id, Mode::Live, &id, None).await.unwrap(), Lookup::Missing);
        let variant = mug.only_variant.unwrap();
        assert_eq!(catalog.sellables(other.id, Mode::Live, &[variant]).await.unwrap(), []);

        let theirs = product::create(&core, &other.live(), new("Mug", 900, 3)).await.unwrap();
        assert_eq!(theirs.product.slug.as_str(), "mug", "a slug is taken in its own store only");
        assert_eq!(theirs.product.price.price.currency().code(), "JPY");
    }
}

#[tokio::test]
async fn a_cart_learns_all_it_needs_of_a_variant() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let ctx = shop.live();
        let top = category::NewCategory { name: "Home".to_owned(), ..Default::default() };
        let top = category::create(&core, &ctx, top).await.unwrap().category;
        let below =
            category::NewCategory { name: "Kitchen".to_owned(), parent: Some(top.id), ..Default::default() };
        let below = category::create(&core, &ctx, below).await.unwrap().category;
        let mug = NewProduct {
            variants: vec![variant_of("Red", None, 3), variant_of("Blue", Some(950), 0)],
            category_ids: vec![below.id],
            weight_grams: Some(300),
            ..new("Mug", 900, 0)
        };
        let mug = product::create(&core, &ctx, mug).await.unwrap();
        let by_slug = Handle::Name("mug".to_owned());
        let ids: Vec<VariantId> = mug.variants.iter().map(|each| each.variant.id).collect();
        let catalog = core.db.catalog();
        let unnamed = catalog.sellable(shop.id, Mode::Live, &by_slug, None).await.unwrap();
        assert_eq!(unnamed, Lookup::VariantRequired);
        let named = catalog.sellable(shop.id, Mode::Live, &by_slug, Some(ids[1])).await.unwrap();
        let Lookup::Found(blue) = named else { panic!("{named:?}") };
        assert_eq!((blue.variant_name.as_deref(), blue.sku.as_deref()), (Some("Blue"), Some("MUG-Blue")));
        assert_eq!(blue.variant_price.price.map(domain::money::Money::minor), Some(950));
        assert_eq!((blue.category_ids.clone(), blue.weight_grams), (vec![below.id, top.id], 300));
        assert!(!blue.in_stock() && blue.requires_shipping);

        let both = catalog.sellables(shop.id, Mode::Test, &ids).await.unwrap();
        let mut left: Vec<_> = both.iter().map(|each| (each.variant_id, each.available)).collect();
        left.sort_unstable();
        let mut expected = vec![(ids[0], 3), (ids[1], 0)];
        expected.sort_unstable();
        assert_eq!(left, expected, "test mode starts with the same stock");
    }
}

#[tokio::test]
async fn lists_follow_what_is_written() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let ctx = shop.live();
        let mug = NewProduct {
            variants: vec![variant_of("Red", None, 3), variant_of("Blue", Some(2000), 0)],
            tags: vec!["Gift & more".to_owned()],
            ..new("Mug", 900, 0)
        };
        let mug = product::create(&core, &ctx, mug).await.unwrap();
        product::create(&core, &ctx, new("Plate", 1200, 0)).await.unwrap();
        let text = |text: &str| ProductFilter { text: Some(text.to_owned()), ..ProductFilter::default() };
        assert_eq!(found(&core, &shop, text("mug-blu")).await, ["Mug"], "{}", core.database.engine);
        let tagged = ProductFilter { tag: Some("gift & MORE".to_owned()), ..ProductFilter::default() };
        assert_eq!(found(&core, &shop, tagged).await, ["Mug"]);
        let priced = || ProductFilter { min_price: Some(1900), ..ProductFilter::default() };
        assert_eq!(found(&core, &shop, priced()).await, ["Mug"]);
        let stocked =
            |wanted| ProductFilter { in_stock: Some((Mode::Live, wanted)), ..ProductFilter::default() };
        assert_eq!(found(&core, &shop, stocked(true)).await, ["Mug"]);
        assert_eq!(found(&core, &shop, stocked(false)).await, ["Plate"]);
        let sku = ProductFilter { sku: Some("MUG-Red".to_owned()), ..ProductFilter::default() };
        assert_eq!(found(&core, &shop, sku).await, ["Mug"]);

        let (id, blue) = (Handle::Id(mug.product.id), mug.variants[1].variant.id);
        variant::remove(&core, &ctx, &id, blue, None).await.unwrap();
        assert_eq!(found(&core, &shop, priced()).await, Vec::<String>::new());
        assert_eq!(found(&core, &shop, text("blue")).await, Vec::<String>::new());
        let view = product::get(&core, &ctx, &id, Include::default()).await.unwrap();
        assert_eq!((view.variant_count, view.product.version), (1, 2));
    }
}

#[tokio::test]
async fn the_default_changes_hands_atomically() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let ctx = shop.live();
        let mug = NewProduct {
            variants: vec![variant_of("Red", None, 3), variant_of("Blue", None, 1)],
            ..new("Mug", 900, 0)
        };
        let mug = product::create(&core, &ctx, mug).await.unwrap();
        let id = Handle::Id(mug.product.id);
        let [red, blue] = [mug.variants[0].variant.id, mug.variants[1].variant.id];
        let promote = VariantChanges { is_default: Some(true), ..VariantChanges::default() };
        variant::update(&core, &ctx, &id, blue, promote.clone()).await.unwrap();
        let defaults = async || {
            let view = variant::list(&core, &ctx, &id).await.unwrap();
            let all = view.variants.into_iter().map(|each| each.variant);
            all.filter(|each| each.is_default).map(|each| each.id).collect::<Vec<_>>()
        };
        assert_eq!(defaults().await, [blue]);
        let (context, first, second) = (shop.live(), promote.clone(), promote);
        let (one, two) = tokio::join!(
            variant::update(&core, &context, &id, red, first),
            variant::update(&core, &context, &id, blue, second)
        );
        assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
        assert_eq!(defaults().await.len(), 1, "{}", core.database.engine);
    }
}

#[tokio::test]
async fn a_rush_of_publishers_stops_at_the_plan() {
    for core in cores().await {
        let core = core.with(|core| core.default_tier = Tier::Free);
        let shop = store(&core, "Acme", "GBP").await;
        let (core, ctx) = (&core, &shop.live());
        let rush = (0..8).map(|number| {
            let name = format!("Mug {number}");
            async move { product::create(core, ctx, new(&name, 900, 0)).await }
        });
        let outcomes: Vec<Result<_, Error>> = futures::future::join_all(rush).await;
        let made = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(made, 5, "{}: {outcomes:?}", core.database.engine);
        let refused = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
        assert!(refused.into_iter().all(|error| error.code == ErrorCode::TierProductLimit));
    }
}

#[tokio::test]
async fn each_change_is_told_once() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let ctx = shop.live();
        let mug = product::create(&core, &ctx, new("Mug", 900, 0)).await.unwrap();
        let id = Handle::Id(mug.product.id);
        let change = product::ProductChanges { price: Some(1000), ..Default::default() };
        product::update(&core, &ctx, &id, change).await.unwrap();
        product::archive(&core, &ctx, &id, None).await.unwrap();
        product::archive(&core, &ctx, &id, None).await.unwrap();
        let later = ctx.now + chrono::TimeDelta::minutes(5);
        let events = core.db.outbox().lease(ctx.now, later, 10).await.unwrap();
        let mut kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, [EventKind::ProductCreated, EventKind::ProductUpdated, EventKind::ProductArchived]);
    }
}
