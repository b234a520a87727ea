//! After the sale: sending, refunding, cancelling, and the story of it all.

use journeys::{Answer, Caller};
use serde_json::{Value, json};

use crate::stall::{Stall, amount, amounts, text};

/// Three candles at 20 % off, sent for 4.95: 7200 - 1440 + 1152 + 495 = 7407.
async fn sold(stall: &Stall) -> Value {
    let shopper = stall.shopper("sam-00001", &[("candle", 3)], Some("flat_rate")).await;
    shopper.post("/cart/discount", json!({"code": "SPRING20"})).await.data();
    let order = stall.sell(&shopper).await;
    assert_eq!(amounts(&order["totals"]), [7200, 1440, 495, 1152, 7407]);
    order
}

async fn act(merchant: &Caller, order: &Value, action: &str, body: Value) -> Answer {
    merchant.post(&format!("/orders/{}/{action}", text(&order["id"])), body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn merchants_find_read_and_annotate_orders() {
    for stall in Stall::on_each_engine().await {
        let (merchant, order) = (&stall.merchant, sold(&stall).await);
        for query in ["", "?paymentStatus=paid", "?status=paid&email=sam@example.com", "?cursor=&sort=-total"]
        {
            let found = merchant.get(&format!("/orders{query}")).await.json;
            assert_eq!(
                (&found["data"][0]["id"], found["data"].as_array().map(Vec::len)),
                (&order["id"], Some(1))
            );
        }
        let none = merchant.get("/orders?paymentStatus=refunded").await.json;
        assert_eq!(none["data"], json!([]));
        let search = json!({"total": {"operator": ">", "value": 7406}});
        assert_eq!(merchant.post("/orders/search", search).await.json["data"][0]["id"], order["id"]);
        let path = format!("/orders/{}", text(&order["orderNumber"]));
        let read = merchant.get(&path).await;
        let tag = read.header("etag").to_owned();
        assert_eq!(read.data(), order);
        let changed =
            merchant.patch(&path, json!({"internalNotes": "Call first", "metadata": {"desk": "3"}})).await;
        let changed = changed.data();
        assert_eq!(
            (&changed["internalNotes"], &changed["metadata"]["desk"]),
            (&json!("Call first"), &json!("3"))
        );
        let late = merchant.with("if-match", tag).patch(&path, json!({"internalNotes": "Late"})).await;
        late.refused(412, "stale_version");
        assert_eq!(merchant.get(&path).await.data()["internalNotes"], "Call first");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_leaves_in_parcels_until_all_has_left() {
    for stall in Stall::on_each_engine().await {
        let (merchant, order) = (&stall.merchant, sold(&stall).await);
        let line = &order["items"][0]["id"];
        let too_many = json!({"items": [{"id": line, "quantity": 4}]});
        assert_eq!(act(merchant, &order, "fulfill", too_many).await.status, 422);
        let one =
            json!({"items": [{"id": line, "quantity": 1}], "carrier": "Royal Mail", "trackingNumber": "RM1"});
        let partly = act(merchant, &order, "fulfill", one).await.data();
        assert_eq!(
            (&partly["fulfillmentStatus"], &partly["items"][0]["fulfilledQuantity"]),
            (&json!("partial"), &json!(1))
        );
        act(merchant, &order, "cancel", json!({})).await.refused(409, "invalid_state");
        let rest = act(merchant, &order, "fulfill", json!({})).await.data();
        assert_eq!(
            (&rest["fulfillmentStatus"], rest["fulfillments"].as_array().map(Vec::len)),
            (&json!("fulfilled"), Some(2))
        );
        act(merchant, &order, "fulfill", json!({})).await.refused(409, "invalid_state");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_goes_back_by_amount_by_line_and_in_full_but_never_more_than_came() {
    for stall in Stall::on_each_engine().await {
        let (merchant, order) = (&stall.merchant, sold(&stall).await);
        let line = &order["items"][0]["id"];
        let part = act(merchant, &order, "refund", json!({"amount": 500})).await.data();
        assert_eq!((&part["paymentStatus"], amount(&part["refunded"])), (&json!("partially_refunded"), 500));
        // A third of what the candles cost after discount and with tax: 6912 / 3.
        let unit = json!({"items": [{"id": line, "quantity": 1}], "reason": "customer_request"});
        let part = act(merchant, &order, "refund", unit).await.data();
        assert_eq!((amount(&part["refund"]["amount"]), amount(&part["refunded"])), (2304, 2804));
        assert_eq!(stall.stock("candle").await, 48, "the piece is back on the shelf");
        for too_much in [json!({"amount": 4604}), json!({"amount": i64::MAX})] {
            act(merchant, &order, "refund", too_much).await.refused(422, "refund_refused");
        }
        act(merchant, &order, "refund", json!({"amount": 0})).await.refused_field("amount");
        let path = format!("/orders/{}", text(&order["id"]));
        assert_eq!(amount(&merchant.get(&path).await.data()["refunded"]), 2804);
        let all = act(merchant, &order, "refund", json!({})).await.data();
        assert_eq!((&all["paymentStatus"], amount(&all["refunded"])), (&json!("refunded"), 7407));
        act(merchant, &order, "refund", json!({"amount": 1})).await.refused(409, "invalid_state");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_order_gives_back_money_stock_and_coupon_and_tells_its_story() {
    for stall in Stall::on_each_engine().await {
        let merchant = &stall.merchant;
        merchant
            .post("/promotions", json!({"code": "ONCE", "type": "fixed", "value": 400, "maxUses": 1}))
            .await
            .data();
        let shopper = stall.shopper("sam-00001", &[("candle", 2)], Some("flat_rate")).await;
        shopper.post("/cart/discount", json!({"code": "ONCE"})).await.data();
        let order = stall.sell(&shopper).await;
        assert_eq!(amounts(&order["totals"]), [4800, 400, 495, 880, 5775]);
        let other = stall.shopper("eve-00001", &[("candle", 1)], Some("flat_rate")).await;
        let refused = other.post("/cart/discount", json!({"code": "ONCE"})).await;
        assert_eq!(
            refused.refused(422, "coupon_refused").json["error"]["details"]["reason"],
            "coupon_exhausted"
        );

        let cancelled = act(merchant, &order, "cancel", json!({"reason": "Changed her mind"})).await.data();
        assert_eq!(
            (&cancelled["paymentStatus"], amount(&cancelled["refunded"])),
            (&json!("cancelled"), 5775)
        );
        assert_eq!(stall.stock("candle").await, 50);
        other.post("/cart/discount", json!({"code": "ONCE"})).await.data();
        act(merchant, &order, "cancel", json!({})).await.refused(409, "invalid_state");

        let events = merchant.get(&format!("/orders/{}/events", text(&order["id"]))).await.json;
        let kinds: Vec<String> =
            events["data"].as_array().expect("a list").iter().map(|event| text(&event["type"])).collect();
        for kind in ["order.created", "payment.confirmed", "order.paid", "order.cancelled"] {
            assert_eq!(kinds.iter().filter(|known| *known == kind).count(), 1, "{kind} in {kinds:?}");
        }
    }
}
