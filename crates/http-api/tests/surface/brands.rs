//! Brands, and with them what every resource does.

use actix_web::http::Method;
use http_api::server::Surface;
use serde_json::json;

use crate::client::Shop;

#[actix_web::test]
async fn a_brand_is_made_read_changed_and_deleted() {
    let shop = Shop::open().await;
    let made =
        shop.send_json(Method::POST, "/brands", json!({"name": "Acme", "description": "Since 1912."})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let brand = made.json()["data"].clone();
    let id = brand["id"].as_str().unwrap();
    assert_eq!(made.header("location"), format!("/v1/private/brands/{id}"));
    insta::assert_json_snapshot!("brand", brand, {".id" => "[id]"});

    let read = shop.get("/brands/acme").await;
    assert_eq!((read.json()["data"].clone(), read.header("etag")), (brand.clone(), made.header("etag")));

    let change = json!({"name": "Acme & Sons", "description": null});
    let changed = shop.send_json(Method::PATCH, &format!("/brands/{id}"), change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json()["data"]["name"], "Acme & Sons");
    assert!(changed.json()["data"]["description"].is_null());
    assert_ne!(changed.header("etag"), made.header("etag"));

    let gone = shop.send(Surface::Private, shop.private(Method::DELETE, "/brands/acme")).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    shop.get("/brands/acme").await.refused(404, "not_found");
}

#[actix_web::test]
async fn who_holds_the_current_version_gets_no_body() {
    let shop = Shop::open().await;
    let made = shop.send_json(Method::POST, "/brands", json!({"name": "Acme"})).await;
    let ask = |tag: &str| shop.private(Method::GET, "/brands/acme").insert_header(("if-none-match", tag));
    let held = shop.send(Surface::Private, ask(made.header("etag"))).await;
    assert_eq!((held.status, held.text.as_str()), (304, ""));
    assert_eq!(held.header("etag"), made.header("etag"));
    assert_eq!(shop.send(Surface::Private, ask("\"other\"")).await.status, 200);
}

#[actix_web::test]
async fn a_change_of_an_old_version_is_refused() {
    let shop = Shop::open().await;
    let made = shop.send_json(Method::POST, "/brands", json!({"name": "Acme"})).await;
    let change = |method: Method, tag: &str| {
        shop.private(method, "/brands/acme").insert_header(("if-match", tag)).set_json(json!({"name": "New"}))
    };
    let tag = made.header("etag");
    assert_eq!(shop.send(Surface::Private, change(Method::PATCH, tag)).await.status, 200);
    shop.send(Surface::Private, change(Method::PATCH, tag)).await.refused(412, "stale_version");
    shop.send(Surface::Private, change(Method::DELETE, tag)).await.refused(412, "stale_version");
    assert_eq!(shop.get("/brands/acme").await.json()["data"]["name"], "New");
}

#[actix_web::test]
async fn bodies_that_are_wrong_name_their_fields() {
    let shop = Shop::open().await;
    for (body, field) in [
        (json!({}), "name"),
        (json!({"name": ""}), "name"),
        (json!({"name": "Acme", "colour": "red"}), "colour"),
        (json!({"name": "Acme\u{0}"}), "name"),
        (json!({"name": "Acme", "website": "javascript:alert(1)"}), "website"),
        (json!({"name": "Acme", "slug": "Not A Slug"}), "slug"),
    ] {
        let answer = shop.send_json(Method::POST, "/brands", body.clone()).await;
        answer.refused(422, "validation_failed");
        assert!(answer.json()["error"]["fields"][field].is_array(), "{body}: {}", answer.text);
    }
    let nameless = json!({"name": null});
    shop.send_json(Method::POST, "/brands", json!({"name": "Acme"})).await;
    shop.send_json(Method::PATCH, "/brands/acme", nameless).await.refused(422, "validation_failed");
    let twice = json!({"name": "Other", "slug": "acme"});
    shop.send_json(Method::POST, "/brands", twice).await.refused(409, "duplicate");
}

#[actix_web::test]
async fn lists_go_by_page_and_by_cursor() {
    let shop = Shop::open().await;
    for name in ["Birch", "Acme", "Cedar"] {
        assert_eq!(shop.send_json(Method::POST, "/brands", json!({"name": name})).await.status, 201);
    }
    let page = shop.get("/brands?perPage=2&fields=name&sort=-name").await.json();
    assert_eq!(page["data"][0]["name"], "Cedar");
    assert_eq!(page["data"][0].as_object().unwrap().len(), 2, "the name and the id");
    assert_eq!((&page["meta"]["total"], &page["meta"]["lastPage"]), (&json!(3), &json!(2)));

    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let slice = shop.get(&format!("/brands?cursor={cursor}&perPage=1")).await.json();
        names.extend(slice["data"].as_array().unwrap().iter().map(|row| row["name"].clone()));
        match slice["meta"]["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(names, ["Acme", "Birch", "Cedar"]);
    shop.get("/brands?cursor=broken").await.refused(400, "invalid_cursor");
    shop.get("/brands?perPage=101").await.refused(422, "validation_failed");
}

#[actix_web::test]
async fn another_stores_brand_does_not_exist() {
    let shop = Shop::open().await;
    let other = testkit::store(&shop.host, "Other", "EUR").await;
    let made = shop.send_json(Method::POST, "/brands", json!({"name": "Acme"})).await.json();
    let id = made["data"]["id"].as_str().unwrap();
    for handle in [id, "acme"] {
        for method in [Method::GET, Method::PATCH, Method::DELETE] {
            let request = shop
                .private(method, &format!("/brands/{handle}"))
                .insert_header(("authorization", format!("Bearer {}", other.sk_live)))
                .set_json(json!({"name": "Mine"}));
            shop.send(Surface::Private, request).await.refused(404, "not_found");
        }
    }
}

#[actix_web::test]
async fn shoppers_see_brands_without_what_is_for_merchants() {
    let shop = Shop::open().await;
    for name in ["Birch", "Acme"] {
        assert_eq!(shop.send_json(Method::POST, "/brands", json!({"name": name})).await.status, 201);
    }
    let shown = shop.get_public("/brands?perPage=1").await.json();
    let brand = shown["data"][0].as_object().unwrap();
    assert_eq!(brand.keys().collect::<Vec<_>>(), ["description", "id", "logoUrl", "name", "slug", "website"]);
    assert_eq!((&brand["name"], &shown["meta"]["total"]), (&json!("Acme"), &json!(2)));
    let private = shop.get("/brands?cursor=&perPage=1").await.json();
    let cursor = private["meta"]["nextCursor"].as_str().unwrap();
    shop.get_public(&format!("/brands?cursor={cursor}")).await.refused(400, "invalid_cursor");
}
