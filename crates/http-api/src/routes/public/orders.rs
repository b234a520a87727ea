//! Orders, for the shoppers who made them.

use actix_web::{HttpRequest, get, web::Path};
use application::{
    access,
    checkout::{Proof, find_order},
};
use domain::{order::Order, payment::PaymentState};
use ports::{orders::OrderView, stores::StoreConfig};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{
    address::AddressBody,
    auth::{self, Public},
    bodies::order::{
        FulfillmentBody, OrderDiscountBody, OrderItemBody, OrderShippingBody, OrderTaxBody, OrderTotalsBody,
    },
    error::ApiResult,
    fields::Resource,
    respond::Data,
    routes::Routes,
    timestamp::Timestamp,
    view::View,
};

pub(super) fn configure(config: &mut Routes) {
    config.service(show).service(status);
}

#[derive(Debug, Deserialize)]
struct OrderPath {
    order: String,
}

/// What shows who is asking.
#[derive(Debug, Deserialize, Validate, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ProofParameters {
    /// The address that the order was placed under, instead of the cart's token.
    #[validate(length(max = 320, message = "must be at most 320 characters"))]
    #[param(max_length = 320, example = "sam@example.com")]
    email: Option<String>,
}

/// One thing about an order, shown to whoever proves to be its shopper.
type Shown<B> = View<B, ProofParameters>;

/// An order as its shopper sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicOrder)]
struct PublicOrderBody {
    /// Identity.
    #[schema(examples("ord_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What to call it on the telephone; `null` until the sale is final.
    #[schema(required, examples("ACM-1024"))]
    order_number: Option<String>,
    /// Always `order`.
    #[serde(rename = "type")]
    #[schema(examples("order"))]
    kind: &'static str,
    /// Whether real money was paid.
    livemode: bool,
    /// `pending`, `paid`, `partially_refunded`, `refunded`, `failed` or `cancelled`.
    #[schema(examples("paid"))]
    payment_status: &'static str,
    /// `unfulfilled`, `partial` or `fulfilled`.
    #[schema(examples("unfulfilled"))]
    fulfillment_status: &'static str,
    /// Currency of every amount.
    #[schema(examples("GBP"))]
    currency: &'static str,
    /// What it comes to.
    totals: OrderTotalsBody,
    /// Whether prices hold their tax already.
    tax_inclusive: bool,
    /// All tax by jurisdiction.
    tax_breakdown: Vec<OrderTaxBody>,
    /// The promotion it was sold with.
    #[schema(required)]
    discount: Option<OrderDiscountBody>,
    /// What was bought.
    items: Vec<OrderItemBody>,
    /// How it travels; `null` when nothing does.
    #[schema(required)]
    shipping_option: Option<OrderShippingBody>,
    /// Where it goes.
    #[schema(required)]
    shipping_address: Option<AddressBody>,
    /// Parcels that have left.
    fulfillments: Vec<FulfillmentBody>,
    /// Where the shopper has to go before the payment can be taken.
    #[schema(required, examples("https://hooks.stripe.com/redirect/authenticate/src_1"))]
    next_action_url: Option<String>,
    /// What the shopper has to do to pay, as where to transfer the money to.
    #[schema(required, examples("Transfer to GB33 BUKB 2020 1555 5555 55."))]
    payment_instructions: Option<String>,
    /// When the shopper first went to pay.
    created_at: Timestamp,
    /// When it was paid in full.
    #[schema(required)]
    paid_at: Option<Timestamp>,
    /// When it last changed.
    updated_at: Timestamp,
}

impl Resource for PublicOrderBody {}

impl PublicOrderBody {
    fn new(view: OrderView, config: &StoreConfig, locale: &str) -> Self {
        let OrderView { order, payments, refunds: _, fulfillments } = view;
        let latest = payments.last();
        let next_action_url = latest
            .filter(|payment| payment.state == PaymentState::RequiresAction)
            .and_then(|payment| payment.next_action_url.clone());
        let awaited = latest.filter(|payment| payment.provider.is_offline() && payment.state.is_open());
        let method = awaited
            .and_then(|payment| config.payment_methods.iter().find(|known| known.code == payment.method));
        let Order { id, mode, number, currency, lines, totals, tax_inclusive, tax_breakdown, .. } = order;
        Self {
            id: id.to_string(),
            order_number: number.map(|number| number.to_string()),
            kind: "order",
            livemode: mode.is_live(),
            payment_status: order.payment_status.as_str(),
            fulfillment_status: order.fulfillment_status.as_str(),
            currency: currency.code(),
            totals: OrderTotalsBody::new(&totals, locale),
            tax_inclusive,
            tax_breakdown: tax_breakdown.iter().map(|tax| OrderTaxBody::new(tax, locale)).collect(),
            discount: order.coupon.as_ref().map(|used| OrderDiscountBody::new(used, totals.discount, locale)),
            items: lines.into_iter().map(|line| OrderItemBody::new(line, locale)).collect(),
            shipping_option: order.shipping.as_ref().map(|how| OrderShippingBody::new(how, locale)),
            shipping_address: order.shipping_address.map(AddressBody::from),
            fulfillments: fulfillments.into_iter().map(FulfillmentBody::from).collect(),
            next_action_url,
            payment_instructions: method.and_then(|method| method.instructions.clone()),
            created_at: order.created_at.into(),
            paid_at: order.paid_at.map(Timestamp::from),
            updated_at: order.updated_at.into(),
        }
    }
}

/// Where an order stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OrderStatus)]
struct OrderStatusBody {
    /// Identity.
    #[schema(examples("ord_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// `null` until the sale is final.
    #[schema(required, examples("ACM-1024"))]
    order_number: Option<String>,
    /// `pending`, `paid`, `partially_refunded`, `refunded`, `failed` or `cancelled`.
    #[schema(examples("paid"))]
    payment_status: &'static str,
    /// `unfulfilled`, `partial` or `fulfilled`.
    #[schema(examples("unfulfilled"))]
    fulfillment_status: &'static str,
    /// When it last changed.
    updated_at: Timestamp,
}

impl Resource for OrderStatusBody {}

impl From<Order> for OrderStatusBody {
    fn from(order: Order) -> Self {
        Self {
            id: order.id.to_string(),
            order_number: order.number.map(|number| number.to_string()),
            payment_status: order.payment_status.as_str(),
            fulfillment_status: order.fulfillment_status.as_str(),
            updated_at: order.updated_at.into(),
        }
    }
}

async fn find(
    caller: &Public,
    request: &HttpRequest,
    path: &OrderPath,
    email: Option<String>,
) -> application::Result<OrderView> {
    let token_hash = auth::cart_token_if_sent(request)?.map(access::hash_key);
    let proof = Proof { token_hash, email };
    find_order(&caller.core, &caller.context, &path.order.as_str().into(), &proof).await
}

/// Get an order
///
/// For whoever sends the cart token that made it, or the email address it was placed under. Anybody else
/// is told that there is no such order.
#[utoipa::path(
    operation_id = "getOrder",
    tag = "Orders",
    params(("order" = String, Path, description = "Id or number.", example = "ACM-1024"), Shown<PublicOrderBody>),
    security(("cartToken" = []), ()),
    responses((status = 200, description = "The order.", body = Data<PublicOrderBody>))
)]
#[get("/orders/{order}")]
async fn show(
    caller: Public,
    request: HttpRequest,
    path: Path<OrderPath>,
    view: Shown<PublicOrderBody>,
) -> ApiResult {
    let found = find(&caller, &request, &path, view.filters.email.clone()).await?;
    let (id, version) = (found.order.id, found.order.version);
    let body = PublicOrderBody::new(found, &caller.principal.config, caller.locale());
    view.answer(id, version, &body)
}

/// Get the status of an order
///
/// Small enough to be asked for again and again by a page that waits for a payment.
#[utoipa::path(
    operation_id = "getOrderStatus",
    tag = "Orders",
    params(("order" = String, Path, description = "Id or number.", example = "ACM-1024"), Shown<OrderStatusBody>),
    security(("cartToken" = []), ()),
    responses((status = 200, description = "Where it stands.", body = Data<OrderStatusBody>))
)]
#[get("/orders/{order}/status")]
async fn status(
    caller: Public,
    request: HttpRequest,
    path: Path<OrderPath>,
    view: Shown<OrderStatusBody>,
) -> ApiResult {
    let found = find(&caller, &request, &path, view.filters.email.clone()).await?;
    let (id, version) = (found.order.id, found.order.version);
    view.answer(id, version, &OrderStatusBody::from(found.order))
}
