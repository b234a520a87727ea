//! Stripe as a [`PaymentGateway`].

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::payment::Payment;
use ports::gateway::{
    Account, CALLED_FOR, Charge, ChargeRequest, GatewayError, GatewayEvent, PaymentGateway, RefundReceipt,
    RefundRequest, WebhookError,
};
use reqwest::StatusCode;
use secrecy::SecretString;
use thiserror::Error;
use tokio::time::timeout;

use crate::{
    amount::{AmountError, to_stripe},
    charge,
    client::{Call, Client, Form, Reply, parse, unknown},
    config::{SetupError, StripeConfig},
    key::secret_key,
    refund, webhook,
    wire::{Fault, Intent, Listed, Page, Refund},
};

/// Characters that Stripe takes in an intent's description.
const DESCRIPTION_MAX: usize = 1_000;
/// The most that Stripe lists at a time.
const PAGE: u32 = 100;
/// Seconds that Stripe's clock may be behind ours.
const CLOCKS_DIFFER: i64 = 600;
/// The reasons of a refund that Stripe has a word for.
const REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

/// A list is never missing; whoever says so is not Stripe, or does not mean the list.
#[derive(Debug, Error)]
#[error("there is no such list")]
struct NoList;

/// Stripe for every store; whose account is charged comes with each call.
pub struct StripeGateway {
    client: Client,
}

impl StripeGateway {
    /// Prepares an HTTP client; talks to nobody yet.
    pub fn new(config: StripeConfig) -> Result<Self, SetupError> {
        Client::new(config).map(|client| Self { client })
    }

    fn charge_form(account: &Account, request: &ChargeRequest) -> Result<Form, GatewayError> {
        let mut form: Form = vec![
            ("amount", to_stripe(request.amount).map_err(refused_amount)?.to_string()),
            ("currency", request.amount.currency().code().to_ascii_lowercase()),
            ("confirm", "true".to_owned()),
            ("payment_method", request.method.clone()),
            ("metadata[payment_id]", request.payment.to_string()),
            ("metadata[order_id]", request.order.to_string()),
            ("metadata[store_id]", account.store.to_string()),
        ];
        if !request.description.is_empty() {
            form.push(("description", request.description.chars().take(DESCRIPTION_MAX).collect()));
        }
        if !request.email.is_empty() {
            form.push(("receipt_email", request.email.clone()));
        }
        if let Some(url) = &request.return_url {
            form.push(("automatic_payment_methods[enabled]", "true".to_owned()));
            form.push(("return_url", url.clone()));
        } else {
            // Means that redirect want an address, and an action that cannot be led back to the shop
            // would leave the charge hanging: refused instead.
            form.push(("payment_method_types[0]", "card".to_owned()));
            form.push(("error_on_requires_action", "true".to_owned()));
        }
        Ok(form)
    }

    async fn get(&self, account: &Account, path: String) -> Result<Option<Vec<u8>>, GatewayError> {
        match self.client.send(&Call { secret: secret_key(account)?, path, post: None }).await? {
            Reply::Done(body) => Ok(Some(body)),
            Reply::Refused { status: StatusCode::NOT_FOUND, .. } => Ok(None),
            Reply::Refused { fault, .. } => Err(rejected(fault)),
        }
    }

    /// Walks a list of Stripe's, from the newest back, to the first that is meant, in the time of one call.
    async fn search<T: Listed>(
        &self,
        account: &Account,
        path: &str,
        query: &str,
        is_meant: impl Fn(&T) -> bool,
    ) -> Result<Option<T>, GatewayError> {
        let walk = self.walk(account, path, query, is_meant);
        timeout(self.client.config().total_timeout, walk)
            .await
            .unwrap_or_else(|elapsed| Err(unknown(elapsed)))
    }

    async fn walk<T: Listed>(
        &self,
        account: &Account,
        path: &str,
        query: &str,
        is_meant: impl Fn(&T) -> bool,
    ) -> Result<Option<T>, GatewayError> {
        let mut after = String::new();
        loop {
            let page = self.get(account, format!("{path}?{query}&limit={PAGE}{after}")).await?;
            let body = page.ok_or_else(|| unknown(NoList))?;
            let Page { mut data, has_more } = parse::<Page<T>>(&body)?;
            if let Some(place) = data.iter().position(&is_meant) {
                return Ok(Some(data.swap_remove(place)));
            }
            let Some(last) = data.last().filter(|_| has_more) else { return Ok(None) };
            after = format!("&starting_after={}", last.id());
        }
    }

    /// Sends a call that is answered by an intent, or by a refusal that contains one.
    async fn post_intent(
        &self,
        secret: &SecretString,
        path: String,
        key: &str,
        form: Form,
    ) -> Result<Charge, GatewayError> {
        match self.client.send(&Call { secret, path, post: Some((key, form)) }).await? {
            Reply::Done(body) => charge::read(parse::<Intent>(&body)?).map_err(unknown),
            Reply::Refused { mut fault, .. } => {
                let Some(mut intent) = fault.payment_intent.take() else { return Err(rejected(fault)) };
                intent.last_payment_error.get_or_insert(fault);
                charge::read(*intent).map_err(unknown)
            }
        }
    }
}

#[async_trait]
impl PaymentGateway for StripeGateway {
    async fn charge(&self, account: &Account, request: &ChargeRequest) -> Result<Charge, GatewayError> {
        let secret = secret_key(account)?;
        let form = Self::charge_form(account, request)?;
        self.post_intent(secret, "/v1/payment_intents".to_owned(), &request.idempotency_key, form).await
    }

    async fn find_charge(
        &self,
        account: &Account,
        provider_ref: &str,
    ) -> Result<Option<Charge>, GatewayError> {
        if !is_name(provider_ref) {
            return Ok(None);
        }
        match self.get(account, format!("/v1/payment_intents/{provider_ref}")).await? {
            Some(body) => charge::read(parse::<Intent>(&body)?).map(Some).map_err(unknown),
            None => Ok(None),
        }
    }

    async fn search_charge(
        &self,
        account: &Account,
        payment: &Payment,
    ) -> Result<Option<Charge>, GatewayError> {
        let begun = payment.created_at.timestamp();
        let since = begun.saturating_sub(CLOCKS_DIFFER);
        let until = begun.saturating_add(CALLED_FOR.num_seconds()).saturating_add(CLOCKS_DIFFER);
        let query = format!("created[gte]={since}&created[lte]={until}");
        let is_ours = |intent: &Intent| charge::payment_of(intent) == Some(payment.id);
        match self.search(account, "/v1/payment_intents", &query, is_ours).await? {
            Some(intent) => charge::read(intent).map(Some).map_err(unknown),
            None => Ok(None),
        }
    }

    async fn cancel_charge(
        &self,
        account: &Account,
        provider_ref: &str,
        idempotency_key: &str,
    ) -> Result<Charge, GatewayError> {
        let secret = secret_key(account)?;
        named(provider_ref)?;
        let path = format!("/v1/payment_intents/{provider_ref}/cancel");
        // Too late is a refusal that contains the intent as it stands.
        self.post_intent(secret, path, idempotency_key, Form::new()).await
    }

    async fn refund(
        &self,
        account: &Account,
        request: &RefundRequest,
    ) -> Result<RefundReceipt, GatewayError> {
        let secret = secret_key(account)?;
        named(&request.provider_ref)?;
        let mut form: Form = vec![
            ("payment_intent", request.provider_ref.clone()),
            ("amount", to_stripe(request.amount).map_err(refused_amount)?.to_string()),
            ("metadata[refund_id]", request.refund.to_string()),
            ("metadata[store_id]", account.store.to_string()),
        ];
        if let Some(reason) = request.reason.as_ref().filter(|reason| REASONS.contains(&reason.as_str())) {
            form.push(("reason", reason.clone()));
        }
        let post = Some((request.idempotency_key.as_str(), form));
        match self.client.send(&Call { secret, path: "/v1/refunds".to_owned(), post }).await? {
            Reply::Done(body) => Ok(refund::read(&parse::<Refund>(&body)?)),
            Reply::Refused { fault, .. } => Err(rejected(fault)),
        }
    }

    async fn find_refund(
        &self,
        account: &Account,
        provider_ref: &str,
    ) -> Result<Option<RefundReceipt>, GatewayError> {
        if !is_name(provider_ref) {
            return Ok(None);
        }
        match self.get(account, format!("/v1/refunds/{provider_ref}")).await? {
            Some(body) => Ok(Some(refund::read(&parse::<Refund>(&body)?))),
            None => Ok(None),
        }
    }

    async fn search_refund(
        &self,
        account: &Account,
        charge_ref: &str,
        ours: &domain::refund::Refund,
    ) -> Result<Option<RefundReceipt>, GatewayError> {
        named(charge_ref)?;
        let query = format!("payment_intent={charge_ref}");
        let is_ours = |known: &Refund| refund::refund_of(known) == Some(ours.id);
        let found = self.search(account, "/v1/refunds", &query, is_ours).await?;
        Ok(found.as_ref().map(refund::read))
    }

    async fn verify_account(&self, account: &Account) -> Result<(), GatewayError> {
        self.get(account, "/v1/balance".to_owned()).await.map(drop)
    }

    fn read_webhook(
        &self,
        account: &Account,
        headers: &BTreeMap<String, String>,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<GatewayEvent, WebhookError> {
        let secret = account.webhook_secret.as_ref().ok_or(WebhookError::NotConfigured)?;
        let signature = headers.get("stripe-signature").ok_or(WebhookError::BadSignature)?;
        webhook::verify(secret, signature, body, now, self.client.config().webhook_tolerance)?;
        webhook::read(body)
    }
}

/// Whether a text could be a name that Stripe gave. Anything else has no business in a path.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= 255 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn named(provider_ref: &str) -> Result<(), GatewayError> {
    if is_name(provider_ref) {
        return Ok(());
    }
    let message = "that is no name of Stripe's".to_owned();
    Err(GatewayError::Rejected { code: Some("resource_missing".to_owned()), message })
}

fn rejected(fault: Fault) -> GatewayError {
    let message = fault.message.unwrap_or_else(|| "no explanation given".to_owned());
    GatewayError::Rejected { code: fault.decline_code.or(fault.code), message }
}

fn refused_amount(error: AmountError) -> GatewayError {
    GatewayError::Rejected { code: Some("amount_not_accepted".to_owned()), message: error.to_string() }
}
