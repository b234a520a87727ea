//! Where carts and sales meet, on both engines: what a cart shows once it was paid for, and what may be
//! done to one while it is.

use application::{
    Change, Context, ErrorCode,
    cart::{self, ContactChanges, NewItem},
    checkout::{self, PlaceOrder, Placement},
};
use domain::{access::Mode, cart::CartState, id::Handle, order::PaymentStatus, payment::PaymentState};
use testkit::{
    TestCore, cores,
    goods::{Goods, download},
    store,
};

const TOKEN: &str = "shopper-one";

async fn add(core: &TestCore, ctx: &Context, goods: Goods) {
    let item = NewItem { product: Handle::Id(goods.product), variant: None, quantity: 2 };
    cart::add_item(core, ctx, TOKEN, item).await.expect("there is enough of it");
}

async fn identify(core: &TestCore, ctx: &Context) {
    let email = Change::Set("sam@example.com".to_owned());
    let changes = ContactChanges { email, ..ContactChanges::default() };
    cart::save_checkout_data(core, ctx, TOKEN, changes).await.expect("the address is sound");
}

async fn pay(core: &TestCore, ctx: &Context, method: &str) -> Placement {
    let command = PlaceOrder {
        token_hash: TOKEN.to_owned(),
        payment_method: method.to_owned(),
        return_url: Some("https://shop.example/thanks".to_owned()),
    };
    checkout::place(core, ctx, command).await.expect("the sandbox takes it")
}

#[tokio::test]
async fn a_paid_cart_shows_its_order_until_something_is_added() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = download(&core, &shop, "Pattern", 2400, 9).await;
        let ctx = shop.shopper(Mode::Test);
        add(&core, &ctx, goods).await;
        identify(&core, &ctx).await;
        let sold = pay(&core, &ctx, "pm_card_visa").await.order;
        // The price of tomorrow is not what was paid today.
        let sql = "update products set price = 9900, name = 'Renamed' where id = $1";
        core.database.execute(sql, [testkit::database::raw_id(goods.product)]).await;
        // What is remembered of the catalogue lasts until something in it changes in the ordinary way.
        download(&core, &shop, "New", 1, 1).await;

        let shown = cart::get(&core, &ctx, TOKEN).await.unwrap();
        assert_eq!((shown.cart.state, shown.cart.id), (CartState::Completed, sold.id.cast()));
        let order = shown.order.unwrap().order;
        assert_eq!((order.number, order.payment_status), (sold.number, PaymentStatus::Paid));
        assert_eq!((shown.totals.total.minor(), shown.items[0].unit_price.minor()), (4800, 2400));
        assert_eq!(shown.items[0].product_name.as_deref(), Some("Pattern"));

        let line = shown.items[0].id;
        for refused in [
            cart::set_quantity(&core, &ctx, TOKEN, line, 1, None).await.unwrap_err(),
            cart::remove(&core, &ctx, TOKEN, line, None).await.unwrap_err(),
            cart::remove_discount(&core, &ctx, TOKEN, None).await.unwrap_err(),
            cart::save_checkout_data(&core, &ctx, TOKEN, ContactChanges::default()).await.unwrap_err(),
        ] {
            assert_eq!(refused.code, ErrorCode::InvalidState, "{refused:?}");
        }

        add(&core, &ctx, goods).await;
        let next = cart::get(&core, &ctx, TOKEN).await.unwrap();
        assert_ne!(next.cart.id, shown.cart.id);
        assert_eq!((next.cart.state, next.order.is_none()), (CartState::Open, true));
        assert_eq!((next.totals.total.minor(), next.cart.contact.is_personal()), (19_800, false));
    }
}

#[tokio::test]
async fn changing_a_cart_that_waits_for_its_shopper_gives_the_payment_up() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let goods = download(&core, &shop, "Pattern", 2400, 9).await;
        let ctx = shop.shopper(Mode::Test);
        add(&core, &ctx, goods).await;
        identify(&core, &ctx).await;
        let waiting = pay(&core, &ctx, "pm_card_authenticationRequired").await;
        assert_eq!(waiting.payment.unwrap().state, PaymentState::RequiresAction);
        let shown = cart::get(&core, &ctx, TOKEN).await.unwrap();
        assert_eq!((shown.cart.state, shown.items[0].available), (CartState::Paying, Some(7)));

        let line = shown.items[0].id;
        let changed = cart::set_quantity(&core, &ctx, TOKEN, line, 9, None).await.unwrap();
        assert_eq!((changed.cart.state, changed.items[0].quantity), (CartState::Open, 9), "stock came back");
        assert_eq!(changed.cart.id, shown.cart.id);
        let sold = pay(&core, &ctx, "pm_card_visa").await.order;
        assert_eq!((sold.id, sold.totals.total.minor()), (shown.cart.id.cast(), 9 * 2400));
    }
}

#[tokio::test]
async fn goods_go_only_where_the_store_ships() {
    for core in cores().await {
        let shop = store(&core, "Acme", "GBP").await;
        let mut work = core.db.begin(shop.id).await.unwrap();
        let (mut row, mut settings) = work.stores().find().await.unwrap().unwrap();
        settings.shipping.ships_to = vec![domain::geography::CountryCode::parse("GB").unwrap()];
        work.stores().update(&mut row, &settings).await.unwrap();
        work.commit().await.unwrap();

        let ctx = shop.shopper(Mode::Test);
        let to = |country: &str, postcode: &str| cart::PostalAddress {
            line1: "1 Street".to_owned(),
            city: "Town".to_owned(),
            postcode: Some(postcode.to_owned()),
            country: country.to_owned(),
            ..cart::PostalAddress::default()
        };
        let abroad =
            ContactChanges { shipping_address: Change::Set(to("FR", "75001")), ..ContactChanges::default() };
        let refused = cart::save_checkout_data(&core, &ctx, TOKEN, abroad).await.unwrap_err();
        assert!(refused.fields.contains_key("shippingAddress.countryCode"), "{refused:?}");
        let billed_abroad = ContactChanges {
            shipping_address: Change::Set(to("GB", "NW1 6XE")),
            billing_address: Change::Set(to("FR", "75001")),
            ..ContactChanges::default()
        };
        let saved = cart::save_checkout_data(&core, &ctx, TOKEN, billed_abroad).await.unwrap().contact;
        assert!(!saved.same_as_shipping, "a billing address of its own was given");
    }
}
