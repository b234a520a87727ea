//! What the merchant sets up before anybody comes.

use journeys::{Caller, Shop, Shopper};
use serde_json::{Value, json};

/// A shop with goods, taxes, ways to send and to pay, and a coupon.
pub(crate) struct Stall {
    pub(crate) shop: Shop,
    pub(crate) merchant: Caller,
    /// Ids of the shipping methods, by their type.
    pub(crate) methods: Vec<(&'static str, String)>,
}

impl Stall {
    pub(crate) async fn on_each_engine() -> Vec<Self> {
        let mut stalls = Vec::new();
        for shop in Shop::on_each_engine().await {
            stalls.push(Self::set_up(shop).await);
        }
        stalls
    }

    async fn set_up(shop: Shop) -> Self {
        let merchant = Caller::clone(&shop.merchant());
        let tax = json!({"enabled": true, "pricesIncludeTax": false, "shippingTaxed": false});
        merchant.put("/settings/tax", tax).await.data();
        for rate in [
            json!({"name": "VAT", "rate": 0.2, "country": "GB"}),
            json!({"name": "Sales tax", "rate": "0.0725", "country": "US", "state": "CA"}),
            json!({"name": "Sales tax", "rate": 0.06, "country": "US", "state": "MI"}),
        ] {
            make(&merchant, "/tax-rates", rate).await;
        }
        let mut stall = Self { shop, merchant, methods: Vec::new() };
        stall.add_goods().await;
        stall.add_shipping().await;
        let coupon = json!({"code": "SPRING20", "type": "percentage", "value": 20});
        make(&stall.merchant, "/promotions", coupon).await;
        let transfer = json!({
            "code": "bank_transfer", "provider": "bank_transfer", "label": "Bank transfer",
            "instructions": "Transfer to GB00 TEST.",
        });
        make(&stall.merchant, "/payment-methods", transfer).await;
        stall
    }

    async fn add_goods(&self) {
        let merchant = &self.merchant;
        let brand = make(merchant, "/brands", json!({"name": "North Wick"})).await;
        let home = make(merchant, "/categories", json!({"name": "Home"})).await;
        let candles = json!({"name": "Candles", "parentId": home["id"]});
        let candles = make(merchant, "/categories", candles).await;
        for product in [
            json!({
                "name": "Candle", "price": 2400, "stock": 50, "status": "published", "weightGrams": 340,
                "brandId": brand["id"], "categoryIds": [candles["id"]], "description": "Soy wax, hand poured",
            }),
            json!({
                "name": "Shirt", "price": 1999, "stock": 5, "status": "published", "weightGrams": 200,
                "options": [{"name": "Size", "values": ["S", "M"]}, {"name": "Colour", "values": ["Black", "White"]}],
            }),
            json!({
                "name": "Pattern", "price": 700, "status": "published", "productType": "digital",
                "trackInventory": false,
            }),
            json!({
                "name": "Lamp", "price": 4999, "salePrice": 3600, "saleName": "Spring sale", "stock": 5,
                "status": "published", "weightGrams": 2500,
            }),
            json!({"name": "Crate", "price": 2800, "stock": 9, "status": "published", "weightGrams": 900}),
            json!({"name": "Secret", "price": 1, "stock": 9}),
        ] {
            make(merchant, "/products", product).await;
        }
    }

    async fn add_shipping(&mut self) {
        for (kind, method) in [
            (
                "flat_rate",
                json!({"name": "Royal Mail", "rate": 495, "freeThreshold": 10_000, "zones": [{"country": "GB"}]}),
            ),
            (
                "per_item",
                json!({"name": "By piece", "firstItemRate": 300, "rate": 100, "zones": [{"country": "GB"}]}),
            ),
            (
                "tiered",
                json!({
                    "name": "By worth", "zones": [{"country": "GB"}],
                    "tiers": [{"minSubtotal": 0, "rate": 600}, {"minSubtotal": 5000, "rate": 250}],
                }),
            ),
            (
                "weight",
                json!({
                    "name": "By weight", "zones": [{"country": "GB"}],
                    "tiers": [{"maxWeightGrams": 1000, "rate": 350}, {"maxWeightGrams": 30_000, "rate": 900}],
                }),
            ),
            ("local_pickup", json!({"name": "At the shop", "zones": [{"country": "GB"}]})),
            ("flat_rate_abroad", json!({"name": "Air mail", "rate": 499, "zones": [{"country": "US"}]})),
        ] {
            let mut method = method;
            method["type"] = json!(kind.trim_end_matches("_abroad"));
            let made = make(&self.merchant, "/shipping-methods", method).await;
            self.methods.push((kind, text(&made["id"])));
        }
    }

    pub(crate) fn method(&self, kind: &str) -> &str {
        let (_, id) = self.methods.iter().find(|(known, _)| *known == kind).expect("the stall has it");
        id
    }

    /// A shopper with these goods, an address in Britain, and this way to send them.
    pub(crate) async fn shopper(&self, token: &str, goods: &[(&str, u32)], method: Option<&str>) -> Shopper {
        let shopper = self.shop.shopper(token);
        for (product, quantity) in goods {
            let item = json!({"productId": product, "quantity": quantity});
            shopper.post("/cart/items", item).await.data();
        }
        shopper.put("/cart/checkout-data", british()).await.data();
        if let Some(method) = method {
            let choice = json!({"shippingOptionId": self.method(method)});
            shopper.post("/cart/shipping-option", choice).await.data();
        }
        shopper
    }

    /// Pays with a card that is accepted, and answers with the order as the merchant sees it.
    pub(crate) async fn sell(&self, shopper: &Shopper) -> Value {
        let sold = pay(shopper, "pm_card_visa").await;
        assert_eq!(
            (&sold["status"], &sold["paymentStatus"]),
            (&json!("paid"), &json!("succeeded")),
            "{sold}"
        );
        self.merchant.get(&format!("/orders/{}", text(&sold["orderId"]))).await.data()
    }

    /// Units of a product that test mode has.
    pub(crate) async fn stock(&self, product: &str) -> Value {
        self.merchant.get(&format!("/products/{product}")).await.data()["inventoryCount"].clone()
    }
}

/// Makes something, and answers with it.
pub(crate) async fn make(merchant: &Caller, path: &str, body: Value) -> Value {
    let made = merchant.post(path, body).await;
    assert_eq!(made.status, 201, "{path}: {}", made.json);
    let location = made.header("location").to_owned();
    let data = made.data();
    let address = location.strip_prefix("/v1/private").expect("the address is on this surface");
    assert_eq!(merchant.get(address).await.data()["id"], data["id"]);
    data
}

pub(crate) async fn pay(shopper: &Shopper, method: &str) -> Value {
    shopper.post("/cart/checkout", json!({"paymentMethod": method})).await.data()
}

pub(crate) fn british() -> Value {
    json!({
        "email": "sam@example.com",
        "shippingAddress": {
            "firstName": "Sam", "lastName": "Buyer", "line1": "221B Baker Street", "city": "London",
            "postcode": "NW1 6XE", "countryCode": "GB",
        },
    })
}

/// The amounts of totals: subtotal, discount, shipping, tax and total.
pub(crate) fn amounts(totals: &Value) -> [i64; 5] {
    ["subtotal", "discount", "shipping", "tax", "total"].map(|name| amount(&totals[name]))
}

pub(crate) fn amount(money: &Value) -> i64 {
    money["amount"].as_i64().unwrap_or_else(|| panic!("no amount: {money}"))
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}
