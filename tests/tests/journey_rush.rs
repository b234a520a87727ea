//! Many at once: nothing is sold twice, and nobody pays twice.

use futures::future::join_all;
use journeys::{Caller, Shop};
use serde_json::{Value, json};

const SHOPPERS: usize = 50;
const PIECES: usize = 10;
const PRESSES: usize = 20;

async fn stocked(shop: &Shop) -> (Caller, Value) {
    let merchant = Caller::clone(&shop.merchant());
    let product = json!({
        "name": "Candle", "price": 2400, "stock": PIECES, "status": "published", "productType": "digital",
    });
    let product = merchant.post("/products", product).await.data();
    (merchant, product["id"].clone())
}

async fn left(merchant: &Caller) -> Value {
    merchant.get("/products/candle").await.data()["inventoryCount"].clone()
}

async fn orders(merchant: &Caller) -> Vec<Value> {
    let all = merchant.get("/orders?perPage=100").await.json;
    all["data"].as_array().expect("a list").clone()
}

fn contact(name: &str) -> Value {
    let address =
        json!({"line1": "1 High Street", "city": "London", "postcode": "NW1 6XE", "countryCode": "GB"});
    json!({"email": format!("{name}@example.com"), "shippingAddress": address})
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_shoppers_at_once_buy_ten_pieces_and_not_one_more() {
    for shop in Shop::on_each_engine().await {
        let (merchant, product) = stocked(&shop).await;
        let shoppers: Vec<_> =
            (0..SHOPPERS).map(|number| shop.shopper(&format!("shopper-{number:04}"))).collect();
        let filling = shoppers.iter().map(async |shopper| {
            shopper.post("/cart/items", json!({"productId": product})).await.data();
            shopper.put("/cart/checkout-data", contact(&shopper.token)).await.data();
        });
        join_all(filling).await;
        let pay = json!({"paymentMethod": "pm_card_visa"});
        let answers = join_all(shoppers.iter().map(|one| one.post("/cart/checkout", pay.clone()))).await;
        let sold = answers.iter().filter(|answer| answer.status == 200).count();
        for refused in answers.iter().filter(|answer| answer.status != 200) {
            refused.refused(409, "out_of_stock");
        }
        let orders = orders(&merchant).await;
        assert_eq!(
            (sold, orders.len(), left(&merchant).await),
            (PIECES, PIECES, json!(0)),
            "{}",
            shop.engine()
        );
        assert!(orders.iter().all(|order| order["paymentStatus"] == "paid"));
        let mut numbers: Vec<String> = orders.iter().map(|order| order["orderNumber"].to_string()).collect();
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), PIECES, "each order has a number of its own");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_sent_off_twenty_times_at_once_is_one_order_paid_once() {
    for shop in Shop::on_each_engine().await {
        let (merchant, product) = stocked(&shop).await;
        let shopper = shop.shopper("impatient-1");
        shopper.post("/cart/items", json!({"productId": product, "quantity": 2})).await.data();
        shopper.put("/cart/checkout-data", contact("impatient")).await.data();
        let pay = json!({"paymentMethod": "pm_card_visa"});
        let answers = join_all((0..PRESSES).map(|_| shopper.post("/cart/checkout", pay.clone()))).await;
        let (done, waiting): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        for answer in waiting {
            // Whoever comes while the first is with the gateway is told to wait.
            answer.refused(409, "checkout_in_progress");
        }
        let mut ids: Vec<&Value> = done.iter().map(|answer| &answer.json["data"]["orderId"]).collect();
        ids.dedup();
        assert_eq!(ids.len(), 1, "all were told of the same order");
        let orders = orders(&merchant).await;
        assert_eq!((orders.len(), left(&merchant).await), (1, json!(PIECES - 2)), "{}", shop.engine());
        let id = orders[0]["id"].as_str().expect("an id");
        let order = merchant.get(&format!("/orders/{id}")).await.data();
        assert_eq!(order["payments"].as_array().map(Vec::len), Some(1), "{order}");
        assert_eq!(order["payments"][0]["captured"]["amount"], 4800);
        let again = shopper.post("/cart/checkout", pay).await.data();
        assert_eq!(&again["orderId"], ids[0]);
    }
}
