//! A store: the tenant that everything else belongs to.

use chrono::{DateTime, Utc};

use crate::{
    address::{Email, is_domain},
    id::StoreId,
    money::Currency,
    text::{Fault, Faults, check_optional_text},
    tier::Tier,
};

/// Origins a store may name at most.
pub const ALLOWED_DOMAINS_MAX: usize = 10;
/// Characters of a store's name.
const NAME_MAX: usize = 120;
/// Characters of an address on the web.
const URL_MAX: usize = 2048;

crate::text_enum! {
    /// Whether a store is open for business.
    pub enum StoreStatus {
        /// Open.
        Active = "active",
        /// Closed by the operator: every request is refused.
        Suspended = "suspended",
    }
}

/// How a storefront should look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Branding {
    /// Main colour, `#FF5C00`.
    pub primary_color: Option<String>,
    /// Address of the logo.
    pub logo_url: Option<String>,
}

/// A store and what the whole of it goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Identity.
    pub id: StoreId,
    /// What shoppers call it.
    pub name: String,
    /// The currency prices are kept in.
    pub currency: Currency,
    /// Currencies prices can be shown in; holds `currency`.
    pub supported_currencies: Vec<Currency>,
    /// Language tags the storefront speaks; holds `default_locale`.
    pub supported_locales: Vec<String>,
    /// The language where nothing else is asked for.
    pub default_locale: String,
    /// Name of a time zone, `Europe/London`; months of reports and plans follow it.
    pub timezone: String,
    /// Open or suspended.
    pub status: StoreStatus,
    /// The plan the store is on.
    pub tier: Tier,
    /// Where the operator and shoppers can write to.
    pub contact_email: Option<Email>,
    /// Host name of the shop's own website.
    pub domain: Option<String>,
    /// Host names whose pages may call the public surface; empty means every page may.
    pub allowed_domains: Vec<String>,
    /// Colours and logo.
    pub branding: Branding,
    /// Grows by one with every change.
    pub version: i32,
    /// When the store was opened.
    pub created_at: DateTime<Utc>,
    /// When the store was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Store {
    /// What is wrong with the store's fields, by the API's names; nothing when it can be saved.
    pub fn validate(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        faults.text("name", &self.name, NAME_MAX);
        let sells_own = self.supported_currencies.contains(&self.currency);
        faults.require(sells_own, "supportedCurrencies", "must hold the store's currency");
        for (index, locale) in self.supported_locales.iter().enumerate() {
            let field = format!("supportedLocales.{index}");
            faults.require(is_language_tag(locale), &field, "must be a language tag such as en or pt-BR");
        }
        let speaks_own = self.supported_locales.contains(&self.default_locale);
        faults.require(speaks_own, "defaultLocale", "must be one of the supported locales");
        faults.require(
            is_zone_name(&self.timezone),
            "timezone",
            "must name a time zone such as Europe/London",
        );
        if let Some(domain) = &self.domain {
            faults.require(is_host(domain), "domain", HOST_EXPECTED);
        }
        let few = self.allowed_domains.len() <= ALLOWED_DOMAINS_MAX;
        faults.require(
            few,
            "allowedDomains",
            format_args!("must hold at most {ALLOWED_DOMAINS_MAX} domains"),
        );
        for (index, host) in self.allowed_domains.iter().enumerate() {
            faults.require(is_host(host), &format!("allowedDomains.{index}"), HOST_EXPECTED);
        }
        if let Some(color) = &self.branding.primary_color {
            faults.require(is_color(color), "branding.primaryColor", "must be a colour such as #FF5C00");
        }
        if let Some(url) = &self.branding.logo_url {
            faults.require(is_web_address(url), "branding.logoUrl", "must be an http or https address");
        }
        faults.into_vec()
    }

    /// Whether a page from `origin` (`https://shop.example:8443`) may call the public surface. Host
    /// names must be equal; a subdomain is another host. `null` and other odd origins match nothing.
    pub fn allows_origin(&self, origin: &str) -> bool {
        self.allowed_domains.is_empty()
            || host_of(origin).is_some_and(|host| {
                self.allowed_domains.iter().any(|allowed| allowed.eq_ignore_ascii_case(&host))
            })
    }
}

const HOST_EXPECTED: &str = "must be a host name such as shop.example.com";

/// The host name in an origin, a web address or a bare host name, in lower case and without its port.
pub fn host_of(text: &str) -> Option<String> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.split_once(':').map_or(authority, |(host, _)| host).to_lowercase();
    is_host(&host).then_some(host)
}

fn is_host(text: &str) -> bool {
    text.is_ascii() && text.len() <= 253 && (text == "localhost" || is_domain(text))
}

/// Whether the text is an absolute http or https address that can be shown in a page.
pub(crate) fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && !text.contains(char::is_whitespace)
        && check_optional_text(text, URL_MAX).is_ok()
}

/// `#RGB` or `#RRGGBB`.
fn is_color(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|hex| matches!(hex.len(), 3 | 6) && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The shape of BCP 47: a language of two or three letters, then parts of letters and digits.
fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    matches!(language.len(), 2 | 3)
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// The shape of a name in the IANA time zone database; whether it is there is for the clock to say.
fn is_zone_name(text: &str) -> bool {
    let part_fits = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.len() <= 32
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    text.split('/').count() <= 3 && text.split('/').all(part_fits)
}

#[cfg(test)]
mod tests;
