//! One request for each operation of the private surface that changes something, in an order in which
//! all of them succeed.

use actix_web::http::Method;
use serde_json::{Value, json};

/// Operations that are no GET and change nothing.
pub(super) const READS: &[&str] = &["searchOrders", "searchProducts", "validatePromotion"];

/// Operations of people about their own logins, which are nothing of any one store. What they do to a
/// store, by accepting its invitation, is asked of the use case.
pub(super) const OF_PEOPLE: &[&str] = &[
    "acceptInvite",
    "changePassword",
    "confirmPasswordReset",
    "login",
    "logout",
    "refreshSession",
    "requestPasswordReset",
];

/// Secrets that the steps send; none of them may be in the log.
pub(super) const PLANTED: [&str; 4] = [
    "sk_live_51PlantedSecretAAAA4f2a",
    "sk_live_51PlantedSecretBBBB5f3b",
    "whsec_PlantedHookCCCC",
    "sk_test_51PlantedSecretDDDD6f4c",
];

/// One request. `{name}` in path and body stands for the id that an earlier step was given under it.
pub(super) struct Step {
    pub(super) operation: &'static str,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Value,
    /// Whether it is done with the live key.
    pub(super) live: bool,
    /// What the id in its answer is known by afterwards.
    pub(super) name: &'static str,
    /// The action of the entry it leaves; of the first one, where it leaves several.
    pub(super) action: &'static str,
}

fn step(operation: &'static str, action: &'static str, method: Method, path: &str, body: Value) -> Step {
    Step { operation, method, path: path.to_owned(), body, live: true, name: "", action }
}

fn post(operation: &'static str, action: &'static str, path: &str, body: Value) -> Step {
    step(operation, action, Method::POST, path, body)
}

fn patch(operation: &'static str, action: &'static str, path: &str, body: Value) -> Step {
    step(operation, action, Method::PATCH, path, body)
}

fn put(operation: &'static str, action: &'static str, path: &str, body: Value) -> Step {
    step(operation, action, Method::PUT, path, body)
}

fn delete(operation: &'static str, action: &'static str, path: &str) -> Step {
    step(operation, action, Method::DELETE, path, Value::Null)
}

impl Step {
    fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    fn in_test_mode(self) -> Self {
        Self { live: false, ..self }
    }
}

pub(super) fn steps() -> Vec<Step> {
    [access(), catalog(), terms(), orders(), stores()].into_iter().flatten().collect()
}

fn access() -> Vec<Step> {
    let key = json!({"name": "Till", "scopes": ["read:orders"]});
    vec![
        post("createApiKey", "api_key.created", "/api-keys", key).named("key"),
        patch("updateApiKey", "api_key.updated", "/api-keys/{key}", json!({"name": "Old till"})),
        post("rotateApiKey", "api_key.rotated", "/api-keys/{key}/rotate", Value::Null),
        post(
            "giveSigningSecret",
            "api_key.signing_secret_given",
            "/api-keys/{key}/signing-secret",
            Value::Null,
        ),
        delete("takeSigningSecret", "api_key.signing_secret_taken", "/api-keys/{key}/signing-secret"),
        delete("revokeApiKey", "api_key.revoked", "/api-keys/{key}"),
        post("inviteStaff", "staff.invited", "/staff", json!({"email": "ann@example.com", "role": "staff"}))
            .named("staff"),
        post("inviteStaffAgain", "staff.invited_again", "/staff/{staff}/invite", Value::Null),
        patch("updateStaff", "staff.updated", "/staff/{staff}", json!({"role": "admin"})),
        delete("removeStaff", "staff.removed", "/staff/{staff}"),
    ]
}

fn catalog() -> Vec<Step> {
    let sizes = json!([{"name": "Size", "values": ["S", "L"]}]);
    let product = json!({
        "name": "Mug", "price": 900, "stock": 5, "options": sizes, "variants": [{"optionValues": {"Size": "S"}}],
    });
    let variant = json!({"optionValues": {"Size": "L"}, "sku": "MUG-L"});
    let count = json!({"operation": "increment", "quantity": 2, "variantId": "{variant}", "reason": "Found"});
    vec![
        post("createBrand", "brand.created", "/brands", json!({"name": "Oak"})).named("brand"),
        patch("updateBrand", "brand.updated", "/brands/{brand}", json!({"name": "Elm"})),
        delete("deleteBrand", "brand.deleted", "/brands/{brand}"),
        post("createCategory", "category.created", "/categories", json!({"name": "Cups"})).named("category"),
        patch("updateCategory", "category.updated", "/categories/{category}", json!({"sortOrder": 3})),
        delete("deleteCategory", "category.hidden", "/categories/{category}"),
        post("createProduct", "product.created", "/products", product).named("product"),
        patch("updateProduct", "product.updated", "/products/{product}", json!({"price": 950})),
        post("createVariant", "variant.created", "/products/{product}/variants", variant).named("variant"),
        patch(
            "updateVariant",
            "variant.updated",
            "/products/{product}/variants/{variant}",
            json!({"price": 990}),
        ),
        patch("updateInventory", "inventory.adjusted", "/products/{product}/inventory", count),
        delete("deleteVariant", "variant.deleted", "/products/{product}/variants/{variant}"),
        put("setProductOptions", "options.updated", "/products/{product}/options", json!({"options": sizes})),
        post("duplicateProduct", "product.created", "/products/{product}/duplicate", Value::Null),
        delete("archiveProduct", "product.archived", "/products/{product}"),
    ]
}

fn terms() -> Vec<Step> {
    let [live_key, next_key, hook, test_key] = PLANTED;
    let card = json!({
        "code": "card", "provider": "stripe", "label": "Card", "publishableKey": "pk_live_51Abc",
        "secretKey": live_key, "webhookSecret": hook, "testSecretKey": test_key,
    });
    let coupon = json!({"code": "TEN", "type": "percentage", "value": 10});
    let flat = json!({"name": "Post", "type": "flat_rate", "rate": 395});
    vec![
        post("createPaymentMethod", "payment_method.created", "/payment-methods", card).named("payment"),
        patch(
            "updatePaymentMethod",
            "payment_method.updated",
            "/payment-methods/{payment}",
            json!({"secretKey": next_key}),
        ),
        delete("deletePaymentMethod", "payment_method.deleted", "/payment-methods/{payment}"),
        post("createPromotion", "promotion.created", "/promotions", coupon).named("promotion"),
        patch("updatePromotion", "promotion.updated", "/promotions/{promotion}", json!({"maxUses": 9})),
        delete("deletePromotion", "promotion.deactivated", "/promotions/{promotion}"),
        post("createShippingMethod", "shipping_method.created", "/shipping-methods", flat).named("shipping"),
        patch(
            "updateShippingMethod",
            "shipping_method.updated",
            "/shipping-methods/{shipping}",
            json!({"rate": 495}),
        ),
        delete("deleteShippingMethod", "shipping_method.deleted", "/shipping-methods/{shipping}"),
        post("createTaxRate", "tax_rate.created", "/tax-rates", json!({"name": "VAT", "rate": 0.2}))
            .named("rate"),
        patch("updateTaxRate", "tax_rate.updated", "/tax-rates/{rate}", json!({"rate": 0.21})),
        delete("deleteTaxRate", "tax_rate.deleted", "/tax-rates/{rate}"),
    ]
}

/// The sales `paid`, `owed` and `off` were made by shoppers, in test mode.
fn orders() -> Vec<Step> {
    vec![
        patch("updateOrder", "order.updated", "/orders/{paid}", json!({"internalNotes": "Gift"}))
            .in_test_mode(),
        post("fulfillOrder", "order.fulfilled", "/orders/{paid}/fulfill", json!({"carrier": "Post"}))
            .in_test_mode(),
        post("refundOrder", "order.refunded", "/orders/{paid}/refund", json!({"amount": 500})).in_test_mode(),
        post("markOrderPaid", "order.marked_paid", "/orders/{owed}/mark-paid", Value::Null).in_test_mode(),
        post("cancelOrder", "order.cancelled", "/orders/{off}/cancel", json!({"reason": "Asked"}))
            .in_test_mode(),
    ]
}

fn stores() -> Vec<Step> {
    let other = json!({"name": "Other", "currency": "EUR"});
    vec![
        put("updateTaxSettings", "settings.updated", "/settings/tax", json!({"pricesIncludeTax": true})),
        put("updateShippingSettings", "settings.updated", "/settings/shipping", json!({"shipsTo": ["GB"]})),
        put("updateOrderSettings", "settings.updated", "/settings/order", json!({"nextOrderNumber": 5000})),
        put(
            "updateCheckoutSettings",
            "settings.updated",
            "/settings/checkout",
            json!({"requirePhone": true}),
        ),
        patch("updateStore", "store.updated", "/store", json!({"name": "Acme Lights"})),
        patch("updateAnyStore", "store.updated", "/stores/{store}", json!({"plan": "pro"})),
        post("createStore", "store.created", "/stores", other),
    ]
}
