//! The cart of a token: its lines and its coupon. Every change answers with the cart as it is then.

use actix_web::{delete, get, post, put, web::Path};
use application::{
    Error,
    cart::{self, CartView, NewItem},
};
use domain::{
    catalog::product::ORDER_QUANTITY_MAX,
    id::{LineId, kind},
};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use self::body::CartBody;
use crate::{
    auth::CartSession,
    body::Body,
    error::ApiResult,
    etag::IfMatch,
    id::IdText,
    respond::{self, Data},
    routes::Routes,
    view::View,
};

mod body;
mod contact;
mod shipping;

pub(super) fn configure(config: &mut Routes) {
    config
        .service(show)
        .service(add_item)
        .service(set_quantity)
        .service(remove_item)
        .service(apply_discount)
        .service(remove_discount)
        .configure(contact::configure)
        .configure(shipping::configure);
}

/// What to put into the cart.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewCartItem)]
struct NewItemBody {
    /// The product, by id or slug.
    #[validate(length(min = 1, max = 255))]
    #[schema(min_length = 1, max_length = 255, examples("hand-poured-candle"))]
    product_id: String,
    /// Which of its variants; needed where there are several.
    #[schema(value_type = Option<String>, examples("var_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    variant_id: Option<IdText<kind::VariantId>>,
    /// How many more.
    #[serde(default = "one")]
    #[validate(range(min = 1, max = ORDER_QUANTITY_MAX))]
    #[schema(minimum = 1, maximum = 10_000, default = 1, examples(2))]
    quantity: u32,
}

const fn one() -> u32 {
    1
}

/// How many of a line are wanted.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CartItemQuantity)]
struct QuantityBody {
    /// How many; none takes the line out.
    #[validate(range(max = ORDER_QUANTITY_MAX))]
    #[schema(minimum = 0, maximum = 10_000, examples(5))]
    quantity: u32,
}

/// A discount code.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ApplyDiscount)]
struct DiscountBody {
    /// As the shopper typed it; the case of its letters does not matter.
    #[validate(length(min = 1, message = "must not be empty"))]
    #[schema(min_length = 1, max_length = 64, examples("SPRING20"))]
    code: String,
}

#[derive(Debug, Deserialize)]
struct ItemPath {
    item: String,
}

impl ItemPath {
    fn line(&self) -> Result<LineId, Error> {
        self.item.parse().map_err(|_| Error::not_found("cart item"))
    }
}

fn answer(session: &CartSession, cart: CartView) -> ApiResult {
    let (id, version) = (cart.cart.id, cart.cart.version);
    respond::changed(id, version, CartBody::new(cart, session.locale()))
}

/// Get the cart
///
/// The cart of the token, priced as of now. The first call begins one. Personal data is left out after
/// two hours without a change; after thirty days the cart is forgotten.
#[utoipa::path(
    operation_id = "getCart",
    tag = "Cart",
    params(View<CartBody>),
    security(("cartToken" = [])),
    responses((status = 200, description = "The cart.", body = Data<CartBody>))
)]
#[get("/cart")]
async fn show(session: CartSession, view: View<CartBody>) -> ApiResult {
    let cart = cart::get(&session.core, &session.context, &session.token_hash).await?;
    let (id, version) = (cart.cart.id, cart.cart.version);
    view.answer(id, version, &CartBody::new(cart, session.locale()))
}

/// Add to the cart
///
/// Units of a product or variant that is in the cart already are added to its line. After a checkout, a
/// new cart begins.
#[utoipa::path(
    operation_id = "addCartItem",
    tag = "Cart",
    request_body = NewItemBody,
    security(("cartToken" = [])),
    responses(
        (status = 200, description = "The cart with the item.", body = Data<CartBody>),
        (status = 404, description = "There is no such product or variant."),
        (status = 409, description = "`out_of_stock`, with what is left in `details.available`; \
            `product_unavailable`; or `checkout_in_progress`."),
    )
)]
#[post("/cart/items")]
async fn add_item(session: CartSession, body: Body<NewItemBody>) -> ApiResult {
    let NewItemBody { product_id, variant_id, quantity } = body.into_inner();
    let product = product_id.as_str().into();
    let item = NewItem { product, variant: variant_id.map(|variant| variant.id), quantity };
    let cart = cart::add_item(&session.core, &session.context, &session.token_hash, item).await?;
    answer(&session, cart)
}

/// Change a quantity
///
/// Sets how many units of a line are wanted; 0 takes the line out.
#[utoipa::path(
    operation_id = "updateCartItem",
    tag = "Cart",
    params(("item" = String, Path, description = "Id of the line.", example = "oitm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    request_body = QuantityBody,
    security(("cartToken" = [])),
    responses(
        (status = 200, description = "The cart as it is now.", body = Data<CartBody>),
        (status = 409, description = "`out_of_stock`, with what is left in `details.available`; \
            `product_unavailable`; `checkout_in_progress`; or `invalid_state` once it was paid for."),
    )
)]
#[put("/cart/items/{item}")]
async fn set_quantity(
    session: CartSession,
    path: Path<ItemPath>,
    if_match: IfMatch,
    body: Body<QuantityBody>,
) -> ApiResult {
    let (line, version) = (path.line()?, if_match.version()?);
    let (core, context) = (&session.core, &session.context);
    let cart = cart::set_quantity(core, context, &session.token_hash, line, body.quantity, version).await?;
    answer(&session, cart)
}

/// Take out of the cart
///
/// Removes a line.
#[utoipa::path(
    operation_id = "removeCartItem",
    tag = "Cart",
    params(("item" = String, Path, description = "Id of the line.", example = "oitm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    security(("cartToken" = [])),
    responses(
        (status = 200, description = "The cart without the line.", body = Data<CartBody>),
        (status = 409, description = "`checkout_in_progress`, or `invalid_state` once it was paid for."),
    )
)]
#[delete("/cart/items/{item}")]
async fn remove_item(session: CartSession, path: Path<ItemPath>, if_match: IfMatch) -> ApiResult {
    let (line, version) = (path.line()?, if_match.version()?);
    let cart = cart::remove(&session.core, &session.context, &session.token_hash, line, version).await?;
    answer(&session, cart)
}

/// Enter a discount code
///
/// In place of the one before. What is limited per customer is checked as soon as the e-mail address is
/// known, and again at the checkout.
#[utoipa::path(
    operation_id = "applyCartDiscount",
    tag = "Cart",
    request_body = DiscountBody,
    security(("cartToken" = [])),
    responses(
        (status = 200, description = "The cart with its discount.", body = Data<CartBody>),
        (status = 409, description = "`checkout_in_progress`, or `invalid_state` once it was paid for."),
        (status = 422, description = "`coupon_refused`, with the reason in `details.reason`: \
            `coupon_not_found`, `coupon_inactive`, `coupon_not_started`, `coupon_expired`, `coupon_exhausted`, \
            `coupon_wrong_currency`, `coupon_customer_limit`, `coupon_not_first_order`, \
            `coupon_not_applicable`, `coupon_minimum_not_met`."),
    )
)]
#[post("/cart/discount")]
async fn apply_discount(session: CartSession, body: Body<DiscountBody>) -> ApiResult {
    let cart = cart::apply_discount(&session.core, &session.context, &session.token_hash, &body.code).await?;
    answer(&session, cart)
}

/// Remove the discount code
///
/// Takes off whatever code was entered.
#[utoipa::path(
    operation_id = "removeCartDiscount",
    tag = "Cart",
    params(IfMatch),
    security(("cartToken" = [])),
    responses(
        (status = 200, description = "The cart without discount.", body = Data<CartBody>),
        (status = 409, description = "`checkout_in_progress`, or `invalid_state` once it was paid for."),
    )
)]
#[delete("/cart/discount")]
async fn remove_discount(session: CartSession, if_match: IfMatch) -> ApiResult {
    let version = if_match.version()?;
    let cart = cart::remove_discount(&session.core, &session.context, &session.token_hash, version).await?;
    answer(&session, cart)
}
