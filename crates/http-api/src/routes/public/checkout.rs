//! Paying a cart.

use actix_web::{http::StatusCode, post};
use application::checkout::{self, PlaceOrder, Placement};
use domain::{order::PaymentStatus, payment::PaymentState};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{
    auth::CartSession,
    body::Body,
    error::ApiResult,
    respond::{self, Data},
    routes::Routes,
    routes::back_to,
};

pub(super) fn configure(config: &mut Routes) {
    config.service(place);
}

/// How a shopper pays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PlaceOrder)]
struct PlaceOrderBody {
    /// Id of a payment method collected in the browser (`pm_…`), or the code of an offline method of
    /// the store, `bank_transfer`. In test mode without Stripe keys the sandbox takes Stripe's test
    /// names: `pm_card_visa`, `pm_card_chargeDeclined`, `pm_card_authenticationRequired`.
    #[validate(length(min = 1, max = 255, message = "must be 1 to 255 characters"))]
    #[schema(min_length = 1, max_length = 255, examples("pm_card_visa"))]
    payment_method: String,
    /// Where the shopper comes back to from a 3-D Secure or bank page.
    #[validate(
        length(max = 2048, message = "must be at most 2048 characters"),
        url(message = "must be an address")
    )]
    #[schema(max_length = 2048, format = "uri", examples("https://shop.example.com/thanks"))]
    return_url: Option<String>,
}

/// Where the sale stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Placement)]
struct PlacementBody {
    /// The order.
    #[schema(examples("ord_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    order_id: String,
    /// Its number; absent until the sale is final.
    #[schema(required, examples("ACM-1001"))]
    order_number: Option<String>,
    /// `paid`, or `pending` while the money is not there.
    #[schema(examples("paid"))]
    status: &'static str,
    /// `succeeded`, `requires_action`, `processing`, or `pending` for a transfer that staff awaits.
    #[schema(examples("succeeded"))]
    payment_status: &'static str,
    /// Whether the shopper has to go to `nextActionUrl` first.
    #[schema(examples(false))]
    requires_action: bool,
    /// Where the shopper proves who they are.
    #[schema(required, examples("https://hooks.stripe.com/redirect/authenticate/src_1"))]
    next_action_url: Option<String>,
    /// Where to send the shopper now: the next action, else back to `returnUrl` with the order's id.
    #[schema(required, examples("https://shop.example.com/thanks?order=ord_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    redirect_url: Option<String>,
}

impl From<(Placement, Option<String>)> for PlacementBody {
    fn from((Placement { order, payment }, return_url): (Placement, Option<String>)) -> Self {
        let next_action_url = payment
            .as_ref()
            .filter(|payment| payment.state == PaymentState::RequiresAction)
            .and_then(|payment| payment.next_action_url.clone());
        let back = return_url.map(|url| back_to(&url, order.id));
        let paid = order.payment_status != PaymentStatus::Pending;
        let payment_status = match &payment {
            None => "succeeded",
            Some(payment) => match payment.state {
                PaymentState::Captured => "succeeded",
                PaymentState::RequiresAction => "requires_action",
                _ if payment.provider.is_offline() => "pending",
                _ => "processing",
            },
        };
        Self {
            order_id: order.id.to_string(),
            order_number: order.number.map(|number| number.to_string()),
            status: if paid { "paid" } else { "pending" },
            payment_status,
            requires_action: next_action_url.is_some(),
            redirect_url: next_action_url.clone().or(back),
            next_action_url,
        }
    }
}

/// Pay the cart
///
/// Prices the cart anew, reserves everything and charges the payment method. Sending the same cart
/// twice charges once and answers with the same order. A declined payment leaves the cart as it was.
#[utoipa::path(
    operation_id = "checkoutCart",
    tag = "Checkout",
    request_body = PlaceOrderBody,
    security(("cartToken" = [])),
    responses(
        (status = 200, description = "The sale: final, or waiting for the shopper or the bank.", body = Data<PlacementBody>),
        (status = 402, description = "`payment_declined`: nothing was charged and nothing is reserved."),
        (status = 403, description = "`tier_order_limit`: the store's plan takes no more orders this month."),
        (status = 409, description = "`cart_empty`, `checkout_incomplete`, `out_of_stock`, `product_unavailable`, \
            `stripe_not_configured` or `checkout_in_progress`; nothing was reserved."),
        (status = 422, description = "`coupon_refused`, `shipping_unavailable` or a field \
            that is wrong."),
    )
)]
#[post("/cart/checkout")]
async fn place(session: CartSession, body: Body<PlaceOrderBody>) -> ApiResult {
    let PlaceOrderBody { payment_method, return_url } = body.into_inner();
    let command =
        PlaceOrder { token_hash: session.token_hash.clone(), payment_method, return_url: return_url.clone() };
    let placement = checkout::place(&session.core, &session.context, command).await?;
    respond::json(StatusCode::OK, &Data { data: PlacementBody::from((placement, return_url)) })
}
