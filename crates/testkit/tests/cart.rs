//! Carts by their use cases, on both engines: no change is lost, and what is shown is what is charged.

#![expect(clippy::unwrap_used, reason = "in a test the place of the panic is the message")]

use application::{
    Change, Context, Details, Error, ErrorCode,
    cart::{self, CartView, ContactChanges, NewItem, PostalAddress},
    promotion::{self, DiscountKind, NewPromotion},
    shipping::{self, NewShippingMethod, Rates, ZoneInput},
    tax::{self, NewTaxRate},
};
use chrono::TimeDelta;
use domain::{access::Mode, geography::CountryCode, id::Handle, money::Money, shipping::Destination};
use futures::future::join_all;
use testkit::{
    TestCore, TestStore, cores,
    database::fresh_id,
    goods::{Goods, download, offer, parcel},
    store,
};

const TOKEN: &str = "shopper-one";

fn some(goods: Goods, quantity: u32) -> NewItem {
    NewItem { product: Handle::Id(goods.product), variant: None, quantity }
}

async fn add(core: &TestCore, shop: &TestStore, goods: Goods, quantity: u32) -> Result<CartView, Error> {
    cart::add_item(core, &shop.shopper(Mode::Test), TOKEN, some(goods, quantity)).await
}

fn codes(cart: &CartView) -> Vec<&'static str> {
    cart.messages.iter().map(|message| message.code).collect()
}

fn money(cart: &CartView) -> [i64; 5] {
    let totals = cart.totals;
    [totals.subtotal, totals.discount, totals.shipping, totals.tax, totals.total].map(Money::minor)
}

fn coupon(code: &str, kind: DiscountKind, size: Option<u32>) -> NewPromotion {
    NewPromotion {
        code: code.to_owned(),
        name: None,
        kind,
        size: size.map(Into::into),
        min_order_amount: None,
        max_uses: None,
        max_uses_per_customer: None,
        starts_at: None,
        expires_at: None,
        product_ids: Vec::new(),
        category_ids: Vec::new(),
        first_order_only: false,
        active: true,
    }
}

fn address(country: &str, postcode: &str) -> PostalAddress {
    PostalAddress {
        line1: "221B Baker Street".to_owned(),
        city: "London".to_owned(),
        postcode: Some(postcode.to_owned()),
        country: country.to_owned(),
        ..PostalAddress::default()
    }
}

fn to(address: PostalAddress) -> ContactChanges {
    ContactChanges { shipping_address: Change::Set(address), ..ContactChanges::default() }
}

/// A flat rate of `rate`, to Great Britain only.
async fn post(core: &TestCore, ctx: &Context, name: &str, rate: i64) -> domain::id::ShippingMethodId {
    let zone = ZoneInput { country: "GB".to_owned(), states: Vec::new(), postcodes: Vec::new() };
    let new = NewShippingMethod {
        name: name.to_owned(),
        kind: "flat_rate".to_owned(),
        rates: Rates { rate: Some(rate), ..Rates::default() },
        zones: vec![zone],
        enabled: true,
        ..NewShippingMethod::default()
    };
    shipping::create(core, ctx, new).await.expect("the method is sound").id
}

/// 20 % in Great Britain.
async fn vat(core: &TestCore, ctx: &Context) {
    let new = NewTaxRate {
        name: "VAT".to_owned(),
        rate: rust_decimal::Decimal::new(2, 1),
        country: Some("GB".to_owned()),
        state: None,
        postcode: None,
        tax_class: None,
        enabled: true,
    };
    tax::create(core, ctx, new).await.expect("the rate is sound");
}

#[tokio::test]
async fn twenty_shoppers_at_one_cart_lose_no_item() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let mut shelf = Vec::new();
        for n in 0..4 {
            shelf.push(download(&core, &shop, &format!("Pattern {n}"), 100, 1000).await);
        }
        let ctx = shop.shopper(Mode::Test);
        let adds = (0..20).map(|n: usize| cart::add_item(&core, &ctx, TOKEN, some(shelf[n % 4], 1)));
        let outcomes = join_all(adds).await;
        for outcome in outcomes {
            outcome.unwrap();
        }
        let cart = cart::get(&core, &ctx, TOKEN).await.unwrap();
        let held: u32 = cart.items.iter().map(|item| item.quantity).sum();
        assert_eq!((held, cart.items.len()), (20, 4), "{}", core.database.engine);
    }
}

#[tokio::test]
async fn the_first_call_begins_one_cart_however_often_it_is_made() {
    for core in cores().await {
        let (shop, other) = (store(&core, "Acme", "GBP").await, store(&core, "Other", "EUR").await);
        let ctx = shop.shopper(Mode::Test);
        let carts = join_all((0..10).map(|_| cart::get(&core, &ctx, TOKEN))).await;
        let ids: Vec<_> = carts.into_iter().map(|cart| cart.unwrap().cart.id).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        for elsewhere in [other.shopper(Mode::Test), shop.shopper(Mode::Live)] {
            let cart = cart::get(&core, &elsewhere, TOKEN).await.unwrap();
            assert_ne!(cart.cart.id, ids[0], "a token is worth nothing elsewhere");
        }
    }
}

#[tokio::test]
async fn a_quantity_beyond_the_stock_is_refused_with_what_is_left() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = download(&core, &shop, "Pattern", 100, 3).await;
        add(&core, &shop, goods, 2).await.unwrap();
        let refused = add(&core, &shop, goods, 2).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::OutOfStock);
        let variant = goods.variant.to_string();
        assert_eq!(refused.details.as_deref(), Some(&Details::Stock { variant, available: 3, requested: 4 }));

        let ctx = shop.shopper(Mode::Test);
        let line = cart::get(&core, &ctx, TOKEN).await.unwrap().items[0].id;
        let refused = cart::set_quantity(&core, &ctx, TOKEN, line, 4, None).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::OutOfStock);
        let cart = cart::set_quantity(&core, &ctx, TOKEN, line, 3, None).await.unwrap();
        assert_eq!((cart.items[0].quantity, money(&cart)[4]), (3, 300));
        let cart = cart::set_quantity(&core, &ctx, TOKEN, line, 0, None).await.unwrap();
        assert_eq!((cart.items.len(), money(&cart)), (0, [0; 5]));
        let gone = cart::remove(&core, &ctx, TOKEN, line, None).await.unwrap_err();
        assert_eq!(gone.code, ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn least_and_most_of_a_product_hold_in_the_cart() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let limits = |product: &mut domain::catalog::product::Product| {
            product.min_order_quantity = 2;
            product.max_order_quantity = Some(4);
        };
        let goods = offer(&core, &shop, "Pattern", 100, 99, limits).await;
        for (quantity, said) in [(1, "at least 2"), (5, "at most 4")] {
            let refused = add(&core, &shop, goods, quantity).await.unwrap_err();
            assert_eq!(refused.code, ErrorCode::ValidationFailed);
            assert!(refused.fields["quantity"][0].contains(said), "{refused:?}");
        }
        assert_eq!(add(&core, &shop, goods, 2).await.unwrap().items[0].quantity, 2);
    }
}

#[tokio::test]
async fn only_what_the_store_sells_goes_into_a_cart() {
    for core in cores().await {
        let (shop, other) = (store(&core, "Acme", "GBP").await, store(&core, "Other", "GBP").await);
        let draft = offer(&core, &shop, "Draft", 100, 9, |product| {
            product.status = domain::catalog::product::ProductStatus::Draft;
            product.published_at = None;
        });
        let refused = add(&core, &shop, draft.await, 1).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::ProductUnavailable);
        let foreign = download(&core, &other, "Pattern", 100, 9).await;
        assert_eq!(add(&core, &shop, foreign, 1).await.unwrap_err().code, ErrorCode::NotFound);
        let ours = download(&core, &shop, "Pattern", 100, 9).await;
        let ctx = shop.shopper(Mode::Test);
        let named = NewItem { product: Handle::Name("pattern".to_owned()), variant: None, quantity: 1 };
        let cart = cart::add_item(&core, &ctx, TOKEN, named).await.unwrap();
        assert_eq!(cart.items[0].variant_id, ours.variant, "by slug");
        let mixed =
            NewItem { product: Handle::Id(ours.product), variant: Some(foreign.variant), quantity: 1 };
        let refused = cart::add_item(&core, &ctx, TOKEN, mixed).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn a_cart_costs_what_the_published_figures_say() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        vat(&core, &shop.live()).await;
        promotion::create(&core, &shop.live(), coupon("SPRING20", DiscountKind::Percentage, Some(20)))
            .await
            .unwrap();
        let goods = parcel(&core, &shop, "Candle", 2400, 99).await;
        let ctx = Context { locale: "en-GB".to_owned(), ..shop.shopper(Mode::Test) };
        let cart = cart::add_item(&core, &ctx, TOKEN, some(goods, 2)).await.unwrap();
        assert_eq!(money(&cart), [4800, 0, 0, 960, 5760], "taxed where the shopper seems to be");
        cart::add_item(&core, &ctx, TOKEN, some(goods, 1)).await.unwrap();
        let cart = cart::apply_discount(&core, &ctx, TOKEN, "spring20").await.unwrap();
        assert_eq!(money(&cart), [7200, 1440, 0, 1152, 6912]);
        assert_eq!(cart.tax_breakdown.len(), 1);

        let cart = cart::remove_discount(&core, &ctx, TOKEN, None).await.unwrap();
        assert_eq!((cart.coupon.is_none(), money(&cart)[4]), (true, 8640));
        let dear = post(&core, &shop.live(), "Express", 995).await;
        let cheap = post(&core, &shop.live(), "Second class", 495).await;
        let london = Destination { country: CountryCode::parse("GB").unwrap(), state: None, postcode: None };
        let estimate = cart::estimate(&core, &ctx, TOKEN, london).await.unwrap();
        assert_eq!((estimate.totals.total.minor(), estimate.shipping_options), (9135, 2), "the cheapest");
        let early = cart::shipping_options(&core, &ctx, TOKEN).await.unwrap_err();
        assert_eq!(early.code, ErrorCode::CheckoutIncomplete);
        let early = cart::choose_shipping(&core, &ctx, TOKEN, cheap).await.unwrap_err();
        assert_eq!(early.code, ErrorCode::CheckoutIncomplete);

        cart::save_checkout_data(&core, &ctx, TOKEN, to(address("gb", "nw1 6xe"))).await.unwrap();
        let options = cart::shipping_options(&core, &ctx, TOKEN).await.unwrap();
        let listed: Vec<_> = options.iter().map(|(method, price)| (method.id, price.minor())).collect();
        assert_eq!(listed, [(dear, 995), (cheap, 495)]);
        let cart = cart::choose_shipping(&core, &ctx, TOKEN, cheap).await.unwrap();
        assert_eq!((money(&cart), codes(&cart)), ([7200, 0, 495, 1440, 9135], vec![]));
        let unknown = cart::choose_shipping(&core, &ctx, TOKEN, fresh_id()).await.unwrap_err();
        assert_eq!(unknown.code, ErrorCode::ShippingUnavailable);

        let cart = cart::save_checkout_data(&core, &ctx, TOKEN, to(address("FR", "75001"))).await.unwrap();
        assert_eq!(cart.shipping_method, Some(cheap), "the choice is kept, and may fit again");
        let cart = cart::get(&core, &ctx, TOKEN).await.unwrap();
        assert_eq!((money(&cart), codes(&cart)), ([7200, 0, 0, 0, 7200], vec!["shipping_unavailable"]));
    }
}

#[tokio::test]
async fn a_coupon_is_taken_only_if_it_gives_something() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = download(&core, &shop, "Pattern", 1000, 9).await;
        let other = download(&core, &shop, "Book", 1000, 9).await;
        let ctx = shop.shopper(Mode::Test);
        let base = |code| coupon(code, DiscountKind::Fixed, Some(500));
        let soon = Some(ctx.now + TimeDelta::days(1));
        for (new, reason) in [
            (NewPromotion { min_order_amount: Some(5000), ..base("MINIMUM") }, "coupon_minimum_not_met"),
            (
                NewPromotion { product_ids: vec![other.product.to_string()], ..base("BOOKS") },
                "coupon_not_applicable",
            ),
            (NewPromotion { active: false, ..base("OFF") }, "coupon_inactive"),
            (NewPromotion { starts_at: soon, ..base("SOON") }, "coupon_not_started"),
        ] {
            let code = new.code.clone();
            promotion::create(&core, &shop.live(), new).await.unwrap();
            add(&core, &shop, goods, 1).await.unwrap();
            let refused = cart::apply_discount(&core, &ctx, TOKEN, &code).await.unwrap_err();
            assert_eq!(refused.code, ErrorCode::CouponRefused);
            let facts = [("reason", reason.to_owned())].into_iter().collect();
            assert_eq!(refused.details.as_deref(), Some(&Details::Facts(facts)), "{code}");
        }
        for unknown in ["NOPE", "'); drop table carts; --", ""] {
            let refused = cart::apply_discount(&core, &ctx, TOKEN, unknown).await.unwrap_err();
            assert_eq!(refused.code, ErrorCode::CouponRefused);
        }
        assert!(cart::get(&core, &ctx, TOKEN).await.unwrap().coupon.is_none(), "a refusal changes nothing");

        let cart = cart::apply_discount(&core, &ctx, TOKEN, "MINIMUM").await;
        assert!(cart.is_err());
        add(&core, &shop, goods, 1).await.unwrap();
        let cart = cart::apply_discount(&core, &ctx, TOKEN, "minimum").await.unwrap();
        assert_eq!(money(&cart), [5000, 500, 0, 0, 4500]);
        let line = cart.items[0].id;
        let cart = cart::set_quantity(&core, &ctx, TOKEN, line, 4, None).await.unwrap();
        assert_eq!((money(&cart)[4], codes(&cart)), (4000, vec!["coupon_minimum_not_met"]));
    }
}

#[tokio::test]
async fn what_changes_in_the_shop_is_told_in_the_cart() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let (kept, scarce) =
            (download(&core, &shop, "Kept", 1000, 9).await, download(&core, &shop, "Scarce", 100, 9).await);
        let (hidden, gone) =
            (download(&core, &shop, "Hidden", 10, 9).await, download(&core, &shop, "Gone", 1, 9).await);
        for goods in [kept, scarce, hidden, gone] {
            add(&core, &shop, goods, 5).await.unwrap();
        }
        let sql = "update stock set available = 3 where variant_id = $1";
        core.database.execute(sql, [testkit::database::raw_id(scarce.variant)]).await;
        let sql = "update products set status = 'archived' where id = $1";
        core.database.execute(sql, [testkit::database::raw_id(hidden.product)]).await;
        for table in ["stock", "stock_movements"] {
            let sql = format!("delete from {table} where variant_id = $1");
            core.database.execute(&sql, [testkit::database::raw_id(gone.variant)]).await;
        }
        let sql = "delete from variants where id = $1";
        core.database.execute(sql, [testkit::database::raw_id(gone.variant)]).await;
        // What is remembered of the catalogue lasts until something in it changes in the ordinary way.
        download(&core, &shop, "New", 1, 1).await;

        let ctx = shop.shopper(Mode::Test);
        let cart = cart::get(&core, &ctx, TOKEN).await.unwrap();
        assert_eq!(codes(&cart), ["stock_limited", "product_unavailable", "product_unavailable"]);
        let sold: Vec<_> = cart.items.iter().map(|item| item.is_sold).collect();
        assert_eq!((sold, money(&cart)[4]), (vec![true, true, false, false], 5500));
        for dead in &cart.items[2..] {
            let refused = cart::set_quantity(&core, &ctx, TOKEN, dead.id, 1, None).await.unwrap_err();
            assert_eq!(refused.code, ErrorCode::ProductUnavailable);
            cart::remove(&core, &ctx, TOKEN, dead.id, None).await.unwrap();
        }
        assert_eq!(codes(&cart::get(&core, &ctx, TOKEN).await.unwrap()), ["stock_limited"]);
    }
}

#[tokio::test]
async fn details_stay_until_they_are_changed_and_hide_when_nobody_is_there() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let ctx = shop.shopper(Mode::Test);
        let email = ContactChanges {
            email: Change::Set(" Sam@Example.com ".to_owned()),
            ..to(address("GB", "nw1 6xe"))
        };
        let saved = cart::save_checkout_data(&core, &ctx, TOKEN, email).await.unwrap().contact;
        assert_eq!(saved.email.as_ref().unwrap().as_str(), "Sam@example.com");
        assert_eq!(saved.shipping_address.as_ref().unwrap().postcode.as_deref(), Some("NW1 6XE"));
        assert!(saved.same_as_shipping, "there is no other address to bill");
        let notes = ContactChanges {
            notes: Change::Set("Ring twice <b>🔔</b>".to_owned()),
            ..ContactChanges::default()
        };
        let saved = cart::save_checkout_data(&core, &ctx, TOKEN, notes).await.unwrap().contact;
        assert_eq!((saved.notes.as_deref(), saved.email.is_some()), (Some("Ring twice <b>🔔</b>"), true));
        let cleared = ContactChanges { email: Change::Clear, ..ContactChanges::default() };
        let saved = cart::save_checkout_data(&core, &ctx, TOKEN, cleared).await.unwrap().contact;
        assert_eq!((saved.email, saved.shipping_address.is_some()), (None, true));

        core.clock.advance(TimeDelta::hours(2));
        let later = shop.shopper(Mode::Test);
        assert!(!cart::checkout_data(&core, &later, TOKEN).await.unwrap().contact.is_personal());
        let cart = cart::get(&core, &later, TOKEN).await.unwrap();
        assert!(!cart.cart.contact.is_personal() && cart.has_shipping_address);
        core.clock.advance(TimeDelta::days(30));
        let fresh = cart::get(&core, &shop.shopper(Mode::Test), TOKEN).await.unwrap();
        assert_ne!(fresh.cart.id, cart.cart.id, "a forgotten cart is followed by a new one");
        assert!(!fresh.has_shipping_address);
    }
}

#[tokio::test]
async fn faulty_details_are_named_field_by_field_and_nothing_is_saved() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let ctx = shop.shopper(Mode::Test);
        let faulty = ContactChanges {
            email: Change::Set("nobody".to_owned()),
            billing_address: Change::Set(address("XX", "")),
            ..to(address("", ""))
        };
        let refused = cart::save_checkout_data(&core, &ctx, TOKEN, faulty).await.unwrap_err();
        let fields: Vec<_> = refused.fields.keys().map(String::as_str).collect();
        assert_eq!(fields, ["billingAddress.countryCode", "email", "shippingAddress.countryCode"]);
        let stateless = PostalAddress { city: String::new(), ..address("US", "9") };
        let refused = cart::save_checkout_data(&core, &ctx, TOKEN, to(stateless)).await.unwrap_err();
        let fields: Vec<_> = refused.fields.keys().map(String::as_str).collect();
        let expected = ["shippingAddress.city", "shippingAddress.postcode", "shippingAddress.state"];
        assert_eq!((refused.code, fields), (ErrorCode::ValidationFailed, expected.to_vec()));
        assert!(!cart::checkout_data(&core, &ctx, TOKEN).await.unwrap().contact.is_personal());
    }
}

#[tokio::test]
async fn a_change_decided_on_an_older_cart_is_refused() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = download(&core, &shop, "Pattern", 100, 9).await;
        let cart = add(&core, &shop, goods, 1).await.unwrap();
        let (line, version) = (cart.items[0].id, cart.cart.version);
        let ctx = shop.shopper(Mode::Test);
        cart::set_quantity(&core, &ctx, TOKEN, line, 2, Some(version)).await.unwrap();
        let refused = cart::set_quantity(&core, &ctx, TOKEN, line, 3, Some(version)).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Stale);
    }
}

#[tokio::test]
async fn a_change_of_a_cart_takes_two_statements() {
    for core in cores().await {
        // On a busy machine changes are heard of late, and then memory is not believed: the best run counts.
        let mut least = [u64::MAX; 5];
        for _ in 0..3 {
            let shop = store(&core, "Acme", "GBP").await;
            while core.db.catalog_epoch(shop.id).is_none() {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
            for (least, taken) in least.iter_mut().zip(statements_of_changes(&core, &shop).await) {
                *least = taken.min(*least);
            }
        }
        assert!(least.iter().all(|taken| *taken > 0), "statements are counted");
        let allowed = [
            ("adding", 2),
            ("setting a quantity", 2),
            ("removing", 2),
            ("saving details", 1),
            ("showing", 2),
        ];
        for ((change, allowed), taken) in allowed.into_iter().zip(least) {
            assert!(taken <= allowed, "{change} took {taken} statements on {}", core.database.engine);
        }
    }
}

/// How many statements it takes to add, set, remove, save details and show, with everything in memory.
async fn statements_of_changes(core: &TestCore, shop: &TestStore) -> [u64; 5] {
    let (first, second) =
        (download(core, shop, "One", 100, 9).await, download(core, shop, "Two", 100, 9).await);
    let ctx = shop.shopper(Mode::Test);
    // What was changed until now is not to be heard of once memory is filled.
    core.db.announced().await;
    // Fills the memory with the store's configuration and categories.
    let line = add(core, shop, first, 1).await.unwrap().items[0].id;
    let mut before = core.database.statements();
    let mut taken = || {
        let now = core.database.statements();
        now - std::mem::replace(&mut before, now)
    };
    add(core, shop, second, 1).await.unwrap();
    let adding = taken();
    cart::set_quantity(core, &ctx, TOKEN, line, 3, None).await.unwrap();
    let setting = taken();
    cart::remove(core, &ctx, TOKEN, line, None).await.unwrap();
    let removing = taken();
    cart::save_checkout_data(core, &ctx, TOKEN, to(address("GB", "NW1 6XE"))).await.unwrap();
    let saving = taken();
    cart::get(core, &ctx, TOKEN).await.unwrap();
    [adding, setting, removing, saving, taken()]
}
