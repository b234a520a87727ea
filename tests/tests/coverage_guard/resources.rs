//! Things of two stores to ask for: made through the API's own collections, so that a new resource
//! needs nothing here as long as it can be created by a POST to its list.

use std::collections::BTreeMap;

use journeys::{Caller, Merchant, Shop};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::TestStore;

use crate::operations::{Face, Operation, of};

/// What a store has, by the path up to the parameter that stands for it, such as `/brands/{brand}`.
pub(crate) type Things = BTreeMap<String, String>;

/// What creating needs beyond what the schema requires, by collection.
fn more_about(collection: &str) -> Value {
    match collection {
        // With room for one more variant.
        "/products" => json!({
            "status": "published", "stock": 50, "productType": "digital",
            "options": [{"name": "Size", "values": ["S", "L"]}],
            "variants": [{"optionValues": {"Size": "S"}}],
        }),
        "/products/{product}/variants" => json!({"optionValues": {"Size": "L"}}),
        "/promotions" => json!({"value": 10}),
        "/shipping-methods" => json!({"rate": 395}),
        "/api-keys" => json!({"scopes": ["read:orders"]}),
        "/payment-methods" => json!({"provider": "bank_transfer", "code": "bank_transfer"}),
        _ => json!({}),
    }
}

/// Makes one of everything in a store, with its own keys in test mode.
pub(crate) async fn make(shop: &Shop, store: &TestStore) -> Things {
    let (merchant, owner) = (shop.merchant_with(&store.sk_test), shop.merchant_with(&store.sk_live));
    let operations = of(Face::Private);
    let mut things = Things::new();
    for creation in creations(&operations) {
        let collection = creation.collection();
        if collection == "/stores" {
            continue;
        }
        let path = fill(collection, &things, &things);
        // Who works for a store does so in live mode too, so that test keys have no say in it.
        let merchant = if collection == "/staff" { &owner } else { &merchant };
        let made = merchant.post(&path, body_of(creation)).await;
        assert_eq!(made.status, 201, "{collection} refuses its own example: {}", made.json);
        let id = made.json["data"]["id"].as_str().expect("what is made has an id").to_owned();
        things.insert(item_of(collection, &operations).expect("it was found before"), id);
    }
    things.insert("/stores/{store}".to_owned(), store.id.to_string());
    things.insert("/countries/{country}".to_owned(), "GB".to_owned());
    make_sale(shop, store, &merchant, &mut things).await;
    things
}

/// The operations that create something that can then be asked for: what is inside something comes after it.
pub(crate) fn creations(all: &[Operation]) -> Vec<&Operation> {
    let creates = |one: &&Operation| one.method == Method::POST && item_of(one.collection(), all).is_some();
    let mut creations: Vec<&Operation> = all.iter().filter(creates).collect();
    creations.sort_by_key(|one| one.path.matches('/').count());
    creations
}

/// A body that creates.
pub(crate) fn body_of(creation: &Operation) -> Value {
    let mut body = creation.sample.clone();
    merge(&mut body, more_about(creation.collection()));
    body
}

/// The path of one thing of a collection, if there is an operation on it.
fn item_of(collection: &str, all: &[Operation]) -> Option<String> {
    let of_one = |path: &str| {
        let path = path.trim_start_matches("/v1/private").to_owned();
        let parameter = path.strip_prefix(collection)?.strip_prefix("/{")?;
        parameter.strip_suffix('}').filter(|name| !name.contains('/'))?;
        Some(path)
    };
    all.iter().find_map(|one| of_one(&one.path))
}

/// Orders and lines of carts come from shoppers, not from a POST to their list.
pub(crate) async fn make_sale(shop: &Shop, store: &TestStore, merchant: &Merchant, things: &mut Things) {
    let product =
        json!({"name": "Sold", "price": 500, "stock": 9, "status": "published", "productType": "digital"});
    let product = merchant.post("/products", product).await.data()["id"].clone();
    let item = json!({"productId": product});
    let shopper = shopper(shop, store);
    shopper.post("/cart/items", item.clone()).await.data();
    shopper.put("/cart/checkout-data", buyer_data()).await.data();
    let sold = shopper.post("/cart/checkout", json!({"paymentMethod": "pm_card_visa"})).await.data();
    things.insert("/orders/{order}".to_owned(), text(&sold["orderId"]));
    let next = shopper.post("/cart/items", item).await.data();
    things.insert("/cart/items/{item}".to_owned(), text(&next["items"][0]["id"]));
}

fn buyer_data() -> Value {
    let address =
        json!({"line1": "1 High Street", "city": "London", "postcode": "NW1 6XE", "countryCode": "GB"});
    json!({"email": "sam@example.com", "shippingAddress": address})
}

fn text(value: &Value) -> String {
    value.as_str().expect("it is text").to_owned()
}

/// The shopper whose cart is among the things of a store.
pub(crate) fn shopper(shop: &Shop, store: &TestStore) -> Caller {
    Caller::clone(&shop.shopper_with(&store.pk_test, "browser-0001"))
}

/// The path with the last parameter from `last` and those before from `first`; what is not known is an
/// id that nothing has.
pub(crate) fn fill(path: &str, first: &Things, last: &Things) -> String {
    let mut filled = path.to_owned();
    let mut from = 0;
    while let Some(start) = path[from..].find('{').map(|start| from + start) {
        let end = path[start..].find('}').map_or(path.len(), |end| start + end + 1);
        let key =
            path[..end].trim_start_matches("/v1/private").trim_start_matches("/v1/public/{publishableKey}");
        let source = if path[end..].contains('{') { first } else { last };
        let id = source.get(key).map_or("none_01HXYZ6R9M3K8Q2B7V5N4C1D0E", String::as_str);
        if &path[start..end] != "{publishableKey}" {
            filled = filled.replacen(&path[start..end], id, 1);
        }
        from = end;
    }
    filled
}

fn merge(into: &mut Value, more: Value) {
    let (Some(into), Value::Object(more)) = (into.as_object_mut(), more) else { return };
    into.extend(more);
}
