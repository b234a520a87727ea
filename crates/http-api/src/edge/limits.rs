//! How often somebody may call.
//!
//! Every request is counted once, for whoever can be told to have sent it:
//!
//! - on the **public** surface for the publishable key with the client's address, by the class of the
//!   route ([`class`]); with a cart token for that too, so that shoppers behind one address do not take
//!   each other's share. Tokens are made up by clients, so all of an address together have a limit of
//!   their own, which no number of tokens widens.
//! - on the **private** surface for the key or the person, by the minute and by the hour as the store's
//!   plan has it, and by the class of the few routes that have a lower one.
//! - routes that need no key, such as webhooks of gateways, for the address.
//! - what names nobody who may call, and addresses that do not exist, for the address: guessing keys is
//!   slowed, for who has used that up is not even looked at until the period ends.
//! - probes and documentation for the address, without ever being refused.
//!
//! IPv6 is counted by /64, which is what one household has. Answers tell the tightest of the limits
//! that the request drew on.

use std::{cell::Cell, net::IpAddr, rc::Rc, sync::Arc};

use actix_web::{
    Error as ActixError, HttpMessage as _, HttpRequest, ResponseError as _,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
};
use application::{
    Error, ErrorCode,
    access::{Bearer, Principal},
};
use domain::tier::TierTable;
use ports::limits::{Allowance, RateLimiter, Standing};
use utoipa::openapi::OpenApi;

use crate::{auth::cart_token_if_sent, error::ApiError, server::Surface};

mod class;
mod subject;

use class::{Class, Rules};
pub(crate) use class::{Rule, rule};
use subject::Counted;

const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
const MINUTE: u32 = 60;
const HOUR: u32 = 3600;
/// Requests a minute of one address that name nobody, or nothing.
const STRAY: u32 = 300;
/// Requests a minute that probes and documentation claim to allow.
const OPEN: u32 = 600;

/// The limits of a surface and who keeps count; app data.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    limiter: Arc<dyn RateLimiter>,
    rules: Arc<Rules>,
}

impl Limits {
    /// The limits of the operations of a document.
    pub(crate) fn new(limiter: Arc<dyn RateLimiter>, surface: Surface, document: &OpenApi) -> Self {
        Self { limiter, rules: Arc::new(Rules::of(surface, document)) }
    }
}

/// What is counted for one request; in its extensions where limits are on.
#[derive(Debug)]
pub(crate) struct Tally {
    limits: Limits,
    address: Option<IpAddr>,
    /// In Unix seconds.
    now: i64,
    rule: Cell<Rule>,
    /// The tightest of what was drawn on; absent until the request was counted.
    standing: Cell<Option<Standing>>,
}

impl Tally {
    /// Opens the tally of a request; nothing where limits are off.
    pub(super) fn open(request: &ServiceRequest, address: Option<IpAddr>, now: i64) -> Option<Rc<Self>> {
        let limits = request.app_data::<Limits>()?.clone();
        let tally =
            Rc::new(Self { limits, address, now, rule: Cell::new(Rule::Open), standing: Cell::new(None) });
        request.extensions_mut().insert(Rc::clone(&tally));
        Some(tally)
    }

    fn of(request: &HttpRequest) -> Option<Rc<Self>> {
        request.extensions().get::<Rc<Self>>().map(Rc::clone)
    }

    /// Counts what can be counted before anybody is identified.
    fn enter(&self, rule: Rule) -> Result<(), ApiError> {
        self.rule.set(rule);
        if rule == Rule::Open {
            return Ok(());
        }
        if let Some(strays) = self.used_up_as_stray() {
            return Err(self.refuse(strays));
        }
        match rule {
            Rule::ByAddress(class) => {
                self.draw(&[per_minute(Counted::Address(class, self.address), class.per_minute())])
            }
            Rule::Open | Rule::Unknown | Rule::ByKey(_) | Rule::ByPlan(_) => Ok(()),
        }
    }

    /// Takes one of each allowance, the narrowest first.
    fn draw(&self, allowances: &[Allowance]) -> Result<(), ApiError> {
        for allowance in allowances {
            let taken = self.limits.limiter.take(*allowance, self.now);
            if !taken.granted {
                return Err(self.refuse(taken.standing));
            }
            let tighter = |known: Standing| taken.standing.remaining < known.remaining;
            if self.standing.get().is_none_or(tighter) {
                self.standing.set(Some(taken.standing));
            }
        }
        Ok(())
    }

    fn refuse(&self, standing: Standing) -> ApiError {
        self.standing.set(Some(standing));
        let wait = u32::try_from(standing.resets_at.saturating_sub(self.now)).unwrap_or(0).max(1);
        let message = format!("Too many requests; try again in {wait} s.");
        ApiError::from(Error::new(ErrorCode::RateLimited, message)).retry_after(wait)
    }

    /// How the caller stands once the answer is known. A request that nobody was found to count for is
    /// counted for its address now.
    pub(super) fn settle(&self, status: StatusCode) -> Standing {
        self.standing.get().unwrap_or_else(|| {
            let stray = self.rule.get() != Rule::Open && status.is_client_error();
            let allowance = if stray { self.strays() } else { per_minute(Counted::Open(self.address), OPEN) };
            let standing = self.limits.limiter.take(allowance, self.now).standing;
            self.standing.set(Some(standing));
            standing
        })
    }

    /// How an address stands that has called for nobody too often.
    fn used_up_as_stray(&self) -> Option<Standing> {
        Some(self.limits.limiter.look(self.strays(), self.now)).filter(|strays| strays.remaining == 0)
    }

    fn strays(&self) -> Allowance {
        per_minute(Counted::Stray(self.address), STRAY)
    }
}

fn per_minute(counted: Counted<'_>, limit: u32) -> Allowance {
    Allowance { subject: counted.subject(), limit, period: MINUTE }
}

/// Innermost of what surrounds handlers: knows the route, and refuses who has used up what is counted
/// by address.
pub(crate) async fn gate<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, ActixError> {
    if let Some(tally) = Tally::of(request.request()) {
        let rule = tally.limits.rules.of_request(request.request());
        if let Err(refusal) = tally.enter(rule) {
            let answer = refusal.error_response().map_into_right_body();
            return Ok(request.into_response(answer));
        }
    }
    next.call(request).await.map(ServiceResponse::map_into_left_body)
}

/// Whether a request comes from an address that is not to be looked at for now.
pub(crate) fn is_barred(request: &HttpRequest) -> bool {
    Tally::of(request).is_some_and(|tally| tally.used_up_as_stray().is_some())
}

/// Does for a request that is answered from memory what [`count_shopper`] does for others, after [`is_barred`] has
/// asked what [`gate`] asks of them.
///
/// # Errors
/// When a limit is used up.
pub(crate) fn admit_shopper(request: &HttpRequest, principal: &Principal) -> Result<(), ApiError> {
    let Some(tally) = Tally::of(request) else { return Ok(()) };
    tally.rule.set(tally.limits.rules.of_request(request));
    count_shopper(request, principal)
}

/// Counts a request with a publishable key.
///
/// # Errors
/// When its limit is used up.
pub(crate) fn count_shopper(request: &HttpRequest, principal: &Principal) -> Result<(), ApiError> {
    let Some(tally) = Tally::of(request) else { return Ok(()) };
    let Rule::ByKey(class) = tally.rule.get() else { return Ok(()) };
    let Some(key) = principal.key() else { return Ok(()) };
    let (key, address) = (*key.id.as_bytes(), tally.address);
    let limit = class.per_minute();
    // A token out of form is refused by whoever needs it.
    match cart_token_if_sent(request) {
        Ok(Some(token)) => tally.draw(&[
            per_minute(Counted::Cart(class, key, address, token), limit),
            per_minute(Counted::Carts(class, key, address), class.of_all_carts()),
        ]),
        Ok(None) | Err(_) => tally.draw(&[per_minute(Counted::Key(class, key, address), limit)]),
    }
}

/// Counts a request of somebody known to the private surface: a key, which may have been narrowed to
/// fewer requests a minute than the plan gives, or a person at a store.
///
/// # Errors
/// When a limit is used up.
pub(crate) fn count_holder(
    request: &HttpRequest,
    principal: &Principal,
    tiers: &TierTable,
) -> Result<(), ApiError> {
    let Some(tally) = Tally::of(request) else { return Ok(()) };
    let plan = tiers.limits(principal.config.store.tier);
    let (holder, own) = match &principal.bearer {
        Bearer::Key(key) => (*key.id.as_bytes(), key.rate_limit_per_minute),
        Bearer::Staff(pass) => (*pass.membership.id.as_bytes(), None),
    };
    let minute = own.map_or(plan.requests_per_minute, |own| own.min(plan.requests_per_minute));
    let hour = Counted::HolderHour(holder).subject();
    let of_plan = [
        per_minute(Counted::Holder(None, holder), minute),
        Allowance { subject: hour, limit: plan.requests_per_hour, period: HOUR },
    ];
    match tally.rule.get() {
        Rule::ByPlan(Some(class)) => {
            let of_class = per_minute(Counted::Holder(Some(class), holder), class.per_minute());
            tally.draw(&[of_class, of_plan[0], of_plan[1]])
        }
        _ => tally.draw(&of_plan),
    }
}

/// Writes how the caller stands.
pub(super) fn tell(standing: Standing, headers: &mut HeaderMap) {
    headers.insert(LIMIT, HeaderValue::from(standing.limit));
    headers.insert(REMAINING, HeaderValue::from(standing.remaining));
    headers.insert(RESET, HeaderValue::from(standing.resets_at));
}
