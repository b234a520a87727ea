//! What every `Stock` must keep, on both engines: never oversold, never stuck, and a book that adds up.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use std::sync::Arc;

use domain::{
    access::Mode,
    id::{OrderId, ProductId, StoreId, VariantId},
    inventory::{Adjustment, MovementKind, StockError, StockStatus},
};
use ports::{
    Database as _, RepoError,
    list::{Count, Slice, Window},
    stock::{Cause, LevelFilter, MovementFilter, Shortage, Units},
};
use testkit::database::{NOW, TestDatabase, each, fresh_id, raw_id};

fn cause(mode: Mode) -> Cause {
    Cause { mode, order: None, actor: "key:test".to_owned(), reason: None, at: NOW }
}

fn some(variant: VariantId, quantity: u32) -> Units {
    Units { variant, quantity }
}

/// A product with one variant for each count, stocked in both modes.
async fn stocked(database: &TestDatabase, store: StoreId, counts: &[u32]) -> (ProductId, Vec<VariantId>) {
    let product: ProductId = fresh_id();
    let text = product.to_string();
    database
        .execute(
            "insert into products (store_id, id, slug, name, status, product_type, featured, category_ids, tags, media, \
             options, price, price_min, price_max, variant_count, track_inventory, taxable, tax_class, \
             shipping_type, min_order_quantity, sort_order, metadata, search_text, version, created_at, \
             updated_at) values ($1, $2, $3, 'Tote', 'published', 'physical', 0, '[]', '[]', '[]', '[]', 100, \
             100, 100, 1, true, true, 'standard', 'standard', 1, 0, '{}', 'tote', 1, $4, $4)",
            [raw_id(store), raw_id(product), text.into(), NOW.into()],
        )
        .await;
    let mut variants = Vec::new();
    for (position, count) in counts.iter().enumerate() {
        let variant: VariantId = fresh_id();
        database
            .execute(
                "insert into variants (store_id, id, product_id, name, option_values, option_key, position, \
                 is_default, version, created_at, updated_at) \
                 values ($1, $2, $3, $4, '[]', $4, 0, false, 1, $5, $5)",
                [raw_id(store), raw_id(variant), raw_id(product), position.to_string().into(), NOW.into()],
            )
            .await;
        let mut work = database.begin(store).await.unwrap();
        work.stock().start(variant, product, *count, Some(2), &cause(Mode::Live)).await.unwrap();
        work.commit().await.unwrap();
        variants.push(variant);
    }
    (product, variants)
}

async fn level(database: &TestDatabase, store: StoreId, mode: Mode, variant: VariantId) -> (u32, u32) {
    let mut work = database.begin(store).await.unwrap();
    let level = work.stock().level(mode, variant).await.unwrap().expect("the variant was stocked");
    (level.available, level.reserved)
}

#[tokio::test]
async fn a_reservation_takes_all_or_tells_what_is_missing() {
    for database in each().await {
        let store = database.store("Acme").await;
        let (product, variants) = stocked(&database, store, &[5, 3, 1]).await;
        let mut work = database.begin(store).await.unwrap();
        let basket = [some(variants[1], 2), some(variants[0], 4)];
        let changed = work.stock().reserve(&basket, &cause(Mode::Live)).await.unwrap().unwrap();
        work.commit().await.unwrap();
        let seen: Vec<_> = changed
            .iter()
            .map(|each| (each.variant, each.product, each.before, each.after, each.low_threshold))
            .collect();
        assert_eq!(seen.len(), 2, "{}", database.engine);
        assert!(seen.contains(&(variants[0], product, 5, 1, Some(2))), "{seen:?}");
        assert!(seen.contains(&(variants[1], product, 3, 1, Some(2))), "{seen:?}");

        let mut work = database.begin(store).await.unwrap();
        let unknown: VariantId = fresh_id();
        let basket = [some(variants[0], 2), some(variants[2], 1), some(unknown, 1)];
        let mut short = work.stock().reserve(&basket, &cause(Mode::Live)).await.unwrap().unwrap_err();
        drop(work);
        short.sort_by_key(|each| each.variant);
        assert_eq!(
            short,
            [
                Shortage { variant: variants[0], requested: 2, available: 1 },
                Shortage { variant: unknown, requested: 1, available: 0 },
            ]
        );
        assert_eq!(level(&database, store, Mode::Live, variants[2]).await, (1, 0), "nothing was taken");
        assert_eq!(level(&database, store, Mode::Test, variants[0]).await, (5, 0), "the other mode is apart");
    }
}

#[tokio::test]
async fn lines_of_one_variant_are_added_up_before_stock_is_asked() {
    for database in each().await {
        let store = database.store("Acme").await;
        let (_, variants) = stocked(&database, store, &[3]).await;
        let mut work = database.begin(store).await.unwrap();
        let twice = [some(variants[0], 2), some(variants[0], 2)];
        let short = work.stock().reserve(&twice, &cause(Mode::Live)).await.unwrap().unwrap_err();
        assert_eq!(short, [Shortage { variant: variants[0], requested: 4, available: 3 }]);
    }
}

#[tokio::test]
async fn reserved_units_are_sold_or_come_back_and_sold_ones_can_be_restocked() {
    for database in each().await {
        let store = database.store("Acme").await;
        let (_, variants) = stocked(&database, store, &[5]).await;
        let units = [some(variants[0], 3)];
        let live = cause(Mode::Live);
        let mut work = database.begin(store).await.unwrap();
        work.stock().reserve(&units, &live).await.unwrap().unwrap();
        work.stock().sell_reserved(&[some(variants[0], 1)], &live).await.unwrap();
        let back = work.stock().release(&[some(variants[0], 2)], &live).await.unwrap();
        assert_eq!((back[0].before, back[0].after), (2, 4));
        let back = work.stock().restock(&[some(variants[0], 1)], &live).await.unwrap();
        assert_eq!((back[0].before, back[0].after), (4, 5));
        work.commit().await.unwrap();
        assert_eq!(level(&database, store, Mode::Live, variants[0]).await, (5, 0));
    }
}

#[tokio::test]
async fn more_than_was_reserved_or_sold_never_moves() {
    for database in each().await {
        let store = database.store("Acme").await;
        let (_, variants) = stocked(&database, store, &[5]).await;
        let units = [some(variants[0], 1)];
        let live = cause(Mode::Live);
        for attempt in ["sell", "release", "restock"] {
            let mut work = database.begin(store).await.unwrap();
            let refused = match attempt {
                "sell" => work.stock().sell_reserved(&units, &live).await,
                "release" => work.stock().release(&units, &live).await.map(drop),
                _ => work.stock().restock(&units, &live).await.map(drop),
            };
            assert!(matches!(refused, Err(RepoError::Conflict { .. })), "{attempt}: {refused:?}");
        }
        assert_eq!(level(&database, store, Mode::Live, variants[0]).await, (5, 0));
    }
}

#[tokio::test]
async fn an_adjustment_moves_one_mode_and_stops_at_nought() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let (_, variants) = stocked(&database, store, &[5]).await;
        let mut work = database.begin(store).await.unwrap();
        let live = cause(Mode::Live);
        let changed = work
            .stock()
            .adjust(variants[0], Adjustment::Decrement(2), &live)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        assert_eq!((changed.before, changed.after), (5, 3));
        let refused = work.stock().adjust(variants[0], Adjustment::Decrement(4), &live).await.unwrap();
        assert_eq!(refused, Some(Err(StockError::BelowZero { available: 3 })));
        assert!(work.stock().set_low_threshold(Mode::Live, variants[0], None).await.unwrap());
        work.commit().await.unwrap();
        assert_eq!(level(&database, store, Mode::Live, variants[0]).await, (3, 0));
        assert_eq!(level(&database, store, Mode::Test, variants[0]).await, (5, 0));

        let mut work = database.begin(other).await.unwrap();
        assert_eq!(work.stock().adjust(variants[0], Adjustment::Set(0), &live).await.unwrap(), None);
        assert_eq!(work.stock().level(Mode::Live, variants[0]).await.unwrap(), None);
        assert!(!work.stock().set_low_threshold(Mode::Live, variants[0], Some(1)).await.unwrap());
        let short = work.stock().reserve(&[some(variants[0], 1)], &live).await.unwrap().unwrap_err();
        assert_eq!(short[0].available, 0, "another store's stock is not there");
    }
}

/// `SHOPPERS` people, 64 at a time, each want what `basket` says.
async fn rush(
    database: &Arc<TestDatabase>,
    store: StoreId,
    basket: impl Fn(usize) -> Vec<Units>,
) -> Vec<Result<(), RepoError>> {
    const SHOPPERS: usize = 300;
    let gate = Arc::new(tokio::sync::Semaphore::new(64));
    let mut shoppers = tokio::task::JoinSet::new();
    for number in 0..SHOPPERS {
        let (database, gate, units) = (Arc::clone(database), Arc::clone(&gate), basket(number));
        shoppers.spawn(async move {
            let _turn = gate.acquire().await.expect("the gate stays open");
            let mut work = database.begin(store).await?;
            if work.stock().reserve(&units, &cause(Mode::Live)).await?.is_err() {
                return Ok(None);
            }
            // Time for others to come between the reservation and the commit.
            tokio::task::yield_now().await;
            work.commit().await.map(Some)
        });
    }
    let served = shoppers.join_all().await;
    served.into_iter().filter_map(Result::transpose).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rush_on_the_last_fifty_sells_fifty() {
    for database in each().await {
        let database = Arc::new(database);
        let store = database.store("Acme").await;
        let (_, variants) = stocked(&database, store, &[50]).await;
        let served = rush(&database, store, |_| vec![some(variants[0], 1)]).await;
        assert!(served.iter().all(Result::is_ok), "{}: {served:?}", database.engine);
        assert_eq!(served.len(), 50, "{}", database.engine);
        assert_eq!(level(&database, store, Mode::Live, variants[0]).await, (0, 50));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn baskets_in_opposite_orders_never_wait_for_each_other_in_a_circle() {
    for database in each().await {
        let database = Arc::new(database);
        let store = database.store("Acme").await;
        let (_, variants) = stocked(&database, store, &[50, 80]).await;
        let served = rush(&database, store, |number| {
            let (first, second) = if number % 2 == 0 { (0, 1) } else { (1, 0) };
            vec![some(variants[first], 1), some(variants[second], 1)]
        })
        .await;
        assert!(served.iter().all(Result::is_ok), "{}: {served:?}", database.engine);
        assert_eq!(served.len(), 50, "{}", database.engine);
        assert_eq!(level(&database, store, Mode::Live, variants[0]).await, (0, 50));
        assert_eq!(level(&database, store, Mode::Live, variants[1]).await, (30, 50));
    }
}

fn page(page: u32, per_page: u32) -> Window {
    Window::Page { page, per_page }
}

/// All rows of a list that is read by cursor, `per_page` at a time.
async fn walk<T, F: Future<Output = Result<Slice<T>, RepoError>>>(read: impl Fn(Window) -> F) -> Vec<T> {
    let (mut rows, mut last) = (Vec::new(), None);
    loop {
        let slice = read(Window::After { last, per_page: 2 }).await.unwrap();
        assert!(slice.total.is_none() && slice.items.len() <= 2);
        rows.extend(slice.items);
        last = slice.next;
        if last.is_none() {
            return rows;
        }
    }
}

#[tokio::test]
async fn levels_are_listed_by_mode_status_and_sku() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let (product, variants) = stocked(&database, store, &[9, 2, 0]).await;
        stocked(&database, other, &[1]).await;
        database
            .execute(
                "update variants set sku = 'T-1' where store_id = $1 and id = $2",
                [raw_id(store), raw_id(variants[1])],
            )
            .await;
        database.execute("update products set sku = 'T' where id = $1", [raw_id(product)]).await;
        let mut work = database.begin(store).await.unwrap();
        let one = [some(variants[0], 1)];
        work.stock().reserve(&one, &cause(Mode::Live)).await.unwrap().unwrap();
        work.commit().await.unwrap();

        let all = LevelFilter { default_threshold: 5, ..LevelFilter::default() };
        let rows = walk(|window| {
            let all = all.clone();
            let database = &database;
            async move { database.stock().levels(store, Mode::Live, &all, &window).await }
        })
        .await;
        let seen: Vec<_> =
            rows.iter().map(|row| (row.level.variant, row.level.available, row.level.reserved)).collect();
        assert_eq!(seen, [(variants[0], 8, 1), (variants[1], 2, 0), (variants[2], 0, 0)]);
        assert_eq!(rows[1].name, "Tote — 1");
        assert_eq!((rows[0].sku.as_deref(), rows[1].sku.as_deref()), (Some("T"), Some("T-1")));
        assert!(rows.iter().all(|row| row.product == product));

        let listed = async |filter: LevelFilter, mode| {
            let slice = database.stock().levels(store, mode, &filter, &page(1, 10)).await.unwrap();
            assert_eq!(slice.total, Some(Count::exact(slice.items.len() as u64)));
            slice.items.iter().map(|row| row.level.variant).collect::<Vec<_>>()
        };
        let standing = |status| LevelFilter { status: Some(status), ..all.clone() };
        assert_eq!(listed(standing(StockStatus::InStock), Mode::Live).await, [variants[0]]);
        assert_eq!(listed(standing(StockStatus::Low), Mode::Live).await, [variants[1]]);
        assert_eq!(listed(standing(StockStatus::OutOfStock), Mode::Live).await, [variants[2]]);
        let of_sku = |sku: &str| LevelFilter { sku: Some(sku.to_owned()), ..all.clone() };
        assert_eq!(listed(of_sku("T-1"), Mode::Live).await, [variants[1]]);
        assert_eq!(listed(of_sku("T"), Mode::Live).await, [variants[0], variants[2]]);

        let mut work = database.begin(store).await.unwrap();
        work.stock().set_low_threshold(Mode::Live, variants[0], None).await.unwrap();
        work.commit().await.unwrap();
        let strict = LevelFilter { default_threshold: 8, ..standing(StockStatus::Low) };
        assert_eq!(listed(strict, Mode::Live).await, [variants[0], variants[1]], "by the store's threshold");
        assert_eq!(
            database.stock().levels(store, Mode::Test, &all, &page(1, 1)).await.unwrap().items[0]
                .level
                .available,
            9
        );
    }
}

#[tokio::test]
async fn what_is_not_counted_or_archived_is_on_no_shelf() {
    for database in each().await {
        let store = database.store("Acme").await;
        let filter = LevelFilter::default();
        for change in ["track_inventory = false", "status = 'archived'"] {
            let (product, _) = stocked(&database, store, &[3]).await;
            database.execute(&format!("update products set {change} where id = $1"), [raw_id(product)]).await;
        }
        let slice = database.stock().levels(store, Mode::Live, &filter, &page(1, 10)).await.unwrap();
        assert_eq!(slice.items, [], "{}", database.engine);
    }
}

#[tokio::test]
async fn the_book_tells_every_change_newest_first_and_adds_up() {
    for database in each().await {
        let (store, other) = (database.store("Acme").await, database.store("Other").await);
        let (product, variants) = stocked(&database, store, &[5, 0]).await;
        let (_, foreign) = stocked(&database, other, &[5]).await;
        let order: OrderId = fresh_id();
        let sale = Cause { order: Some(order), actor: "shopper".to_owned(), ..cause(Mode::Live) };
        let note = Cause { reason: Some("Stock take".to_owned()), ..cause(Mode::Live) };
        let units = [some(variants[0], 2)];
        let mut work = database.begin(store).await.unwrap();
        work.stock().reserve(&units, &sale).await.unwrap().unwrap();
        work.stock().sell_reserved(&[some(variants[0], 1)], &sale).await.unwrap();
        work.stock().release(&[some(variants[0], 1)], &sale).await.unwrap();
        work.stock().restock(&[some(variants[0], 1)], &sale).await.unwrap();
        work.stock().adjust(variants[1], Adjustment::Increment(7), &note).await.unwrap().unwrap().unwrap();
        work.commit().await.unwrap();

        let everything = MovementFilter::default();
        let rows = walk(|window| {
            let (everything, database) = (&everything, &database);
            async move { database.stock().movements(store, Mode::Live, everything, &window).await }
        })
        .await;
        let seen: Vec<_> = rows
            .iter()
            .map(|row| &row.movement)
            .map(|each| (each.variant_id, each.kind, each.delta, each.before, each.after))
            .collect();
        assert_eq!(
            seen,
            [
                (variants[1], MovementKind::Adjustment, 7, 0, 7),
                (variants[0], MovementKind::Restock, 1, 4, 5),
                (variants[0], MovementKind::Restock, 1, 3, 4),
                (variants[0], MovementKind::Sale, -2, 5, 3),
                (variants[0], MovementKind::Initial, 5, 0, 5),
            ],
            "{}: a sale of what was reserved changes nothing that can be sold",
            database.engine
        );
        assert_eq!(rows[0].movement.reason.as_deref(), Some("Stock take"));
        assert_eq!((rows[1].movement.order, rows[1].movement.actor.as_str()), (Some(order), "shopper"));
        assert_eq!((rows[0].name.as_str(), rows[0].movement.product_id), ("Tote — 1", product));

        let count = async |store, mode, filter: MovementFilter| {
            database.stock().movements(store, mode, &filter, &page(1, 20)).await.unwrap().total
        };
        let of = |variant| MovementFilter { variant: Some(variant), product: None };
        assert_eq!(count(store, Mode::Live, of(variants[1])).await, Some(Count::exact(1)));
        assert_eq!(
            count(store, Mode::Live, of(foreign[0])).await,
            Some(Count::exact(0)),
            "another store's book"
        );
        let of_product = MovementFilter { variant: None, product: Some(product) };
        assert_eq!(count(store, Mode::Live, of_product).await, Some(Count::exact(5)));
        assert_eq!(
            count(store, Mode::Test, everything).await,
            Some(Count::exact(1)),
            "only what it began with"
        );
    }
}
