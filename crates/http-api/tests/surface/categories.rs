//! Categories: kept as a flat list, shown as a tree.

use actix_web::http::Method;
use domain::access::Scope;
use http_api::server::Surface;
use serde_json::{Value, json};

use crate::client::{Answer, Shop};

impl Shop {
    async fn category(&self, body: Value) -> String {
        let made = self.send_json(Method::POST, "/categories", body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json()["data"]["id"].as_str().unwrap().to_owned()
    }

    async fn change_category(&self, handle: &str, body: Value) -> Answer {
        self.send_json(Method::PATCH, &format!("/categories/{handle}"), body).await
    }
}

#[actix_web::test]
async fn a_category_is_made_moved_and_hidden() {
    let shop = Shop::open().await;
    let candles = shop.category(json!({"name": "Candles", "sortOrder": 2})).await;
    let soy = json!({
        "name": "Soy wax", "parentId": candles, "description": "Clean burning.",
        "imageUrl": "https://cdn.example.com/soy.jpg", "metaTitle": "Soy", "metaDescription": "Soy candles.",
    });
    let made = shop.send_json(Method::POST, "/categories", soy).await;
    let id = made.json()["data"]["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), format!("/v1/private/categories/{id}"));
    insta::assert_json_snapshot!(
        "category", made.json()["data"], {".id" => "[id]", ".parentId" => "[parent]"}
    );

    let read = shop.get("/categories/soy-wax").await;
    assert_eq!((read.json(), read.header("etag")), (made.json(), made.header("etag")));
    let moved = shop.change_category(&id, json!({"parentId": null, "metaTitle": null, "sortOrder": 9})).await;
    assert_eq!(moved.status, 200, "{}", moved.text);
    let data = moved.json()["data"].clone();
    assert_eq!(
        (&data["parentId"], &data["metaTitle"], &data["sortOrder"]),
        (&Value::Null, &Value::Null, &json!(9))
    );

    let gone = shop.send(Surface::Private, shop.private(Method::DELETE, "/categories/soy-wax")).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    assert_eq!(shop.get("/categories/soy-wax").await.json()["data"]["status"], "hidden");
    shop.get_public("/categories/soy-wax").await.refused(404, "not_found");
    assert_eq!(
        shop.get("/categories?status=hidden&fields=slug").await.json()["data"],
        json!([{"id": id, "slug": "soy-wax"}])
    );
}

#[actix_web::test]
async fn shoppers_see_the_tree_without_what_is_hidden() {
    let shop = Shop::open().await;
    let candles = shop.category(json!({"name": "Candles"})).await;
    let soy = shop.category(json!({"name": "Soy wax", "parentId": candles})).await;
    let tea = shop.category(json!({"name": "Tea lights", "parentId": soy})).await;
    shop.category(json!({"name": "Secret", "status": "hidden"})).await;

    let tree = shop.get_public("/categories").await.json();
    insta::assert_json_snapshot!("tree", tree, {".data.**.id" => "[id]", ".data[].children.**.parentId" => "[parent]"});
    assert_eq!(tree["data"][0]["children"][0]["children"][0]["parentId"], json!(soy));

    shop.send(Surface::Private, shop.private(Method::DELETE, &format!("/categories/{soy}"))).await;
    let tree = shop.get_public("/categories?fields=slug,children").await.json();
    let top = tree["data"][0].as_object().unwrap();
    assert_eq!(top.keys().collect::<Vec<_>>(), ["children", "id", "slug"]);
    assert_eq!(top["children"].as_array().unwrap().len(), 1);
    assert_eq!((&top["children"][0]["id"], &top["children"][0]["parentId"]), (&json!(tea), &json!(candles)));

    let page = shop.get_public("/categories/tea-lights").await;
    assert_eq!(page.json()["data"]["parentId"], json!(candles));
    assert!(page.json()["data"].as_object().unwrap().contains_key("metaTitle"));
    assert!(!page.header("etag").is_empty());
    shop.get_public("/categories?page=1").await.refused(422, "validation_failed");
}

#[actix_web::test]
async fn the_tree_stays_a_tree() {
    let shop = Shop::open().await;
    let mut parent = shop.category(json!({"name": "Level"})).await;
    let top = parent.clone();
    for _ in 1..8 {
        parent = shop.category(json!({"name": "Level", "parentId": parent})).await;
    }
    let ninth = json!({"name": "Level", "parentId": parent});
    let refused = shop.send_json(Method::POST, "/categories", ninth).await;
    refused.refused(422, "validation_failed");
    assert!(refused.json()["error"]["fields"]["parentId"].is_array());
    for circle in [&top, &parent] {
        let refused = shop.change_category(&top, json!({"parentId": circle})).await;
        refused.refused(422, "validation_failed");
        assert!(refused.json()["error"]["fields"]["parentId"].is_array());
    }
}

#[actix_web::test]
async fn what_is_wrong_with_a_category_is_named() {
    let shop = Shop::open().await;
    let other = testkit::store(&shop.host, "Other", "EUR").await;
    let request = shop
        .private(Method::POST, "/categories")
        .insert_header(("authorization", format!("Bearer {}", other.sk_live)))
        .set_json(json!({"name": "Foreign"}));
    let foreign = shop.send(Surface::Private, request).await.json()["data"]["id"].clone();
    shop.get(&format!("/categories/{}", foreign.as_str().unwrap())).await.refused(404, "not_found");
    for (body, field) in [
        (json!({}), "name"),
        (json!({"name": 7}), "name"),
        (json!({"name": "n".repeat(10_000)}), "name"),
        (json!({"name": "A\u{0}"}), "name"),
        (json!({"name": "A", "colour": 1}), "colour"),
        (json!({"name": "A", "slug": "../etc"}), "slug"),
        (json!({"name": "A", "parentId": "prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E"}), "parentId"),
        (json!({"name": "A", "parentId": "cat_01HXYZ6R9M3K8Q2B7V5N4C1D0E"}), "parentId"),
        (json!({"name": "A", "parentId": foreign}), "parentId"),
        (json!({"name": "A", "sortOrder": 1.5}), "sortOrder"),
        (json!({"name": "A", "sortOrder": 1e12}), "sortOrder"),
        (json!({"name": "A", "status": "gone"}), "status"),
        (json!({"name": "A", "imageUrl": "javascript:alert(1)"}), "imageUrl"),
        (json!({"name": "A", "metaTitle": "m".repeat(321)}), "metaTitle"),
        (json!({"name": "!!!"}), "slug"),
    ] {
        let answer = shop.send_json(Method::POST, "/categories", body.clone()).await;
        answer.refused(422, "validation_failed");
        assert!(answer.json()["error"]["fields"][field].is_array(), "{body}: {}", answer.text);
    }
    shop.send_json(Method::POST, "/categories", json!({"name": "A", "slug": "a"})).await;
    shop.send_json(Method::POST, "/categories", json!({"name": "B", "slug": "a"}))
        .await
        .refused(409, "duplicate");
    for query in ["sort=price", "status=gone", "parentId=7", "colour=red", "perPage=0"] {
        shop.get(&format!("/categories?{query}")).await.refused(422, "validation_failed");
    }
    let brands = shop.get("/brands?cursor=&perPage=1").await;
    assert_eq!(brands.status, 200);
    shop.get("/categories?cursor=eyJh").await.refused(400, "invalid_cursor");
}

#[actix_web::test]
async fn text_of_any_kind_is_kept_as_it_is() {
    let shop = Shop::open().await;
    let name = "<b>Robert'); drop table categories;--</b> 🕯️";
    let id = shop.category(json!({"name": name, "description": "\"'%_\\<script>\n"})).await;
    let data = shop.get_public(&format!("/categories/{id}")).await.json()["data"].clone();
    assert_eq!(
        (data["name"].as_str(), data["description"].as_str()),
        (Some(name), Some("\"'%_\\<script>\n"))
    );
}

#[actix_web::test]
async fn a_stale_change_or_a_key_without_the_scope_is_refused() {
    let shop = Shop::open().await;
    let made = shop.send_json(Method::POST, "/categories", json!({"name": "Candles"})).await;
    let with_tag = |method: Method| {
        shop.private(method, "/categories/candles")
            .insert_header(("if-match", made.header("etag")))
            .set_json(json!({"name": "New"}))
    };
    assert_eq!(shop.send(Surface::Private, with_tag(Method::PATCH)).await.status, 200);
    shop.send(Surface::Private, with_tag(Method::PATCH)).await.refused(412, "stale_version");
    shop.send(Surface::Private, with_tag(Method::DELETE)).await.refused(412, "stale_version");

    let key = shop.key_from(&[Scope::ReadCatalog], &[]).await;
    let write = shop
        .private(Method::POST, "/categories")
        .insert_header(("authorization", format!("Bearer {key}")))
        .set_json(json!({"name": "Mine"}));
    shop.send(Surface::Private, write).await.refused(403, "insufficient_scope");
}
