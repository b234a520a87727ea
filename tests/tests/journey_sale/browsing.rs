//! Looking around.

use serde_json::{Value, json};

use crate::stall::{Stall, make};

fn names(list: &Value) -> Vec<&str> {
    list["data"].as_array().expect("a list").iter().map(|one| one["name"].as_str().expect("a name")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn shoppers_find_what_is_for_sale_and_nothing_else() {
    for stall in Stall::on_each_engine().await {
        let guest = stall.shop.guest();
        let all = guest.get("/products?sort=name").await;
        assert_eq!(names(&all.json), ["Candle", "Crate", "Lamp", "Pattern", "Shirt"]);
        for (query, expected) in [
            ("category=home", &["Candle"][..]),
            ("category=candles", &["Candle"]),
            ("brand=north-wick", &["Candle"]),
            ("q=soy", &["Candle"]),
            ("q=secret", &[]),
            ("minPrice=2400&maxPrice=2800", &["Candle", "Crate"]),
        ] {
            let found = guest.get(&format!("/products?sort=name&{query}")).await;
            assert_eq!(names(&found.json), expected, "{query} on {}", stall.shop.engine());
        }
        let candle = guest.get("/products/candle").await.data();
        assert_eq!((&candle["price"]["amount"], &candle["inventoryCount"]), (&json!(2400), &json!(50)));
        let by_id = guest.get(&format!("/products/{}", candle["id"].as_str().unwrap_or_default())).await;
        assert_eq!(by_id.data(), candle);
        let lamp = guest.get("/products/lamp").await.data();
        assert_eq!(
            (&lamp["price"]["amount"], &lamp["price"]["originalAmount"], &lamp["price"]["saleName"]),
            (&json!(3600), &json!(4999), &json!("Spring sale"))
        );
        let variants = guest.get("/products/shirt/variants").await.data();
        assert_eq!(variants.as_array().map(Vec::len), Some(4), "{variants}");
        guest.get("/products/secret").await.refused(404, "not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_product_goes_on_sale_and_away_again_at_once() {
    for stall in Stall::on_each_engine().await {
        let guest = stall.shop.guest();
        make(&stall.merchant, "/products", json!({"name": "Vase", "price": 900, "stock": 2})).await;
        guest.get("/products/vase").await.refused(404, "not_found");
        stall.merchant.patch("/products/vase", json!({"status": "published"})).await.data();
        assert_eq!(guest.get("/products/vase").await.data()["price"]["amount"], 900);
        stall.merchant.patch("/products/vase", json!({"price": 950})).await.data();
        assert_eq!(guest.get("/products/vase").await.data()["price"]["amount"], 950);
        assert_eq!(stall.merchant.delete("/products/vase").await.status, 204);
        guest.get("/products/vase").await.refused(404, "not_found");
    }
}
