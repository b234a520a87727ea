//! Products on both surfaces.

use actix_web::http::Method;
use http_api::server::Surface;
use serde_json::{Value, json};

use crate::client::{Answer, Shop};

async fn add(shop: &Shop, body: Value) -> Value {
    let made = shop.send_json(Method::POST, "/products", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["data"].clone()
}

fn shirt() -> Value {
    json!({
        "name": "Classic White T-Shirt", "price": 2999, "compareAtPrice": 3999, "status": "published",
        "options": [{"name": "Size", "values": ["Small", "Large"]}, {"name": "Color", "values": ["White", "Black"]}],
        "stock": 5, "tags": ["cotton"], "media": [{"url": "https://cdn.example.com/t.jpg", "alt": "Front"}],
    })
}

fn names(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let rows = answer.json()["data"].as_array().expect("a list").clone();
    rows.iter().map(|row| row["name"].as_str().expect("rows have names").to_owned()).collect()
}

#[actix_web::test]
async fn a_product_is_made_read_changed_and_archived() {
    let shop = Shop::open().await;
    let body = json!({"name": "Hand-poured candle", "price": 2400, "stock": 50, "status": "published",
        "cost": 780, "sku": "CANDLE-001", "weightGrams": 340, "metadata": {"origin": "Leeds"}});
    let made = shop.send_json(Method::POST, "/products", body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let product = made.json()["data"].clone();
    let id = product["id"].as_str().unwrap();
    assert_eq!(made.header("location"), format!("/v1/private/products/{id}"));
    insta::assert_json_snapshot!("product", product, {".id" => "[id]", ".defaultVariantId" => "[id]"});

    let read = shop.get("/products/hand-poured-candle").await;
    assert_eq!((read.json()["data"].clone(), read.header("etag")), (product.clone(), made.header("etag")));
    let change = json!({"price": 2600, "cost": null, "tags": ["wax"]});
    let changed = shop.send_json(Method::PATCH, &format!("/products/{id}"), change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json()["data"]["price"]["amount"], 2600);
    assert!(changed.json()["data"]["cost"].is_null());
    assert_eq!(changed.json()["data"]["sku"], "CANDLE-001");

    let shown = shop.get_public("/products/hand-poured-candle").await;
    insta::assert_json_snapshot!("public_product", shown.json()["data"], {
        ".id" => "[id]", ".defaultVariantId" => "[id]"
    });

    let gone = shop.send(Surface::Private, shop.private(Method::DELETE, &format!("/products/{id}"))).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    assert_eq!(shop.get(&format!("/products/{id}")).await.json()["data"]["status"], "archived");
    shop.get_public(&format!("/products/{id}")).await.refused(404, "not_found");
    assert_eq!(names(&shop.get_public("/products").await), Vec::<String>::new());
}

#[actix_web::test]
async fn drafts_are_not_for_shoppers() {
    let shop = Shop::open().await;
    add(&shop, json!({"name": "Draft", "price": 100})).await;
    for path in ["/products/draft", "/products/draft/variants"] {
        shop.get_public(path).await.refused(404, "not_found");
    }
    assert_eq!(names(&shop.get_public("/products?q=draft").await), Vec::<String>::new());
    assert_eq!(names(&shop.get("/products?status=draft").await), ["Draft"]);
}

#[actix_web::test]
async fn options_make_variants_and_keep_those_whose_values_remain() {
    let shop = Shop::open().await;
    let product = add(&shop, shirt()).await;
    assert_eq!((product["variantCount"].clone(), product["inventoryCount"].clone()), (json!(4), json!(20)));
    let rows = product["variants"].as_array().unwrap().clone();
    assert_eq!(rows[0]["name"], "Small / White");
    assert_eq!(rows[0]["optionValues"], json!({"Size": "Small", "Color": "White"}));
    assert_eq!((rows[0]["isDefault"].clone(), rows[1]["isDefault"].clone()), (json!(true), json!(false)));

    let path = format!("/products/{}/options", product["id"].as_str().unwrap());
    let fewer = json!({"options": [{"name": "Size", "values": ["Large", "Huge"]}, {"name": "Color", "values": ["White"]}]});
    let set = shop.send_json(Method::PUT, &path, fewer).await;
    assert_eq!(set.status, 200, "{}", set.text);
    let after = set.json()["data"]["variants"].as_array().unwrap().clone();
    assert_eq!(after.len(), 2);
    let kept = after.iter().find(|row| row["name"] == "Large / White").unwrap();
    let before = rows.iter().find(|row| row["name"] == "Large / White").unwrap();
    assert_eq!((kept["id"].clone(), kept["inventoryCount"].clone()), (before["id"].clone(), json!(5)));
    assert_eq!(kept["isDefault"], true, "the default went, the oldest that is left follows it");

    let values: Vec<String> = (0..40).map(|n| n.to_string()).collect();
    let huge = json!({"options": [{"name": "A", "values": values}, {"name": "B", "values": values}]});
    let refused = shop.send_json(Method::PUT, &path, huge).await;
    refused.refused(422, "validation_failed");
    assert!(refused.json()["error"]["fields"]["options"].is_array());
}

#[actix_web::test]
async fn a_simple_product_hands_its_stock_on_when_it_gets_options() {
    let shop = Shop::open().await;
    let product = add(&shop, json!({"name": "Mug", "price": 900, "stock": 7})).await;
    let options = json!({"options": [{"name": "Color", "values": ["Red", "Blue"]}]});
    let set = shop.send_json(Method::PUT, "/products/mug/options", options).await.json()["data"].clone();
    let first = set["variants"][0].clone();
    assert_eq!(
        (first["id"].clone(), first["name"].clone()),
        (product["defaultVariantId"].clone(), json!("Red"))
    );
    assert_eq!(set["inventoryCount"], 7);
    let simple = shop.send_json(Method::PUT, "/products/mug/options", json!({"options": []})).await;
    assert_eq!(simple.json()["data"]["inventoryCount"], 7);
    assert_eq!(simple.json()["data"]["defaultVariantId"], first["id"]);
}

#[actix_web::test]
async fn one_variant_is_the_default_and_the_last_one_stays() {
    let shop = Shop::open().await;
    let mug = json!({"name": "Mug", "price": 900, "options": [{"name": "Color", "values": ["Red", "Blue", "Pink"]}],
        "variants": [{"optionValues": {"Color": "Red"}, "stock": 1}]});
    add(&shop, mug).await;
    let blue =
        json!({"optionValues": {"color": "BLUE"}, "isDefault": true, "price": 950, "inventoryCount": 3});
    let made = shop.send_json(Method::POST, "/products/mug/variants", blue).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let blue = made.json()["data"].clone();
    assert_eq!((blue["name"].clone(), blue["inventoryCount"].clone()), (json!("Blue"), json!(3)));
    let rows = shop.get("/products/mug/variants").await.json()["data"].as_array().unwrap().clone();
    assert_eq!(names(&shop.get("/products/mug/variants").await), ["Blue", "Red"]);
    assert_eq!(rows.iter().filter(|row| row["isDefault"] == true).count(), 1);

    let again = json!({"optionValues": {"Color": "Blue"}});
    shop.send_json(Method::POST, "/products/mug/variants", again).await.refused(409, "duplicate");
    let other = json!({"optionValues": {"Color": "Green"}});
    shop.send_json(Method::POST, "/products/mug/variants", other).await.refused(422, "validation_failed");

    let path = |row: &Value| format!("/products/mug/variants/{}", row["id"].as_str().unwrap());
    let step_down = json!({"isDefault": false});
    shop.send_json(Method::PATCH, &path(&blue), step_down).await.refused(422, "validation_failed");
    let gone = shop.send(Surface::Private, shop.private(Method::DELETE, &path(&blue))).await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    let left = shop.get("/products/mug/variants").await.json()["data"].clone();
    assert_eq!((left[0]["name"].clone(), left[0]["isDefault"].clone()), (json!("Red"), json!(true)));
    let last = shop.send(Surface::Private, shop.private(Method::DELETE, &path(&left[0]))).await;
    last.refused(409, "invalid_state");
}

#[actix_web::test]
async fn a_stale_variant_or_product_is_not_changed() {
    let shop = Shop::open().await;
    add(&shop, json!({"name": "Mug", "price": 900})).await;
    let tag = shop.get("/products/mug").await.header("etag").to_owned();
    let change = |tag: &str| {
        shop.private(Method::PATCH, "/products/mug")
            .insert_header(("if-match", tag))
            .set_json(json!({"price": 1000}))
    };
    assert_eq!(shop.send(Surface::Private, change(&tag)).await.status, 200);
    shop.send(Surface::Private, change(&tag)).await.refused(412, "stale_version");
    let held = shop.private(Method::DELETE, "/products/mug").insert_header(("if-match", tag));
    shop.send(Surface::Private, held).await.refused(412, "stale_version");
}

#[actix_web::test]
async fn a_sale_is_shown_while_it_runs() {
    let shop = Shop::open().await;
    let sale = json!({"name": "Mug", "price": 2400, "status": "published", "salePrice": 1999, "saleName": "Spring",
        "saleEndsAt": "2100-01-01T00:00:00Z"});
    add(&shop, sale).await;
    let price = shop.get_public("/products/mug").await.json()["data"]["price"].clone();
    assert_eq!(price["amount"], 1999);
    assert_eq!(price["originalAmount"], 2400);
    assert_eq!((price["isOnSale"].clone(), price["saleName"].clone()), (json!(true), json!("Spring")));
    assert_eq!(
        (price["salePriceFormatted"].clone(), price["discountPercentage"].clone()),
        (json!("£19.99"), json!(16))
    );
    shop.send_json(Method::PATCH, "/products/mug", json!({"salePrice": null})).await;
    assert_eq!(shop.get_public("/products/mug").await.json()["data"]["price"]["isOnSale"], false);
}

#[actix_web::test]
async fn shoppers_find_products_by_words_tags_prices_and_places() {
    let shop = Shop::open().await;
    let home =
        shop.send_json(Method::POST, "/categories", json!({"name": "Home"})).await.json()["data"].clone();
    let light = json!({"name": "Light", "parentId": home["id"]});
    let light = shop.send_json(Method::POST, "/categories", light).await.json()["data"].clone();
    let brand = shop.send_json(Method::POST, "/brands", json!({"name": "Acme"})).await.json()["data"].clone();
    add(&shop, json!({"name": "Crème candle", "price": 2400, "status": "published", "sku": "CND-01", "sortOrder": 2,
        "stock": 3, "categoryIds": [light["id"]], "tags": ["Gift Idea"], "description": "Smells of <b>vanilla</b>."})).await;
    add(
        &shop,
        json!({"name": "Mug", "price": 900, "status": "published", "featured": true, "sortOrder": 1,
        "brandId": brand["id"]}),
    )
    .await;
    add(&shop, json!({"name": "Untracked", "price": 100, "status": "published", "sortOrder": 3, "trackInventory": false})).await;

    for (query, expected) in [
        ("", vec!["Mug", "Crème candle", "Untracked"]),
        ("sort=-price", vec!["Crème candle", "Mug", "Untracked"]),
        ("sort=name", vec!["Crème candle", "Mug", "Untracked"]),
        ("sort=featured&perPage=1", vec!["Mug"]),
        ("sort=-featured&perPage=1", vec!["Mug"]),
        ("q=creme", vec!["Crème candle"]),
        ("q=smells+van", vec!["Crème candle"]),
        ("q=cnd-01", vec!["Crème candle"]),
        ("q=candle+mug", vec![]),
        ("q=%22%27%29%3B*+OR+1", vec![]),
        ("q=%21%21", vec![]),
        ("tag=gift+idea", vec!["Crème candle"]),
        ("tag=gift", vec![]),
        ("minPrice=900&maxPrice=1000", vec!["Mug"]),
        ("inStock=true", vec!["Crème candle", "Untracked"]),
        ("inStock=false", vec!["Mug"]),
        ("featured=true", vec!["Mug"]),
        ("category=home", vec!["Crème candle"]),
        ("category=light&q=candle", vec!["Crème candle"]),
        ("category=nowhere", vec![]),
        ("brand=acme", vec!["Mug"]),
    ] {
        assert_eq!(names(&shop.get_public(&format!("/products?{query}")).await), expected, "{query}");
    }
    let by_id = format!("/products?category={}&brand=acme", home["id"].as_str().unwrap());
    assert_eq!(names(&shop.get_public(&by_id).await), Vec::<String>::new());
    let candle = shop.get_public("/products/creme-candle").await.json()["data"].clone();
    assert_eq!(candle["categories"][0]["slug"], "light");
    let expanded = shop.get_public("/products?expand[]=brand&fields=id,name&brand=acme").await.json();
    assert_eq!(expanded["data"][0]["brand"]["name"], "Acme");
    assert!(expanded["data"][0].get("price").is_none());
    for bad in ["sort=cost", "minPrice=1.5", "colour=red", "fields=cost", "perPage=101"] {
        shop.get_public(&format!("/products?{bad}")).await.refused(422, "validation_failed");
    }
}

#[actix_web::test]
async fn a_cursor_walks_every_product_once_and_belongs_to_its_list() {
    let shop = Shop::open().await;
    for number in 0..5 {
        add(&shop, json!({"name": format!("Mug {number}"), "price": 900, "status": "published"})).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = shop.get_public(&format!("/products?perPage=2&cursor={cursor}")).await;
        seen.extend(names(&page));
        match page.json()["meta"]["nextCursor"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    assert_eq!(seen, ["Mug 0", "Mug 1", "Mug 2", "Mug 3", "Mug 4"]);
    shop.get(&format!("/products?cursor={cursor}")).await.refused(400, "invalid_cursor");
}

#[actix_web::test]
async fn each_mode_has_stock_of_its_own() {
    let shop = Shop::open().await;
    add(&shop, json!({"name": "Mug", "price": 900, "status": "published", "stock": 4})).await;
    let change = json!({"operation": "set", "quantity": 1});
    let changed = shop.send_json(Method::PATCH, "/products/mug/inventory", change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(shop.get_public("/products/mug").await.json()["data"]["inventoryCount"], 1);
    let request = actix_web::test::TestRequest::get();
    let test_mode = request.uri(&format!("/v1/public/{}/products/mug", shop.store.pk_test));
    assert_eq!(shop.send(Surface::Public, test_mode).await.json()["data"]["inventoryCount"], 4);
}

#[actix_web::test]
async fn searches_compare_fields() {
    let shop = Shop::open().await;
    let mug = add(&shop, json!({"name": "Mug", "price": 900})).await;
    add(&shop, json!({"name": "Candle", "price": 2400, "sku": "C1"})).await;
    for (body, expected, total) in [
        (json!({"name": {"operator": "=", "value": "Mug"}}), vec!["Mug"], 1),
        (json!({"name": {"operator": "!=", "value": "Mug"}}), vec!["Candle"], 1),
        (json!({"sku": {"operator": "!=", "value": "C1"}}), vec!["Mug"], 1),
        (json!({"id": {"operator": "=", "value": mug["id"]}}), vec!["Mug"], 1),
        (json!({"id": {"operator": "=", "value": "nobody"}}), vec![], 0),
        (json!({"price": {"operator": ">", "value": 900}}), vec!["Candle"], 1),
        (json!({"price": {"operator": "<", "value": 900}}), vec![], 0),
        (json!({"createdAt": {"from": "2000-01-01T00:00:00Z"}}), vec!["Candle", "Mug"], 2),
        (json!({"createdAt": {"to": "2000-01-01T00:00:00Z"}}), vec![], 0),
        (json!({"limit": 0}), vec![], 2),
        (json!({"limit": 1, "offset": 1}), vec!["Mug"], 2),
    ] {
        let found = shop.send_json(Method::POST, "/products/search", body.clone()).await;
        assert_eq!(names(&found), expected, "{body}");
        assert_eq!(found.json()["meta"]["total"], total, "{body}");
    }
    for bad in [
        json!({"name": {"operator": "<", "value": "x"}}),
        json!({"price": {"operator": ">", "value": "x"}}),
        json!({"limit": 101}),
        json!({"offset": -1}),
        json!({"colour": {"operator": "=", "value": "x"}}),
    ] {
        shop.send_json(Method::POST, "/products/search", bad).await.refused(422, "validation_failed");
    }
}

#[actix_web::test]
async fn a_copy_is_a_draft_without_stock() {
    let shop = Shop::open().await;
    add(&shop, shirt()).await;
    let copied = shop
        .send(Surface::Private, shop.private(Method::POST, "/products/classic-white-t-shirt/duplicate"))
        .await;
    assert_eq!(copied.status, 201, "{}", copied.text);
    let copy = copied.json()["data"].clone();
    assert_eq!(
        (copy["name"].clone(), copy["status"].clone()),
        (json!("Classic White T-Shirt (copy)"), json!("draft"))
    );
    assert_eq!((copy["variantCount"].clone(), copy["inventoryCount"].clone()), (json!(4), json!(0)));
    let named = json!({"name": "Black T-Shirt"});
    let other = shop.send_json(Method::POST, "/products/classic-white-t-shirt/duplicate", named).await;
    assert_eq!(other.json()["data"]["slug"], "black-t-shirt");
}

#[actix_web::test]
async fn a_free_plan_publishes_five_products() {
    let shop = Shop::open_with(|store| store.tier = domain::tier::Tier::Free).await;
    for number in 1..=5 {
        add(&shop, json!({"name": format!("Mug {number}"), "price": 900, "status": "published"})).await;
    }
    let sixth = json!({"name": "Mug 6", "price": 900, "status": "published"});
    let refused = shop.send_json(Method::POST, "/products", sixth).await;
    refused.refused(403, "tier_product_limit");
    assert_eq!(refused.json()["error"]["details"]["limit"], 5);
    add(&shop, json!({"name": "Mug 6", "price": 900})).await;
    let publish = json!({"status": "published"});
    shop.send_json(Method::PATCH, "/products/mug-6", publish.clone())
        .await
        .refused(403, "tier_product_limit");
    shop.send(Surface::Private, shop.private(Method::DELETE, "/products/mug-1")).await;
    assert_eq!(shop.send_json(Method::PATCH, "/products/mug-6", publish).await.status, 200);
}

#[actix_web::test]
async fn what_is_wrong_with_a_product_is_named() {
    let shop = Shop::open().await;
    let with = |more: Value| {
        let mut body = json!({"name": "Mug", "price": 900});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let category = "cat_01HXYZ6R9M3K8Q2B7V5N4C1D0E";
    for (body, field) in [
        (json!({"price": 900}), "name"),
        (json!({"name": "Mug"}), "price"),
        (json!({"name": "日本", "price": 1, "slug": "Ä"}), "slug"),
        (with(json!({"price": -1})), "price"),
        (with(json!({"price": 1.5})), "price"),
        (with(json!({"price": "900"})), "price"),
        (with(json!({"price": 9_000_000_000_000_000_000_i64})), "price"),
        (with(json!({"stock": -1})), "stock"),
        (with(json!({"stock": 1.5})), "stock"),
        (with(json!({"stock": 1_000_000_001})), "stock"),
        (with(json!({"stock": 1_000_000_000_000_i64})), "stock"),
        (with(json!({"salePrice": 900})), "salePrice"),
        (with(json!({"saleName": "Spring"})), "salePrice"),
        (with(json!({"compareAtPrice": 900})), "compareAtPrice"),
        (with(json!({"status": "active"})), "status"),
        (with(json!({"categoryIds": [category]})), "categoryIds.0"),
        (with(json!({"categoryIds": ["prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E"]})), "categoryIds.0"),
        (with(json!({"brandId": "brd_01HXYZ6R9M3K8Q2B7V5N4C1D0E"})), "brandId"),
        (with(json!({"name": "x".repeat(10_000)})), "name"),
        (with(json!({"name": "a\u{0}b"})), "name"),
        (with(json!({"tags": ["x".repeat(61)]})), "tags.0"),
        (with(json!({"media": [{"url": "javascript:alert(1)"}]})), "media.0.url"),
        (with(json!({"minOrderQuantity": 0})), "minOrderQuantity"),
        (with(json!({"minOrderQuantity": 5, "maxOrderQuantity": 4})), "maxOrderQuantity"),
        (with(json!({"fixedShippingRateCents": -1})), "fixedShippingRateCents"),
        (with(json!({"taxClass": "no such class!"})), "taxClass"),
        (with(json!({"colour": "red"})), "colour"),
        (with(json!({"options": [{"name": "Size", "values": []}]})), "options"),
        (with(json!({"variants": [{"optionValues": {"Size": "S"}, "price": -1}]})), "variants.0.price"),
    ] {
        let answer = shop.send_json(Method::POST, "/products", body.clone()).await;
        answer.refused(422, "validation_failed");
        assert!(answer.json()["error"]["fields"][field].is_array(), "{field} of {body}: {}", answer.text);
    }
    let request = shop.private(Method::POST, "/products").insert_header(("content-type", "application/json"));
    shop.send(Surface::Private, request.set_payload("{\"name\": ")).await.refused(400, "malformed_request");
    assert_eq!(names(&shop.get("/products").await), Vec::<String>::new());
}

#[actix_web::test]
async fn text_comes_back_as_it_was_written() {
    let shop = Shop::open().await;
    let name = "Mug <script>alert('☕')</script>'; drop table products; -- 🫖";
    let made = add(&shop, json!({"name": name, "price": 900, "description": "日本\n\"x\""})).await;
    assert_eq!((made["name"].clone(), made["description"].clone()), (json!(name), json!("日本\n\"x\"")));
    assert_eq!(names(&shop.get("/products?q=drop+table").await), [name]);
    let again = add(&shop, json!({"name": name, "price": 900})).await;
    assert_eq!(again["slug"], format!("{}-2", made["slug"].as_str().unwrap()));
}
