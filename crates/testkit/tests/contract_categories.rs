//! What categories must keep on both engines: one tree for each store, never a circle, honest counts.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use application::{
    Change, ErrorCode,
    catalog::category::{self, CategoryChanges, CountedCategory, NewCategory},
};
use domain::{
    catalog::category::{CategoryStatus, DEPTH_MAX},
    id::{CategoryId, Handle, ProductId, StoreId},
};
use ports::{
    Database as _,
    categories::{CategoryFilter, CategorySort},
    list::{Count, Sort, Window},
};
use testkit::{
    TestCore, TestStore, cores,
    database::{NOW, TestDatabase, fresh_id, raw_id},
    store,
};

async fn add(core: &TestCore, shop: &TestStore, name: &str, parent: Option<CategoryId>) -> CategoryId {
    let new = NewCategory { name: name.to_owned(), parent, ..NewCategory::default() };
    category::create(core, &shop.live(), new).await.unwrap().category.id
}

fn to(parent: CategoryId) -> CategoryChanges {
    CategoryChanges { parent: Change::Set(parent), ..CategoryChanges::default() }
}

/// A product in some categories.
async fn product_in(database: &TestDatabase, store: StoreId, status: &str, categories: &[CategoryId]) {
    let product: ProductId = fresh_id();
    database
        .execute(
            "insert into products (store_id, id, slug, name, status, product_type, featured, category_ids, \
             tags, media, options, price, price_min, price_max, variant_count, track_inventory, taxable, \
             tax_class, shipping_type, min_order_quantity, sort_order, metadata, search_text, version, \
             created_at, updated_at) values ($1, $2, $3, 'Tote', $5, 'physical', 0, '[]', '[]', '[]', '[]', \
             100, 100, 100, 1, true, true, 'standard', 'standard', 1, 0, '{}', 'tote', 1, $4, $4)",
            [raw_id(store), raw_id(product), product.to_string().into(), NOW.into(), status.into()],
        )
        .await;
    for category in categories {
        database
            .execute(
                "insert into product_categories (store_id, category_id, product_id) values ($1, $2, $3)",
                [raw_id(store), raw_id(*category), raw_id(product)],
            )
            .await;
    }
}

#[tokio::test]
async fn a_product_is_counted_once_wherever_it_lies_below() {
    for core in cores().await {
        let (acme, other) = (store(&core, "Acme", "GBP").await, store(&core, "Other", "GBP").await);
        let top = add(&core, &acme, "Candles", None).await;
        let (soy, wax) =
            (add(&core, &acme, "Soy", Some(top)).await, add(&core, &acme, "Wax", Some(top)).await);
        let deep = add(&core, &acme, "Tea lights", Some(soy)).await;
        let empty = add(&core, &acme, "Empty", None).await;
        let foreign = add(&core, &other, "Candles", None).await;
        product_in(&core.database, acme.id, "published", &[soy, wax, top]).await;
        product_in(&core.database, acme.id, "published", &[deep]).await;
        product_in(&core.database, acme.id, "draft", &[soy]).await;
        product_in(&core.database, acme.id, "archived", &[top]).await;
        product_in(&core.database, other.id, "published", &[foreign]).await;

        let counts = core.database.categories().product_counts(acme.id, None).await.unwrap();
        let of = |category| counts.get(&category).map_or(0, |count| count.rows);
        let seen = [of(top), of(soy), of(wax), of(deep), of(empty), of(foreign)];
        assert_eq!(seen, [2, 2, 1, 1, 0, 0], "{}", core.database.engine);
        let some = core.database.categories().product_counts(acme.id, Some(&[wax, foreign])).await.unwrap();
        assert_eq!(some.into_iter().collect::<Vec<_>>(), [(wax, Count::exact(1))]);
        let counted = category::get(&core, &acme.live(), &Handle::Id(top)).await.unwrap();
        assert_eq!(counted.product_count, Count::exact(2));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_moves_at_once_never_make_a_circle() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        for round in 0..10 {
            let left = add(&core, &shop, &format!("Left {round}"), None).await;
            let right = add(&core, &shop, &format!("Right {round}"), None).await;
            let ctx = shop.live();
            let (left_handle, right_handle) = (Handle::Id(left), Handle::Id(right));
            let (one, two) = tokio::join!(
                category::update(&core, &ctx, &left_handle, to(right)),
                category::update(&core, &ctx, &right_handle, to(left)),
            );
            let refused = match (one, two) {
                (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
                both => panic!("{}: one must win and one must lose: {both:?}", core.database.engine),
            };
            assert_eq!(refused.code, ErrorCode::ValidationFailed, "{refused:?}");
            assert!(refused.fields.contains_key("parentId"));
            let tree = core.database.categories().tree(shop.id).await.unwrap();
            assert_eq!(tree.ancestors(left).len() + tree.ancestors(right).len(), 1);
        }
    }
}

#[tokio::test]
async fn a_category_goes_neither_below_itself_nor_too_deep_nor_into_another_store() {
    for core in cores().await {
        let (acme, other) = (store(&core, "Acme", "GBP").await, store(&core, "Other", "GBP").await);
        let mut chain = vec![add(&core, &acme, "Level", None).await];
        while chain.len() < DEPTH_MAX {
            chain.push(add(&core, &acme, "Level", chain.last().copied()).await);
        }
        let ctx = acme.live();
        let foreign = add(&core, &other, "Foreign", None).await;
        let (top, bottom) = (chain[0], chain[DEPTH_MAX - 1]);
        for parent in [top, chain[3], bottom, foreign, fresh_id()] {
            let refused = category::update(&core, &ctx, &Handle::Id(top), to(parent)).await.unwrap_err();
            assert!(refused.fields.contains_key("parentId"), "{refused:?}");
        }
        for parent in [bottom, foreign] {
            let new = NewCategory { name: "New".to_owned(), parent: Some(parent), ..NewCategory::default() };
            let refused = category::create(&core, &ctx, new).await.unwrap_err();
            assert!(refused.fields.contains_key("parentId"), "{refused:?}");
        }
        let mine = Handle::Id(foreign);
        let refused = category::update(&core, &ctx, &mine, CategoryChanges::default()).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NotFound);
        let up = CategoryChanges { parent: Change::Clear, ..CategoryChanges::default() };
        let moved = category::update(&core, &ctx, &Handle::Id(bottom), up).await.unwrap();
        assert_eq!(moved.category.parent_id, None);
    }
}

#[tokio::test]
async fn hiding_a_category_hides_that_one_and_nothing_below_it() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let ctx = shop.live();
        let top = add(&core, &shop, "Candles", None).await;
        let middle = add(&core, &shop, "Soy", Some(top)).await;
        let below = add(&core, &shop, "Tea lights", Some(middle)).await;
        category::hide(&core, &ctx, &Handle::Id(middle), Some(1)).await.unwrap();
        category::hide(&core, &ctx, &Handle::Id(middle), None).await.expect("hidden already");

        let tree = category::shown_tree(&core, &ctx).await.unwrap();
        let shown: Vec<_> = tree.iter().map(|node| node.counted.category.id).collect();
        assert_eq!(shown, [top]);
        let children: Vec<_> = tree[0].children.iter().map(|node| &node.counted.category).collect();
        assert_eq!(
            children.iter().map(|child| (child.id, child.parent_id)).collect::<Vec<_>>(),
            [(below, Some(top))]
        );
        let page = category::shown(&core, &ctx, &Handle::Id(below)).await.unwrap();
        assert_eq!(page.category.parent_id, Some(top), "the page agrees with the tree");
        let gone = category::shown(&core, &ctx, &Handle::Id(middle)).await.unwrap_err();
        assert_eq!(gone.code, ErrorCode::NotFound);
        let kept = category::get(&core, &ctx, &Handle::Id(middle)).await.unwrap();
        assert_eq!((kept.category.status, kept.category.version), (CategoryStatus::Hidden, 2));

        let stale = category::hide(&core, &ctx, &Handle::Id(top), Some(7)).await.unwrap_err();
        assert_eq!(stale.code, ErrorCode::Stale);
        let back = CategoryChanges { status: Some(CategoryStatus::Active), ..CategoryChanges::default() };
        category::update(&core, &ctx, &Handle::Id(middle), back).await.unwrap();
        category::hide(&core, &ctx, &Handle::Id(top), None).await.unwrap();
        let tree = category::shown_tree(&core, &ctx).await.unwrap();
        assert_eq!(tree[0].counted.category.parent_id, None);
        assert_eq!(tree[0].counted.category.id, middle, "what lay in a hidden category moves up");
    }
}

#[tokio::test]
async fn slugs_are_made_numbered_and_kept_apart_by_store() {
    for core in cores().await {
        let (acme, other) = (store(&core, "Acme", "GBP").await, store(&core, "Other", "GBP").await);
        let named = |name: &str| NewCategory { name: name.to_owned(), ..NewCategory::default() };
        let slug = |made: CountedCategory| made.category.slug.to_string();
        let ctx = acme.live();
        assert_eq!(slug(category::create(&core, &ctx, named("Crème & Co")).await.unwrap()), "creme-co");
        assert_eq!(slug(category::create(&core, &ctx, named("Crème & Co")).await.unwrap()), "creme-co-2");
        assert_eq!(
            slug(category::create(&core, &other.live(), named("Creme Co")).await.unwrap()),
            "creme-co"
        );
        let chosen = NewCategory { slug: Some("creme-co".to_owned()), ..named("Other") };
        let taken = category::create(&core, &ctx, chosen).await.unwrap_err();
        assert_eq!(taken.code, ErrorCode::Duplicate);
        let change = CategoryChanges { slug: Some("creme-co".to_owned()), ..CategoryChanges::default() };
        let handle = Handle::Name("creme-co-2".to_owned());
        let taken = category::update(&core, &ctx, &handle, change).await.unwrap_err();
        assert_eq!(taken.code, ErrorCode::Duplicate);
    }
}

#[tokio::test]
async fn the_flat_list_is_filtered_sorted_and_walked() {
    for core in cores().await {
        let (acme, other) = (store(&core, "Acme", "GBP").await, store(&core, "Other", "GBP").await);
        let ctx = acme.live();
        let mut made = Vec::new();
        for (name, sort_order) in [("Birch", 2), ("Acorn", 1), ("Cedar", 1)] {
            let new = NewCategory { name: name.to_owned(), sort_order, ..NewCategory::default() };
            made.push(category::create(&core, &ctx, new).await.unwrap().category.id);
        }
        let child = add(&core, &acme, "Dwarf birch", Some(made[0])).await;
        add(&core, &other, "Foreign", None).await;
        category::hide(&core, &ctx, &Handle::Id(made[2]), None).await.unwrap();

        let list = async |filter: CategoryFilter, by, descending, window| {
            let sort = Sort { by, descending };
            category::list(&core, &ctx, &filter, sort, &window).await.unwrap()
        };
        let all = CategoryFilter::default;
        let whole = || Window::Page { page: 1, per_page: 10 };
        let names =
            |rows: &[CountedCategory]| rows.iter().map(|row| row.category.name.clone()).collect::<Vec<_>>();
        let sorted = list(all(), CategorySort::SortOrder, false, whole()).await;
        assert_eq!(names(&sorted.items), ["Dwarf birch", "Acorn", "Cedar", "Birch"]);
        assert_eq!(sorted.total, Some(Count::exact(4)));
        let sorted = list(all(), CategorySort::Name, true, whole()).await;
        assert_eq!(names(&sorted.items), ["Dwarf birch", "Cedar", "Birch", "Acorn"]);
        let below = CategoryFilter { parent: Some(made[0]), ..all() };
        assert_eq!(list(below, CategorySort::Name, false, whole()).await.items[0].category.id, child);
        let hidden = CategoryFilter { status: Some(CategoryStatus::Hidden), ..all() };
        assert_eq!(names(&list(hidden, CategorySort::Name, false, whole()).await.items), ["Cedar"]);
        let slug = CategoryFilter { slug: Some("acorn".to_owned()), ..all() };
        assert_eq!(names(&list(slug, CategorySort::Name, false, whole()).await.items), ["Acorn"]);

        let (mut walked, mut last) = (Vec::new(), None);
        loop {
            let slice =
                list(all(), CategorySort::SortOrder, false, Window::After { last, per_page: 1 }).await;
            walked.extend(names(&slice.items));
            last = slice.next;
            if last.is_none() {
                break;
            }
        }
        assert_eq!(walked, ["Dwarf birch", "Acorn", "Cedar", "Birch"], "equal places go by age");
    }
}
