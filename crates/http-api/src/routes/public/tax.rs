//! Tax, before there is a cart.

use actix_web::post;
use application::tax::{self, TaxQuestion, WantedItem};
use domain::{quote::Quote, tax::TaxAmount};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{
    auth::Public,
    body::Body,
    error::ApiResult,
    exact::Exact,
    money::MoneyBody,
    respond::{self, Data},
    routes::Routes,
};

pub(super) fn configure(config: &mut Routes) {
    config.service(calculate);
}

/// A basket, and where it goes.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = TaxQuestion)]
struct TaxQuestionBody {
    /// What is in it.
    #[validate(length(min = 1, max = 100), nested)]
    #[schema(min_items = 1, max_items = 100)]
    items: Vec<TaxItemBody>,
    /// Code of the country.
    #[schema(examples("GB"))]
    country_code: String,
    /// State or region, by code or name.
    #[validate(length(max = 120))]
    #[schema(max_length = 120, examples("CA"))]
    state: Option<String>,
    /// Postcode.
    #[validate(length(max = 40))]
    #[schema(max_length = 40, examples("SW1A 1AA"))]
    postcode: Option<String>,
}

/// Something in the basket.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = TaxItem)]
struct TaxItemBody {
    /// Id or slug of the product.
    #[schema(examples("prod_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    product_id: String,
    /// Id of the variant; needed where the product has several.
    #[schema(examples("var_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    variant_id: Option<String>,
    /// Units.
    #[validate(range(min = 1, max = 10_000))]
    #[schema(minimum = 1, maximum = 10_000, examples(2))]
    quantity: u32,
}

impl From<TaxQuestionBody> for TaxQuestion {
    fn from(TaxQuestionBody { items, country_code, state, postcode }: TaxQuestionBody) -> Self {
        let item = |TaxItemBody { product_id, variant_id, quantity }: TaxItemBody| WantedItem {
            product: product_id.as_str().into(),
            variant: variant_id,
            quantity,
        };
        Self { items: items.into_iter().map(item).collect(), country: country_code, state, postcode }
    }
}

/// What tax the basket owes.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TaxAnswer)]
struct TaxAnswerBody {
    /// What the basket costs before tax that comes on top.
    subtotal: MoneyBody,
    /// The tax.
    tax: MoneyBody,
    /// Both together; the subtotal where prices include tax.
    total: MoneyBody,
    /// The rate to show, as a fraction.
    #[schema(examples(0.2))]
    tax_rate: Exact,
    /// Whether the tax is inside the prices.
    tax_inclusive: bool,
    /// The tax by what it is called and where it is due.
    tax_breakdown: Vec<TaxLineBody>,
}

/// What is due to one jurisdiction.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TaxLine)]
struct TaxLineBody {
    /// What the tax is called.
    #[schema(examples("VAT"))]
    name: String,
    /// As a fraction.
    #[schema(examples(0.2))]
    rate: Exact,
    /// How much.
    amount: MoneyBody,
    /// Where.
    #[schema(examples("GB"))]
    jurisdiction: String,
}

impl TaxAnswerBody {
    fn new(quote: Quote, locale: &str) -> Self {
        let line = |TaxAmount { name, rate, jurisdiction, amount }: TaxAmount| TaxLineBody {
            name,
            rate: rate.fraction().into(),
            amount: MoneyBody::new(amount, locale),
            jurisdiction,
        };
        Self {
            subtotal: MoneyBody::new(quote.totals.subtotal, locale),
            tax: MoneyBody::new(quote.totals.tax, locale),
            total: MoneyBody::new(quote.totals.total, locale),
            tax_rate: quote.effective_tax_rate.fraction().into(),
            tax_inclusive: quote.tax_inclusive,
            tax_breakdown: quote.tax_breakdown.into_iter().map(line).collect(),
        }
    }
}

/// Calculate tax
///
/// For any basket and destination, without shipping and coupons. No cart is made or touched.
#[utoipa::path(
    operation_id = "calculateTax",
    tag = "Tax",
    request_body = TaxQuestionBody,
    responses((status = 200, description = "What tax the basket owes.", body = Data<TaxAnswerBody>))
)]
#[post("/tax/calculate")]
async fn calculate(caller: Public, body: Body<TaxQuestionBody>) -> ApiResult {
    let quote = tax::calculate(&caller.core, &caller.context, body.into_inner().into()).await?;
    respond::ok(TaxAnswerBody::new(quote, caller.locale()))
}
