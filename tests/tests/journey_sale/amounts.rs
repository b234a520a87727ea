//! What a basket comes to.

use serde_json::json;

use crate::stall::{Stall, amounts, british, text};

#[tokio::test(flavor = "multi_thread")]
async fn the_worked_examples_of_the_contract_hold() {
    for stall in Stall::on_each_engine().await {
        let two = stall.shopper("example-1", &[("candle", 2)], None).await;
        let cart = two.get("/cart").await.data();
        assert_eq!(amounts(&cart["totals"]), [4800, 0, 0, 960, 5760]);

        let coupon = stall.shopper("example-2", &[("candle", 3)], None).await;
        let cart = coupon.post("/cart/discount", json!({"code": "spring20"})).await.data();
        assert_eq!(amounts(&cart["totals"]), [7200, 1440, 0, 1152, 6912]);
        let question = json!({"code": "SPRING20", "subtotal": 4999});
        let verdict = stall.shop.guest().post("/coupons/validate", question).await.data();
        assert_eq!(
            (&verdict["valid"], &verdict["discount"]["amount"]),
            (&json!(true), &json!(999)),
            "{verdict}"
        );

        let abroad = stall.shop.shopper("example-3");
        abroad.post("/cart/items", json!({"productId": "crate", "quantity": 2})).await.data();
        let mut address = british();
        address["shippingAddress"] = json!({
            "line1": "1 Main Street", "city": "Lansing", "state": "Michigan", "postcode": "48933", "countryCode": "US",
        });
        abroad.put("/cart/checkout-data", address).await.data();
        let choice = json!({"shippingOptionId": stall.method("flat_rate_abroad")});
        let cart = abroad.post("/cart/shipping-option", choice).await.data();
        assert_eq!(amounts(&cart["totals"]), [5600, 0, 499, 336, 6435]);
        assert_eq!(cart["taxBreakdown"][0]["amount"]["amount"], 336);

        let sent = stall.shopper("example-4", &[("candle", 3)], Some("flat_rate")).await;
        assert_eq!(amounts(&sent.get("/cart").await.data()["totals"]), [7200, 0, 495, 1440, 9135]);
        let order = stall.sell(&sent).await;
        assert_eq!(amounts(&order["totals"]), [7200, 0, 495, 1440, 9135]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_send_asks_what_it_says() {
    for stall in Stall::on_each_engine().await {
        let prices = async |token: &str, goods: &[(&str, u32)]| {
            let shopper = stall.shopper(token, goods, None).await;
            let options = shopper.get("/cart/shipping-options").await.data();
            let mut prices: Vec<(String, i64)> = options
                .as_array()
                .expect("a list")
                .iter()
                .map(|one| (text(&one["type"]), one["price"]["amount"].as_i64().expect("an amount")))
                .collect();
            prices.sort();
            prices
        };
        let expected = |flat, piece, tier, weight| {
            [
                ("flat_rate", flat),
                ("local_pickup", 0),
                ("per_item", piece),
                ("tiered", tier),
                ("weight", weight),
            ]
            .map(|(kind, price)| (kind.to_owned(), price))
            .to_vec()
        };
        assert_eq!(prices("light-01", &[("candle", 2)]).await, expected(495, 400, 600, 350));
        assert_eq!(prices("middle-1", &[("candle", 3)]).await, expected(495, 500, 250, 900));
        assert_eq!(prices("free-001", &[("candle", 5)]).await, expected(0, 700, 250, 900));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_estimate_says_the_same_as_the_sale_and_saves_nothing() {
    for stall in Stall::on_each_engine().await {
        let shopper = stall.shop.shopper("guessing-1");
        shopper.post("/cart/items", json!({"productId": "lamp"})).await.data();
        let cart = shopper.post("/cart/items", json!({"productId": "pattern", "quantity": 2})).await.data();
        assert_eq!(amounts(&cart["totals"])[0], 5000);
        let place = json!({"countryCode": "US", "state": "CA", "postcode": "94110"});
        let estimate = shopper.post("/cart/estimate", place).await.data();
        // 7.25 % of 3600 is 261, and of 1400 is 101.5, which is rounded up.
        assert_eq!(amounts(&estimate["totals"])[3], 363, "{estimate}");
        assert_eq!(shopper.get("/cart").await.data()["totals"], cart["totals"]);
        let wanted = json!({
            "items": [{"productId": "lamp", "quantity": 1}, {"productId": "pattern", "quantity": 2}],
            "countryCode": "US", "state": "CA",
        });
        let preview = stall.shop.guest().post("/tax/calculate", wanted).await.data();
        assert_eq!((&preview["tax"]["amount"], &preview["total"]["amount"]), (&json!(363), &json!(5363)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_one_is_refused_field_by_field() {
    for stall in Stall::on_each_engine().await {
        let shopper = stall.shop.shopper("wrong-001");
        shopper.post("/cart/items", json!({"productId": "candle"})).await.data();
        let wrong = json!({
            "email": "nobody",
            "shippingAddress": {"line1": "", "city": "Sacramento", "postcode": "NW1 6XE", "countryCode": "US"},
        });
        let refused = shopper.put("/cart/checkout-data", wrong).await;
        for field in ["email", "shippingAddress.line1", "shippingAddress.state", "shippingAddress.postcode"] {
            refused.refused_field(field);
        }
        assert!(shopper.get("/cart/checkout-data").await.data()["email"].is_null(), "nothing of it was kept");
        shopper.get("/cart/shipping-options").await.refused(409, "checkout_incomplete");
        shopper
            .post("/cart/checkout", json!({"paymentMethod": "pm_card_visa"}))
            .await
            .refused(409, "checkout_incomplete");
    }
}
