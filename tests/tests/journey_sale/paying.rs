//! Paying, in every way it can go.

use std::time::Duration;

use journeys::Caller;
use reqwest::Method;
use serde_json::json;

use crate::stall::{Stall, amount, amounts, pay, text};

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_is_shown_to_whoever_made_it_and_to_nobody_else() {
    for stall in Stall::on_each_engine().await {
        let shopper = stall.shopper("sam-00001", &[("candle", 2), ("pattern", 1)], Some("per_item")).await;
        let order = stall.sell(&shopper).await;
        assert_eq!(amounts(&order["totals"]), [5500, 0, 400, 1100, 7000]);
        assert_eq!(stall.stock("candle").await, 48);
        let number = text(&order["orderNumber"]);
        for path in [format!("/orders/{number}"), format!("/orders/{}", text(&order["id"]))] {
            let own = shopper.get(&path).await.data();
            assert_eq!(own["totals"], order["totals"]);
            let guest = stall.shop.guest();
            let proved = guest.get(&format!("{path}?email=SAM@example.com")).await.data();
            assert_eq!(proved["id"], order["id"]);
            guest.get(&format!("{path}?email=eve@example.com")).await.refused(404, "not_found");
            guest.get(&path).await.refused(401, "cart_token_required");
            stall.shop.shopper("eve-00001").get(&path).await.refused(404, "not_found");
            let status = shopper.get(&format!("{path}/status")).await.data();
            assert_eq!(status["paymentStatus"], "paid");
        }
        let cart = shopper.get("/cart").await.data();
        assert_eq!((&cart["type"], &cart["order"]["number"]), (&json!("order"), &order["orderNumber"]));
        let next = shopper.post("/cart/items", json!({"productId": "pattern"})).await.data();
        assert_eq!((&next["type"], next["items"].as_array().map(Vec::len)), (&json!("cart"), Some(1)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_leaves_cart_stock_and_books_as_they_were() {
    for stall in Stall::on_each_engine().await {
        let shopper = stall.shopper("poor-0001", &[("candle", 2)], Some("flat_rate")).await;
        let before = shopper.get("/cart").await.data();
        for method in ["pm_card_chargeDeclined", "pm_card_chargeDeclinedInsufficientFunds"] {
            let refused = shopper.post("/cart/checkout", json!({"paymentMethod": method})).await;
            refused.refused(402, "payment_declined");
        }
        let after = shopper.get("/cart").await.data();
        assert_eq!((&after["items"], &after["totals"]), (&before["items"], &before["totals"]));
        assert_eq!(stall.stock("candle").await, 50);
        assert_eq!(stall.merchant.get("/orders").await.json["data"], json!([]));
        let unknown = shopper.post("/cart/checkout", json!({"paymentMethod": "pm_card_of_nobody"})).await;
        unknown.refused_field("paymentMethod");
        let order = stall.sell(&shopper).await;
        assert_eq!(order["paymentStatus"], "paid");
        assert_eq!(stall.stock("candle").await, 48);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bank_page_of_the_sandbox_approves_and_declines() {
    for stall in Stall::on_each_engine().await {
        for (answer, method, paid, stock) in [
            ("approve", "pm_card_authenticationRequired", true, 49),
            ("decline", "pm_card_authenticationRequired", false, 49),
            ("approve", "pm_card_threeDSecureRequiredChargeDeclined", false, 49),
        ] {
            let shopper =
                stall.shopper(&format!("{answer}-{method}"), &[("candle", 1)], Some("flat_rate")).await;
            let body = json!({"paymentMethod": method, "returnUrl": "https://shop.example/thanks"});
            let waiting = shopper.post("/cart/checkout", body).await.data();
            assert_eq!((&waiting["requiresAction"], &waiting["status"]), (&json!(true), &json!("pending")));
            let url = text(&waiting["nextActionUrl"]);
            let path = url.strip_prefix(&stall.shop.public_url).expect("the page is on this server");
            let bank = stall.shop.at_public();
            let page = bank.get(path).await;
            assert!(page.status == 200 && page.json.as_str().is_some_and(|page| page.contains("Approve")));
            let form =
                bank.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
            let back = Caller::send(form.body(format!("answer={answer}"))).await;
            let order = text(&waiting["orderId"]);
            let home = format!("https://shop.example/thanks?order={order}");
            assert_eq!((back.status, back.header("location")), (303, home.as_str()));
            let seen = stall.merchant.get(&format!("/orders/{order}")).await;
            if paid {
                assert_eq!(seen.data()["paymentStatus"], "paid");
            } else {
                let cart = shopper.get("/cart").await.data();
                assert_eq!((&cart["type"], amounts(&cart["totals"])[0]), (&json!("cart"), 2400), "{cart}");
            }
            assert_eq!(stall.stock("candle").await, stock, "{answer} {method}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_settles_a_payment_that_takes_its_time() {
    for stall in Stall::on_each_engine().await {
        let shopper = stall.shopper("slow-0001", &[("candle", 1)], Some("flat_rate")).await;
        let waiting = pay(&shopper, "pm_sandbox_delayed_success").await;
        assert_eq!(
            (&waiting["status"], &waiting["paymentStatus"]),
            (&json!("pending"), &json!("processing"))
        );
        assert_eq!(stall.stock("candle").await, 49, "its piece is held");
        // The sandbox takes three seconds; then the next look is brought forward.
        tokio::time::sleep(Duration::from_millis(3200)).await;
        let database = stall.shop.database.as_ref().expect("the shop made its database");
        let due = [testkit::database::NOW - chrono::TimeDelta::days(3650)].map(Into::into);
        database.execute("UPDATE payments SET next_check_at = $1 WHERE next_check_at IS NOT NULL", due).await;
        let path = format!("/orders/{}", text(&waiting["orderId"]));
        let mut order = json!(null);
        for _ in 0..60 {
            tokio::time::sleep(Duration::from_millis(500)).await;
            order = stall.merchant.get(&path).await.data();
            if order["paymentStatus"] == "paid" {
                break;
            }
        }
        assert_eq!(order["paymentStatus"], "paid", "{order}");
        assert_eq!(stall.stock("candle").await, 49);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_transfer_waits_until_the_merchant_says_it_came() {
    for stall in Stall::on_each_engine().await {
        let shopper = stall.shopper("patient-1", &[("candle", 1)], Some("local_pickup")).await;
        let placed = pay(&shopper, "bank_transfer").await;
        assert_eq!((&placed["status"], &placed["paymentStatus"]), (&json!("pending"), &json!("pending")));
        let path = format!("/orders/{}", text(&placed["orderId"]));
        assert_eq!(shopper.get(&path).await.data()["paymentInstructions"], "Transfer to GB00 TEST.");
        stall.merchant.post(&format!("{path}/fulfill"), json!({})).await.refused(409, "invalid_state");
        let paid = stall.merchant.post(&format!("{path}/mark-paid"), json!(null)).await.data();
        assert_eq!((&paid["paymentStatus"], amount(&paid["totals"]["total"])), (&json!("paid"), 2880));
        stall.merchant.post(&format!("{path}/mark-paid"), json!(null)).await.refused(409, "invalid_state");
    }
}
