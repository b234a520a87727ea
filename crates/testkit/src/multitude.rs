//! Shops of a size that no use case fills in reasonable time. A few rows are made by the product itself, and
//! the database copies them with ids, names and times of their own, so that every column, document and
//! index is as the product would have written it.
//!
//! ```no_run
//! # use testkit::multitude::{Multitude, TEMPLATES};
//! # async fn example(core: testkit::TestCore, shop: testkit::TestStore) {
//! let many = Multitude::found(&core, &shop).await;
//! many.products(TEMPLATES + 1..=100_000).await;
//! many.settle().await;
//! # }
//! ```
//!
//! Copies have ids that follow from their numbers ([`product`], [`variant`]). What was told of them, events
//! and entries of the audit log, is not copied.

mod copies;
mod templates;

use std::ops::RangeInclusive;

use domain::id::{ProductId, StoreId, VariantId};

use self::copies::{Copies, Dialect};
pub use self::templates::{TEMPLATES, shirt};
use crate::{TestCore, TestStore, database::TestDatabase};

/// Ids that one copied product takes up: its own and those of its variants.
const IDS_EACH: u64 = 8;
/// Numbers that one statement copies: SQLite keeps what a transaction writes beside the file until it ends.
const AT_A_TIME: u32 = 20_000;
/// Number of the first store that is copied, far from all other numbers.
const FIRST_STORE: u32 = 900_000_000;
/// Second at which the copy with the number 0 was made; each is made a second after the one before.
const FIRST_SECOND: u32 = 1_780_000_000;

/// A shop whose products and orders are to be many.
#[derive(Debug)]
pub struct Multitude<'a> {
    database: &'a TestDatabase,
    dialect: Dialect,
    /// The store, as SQL.
    store: String,
}

impl<'a> Multitude<'a> {
    /// Puts the products that will be copied up for sale, `product-1` to the number of [`TEMPLATES`], each
    /// in a category of its own. Every fourth has three variants.
    pub async fn found(core: &'a TestCore, shop: &TestStore) -> Self {
        templates::create(core, shop).await;
        Self::of(&core.database, shop.id)
    }

    /// Of a shop that was founded already.
    pub fn of(database: &'a TestDatabase, shop: StoreId) -> Self {
        let dialect = Dialect::of(database.engine);
        Self { database, dialect, store: dialect.stored_id(shop) }
    }

    /// Copies products with all that is theirs, as `product-` and their number.
    pub async fn products(&self, numbers: RangeInclusive<u32>) {
        self.sell(numbers.clone(), &self.store).await;
        let from = self.template("product_categories", "product_id");
        let set = vec![("product_id", self.dialect.id(&product_number()))];
        self.copy(numbers, Copies { table: "product_categories", from, set }).await;
    }

    /// Opens so many more stores with so many copied products each, which lie in no category.
    pub async fn stores(&self, stores: u32, products_each: u32) {
        let number = format!("({FIRST_STORE} + (n - 1) / {products_each})");
        let one_each = self.dialect.id(&format!("({FIRST_STORE} + n - 1)"));
        for (table, column) in [("stores", "id"), ("counters", "store_id")] {
            let from = format!("numbers join {table} r on r.{column} = {}", self.store);
            self.copy(1..=stores, Copies { table, from, set: vec![(column, one_each.clone())] }).await;
        }
        self.sell(1..=stores * products_each, &self.dialect.id(&number)).await;
    }

    /// Copies the order with the number `template` of the test mode, with its cart, lines and payment; the
    /// copies go on with the numbers of the shop.
    pub async fn orders(&self, template: u32, numbers: RangeInclusive<u32>) {
        let Self { dialect, store, .. } = self;
        let (order, at) = (dialect.id("n"), dialect.time(&format!("{FIRST_SECOND} + n")));
        let text = |what: &str| format!("'{what}' || n");
        let counter = format!("from counters where store_id = {store} and livemode = false");
        let number = format!("((select next_order_number {counter}) + n - {})", numbers.start());
        let head = format!(
            "numbers join orders o on o.store_id = {store} and o.livemode = false and o.number = {template}"
        );
        let of_order = |table: &str, column: &str| {
            format!("{head} join {table} r on r.store_id = o.store_id and r.{column} = o.id")
        };
        let all = [
            ("carts", "id", vec![("token_hash", text("growth-")), ("created_at", at.clone())]),
            (
                "orders",
                "id",
                vec![
                    ("number", number.clone()),
                    ("number_text", format!("replace(o.number_text, '{template}', cast({number} as text))")),
                    ("token_hash", text("growth-")),
                    ("email", format!("{} || '@example.com'", text("growth-"))),
                    ("email_key", format!("{} || '@example.com'", text("growth-"))),
                    ("created_at", at.clone()),
                    ("updated_at", at.clone()),
                    ("placed_at", at.clone()),
                    ("paid_at", at.clone()),
                ],
            ),
            ("order_lines", "order_id", vec![("id", dialect.id(&format!("(n * {IDS_EACH} + r.position)")))]),
            (
                "payments",
                "order_id",
                vec![
                    ("id", order.clone()),
                    ("provider_ref", text("growth-")),
                    ("idempotency_key", text("growth-")),
                    ("created_at", at.clone()),
                    ("updated_at", at.clone()),
                ],
            ),
        ];
        for (table, key, mut set) in all {
            set.push((key, order.clone()));
            self.copy(numbers.clone(), Copies { table, from: of_order(table, key), set }).await;
        }
        let next = format!(
            "update counters set next_order_number = next_order_number + {} where store_id = {store} and livemode = false",
            numbers.count(),
        );
        self.database.execute(&next, []).await;
    }

    /// Has the database look at what it holds now, as it does by itself within a minute.
    pub async fn settle(&self) {
        for statement in self.dialect.look_around() {
            self.database.execute(statement, []).await;
        }
    }

    /// Copies products with their variants and stock into `store`.
    async fn sell(&self, numbers: RangeInclusive<u32>, store: &str) {
        let Self { dialect, .. } = self;
        let (product, at) = (dialect.id(&product_number()), dialect.time(&format!("{FIRST_SECOND} + n")));
        let variant = |position: &str| dialect.id(&format!("({} + 1 + {position})", product_number()));
        let here = ("store_id", store.to_owned());
        let times = [("created_at", at.clone()), ("updated_at", at.clone())];
        let (own, theirs) = (dialect.mark(&self.store), dialect.mark(store));
        let words = format!(
            "replace(replace(r.search_text, {own} || {} || ' ', {own} || n || ' '), {own}, {theirs})",
            template_number(),
        );
        let mut set = vec![
            here.clone(),
            ("id", product.clone()),
            ("slug", "'product-' || n".to_owned()),
            ("name", "'Product ' || n".to_owned()),
            ("sku", "'SHIRT-' || n".to_owned()),
            ("search_text", words),
            ("published_at", at.clone()),
        ];
        set.extend(times.clone());
        if store != self.store {
            set.push(("category_ids", "'[]'".to_owned()));
        }
        let from = self.template("products", "id");
        self.copy(numbers.clone(), Copies { table: "products", from, set }).await;

        let mut set = vec![
            here.clone(),
            ("id", variant("r.position")),
            ("product_id", product.clone()),
            ("sku", "r.sku || '-' || n".to_owned()),
        ];
        set.extend(times);
        let from = self.template("variants", "product_id");
        self.copy(numbers.clone(), Copies { table: "variants", from, set }).await;

        let of_variant = |table| {
            let variants = self.template("variants", "product_id").replace(" r ", " v ").replace("r.", "v.");
            // Both modes are named because the keys begin with them: without, each variant would walk all of the store.
            format!(
                "{variants} join {table} r on r.store_id = v.store_id and r.livemode in (false, true) \
                 and r.variant_id = v.id"
            )
        };
        let set = vec![here.clone(), ("variant_id", variant("v.position")), ("product_id", product.clone())];
        self.copy(numbers.clone(), Copies { table: "stock", from: of_variant("stock"), set: set.clone() })
            .await;

        let entry =
            format!("(({} + v.position) * 2 + case when r.livemode then 1 else 0 end)", product_number());
        let from = format!("{} and r.order_id is null", of_variant("stock_movements"));
        let set = [set, vec![("id", dialect.id(&entry)), ("created_at", at)]].concat();
        self.copy(numbers, Copies { table: "stock_movements", from, set }).await;
    }

    /// The numbers, each with the rows of the template that it is copied from: `r`.
    fn template(&self, table: &str, column: &str) -> String {
        format!(
            "numbers join products p on p.store_id = {store} and p.slug = 'product-' || {number} \
             join {table} r on r.store_id = p.store_id and r.{column} = p.id",
            store = self.store,
            number = template_number(),
        )
    }

    async fn copy(&self, numbers: RangeInclusive<u32>, copies: Copies<'_>) {
        let columns = self.database.written_columns(copies.table).await;
        let last = *numbers.end();
        for first in numbers.step_by(AT_A_TIME as usize) {
            let some = first..=last.min(first + (AT_A_TIME - 1));
            self.database.execute(&copies.statement(self.dialect, &columns, &some), []).await;
        }
    }
}

/// The product that was copied as this number.
pub fn product(number: u32) -> ProductId {
    Dialect::copied(u64::from(number) * IDS_EACH)
}

/// The first variant of that product.
pub fn variant(number: u32) -> VariantId {
    Dialect::copied(u64::from(number) * IDS_EACH + 1)
}

fn product_number() -> String {
    format!("(n * {IDS_EACH})")
}

/// Number of the product that is copied as `n`.
fn template_number() -> String {
    format!("(n % {TEMPLATES} + 1)")
}
