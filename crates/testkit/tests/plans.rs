//! No statement of a request reads a large table from end to end: each is led by an index to the rows that it
//! is about, in a database of some size that was looked at.
#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use application::{
    Change, Context, Core,
    cart::{self, ContactChanges, NewItem},
    catalog::{
        category,
        product::{self, Include},
    },
    checkout::{self, PlaceOrder},
    inventory, order,
};
use domain::{
    access::Mode,
    catalog::product::ProductStatus,
    id::{Handle, ProductId},
    order::FulfillmentStatus,
};
use futures::future::join_all;
use ports::{
    catalog::{ProductFilter, ProductSort},
    list::{Sort, Window},
    orders::{OrderFilter, OrderSort},
    search::Excerpt,
    stock::MovementFilter,
};
use testkit::{
    TestCore, TestStore, cores, goods,
    multitude::{Multitude, TEMPLATES},
    statements::Recorder,
    store,
};

/// Products and orders of the shop.
const MANY: u32 = 5_000;
/// Shoppers at once.
const CROWD: u32 = 40;
/// Number of the order that the others are copies of.
const FIRST_ORDER: u32 = 1001;
/// Tables that grow without end, and what statements call them beside their names.
const LARGE: &[&str] = &[
    "products",
    "named",
    "product_categories",
    "earlier",
    "variants",
    "stock",
    "stock_movements",
    "carts",
    "orders",
    "order_lines",
    "payments",
];

/// How a plan reads a large table from end to end, if it does. On Postgres an index without a condition is
/// no better than the table. What SQLite makes beforehand goes by the name of the table that it is made of, and
/// may be read from end to end.
fn walks(plan: &str) -> Option<&str> {
    let lines: Vec<&str> = plan.lines().map(|line| line.trim().trim_start_matches("-> ").trim()).collect();
    let table = |line: &'_ str, before: &str| {
        let table = line.split_once(before).and_then(|(_, rest)| rest.split_whitespace().next());
        table.and_then(|table| LARGE.iter().find(|known| **known == table))
    };
    let mut made: Vec<&&str> = lines
        .iter()
        .filter_map(|line| table(line, "CO-ROUTINE ").or_else(|| table(line, "MATERIALIZE ")))
        .collect();
    let mut is_walk = |at: usize, line: &str| {
        if line.starts_with("SCAN ") {
            return table(line, "SCAN ").is_some_and(|scanned| {
                let own = made.iter().position(|known| *known == scanned);
                own.map(|own| made.swap_remove(own)).is_none()
            });
        }
        let condition = lines.get(at + 1).is_some_and(|next| next.starts_with("Index Cond"));
        let whole = line.contains("Seq Scan on ") || (line.contains(" using ") && !condition);
        whole && table(line, " on ").is_some()
    };
    let mut numbered = lines.iter().enumerate();
    numbered.find(|(at, line)| is_walk(*at, line)).map(|(_, line)| *line)
}

async fn buys(core: &Core, shopper: &Context, token: &str, product: ProductId) {
    let item = NewItem { product: Handle::Id(product), variant: None, quantity: 1 };
    cart::add_item(core, shopper, token, item).await.unwrap();
    let contact = ContactChanges { email: Change::Set(format!("{token}@example.com")), ..Default::default() };
    cart::save_checkout_data(core, shopper, token, contact).await.unwrap();
    let command = PlaceOrder {
        token_hash: token.to_owned(),
        payment_method: "pm_card_visa".to_owned(),
        return_url: None,
    };
    checkout::place(core, shopper, command).await.unwrap();
}

/// Shoppers who wait for a connection, so that their carts go together.
async fn a_crowd_fills_carts(shop: &TestCore, core: &Core, shopper: &Context, product: ProductId) {
    let tokens: Vec<String> = (0..CROWD).map(|number| format!("crowd-{number}")).collect();
    let store = shopper.store;
    for quantity in [1, 2] {
        let adding = tokens.iter().map(async |token| {
            let item = NewItem { product: Handle::Id(product), variant: None, quantity };
            cart::add_item(core, shopper, token, item).await.unwrap();
        });
        shop.database.without_connections(store, join_all(adding)).await;
    }
    let looking = tokens.iter().map(async |token| {
        cart::get(core, shopper, token).await.unwrap();
    });
    shop.database.without_connections(store, join_all(looking)).await;
}

fn filters() -> Vec<ProductFilter> {
    let published = || ProductFilter { statuses: vec![ProductStatus::Published], ..ProductFilter::default() };
    let text = |text: &str| ProductFilter { text: Some(text.to_owned()), ..published() };
    let category =
        |slug: &str| ProductFilter { category: Some(Handle::Name(slug.to_owned())), ..published() };
    vec![
        published(),
        ProductFilter::default(),
        ProductFilter { in_stock: Some((Mode::Test, true)), ..published() },
        ProductFilter { featured: Some(true), ..published() },
        ProductFilter { sku: Some("SHIRT-77".to_owned()), ..published() },
        ProductFilter { tag: Some("blue".to_owned()), ..published() },
        ProductFilter { min_price: Some(1000), max_price: Some(9000), ..published() },
        ProductFilter { min_price: Some(1_000_000), ..published() },
        ProductFilter { text: Some("shirt".to_owned()), ..category("shelf-1") },
        category("shelf-1"),
        category("shelf-2"),
        text("shirt 777"),
        text("shirt"),
    ]
}

async fn shoppers_and_merchants_ask(core: &Core, shop: &TestStore, product: ProductId) {
    let (ctx, page) = (shop.test(), Window::Page { page: 1, per_page: 20 });
    let include = Include { variants: true, brand: true };
    for filter in filters() {
        for by in [ProductSort::SortOrder, ProductSort::Price, ProductSort::CreatedAt] {
            let sort = Sort { by, descending: false };
            let first = Window::After { last: None, per_page: 20 };
            let last = product::list(core, &ctx, &filter, sort, &first, include).await.unwrap().next;
            for window in [page.clone(), Window::After { last, per_page: 20 }] {
                product::list(core, &ctx, &filter, sort, &window, include).await.unwrap();
            }
        }
        let excerpt = Excerpt { offset: 0, limit: 20 };
        product::search(core, &ctx, &filter, excerpt, include).await.unwrap();
    }
    product::get_published(core, &ctx, &Handle::Name("product-77".to_owned()), include).await.unwrap();
    category::shown_tree(core, &ctx).await.unwrap();
    buys(core, &shop.shopper(Mode::Test), "another", product).await;

    let sort = Sort { by: OrderSort::PlacedAt, descending: true };
    for window in [page.clone(), Window::After { last: None, per_page: 20 }] {
        let found = order::list(core, &ctx, order::OrderQuery::default(), sort, &window).await.unwrap();
        order::get(core, &ctx, &Handle::Id(found.items[0].id)).await.unwrap();
    }
    let fulfillment = vec![FulfillmentStatus::Unfulfilled];
    let waiting = OrderFilter { fulfillment, ..OrderFilter::default() };
    let query = order::OrderQuery { filter: waiting, ..order::OrderQuery::default() };
    order::list(core, &ctx, query, sort, &page).await.unwrap();
    let filter = OrderFilter { email: Some("growth-7@example.com".to_owned()), ..OrderFilter::default() };
    order::search(core, &ctx, filter, Excerpt { offset: 0, limit: 20 }).await.unwrap();
    inventory::levels(core, &ctx, None, None, &page).await.unwrap();
    inventory::levels(core, &ctx, Some("SHIRT-77".to_owned()), None, &page).await.unwrap();
    inventory::movements(core, &ctx, &MovementFilter::default(), &page).await.unwrap();
    checkout::reconcile::payments(core, 100).await.unwrap();
}

async fn every_statement_is_led_by_an_index(shop: &TestStore, core: &TestCore) {
    let goods = goods::download(core, shop, "Pattern", 1000, 1000).await;
    buys(core, &shop.shopper(Mode::Test), "first", goods.product).await;
    let many = Multitude::found(core, shop).await;
    many.products(TEMPLATES + 1..=MANY).await;
    many.orders(FIRST_ORDER, 1..=MANY).await;
    many.settle().await;
    let recorder = Recorder::new();
    let watched = core.watched(recorder.clone());
    Box::pin(shoppers_and_merchants_ask(&watched, shop, goods.product)).await;
    Box::pin(a_crowd_fills_carts(core, &watched, &shop.shopper(Mode::Test), goods.product)).await;
    let statements = recorder.statements();
    assert!(statements.len() > 50, "{} statements were heard", statements.len());
    if core.database.engine == "postgres" {
        let together = statements.iter().filter(|statement| statement.contains("unnest(")).count();
        assert_eq!(together, 3, "new carts, changed ones and those that are looked at go together");
    }
    let mut faults = Vec::new();
    for statement in statements {
        let plan = core.database.plan(&statement).await;
        faults.extend(walks(&plan).map(|walk| format!("{walk}\n  {statement}")));
    }
    assert!(faults.is_empty(), "{} reads all of a table:\n{}", core.database.engine, faults.join("\n"));
}

#[tokio::test]
async fn no_statement_reads_a_large_table_from_end_to_end() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        every_statement_is_led_by_an_index(&shop, &core).await;
        let all = core.database.plan("select count(*) from orders where total > 5").await;
        assert!(walks(&all).is_some(), "a walk is known when it is seen: {all}");
    }
}
