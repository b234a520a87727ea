//! Who buys, and where it goes.

use actix_web::{get, put};
use application::cart::{self, ContactChanges};
use domain::cart::{Cart, Checkout};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{
    address::{AddressBody, NewAddressBody},
    auth::CartSession,
    body::Body,
    error::ApiResult,
    etag::IfMatch,
    fields::Resource,
    patch::{Patch, not_null},
    respond::{self, Data},
    routes::Routes,
    view::View,
};

pub(super) fn configure(config: &mut Routes) {
    config.service(show).service(save);
}

/// What the shopper has said so far.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CheckoutData)]
struct ContactBody {
    /// E-mail address.
    #[schema(required, examples("sam@example.com"))]
    email: Option<String>,
    /// Where the goods go.
    #[schema(required)]
    shipping_address: Option<AddressBody>,
    /// Who is billed, unless `sameAsShipping`.
    #[schema(required)]
    billing_address: Option<AddressBody>,
    /// Whether whoever receives the goods is billed.
    same_as_shipping: bool,
    /// A note to the shop.
    #[schema(required, examples("Please ring twice."))]
    notes: Option<String>,
}

impl Resource for ContactBody {}

impl From<Checkout> for ContactBody {
    fn from(contact: Checkout) -> Self {
        let Checkout { email, shipping_address, billing_address, same_as_shipping, notes } = contact;
        Self {
            email: email.map(|email| email.to_string()),
            shipping_address: shipping_address.map(AddressBody::from),
            billing_address: billing_address.map(AddressBody::from),
            same_as_shipping,
            notes,
        }
    }
}

/// What to save of the shopper's details. What is left out stays; `null` empties.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = SaveCheckoutData)]
struct SaveContactBody {
    /// E-mail address.
    #[serde(default)]
    #[schema(max_length = 254, examples("sam@example.com"))]
    email: Patch<String>,
    /// Where the goods go; must be a country that the store ships to.
    #[serde(default)]
    #[schema(value_type = Option<NewAddressBody>)]
    shipping_address: Patch<NewAddressBody>,
    /// Who is billed, where that is somebody else.
    #[serde(default)]
    #[schema(value_type = Option<NewAddressBody>)]
    billing_address: Patch<NewAddressBody>,
    /// Whether whoever receives the goods is billed; so while there is no billing address.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    same_as_shipping: Option<bool>,
    /// A note to the shop. The store sets how long it may be.
    #[serde(default)]
    #[schema(examples("Please ring twice."))]
    notes: Patch<String>,
}

impl SaveContactBody {
    fn into_changes(self, if_version: Option<i32>) -> ContactChanges {
        let Self { email, shipping_address, billing_address, same_as_shipping, notes } = self;
        let typed = |address: Patch<NewAddressBody>| match address {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Value(address) => Patch::Value(address.into()),
        };
        ContactChanges {
            email: email.into(),
            shipping_address: typed(shipping_address).into(),
            billing_address: typed(billing_address).into(),
            same_as_shipping,
            notes: notes.into(),
            if_version,
        }
    }
}

/// Get the checkout data
///
/// For a form to start from. Empty once the cart was left alone for two hours.
#[utoipa::path(
    operation_id = "getCheckoutData",
    tag = "Checkout",
    params(View<ContactBody>),
    security(("cartToken" = [])),
    responses((status = 200, description = "What was saved.", body = Data<ContactBody>))
)]
#[get("/cart/checkout-data")]
async fn show(session: CartSession, view: View<ContactBody>) -> ApiResult {
    let cart = cart::checkout_data(&session.core, &session.context, &session.token_hash).await?;
    let Cart { id, version, contact, .. } = cart;
    view.answer(id, version, &contact.into())
}

/// Save checkout data
///
/// Checks everything that is sent, field by field: states and postcodes as the country has them.
/// Whatever is still missing is asked for at the checkout.
#[utoipa::path(
    operation_id = "saveCheckoutData",
    tag = "Checkout",
    params(IfMatch),
    request_body = SaveContactBody,
    security(("cartToken" = [])),
    responses(
        (status = 200, description = "What is saved now.", body = Data<ContactBody>),
        (status = 409, description = "`checkout_in_progress`, or `invalid_state` once it was paid for."),
    )
)]
#[put("/cart/checkout-data")]
async fn save(session: CartSession, if_match: IfMatch, body: Body<SaveContactBody>) -> ApiResult {
    let changes = body.into_inner().into_changes(if_match.version()?);
    let (core, context) = (&session.core, &session.context);
    let cart = cart::save_checkout_data(core, context, &session.token_hash, changes).await?;
    respond::changed(cart.id, cart.version, ContactBody::from(cart.contact))
}
