//! What foolish and hostile callers send: refused by its name, or kept to the letter; and after a refusal
//! everything is as it was.

use std::{fmt::Write as _, time::Duration};

use chrono::{SecondsFormat, TimeDelta};
use journeys::{Caller, Shop};
use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};

/// Texts that mean something to somebody else, and nothing to a shop.
const HOSTILE: [&str; 6] = [
    "'; DROP TABLE products; --",
    "<script>alert('x')</script>",
    "{{7*7}} ${7*7} %s %n",
    "\" onload=\"x\" \\u0000 \\",
    "🕯️ 👩🏽‍🚀 ٣ Ω ﷽",
    "../../etc/passwd",
];

struct Bench {
    shop: Shop,
    merchant: Caller,
}

impl Bench {
    async fn on_each_engine() -> Vec<Self> {
        let mut benches = Vec::new();
        for shop in Shop::on_each_engine().await {
            let merchant = Caller::clone(&shop.merchant());
            let candle = json!({
                "name": "Candle", "price": 2400, "stock": 10, "status": "published", "productType": "digital",
            });
            merchant.post("/products", candle).await.data();
            benches.push(Self { shop, merchant });
        }
        benches
    }

    /// Everything a merchant can see of the shop, to compare with later.
    async fn all(&self) -> Value {
        let mut all = json!({});
        for list in [
            "products?expand[]=variants",
            "categories?",
            "brands?",
            "promotions?",
            "tax-rates?",
            "shipping-methods?",
            "payment-methods?",
            "orders?",
            "inventory?",
            "inventory/movements?",
            "settings?",
        ] {
            all[list] = self.merchant.get(&format!("/{list}")).await.json["data"].clone();
            assert!(!all[list].is_null(), "{list} can be read");
        }
        all
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn quantities_that_are_none_are_refused_and_the_cart_stays() {
    for bench in Bench::on_each_engine().await {
        let shopper = bench.shop.shopper("foolish-1");
        let before = shopper.post("/cart/items", json!({"productId": "candle"})).await.data();
        let line = format!("/cart/items/{}", before["items"][0]["id"].as_str().expect("an id"));
        let stock = "/products/candle/inventory";
        let all = bench.all().await;
        for wrong in [json!(-1), json!(1.5), json!(1e12), json!("2"), json!(null), json!([1]), json!(true)] {
            let item = json!({"productId": "candle", "quantity": wrong});
            shopper.post("/cart/items", item).await.refused_field("quantity");
            shopper.put(&line, json!({"quantity": wrong})).await.refused_field("quantity");
            let change = json!({"operation": "set", "quantity": wrong});
            bench.merchant.patch(stock, change).await.refused_field("quantity");
        }
        shopper
            .post("/cart/items", json!({"productId": "candle", "quantity": 0}))
            .await
            .refused_field("quantity");
        let too_many = json!({"operation": "decrement", "quantity": 11});
        assert!([409, 422].contains(&bench.merchant.patch(stock, too_many).await.status));
        assert_eq!(shopper.get("/cart").await.data()["items"], before["items"]);
        assert_eq!(bench.all().await, all);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn amounts_that_cannot_be_are_refused_and_never_wrap_around() {
    for bench in Bench::on_each_engine().await {
        let merchant = &bench.merchant;
        let all = bench.all().await;
        for wrong in
            [json!(i64::MAX), json!(-1), json!(24.5), json!("2400"), json!(1e30), json!({"amount": 1})]
        {
            let product = json!({"name": "Dear", "price": wrong});
            merchant.post("/products", product).await.refused_field("price");
            merchant.patch("/products/candle", json!({"price": wrong})).await.refused_field("price");
            let method = json!({"name": "Post", "type": "flat_rate", "rate": wrong});
            merchant.post("/shipping-methods", method).await.refused_field("rate");
            let coupon = json!({"code": "BAD", "type": "percentage", "value": 5, "minOrderAmount": wrong});
            merchant.post("/promotions", coupon).await.refused_field("minOrderAmount");
        }
        for (kind, wrong) in [("percentage", json!(101)), ("percentage", json!(-1)), ("fixed", json!(0.5))] {
            let coupon = json!({"code": "BAD", "type": kind, "value": wrong});
            merchant.post("/promotions", coupon).await.refused_field("value");
        }
        for wrong in [json!(-0.1), json!("much"), json!(11)] {
            merchant.post("/tax-rates", json!({"name": "VAT", "rate": wrong})).await.refused_field("rate");
        }
        assert_eq!(bench.all().await, all);

        // The dearest thing there can be, as often as it can be bought, still adds up.
        let dear = json!({
            "name": "Dear", "price": 1_000_000_000_000_i64, "trackInventory": false, "status": "published",
            "productType": "digital",
        });
        merchant.post("/products", dear).await.data();
        let shopper = bench.shop.shopper("rich-0001");
        let cart = shopper.post("/cart/items", json!({"productId": "dear", "quantity": 10_000})).await.data();
        assert_eq!(cart["totals"]["total"]["amount"], 10_000_000_000_000_000_i64);
        let more = shopper.post("/cart/items", json!({"productId": "dear", "quantity": 10_000})).await;
        assert!((400..500).contains(&more.status), "{} {}", more.status, more.json);
        assert_eq!(shopper.get("/cart").await.data()["items"], cart["items"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_taken_cycles_and_codes_that_are_none_are_refused_by_their_field() {
    for bench in Bench::on_each_engine().await {
        let merchant = &bench.merchant;
        let home = merchant.post("/categories", json!({"name": "Home"})).await.data()["id"].clone();
        let lamps = json!({"name": "Lamps", "parentId": home});
        let lamps = merchant.post("/categories", lamps).await.data()["id"].clone();
        merchant.post("/brands", json!({"name": "Wick", "slug": "wick"})).await.data();
        merchant.post("/promotions", json!({"code": "TEN", "type": "percentage", "value": 10})).await.data();
        let all = bench.all().await;

        merchant
            .post("/products", json!({"name": "Other", "price": 1, "slug": "candle"}))
            .await
            .refused(409, "duplicate");
        merchant.post("/brands", json!({"name": "Other", "slug": "wick"})).await.refused(409, "duplicate");
        merchant
            .post("/categories", json!({"name": "Other", "slug": "home"}))
            .await
            .refused(409, "duplicate");
        let coupon = json!({"code": "ten", "type": "fixed", "value": 1});
        merchant.post("/promotions", coupon).await.refused(409, "duplicate_coupon");

        for parent in [&home, &lamps] {
            let cycle = merchant.patch("/categories/home", json!({"parentId": parent})).await;
            assert!([409, 422].contains(&cycle.status), "{} {}", cycle.status, cycle.json);
        }
        for currency in ["XXX", "GB", "pounds", "€", ""] {
            let changed = merchant.patch("/store", json!({"supportedCurrencies": [currency]})).await;
            assert_eq!(changed.status, 422, "{currency}: {}", changed.json);
        }
        for country in ["ZZ", "GBR", "", "🇬🇧"] {
            let rate = json!({"name": "VAT", "rate": 0.1, "country": country});
            merchant.post("/tax-rates", rate).await.refused_field("country");
        }
        let dates = json!({
            "code": "LATE", "type": "fixed", "value": 1,
            "startsAt": "2026-05-01T00:00:00Z", "expiresAt": "2026-04-01T00:00:00Z",
        });
        assert_eq!(merchant.post("/promotions", dates).await.status, 422);
        for wrong in ["yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", ""] {
            let coupon = json!({"code": "LATE", "type": "fixed", "value": 1, "expiresAt": wrong});
            merchant.post("/promotions", coupon).await.refused_field("expiresAt");
        }
        assert_eq!(bench.all().await, all);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coupon_that_is_over_or_used_up_takes_nothing_off() {
    for bench in Bench::on_each_engine().await {
        let mut past =
            json!({"code": "PAST", "type": "fixed", "value": 100, "expiresAt": "2020-01-01T00:00:00Z"});
        bench.merchant.post("/promotions", past.clone()).await.refused_field("expiresAt");
        let soon = bench.shop.core.clock.now() + TimeDelta::seconds(2);
        past["expiresAt"] = json!(soon.to_rfc3339_opts(SecondsFormat::Secs, true));
        bench.merchant.post("/promotions", past).await.data();
        let future =
            json!({"code": "FUTURE", "type": "fixed", "value": 100, "startsAt": "2999-01-01T00:00:00Z"});
        bench.merchant.post("/promotions", future).await.data();
        let once = json!({"code": "ONCE", "type": "fixed", "value": 100, "maxUses": 1});
        bench.merchant.post("/promotions", once).await.data();
        let first = bench.shop.shopper("first-001");
        first.post("/cart/items", json!({"productId": "candle"})).await.data();
        first.post("/cart/discount", json!({"code": "ONCE"})).await.data();
        let address =
            json!({"line1": "1 High Street", "city": "London", "postcode": "NW1 6XE", "countryCode": "GB"});
        let contact = json!({"email": "sam@example.com", "billingAddress": address});
        first.put("/cart/checkout-data", contact).await.data();
        first.post("/cart/checkout", json!({"paymentMethod": "pm_card_visa"})).await.data();

        tokio::time::sleep(Duration::from_secs(2)).await;
        let second = bench.shop.shopper("second-01");
        second.post("/cart/items", json!({"productId": "candle"})).await.data();
        for (code, reason) in [
            ("PAST", "coupon_expired"),
            ("FUTURE", "coupon_not_started"),
            ("ONCE", "coupon_exhausted"),
            ("NEVER", "coupon_not_found"),
        ] {
            let refused = second.post("/cart/discount", json!({"code": code})).await;
            assert_eq!(refused.refused(422, "coupon_refused").json["error"]["details"]["reason"], reason);
        }
        let cart = second.get("/cart").await.data();
        assert_eq!((&cart["discountCode"], &cart["totals"]["discount"]["amount"]), (&json!(null), &json!(0)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matrix_of_too_many_variants_is_refused_before_it_is_made() {
    for bench in Bench::on_each_engine().await {
        let values = |count: usize| (0..count).map(|number| format!("v{number}")).collect::<Vec<_>>();
        let all = bench.all().await;
        let matrix = json!([
            {"name": "A", "values": values(11)}, {"name": "B", "values": values(10)}, {"name": "C", "values": values(10)},
        ]);
        let product = json!({"name": "Huge", "price": 1, "options": matrix});
        assert_eq!(
            bench.merchant.post("/products", product).await.refused(422, "validation_failed").status,
            422
        );
        let options = json!({"options": matrix});
        bench.merchant.put("/products/candle/options", options).await.refused(422, "validation_failed");
        for wrong in [
            json!([{"name": "A", "values": []}]),
            json!([{"name": "A", "values": ["x", "x"]}]),
            json!([{"name": "A", "values": ["x"]}, {"name": "A", "values": ["y"]}]),
            json!([{"name": "", "values": ["x"]}]),
        ] {
            let product = json!({"name": "Odd", "price": 1, "options": wrong});
            bench.merchant.post("/products", product).await.refused(422, "validation_failed");
        }
        assert_eq!(bench.all().await, all);
    }
}

/// What takes text from a merchant: the list, a body, and the fields of it that are free text.
fn texts() -> Vec<(&'static str, Value, &'static [&'static str])> {
    vec![
        (
            "/products",
            json!({"price": 1}),
            &["name", "summary", "description", "sku", "barcode", "seoTitle", "seoDescription"],
        ),
        ("/categories", json!({}), &["name", "description", "metaTitle", "metaDescription"]),
        ("/brands", json!({}), &["name", "description"]),
        ("/shipping-methods", json!({"type": "flat_rate", "rate": 1}), &["name", "description"]),
        ("/tax-rates", json!({"rate": 0.1}), &["name"]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn text_is_kept_to_the_letter_whatever_it_would_mean_elsewhere() {
    for bench in Bench::on_each_engine().await {
        for (list, body, fields) in texts() {
            for hostile in HOSTILE {
                let mut body = body.clone();
                for field in fields {
                    body[*field] = json!(format!("a {hostile}"));
                }
                let made = bench.merchant.post(list, body.clone()).await.data();
                let path = format!("{list}/{}", made["id"].as_str().expect("an id"));
                let read = bench.merchant.get(&path).await;
                assert!(read.header("content-type").starts_with("application/json"));
                let read = read.data();
                for field in fields {
                    assert_eq!(read[*field], body[*field], "{list} {field} on {}", bench.shop.engine());
                }
            }
        }
        let shopper = bench.shop.shopper("hostile-1");
        for hostile in HOSTILE {
            let contact = json!({
                "notes": hostile,
                "shippingAddress": {
                    "firstName": hostile, "line1": hostile, "city": hostile, "postcode": "NW1 6XE", "countryCode": "GB",
                },
            });
            let saved = shopper.put("/cart/checkout-data", contact).await.data();
            assert_eq!(
                (&saved["notes"], &saved["shippingAddress"]["city"]),
                (&json!(hostile), &json!(hostile))
            );
            bench.shop.guest().get(&format!("/products?q={}", encoded(hostile))).await.data();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_is_too_long_or_holds_a_nul_is_refused_by_its_field() {
    for bench in Bench::on_each_engine().await {
        let all = bench.all().await;
        for (list, body, fields) in texts() {
            for field in fields {
                let mut with_nul = body.clone();
                with_nul["name"] = json!("Name");
                with_nul[*field] = json!("a\0b");
                bench.merchant.post(list, with_nul).await.refused_field(field);
            }
            let mut endless = body.clone();
            endless["name"] = json!("x".repeat(10_000));
            bench.merchant.post(list, endless).await.refused_field("name");
            let mut empty = body;
            empty["name"] = json!("");
            bench.merchant.post(list, empty).await.refused_field("name");
        }
        assert_eq!(bench.all().await, all);
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").expect("memory takes text");
        encoded
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_json_change_nothing() {
    for bench in Bench::on_each_engine().await {
        let all = bench.all().await;
        let sent = async |content_type: &str, body: Vec<u8>| {
            let request = bench.merchant.request(Method::POST, "/brands").header(CONTENT_TYPE, content_type);
            Caller::send(request.body(body)).await
        };
        let good = br#"{"name": "Wick"}"#.to_vec();
        for broken in
            [&b"{"[..], b"", b"{\"name\": \"\xff\"}", b"{\"name\": 'x'}", b"{\"name\": \"x\",}", b"NaN"]
        {
            let refused = sent("application/json", broken.to_vec()).await;
            assert_eq!(refused.status, 400, "{:?}: {}", String::from_utf8_lossy(broken), refused.json);
        }
        let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        assert!([400, 422].contains(&sent("application/json", deep).await.status));
        for other in ["text/plain", "application/xml", "multipart/form-data", ""] {
            sent(other, good.clone()).await.refused(415, "unsupported_media_type");
        }
        let huge = json!({"name": "x".repeat(2 << 20)}).to_string().into_bytes();
        sent("application/json", huge).await.refused(413, "payload_too_large");
        for list in ["/brands", "/products", "/orders"] {
            for cursor in ["x", "%00", "../..", "AAAAAAAAAAAAAAAAAAAAAAAA"] {
                let refused = bench.merchant.get(&format!("{list}?cursor={cursor}")).await;
                assert!([400, 422].contains(&refused.status), "{list} {cursor}: {}", refused.json);
            }
        }
        for id in ["%00", "%F0%9F%92%A9", "..%2f..", "prod_", "'%20or%201=1"] {
            assert!(
                [404, 422].contains(&bench.merchant.get(&format!("/products/{id}")).await.status),
                "{id}"
            );
        }
        assert_eq!(bench.all().await, all);
    }
}
