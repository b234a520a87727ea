//! The sandbox's pretend bank: a page with two buttons.

use actix_web::{
    HttpResponse, get,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION},
    post,
    web::{Data as AppData, Form, Path},
};
use application::{Core, Error, sandbox};
use domain::id::StoreId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{error::ApiResult, money::MoneyBody, routes::Routes, routes::back_to};

const PAGE: &str = include_str!("../../../assets/sandbox/page.html");
/// The page loads nothing; its form goes here, and from here to wherever the shop wants its shopper.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

pub(super) fn configure(config: &mut Routes) {
    config.service(show).service(answer);
}

#[derive(Debug, Deserialize)]
struct ChargePath {
    store: String,
    charge: String,
}

impl ChargePath {
    fn store(&self) -> Result<StoreId, Error> {
        self.store.parse().map_err(|_| Error::not_found("payment"))
    }
}

/// The shopper's answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AnswerForm {
    /// Which button was pressed.
    answer: Answer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Approve,
    Decline,
}

/// Show the sandbox's 3-D Secure page
///
/// Where `nextActionUrl` of a test sale leads: stands for the page of the shopper's bank.
#[utoipa::path(
    operation_id = "showSandboxChallenge",
    tag = "Checkout",
    params(
        ("store" = String, Path, description = "Id of the store.", example = "str_01HXYZ6R9M3K8Q2B7V5N4C1D0E"),
        ("charge" = String, Path, description = "The sandbox's name of the charge.", example = "pi_sandbox_01HXYZ"),
    ),
    security(()),
    responses((status = 200, description = "The page.", body = String, content_type = "text/html"))
)]
#[get("/sandbox/3ds/{store}/{charge}")]
async fn show(core: AppData<Core>, path: Path<ChargePath>) -> ApiResult<HttpResponse> {
    let challenge = sandbox::challenge(&core, path.store()?, &path.charge).await?;
    let amount = MoneyBody::new(challenge.amount, "en").formatted;
    let body = if challenge.open {
        "<form method=\"post\"><button name=\"answer\" value=\"approve\">Approve</button> \
         <button name=\"answer\" value=\"decline\" class=\"quiet\">Decline</button></form>"
    } else {
        "<p>This payment has been answered already.</p>"
    };
    Ok(page(&challenge.store_name, &amount, body))
}

/// Answer the sandbox's 3-D Secure page
///
/// Takes or refuses the money of a test sale, and sends the shopper back to the shop's `returnUrl`.
#[utoipa::path(
    operation_id = "answerSandboxChallenge",
    tag = "Checkout",
    params(
        ("store" = String, Path, description = "Id of the store.", example = "str_01HXYZ6R9M3K8Q2B7V5N4C1D0E"),
        ("charge" = String, Path, description = "The sandbox's name of the charge.", example = "pi_sandbox_01HXYZ"),
    ),
    request_body(content = AnswerForm, content_type = "application/x-www-form-urlencoded"),
    security(()),
    responses(
        (status = 200, description = "A page that says how it went, where the shop named no address.",
            body = String, content_type = "text/html"),
        (status = 303, description = "Back to the shop."),
    )
)]
#[post("/sandbox/3ds/{store}/{charge}")]
async fn answer(
    core: AppData<Core>,
    path: Path<ChargePath>,
    form: Result<Form<AnswerForm>, actix_web::Error>,
) -> ApiResult<HttpResponse> {
    let form = form.map_err(|_| Error::invalid("answer", "must be approve or decline, as a form"))?;
    let approve = form.answer == Answer::Approve;
    let answered = sandbox::answer(&core, path.store()?, &path.charge, approve).await?;
    let Some(url) = answered.return_url else {
        let outcome = if answered.paid { "The payment was approved." } else { "The payment was declined." };
        let store = sandbox::challenge(&core, path.store()?, &path.charge).await?.store_name;
        return Ok(page(&store, outcome, "<p>You can close this page.</p>"));
    };
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, back_to(&url, answered.order))).finish())
}

fn page(store: &str, headline: &str, body: &str) -> HttpResponse {
    let html = PAGE
        .replace("{store}", &escape(store))
        .replace("{headline}", &escape(headline))
        .replace("{body}", body);
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(html)
}

/// Text that a page can hold as text.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
