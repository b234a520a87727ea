//! Orders, as staff deals with them.

use actix_web::{http::Method, test::TestRequest};
use application::{
    Change,
    cart::{self, ContactChanges, NewItem},
    checkout::{self, PlaceOrder},
};
use domain::{
    access::{Mode, Scope},
    id::Handle,
};
use http_api::server::Surface;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::goods;

use crate::client::{Answer, Shop};

/// A shop whose staff works in test mode, where the sandbox takes the money.
pub(crate) struct Office(pub(crate) Shop);

impl Office {
    pub(crate) async fn open() -> Self {
        let shop = Shop::open().await;
        testkit::store::offer_bank_transfer(&shop.host, &shop.store).await;
        Self(shop)
    }

    /// Sells `quantity` of an article at 24.00, and answers with the order's id.
    pub(crate) async fn sell(&self, name: &str, method: &str, quantity: u32) -> String {
        let (core, ctx) = (&self.0.host, self.0.store.shopper(Mode::Test));
        let goods = goods::download(core, &self.0.store, name, 2400, 10).await;
        let token = format!("token-{name}");
        let item = NewItem { product: Handle::Id(goods.product), variant: None, quantity };
        cart::add_item(core, &ctx, &token, item).await.unwrap();
        let email = Change::Set(format!("{name}@Example.com"));
        let contact = ContactChanges { email, ..ContactChanges::default() };
        cart::save_checkout_data(core, &ctx, &token, contact).await.unwrap();
        let command = PlaceOrder { token_hash: token, payment_method: method.to_owned(), return_url: None };
        checkout::place(core, &ctx, command).await.unwrap().order.id.to_string()
    }

    fn request(&self, method: Method, path: &str) -> TestRequest {
        TestRequest::with_uri(&format!("/v1/private{path}"))
            .method(method)
            .insert_header(("authorization", format!("Bearer {}", self.0.store.sk_test)))
    }

    async fn get(&self, path: &str) -> Answer {
        self.0.send(Surface::Private, self.request(Method::GET, path)).await
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        self.0.send(Surface::Private, self.request(method, path).set_json(body)).await
    }

    async fn post(&self, order: &str, action: &str, body: Value) -> Answer {
        self.send(Method::POST, &format!("/orders/{order}/{action}"), body).await
    }

    async fn numbers(&self, query: &str) -> Vec<String> {
        let answer = self.get(&format!("/orders{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let rows = answer.json()["data"].as_array().unwrap().clone();
        rows.iter().map(|row| row["orderNumber"].as_str().unwrap().to_owned()).collect()
    }
}

#[actix_web::test]
async fn an_order_is_shown_whole_by_its_id_and_its_number() {
    let office = Office::open().await;
    let id = office.sell("ada", "pm_card_visa", 2).await;
    let shown = office.get(&format!("/orders/{id}")).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    let order = shown.json()["data"].clone();
    assert_eq!(office.get("/orders/ACM-1001").await.json()["data"], order);
    assert_eq!(order["type"], "order");
    assert_eq!((&order["livemode"], &order["paymentStatus"]), (&json!(false), &json!("paid")));
    assert_eq!(order["totals"]["total"], json!({"amount": 4800, "currency": "GBP", "formatted": "£48.00"}));
    assert_eq!(order["items"][0]["quantity"], 2);
    assert_eq!(order["items"][0]["subtotal"]["amount"], 4800);
    assert_eq!(order["payment"]["gateway"], "sandbox");
    assert_eq!(order["payment"]["status"], "succeeded");
    assert_eq!(order["refunds"], json!([]));
    let held = office.request(Method::GET, &format!("/orders/{id}"));
    let held = held.insert_header(("if-none-match", shown.header("etag")));
    assert_eq!(office.0.send(Surface::Private, held).await.status, 304);
    let sparse = office.get(&format!("/orders/{id}?fields=orderNumber")).await.json();
    assert_eq!(sparse["data"], json!({"id": id, "orderNumber": "ACM-1001"}));
}

#[actix_web::test]
async fn orders_are_listed_by_how_they_stand_and_found_by_comparing() {
    let office = Office::open().await;
    office.sell("ada", "pm_card_visa", 1).await;
    office.sell("bob", "bank_transfer", 2).await;
    let third = office.sell("cyd", "pm_card_visa", 3).await;
    office.post(&third, "fulfill", json!({})).await;
    assert_eq!(office.numbers("?sort=total").await, ["ACM-1001", "ACM-1002", "ACM-1003"]);
    assert_eq!(office.numbers("?status=pending").await, ["ACM-1002"]);
    assert_eq!(office.numbers("?status=fulfilled&paymentStatus=paid").await, ["ACM-1003"]);
    assert_eq!(office.numbers("?status=paid&paymentStatus=refunded").await, [""; 0]);
    assert_eq!(office.numbers("?email=BOB@example.COM").await, ["ACM-1002"]);
    assert_eq!(office.numbers("?createdBefore=2020-01-01T00:00:00Z").await, [""; 0]);
    let first = office.get("/orders?cursor=&perPage=2").await.json();
    assert_eq!(first["meta"]["hasNextPage"], true);
    let next = first["meta"]["nextCursor"].as_str().unwrap();
    assert_eq!(office.numbers(&format!("?perPage=2&cursor={next}")).await.len(), 1);
    let elsewhere = office.get(&format!("/orders/{third}/events?cursor={next}")).await;
    elsewhere.refused(400, "invalid_cursor");

    let search = json!({
        "total": {"operator": ">", "value": 2400},
        "customerEmail": {"operator": "!=", "value": "CYD@example.com"},
        "createdAt": {"from": "2020-01-01T00:00:00Z"},
        "limit": 10,
    });
    let found = office.send(Method::POST, "/orders/search", search).await.json();
    assert_eq!(found["meta"], json!({"limit": 10, "offset": 0, "total": 1, "totalIsExact": true}));
    assert_eq!(found["data"][0]["orderNumber"], "ACM-1002");
    assert!(
        office.0.get("/orders").await.json()["data"].as_array().unwrap().is_empty(),
        "live sees no test sales"
    );
}

#[actix_web::test]
async fn staff_notes_are_kept_word_for_word_and_only_on_the_version_they_were_made_on() {
    let office = Office::open().await;
    let id = office.sell("ada", "pm_card_visa", 1).await;
    let path = format!("/orders/{id}");
    let tag = office.get(&path).await.header("etag").to_owned();
    let note = "<b>Bobby</b>'; drop table orders; -- 😀".repeat(100);
    let body = json!({"internalNotes": note, "metadata": {"erp": "42"}});
    let change =
        office.request(Method::PATCH, &path).insert_header(("if-match", tag.as_str())).set_json(&body);
    let changed = office.0.send(Surface::Private, change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json()["data"]["internalNotes"], note);
    assert_eq!(changed.json()["data"]["metadata"], json!({"erp": "42"}));
    let stale =
        office.request(Method::PATCH, &path).insert_header(("if-match", tag.as_str())).set_json(&body);
    office.0.send(Surface::Private, stale).await.refused(412, "stale_version");
    let cleared = office.send(Method::PATCH, &path, json!({"internalNotes": null})).await.json();
    assert_eq!(
        (&cleared["data"]["internalNotes"], &cleared["data"]["metadata"]["erp"]),
        (&Value::Null, &json!("42"))
    );
    let events = office.get(&format!("{path}/events")).await.json();
    let kinds: Vec<_> =
        events["data"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    assert_eq!(kinds, ["order.created", "payment.confirmed", "order.paid", "order.updated", "order.updated"]);
}

#[actix_web::test]
async fn goods_are_sent_and_money_goes_back() {
    let office = Office::open().await;
    let id = office.sell("ada", "pm_card_visa", 3).await;
    let item = office.get(&format!("/orders/{id}")).await.json()["data"]["items"][0]["id"].clone();
    let parcel = json!({
        "items": [{"id": item, "quantity": 1}],
        "carrier": "Royal Mail",
        "trackingNumber": "JD0002123456",
        "trackingUrl": "https://royalmail.com/track/JD0002123456",
    });
    let sent = office.post(&id, "fulfill", parcel).await.json()["data"].clone();
    assert_eq!(sent["fulfillmentStatus"], "partial");
    assert_eq!(sent["fulfillments"][0]["trackingNumber"], "JD0002123456");
    let back = office.post(&id, "refund", json!({"amount": 2400, "reason": "customer_request"})).await;
    assert_eq!(back.status, 200, "{}", back.text);
    let back = back.json()["data"].clone();
    assert_eq!(
        (&back["paymentStatus"], &back["refunded"]["amount"]),
        (&json!("partially_refunded"), &json!(2400))
    );
    assert_eq!(back["refund"]["status"], "succeeded");
    assert_eq!(back["refund"]["amount"]["amount"], 2400);
    let units = json!({"items": [{"id": item, "quantity": 1}], "restock": false});
    assert_eq!(office.post(&id, "refund", units).await.json()["data"]["items"][0]["refundedQuantity"], 1);
    office.post(&id, "refund", json!({"amount": 2401})).await.refused(422, "refund_refused");
    office.post(&id, "cancel", json!({})).await.refused(409, "invalid_state");
}

#[actix_web::test]
async fn an_order_is_called_off_or_marked_paid_without_a_body() {
    let office = Office::open().await;
    let bare = async |order: &str, action: &str| {
        let path = format!("/orders/{order}/{action}");
        office.0.send(Surface::Private, office.request(Method::POST, &path)).await
    };
    let paid = office.sell("ada", "bank_transfer", 1).await;
    assert_eq!(bare(&paid, "mark-paid").await.json()["data"]["paymentStatus"], "paid");
    bare(&paid, "mark-paid").await.refused(409, "invalid_state");
    let refused = bare(&paid, "mark-paid").await.json();
    assert_eq!(refused["error"]["details"]["paymentStatus"], "paid");
    let off = bare(&paid, "cancel").await.json()["data"].clone();
    assert_eq!(
        (&off["paymentStatus"], &off["refunds"][0]["status"]),
        (&json!("cancelled"), &json!("succeeded"))
    );
}

#[rstest]
#[case::unknown_key("refund", json!({"amonut": 5}), "amonut")]
#[case::zero("refund", json!({"amount": 0}), "amount")]
#[case::negative("refund", json!({"amount": -1}), "amount")]
#[case::fraction("refund", json!({"amount": 1.5}), "amount")]
#[case::overflow("refund", json!({"amount": u64::MAX}), "amount")]
#[case::text("refund", json!({"amount": "24"}), "amount")]
#[case::reason("refund", json!({"reason": "because"}), "reason")]
#[case::nothing_named("refund", json!({"items": []}), "items")]
#[case::other_kind_of_id("refund", json!({"items": [{"id": "prod_1", "quantity": 1}]}), "items.0.id")]
#[case::zero_units("fulfill", json!({"items": [{"id": "oitm_01HXYZ6R9M3K8Q2B7V5N4C1D0E", "quantity": 0}]}), "items.0.quantity")]
#[case::many_units("fulfill", json!({"items": [{"id": "oitm_01HXYZ6R9M3K8Q2B7V5N4C1D0E", "quantity": 1_000_000_000_000_u64}]}), "items.0.quantity")]
#[case::script("fulfill", json!({"trackingUrl": "javascript:alert(1)"}), "trackingUrl")]
#[case::long("fulfill", json!({"carrier": "x".repeat(10_000)}), "carrier")]
#[case::nul("cancel", json!({"reason": "a\0b"}), "reason")]
#[case::long_reason("cancel", json!({"reason": "x".repeat(10_000)}), "reason")]
#[case::body_where_none_is("mark-paid", json!({"amount": 1}), "amount")]
#[actix_web::test]
async fn what_makes_no_sense_is_refused_by_field(
    #[case] action: &str,
    #[case] body: Value,
    #[case] field: &str,
) {
    let office = Office::open().await;
    let id = office.sell("ada", "pm_card_visa", 1).await;
    let before = office.get(&format!("/orders/{id}")).await.json();
    let refused = office.post(&id, action, body).await;
    refused.refused(422, "validation_failed");
    assert!(refused.json()["error"]["fields"].get(field).is_some(), "{}", refused.text);
    assert_eq!(office.get(&format!("/orders/{id}")).await.json(), before);
}

#[actix_web::test]
async fn only_the_right_keys_reach_orders() {
    let office = Office::open().await;
    let id = office.sell("ada", "pm_card_visa", 1).await;
    let other = Shop::open().await;
    for path in [format!("/orders/{id}"), "/orders/ACM-1001".to_owned(), format!("/orders/{id}/events")] {
        other.get(&path).await.refused(404, "not_found");
        office.0.get(&path).await.refused(404, "not_found");
    }
    let public = office.request(Method::GET, "/orders");
    let public = public.insert_header(("authorization", format!("Bearer {}", office.0.store.pk_test)));
    office.0.send(Surface::Private, public).await.refused(401, "invalid_api_key");
    let narrow = office.0.store.key(&[Scope::ReadOrders]).await;
    for action in ["refund", "fulfill", "cancel", "mark-paid"] {
        let request = office.request(Method::POST, &format!("/orders/{id}/{action}"));
        let request = request.insert_header(("authorization", format!("Bearer {narrow}")));
        office.0.send(Surface::Private, request).await.refused(403, "insufficient_scope");
    }
    for broken in ["{", "[]", "\"x\"", "{\"amount\":}"] {
        let request = office.request(Method::POST, &format!("/orders/{id}/refund"));
        let request = request.insert_header(("content-type", "application/json")).set_payload(broken);
        let answer = office.0.send(Surface::Private, request).await;
        assert!([400, 422].contains(&answer.status), "{broken}: {}", answer.text);
    }
}
