//! What it costs to get the cart to its shopper.

use actix_web::{get, post};
use application::{
    Error,
    cart::{self, Estimate},
};
use domain::{
    geography::CountryCode,
    id::kind,
    money::Money,
    shipping::{Destination, ShippingMethod},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{
    answer,
    body::{CartBody, TotalsBody},
};
use crate::{
    auth::CartSession,
    body::Body,
    error::ApiResult,
    exact::Exact,
    id::IdText,
    money::MoneyBody,
    respond::{self, Data},
    routes::Routes,
};

pub(super) fn configure(config: &mut Routes) {
    config.service(estimate).service(options).service(choose);
}

/// Where the cart might go.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = EstimateRequest)]
struct EstimateRequestBody {
    /// Country, by its code of ISO 3166-1.
    #[schema(min_length = 2, max_length = 2, examples("GB"))]
    country_code: String,
    /// Postcode, as far as it is known.
    #[validate(length(max = 16, message = "must be at most 16 characters"))]
    #[schema(max_length = 16, examples("NW1 6XE"))]
    postcode: Option<String>,
    /// State or region by code or name.
    #[validate(length(max = 120, message = "must be at most 120 characters"))]
    #[schema(max_length = 120)]
    state: Option<String>,
}

impl TryFrom<EstimateRequestBody> for Destination {
    type Error = Error;

    fn try_from(body: EstimateRequestBody) -> Result<Self, Error> {
        let EstimateRequestBody { country_code, postcode, state } = body;
        let country = CountryCode::parse(country_code.trim())
            .map_err(|error| Error::invalid("countryCode", error.to_string()))?;
        let given =
            |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let state = given(state);
        let code = state.as_deref().and_then(|text| country.state(text)).map(|(code, _)| code.to_owned());
        Ok(Self { country, state: code.or(state), postcode: given(postcode).map(|text| text.to_uppercase()) })
    }
}

/// What the cart would come to.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Estimate)]
struct EstimateBody {
    /// By the shipping option chosen if it goes there, else by the cheapest.
    totals: TotalsBody,
    /// The tax rate as a fraction.
    #[schema(examples(0.2))]
    tax_rate: Exact,
    /// How many shipping options there are.
    #[schema(examples(3))]
    shipping_options_count: usize,
}

/// A way to send the cart.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ShippingOption)]
struct OptionBody {
    /// Identity; what to choose it by.
    #[schema(examples("shm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What it is called.
    #[schema(examples("Tracked 48"))]
    name: String,
    /// What there is to say about it.
    #[schema(required, examples("2-3 working days"))]
    description: Option<String>,
    /// `flat_rate`, `per_item`, `tiered`, `weight`, `free` or `local_pickup`.
    #[serde(rename = "type")]
    #[schema(examples("flat_rate"))]
    kind: &'static str,
    /// What it charges for this cart, before any coupon.
    price: MoneyBody,
    /// Days it takes at least.
    #[schema(required, examples(2))]
    estimated_min_days: Option<u32>,
    /// Days it takes at most.
    #[schema(required, examples(3))]
    estimated_max_days: Option<u32>,
}

impl OptionBody {
    fn new(method: ShippingMethod, price: Money, locale: &str) -> Self {
        Self {
            id: method.id.to_string(),
            name: method.name,
            description: method.description,
            kind: method.kind.code(),
            price: MoneyBody::new(price, locale),
            estimated_min_days: method.min_days,
            estimated_max_days: method.max_days,
        }
    }
}

/// Which shipping option is chosen.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ChooseShippingOption)]
struct ChoiceBody {
    /// One of those listed for the cart.
    #[schema(value_type = String, examples("shm_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    shipping_option_id: IdText<kind::ShippingMethodId>,
}

/// Estimate tax and shipping
///
/// What the cart would come to at a destination. Nothing is saved.
#[utoipa::path(
    operation_id = "estimateCart",
    tag = "Cart",
    request_body = EstimateRequestBody,
    security(("cartToken" = [])),
    responses((status = 200, description = "The estimate.", body = Data<EstimateBody>))
)]
#[post("/cart/estimate")]
async fn estimate(session: CartSession, body: Body<EstimateRequestBody>) -> ApiResult {
    let destination = body.into_inner().try_into()?;
    let (core, context) = (&session.core, &session.context);
    let estimate = cart::estimate(core, context, &session.token_hash, destination).await?;
    let Estimate { totals, tax_rate, shipping_options } = estimate;
    respond::ok(EstimateBody {
        totals: TotalsBody::new(&totals, session.locale()),
        tax_rate: tax_rate.fraction().into(),
        shipping_options_count: shipping_options,
    })
}

/// List shipping options
///
/// The ways to send the cart to the shipping address saved, in the shop's order. None where nothing has
/// to be sent.
#[utoipa::path(
    operation_id = "listShippingOptions",
    tag = "Checkout",
    security(("cartToken" = [])),
    responses(
        (status = 200, description = "The options.", body = Data<Vec<OptionBody>>),
        (status = 409, description = "`checkout_incomplete`: there is no shipping address yet."),
    )
)]
#[get("/cart/shipping-options")]
async fn options(session: CartSession) -> ApiResult {
    let options = cart::shipping_options(&session.core, &session.context, &session.token_hash).await?;
    let options = options.into_iter().map(|(method, price)| OptionBody::new(method, price, session.locale()));
    respond::ok(options.collect::<Vec<_>>())
}

/// Choose a shipping option
///
/// One of those listed for the cart.
#[utoipa::path(
    operation_id = "chooseShippingOption",
    tag = "Checkout",
    request_body = ChoiceBody,
    security(("cartToken" = [])),
    responses(
        (status = 200, description = "The cart with its shipping.", body = Data<CartBody>),
        (status = 409, description = "`checkout_incomplete`: there is no shipping address yet; \
            `checkout_in_progress`; or `invalid_state` once it was paid for."),
        (status = 422, description = "`shipping_unavailable`: not an option for this cart."),
    )
)]
#[post("/cart/shipping-option")]
async fn choose(session: CartSession, body: Body<ChoiceBody>) -> ApiResult {
    let method = body.shipping_option_id.id;
    let cart = cart::choose_shipping(&session.core, &session.context, &session.token_hash, method).await?;
    answer(&session, cart)
}
