//! The ways to pay that shoppers see.

use actix_web::get;
use application::payment_method;
use domain::{access::Mode, payment::Provider, payment_method::PaymentMethod};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::Public,
    error::ApiResult,
    respond::{self, Data},
    routes::Routes,
};

pub(super) fn configure(config: &mut Routes) {
    config.service(list);
}

/// A way to pay, as the checkout shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PublicPaymentMethod)]
struct PublicPaymentMethodBody {
    /// Its code; for offline methods, what a checkout sends as `paymentMethod`.
    #[schema(examples("card"))]
    id: String,
    /// What the shopper reads.
    #[schema(examples("Card"))]
    label: String,
    /// Picture beside the label.
    #[schema(required, examples("https://cdn.example.com/card.svg"))]
    icon_url: Option<String>,
    /// Who takes the money in this mode: `stripe`, `bank_transfer`, `invoice` or `sandbox`.
    #[schema(examples("stripe"))]
    provider: &'static str,
    /// What the shopper has to do.
    #[schema(required)]
    instructions: Option<String>,
    /// The key that Stripe's library in the browser needs; Stripe only.
    #[schema(required, examples("pk_live_51Abc"))]
    publishable_key: Option<String>,
}

impl PublicPaymentMethodBody {
    fn new(method: PaymentMethod, mode: Mode) -> Self {
        let provider = method.provider_in(mode);
        let key = method.keys(mode).publishable_key.clone();
        Self {
            id: method.code,
            label: method.label,
            icon_url: method.icon_url,
            provider: provider.as_str(),
            instructions: method.instructions,
            publishable_key: key.filter(|_| provider == Provider::Stripe),
        }
    }
}

/// List the ways to pay
///
/// Those that can be used in the mode of the key, in the order to show them in.
#[utoipa::path(
    operation_id = "listPaymentMethods",
    tag = "Checkout",
    responses((status = 200, description = "The ways to pay.", body = Data<Vec<PublicPaymentMethodBody>>))
)]
#[get("/payment-methods")]
async fn list(caller: Public) -> ApiResult {
    let mode = caller.context.mode;
    let offered = payment_method::offered(&caller.core, &caller.context).await?;
    let bodies = offered.into_iter().map(|method| PublicPaymentMethodBody::new(method, mode));
    respond::ok(bodies.collect::<Vec<_>>())
}
