//! Who may do what: the mode a key works in, its scopes, and whether it is still good.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::{
    id::{ApiKeyId, StoreId},
    text::{Fault, Faults},
};

mod network;
mod scope;

pub use network::{InvalidNetwork, Network};
pub use scope::{Scope, ScopeSet};

/// Characters of a key's name.
const NAME_MAX: usize = 120;
/// Networks that a key can be bound to.
const NETWORKS_MAX: usize = 50;

crate::text_enum! {
    /// Whether sales are real. Carts, orders, payments, customers, balances and stock are kept apart by
    /// mode; the catalogue and the settings are shared.
    pub enum Mode {
        /// Real customers and real money.
        Live = "live",
        /// Trying things out with the sandbox gateway.
        Test = "test",
    }
}

impl Mode {
    /// Whether this is the live mode, the API's `livemode`.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Live)
    }
}

crate::text_enum! {
    /// Where a key may be used.
    pub enum KeyKind {
        /// In browsers: names the store on the public surface and grants nothing else.
        Publishable = "publishable",
        /// On servers: opens the private surface within its scopes.
        Secret = "secret",
    }
}

impl KeyKind {
    /// How the text of a key begins: `sk_live_`.
    pub const fn prefix(self, mode: Mode) -> &'static str {
        match (self, mode) {
            (Self::Publishable, Mode::Live) => "pk_live_",
            (Self::Publishable, Mode::Test) => "pk_test_",
            (Self::Secret, Mode::Live) => "sk_live_",
            (Self::Secret, Mode::Test) => "sk_test_",
        }
    }

    /// Reads kind and mode off the text of a key; `None` when it begins like no key.
    pub fn of_key(text: &str) -> Option<(Self, Mode)> {
        let pairs = Self::ALL.iter().flat_map(|kind| Mode::ALL.iter().map(|mode| (*kind, *mode)));
        pairs.into_iter().find(|(kind, mode)| text.starts_with(kind.prefix(*mode)))
    }
}

/// A key to a store, without its secret: that is kept as a hash, apart from this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Identity.
    pub id: ApiKeyId,
    /// The store that the key opens.
    pub store: StoreId,
    /// What the owner calls the key.
    pub name: String,
    /// Publishable or secret.
    pub kind: KeyKind,
    /// Live or test.
    pub mode: Mode,
    /// The last four characters of the key, to tell keys apart in a list.
    pub hint: String,
    /// What a secret key may do; empty on a publishable one.
    pub scopes: ScopeSet,
    /// Addresses the key may be used from; empty means anywhere.
    pub ip_allowlist: Vec<Network>,
    /// Requests a minute for this key instead of what the plan gives.
    pub rate_limit_per_minute: Option<u32>,
    /// What requests are to be signed with, sealed: this crate never sees it. Without one they need no
    /// signature.
    pub sealed_signing_secret: Option<String>,
    /// From this moment on the key is refused.
    pub expires_at: Option<DateTime<Utc>>,
    /// When the key was last used, give or take a minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When the key was withdrawn or replaced.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Grows by one with every change.
    pub version: i32,
    /// When the key was made.
    pub created_at: DateTime<Utc>,
    /// When the key was last changed.
    pub updated_at: DateTime<Utc>,
}

/// Why a key that exists is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyRefusal {
    /// Withdrawn or replaced by its owner.
    #[error("the key was revoked")]
    Revoked,
    /// Its time is over.
    #[error("the key has expired")]
    Expired,
}

impl ApiKey {
    /// Whether the key is good at `now`.
    pub fn usable(&self, now: DateTime<Utc>) -> Result<(), KeyRefusal> {
        if self.revoked_at.is_some() {
            Err(KeyRefusal::Revoked)
        } else if self.expires_at.is_some_and(|end| end <= now) {
            Err(KeyRefusal::Expired)
        } else {
            Ok(())
        }
    }

    /// What is wrong with the key's fields, by the API's names; nothing when it can be saved. A
    /// publishable key grants nothing, so nothing of it can be restricted either.
    pub fn validate(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        faults.text("name", &self.name, NAME_MAX);
        if self.kind == KeyKind::Secret {
            faults.require(!self.scopes.is_empty(), "scopes", "must hold at least one scope");
        } else {
            let only = "belongs to secret keys only";
            faults.require(self.scopes.is_empty(), "scopes", only);
            faults.require(self.ip_allowlist.is_empty(), "ipAllowlist", only);
            faults.require(self.rate_limit_per_minute.is_none(), "rateLimitPerMinute", only);
            faults.require(self.sealed_signing_secret.is_none(), "signing", only);
        }
        let few = self.ip_allowlist.len() <= NETWORKS_MAX;
        faults.require(few, "ipAllowlist", format_args!("must hold at most {NETWORKS_MAX} networks"));
        faults.into_vec()
    }

    /// Whether the key may be used from `address`.
    pub fn admits(&self, address: IpAddr) -> bool {
        self.ip_allowlist.is_empty() || self.ip_allowlist.iter().any(|network| network.contains(address))
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn key() -> ApiKey {
        ApiKey {
            id: ApiKeyId::from_bytes([1; 16]),
            store: StoreId::from_bytes([2; 16]),
            name: "Till".to_owned(),
            kind: KeyKind::Secret,
            mode: Mode::Live,
            hint: "9f3a".to_owned(),
            scopes: ScopeSet::admin(),
            ip_allowlist: Vec::new(),
            rate_limit_per_minute: None,
            sealed_signing_secret: None,
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_a_key_grants_belongs_to_secret_keys() {
        let fields =
            |key: ApiKey| -> Vec<_> { key.validate().into_iter().map(|fault| fault.field).collect() };
        assert!(fields(key()).is_empty());
        assert_eq!(fields(ApiKey { scopes: ScopeSet::default(), ..key() }), ["scopes"]);
        let open = ApiKey { kind: KeyKind::Publishable, scopes: ScopeSet::default(), ..key() };
        assert!(fields(open.clone()).is_empty());
        let network = Network::parse("203.0.113.7").unwrap();
        let narrow = ApiKey {
            scopes: ScopeSet::admin(),
            ip_allowlist: vec![network],
            rate_limit_per_minute: Some(5),
            sealed_signing_secret: Some("sealed".to_owned()),
            ..open
        };
        assert_eq!(fields(narrow), ["scopes", "ipAllowlist", "rateLimitPerMinute", "signing"]);
        assert_eq!(fields(ApiKey { ip_allowlist: vec![network; 51], ..key() }), ["ipAllowlist"]);
        assert_eq!(fields(ApiKey { name: " ".to_owned(), ..key() }), ["name"]);
    }

    #[test]
    fn a_key_dies_at_the_moment_it_expires() {
        let end = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let key = ApiKey { expires_at: Some(end), ..key() };
        assert_eq!(key.usable(end - TimeDelta::seconds(1)), Ok(()));
        assert_eq!(key.usable(end), Err(KeyRefusal::Expired));
    }

    #[test]
    fn a_revoked_key_is_dead_at_once() {
        let key = ApiKey { revoked_at: Some(DateTime::UNIX_EPOCH), ..key() };
        assert_eq!(key.usable(DateTime::UNIX_EPOCH), Err(KeyRefusal::Revoked));
    }

    #[test]
    fn a_key_without_a_list_is_good_anywhere_and_with_one_only_there() {
        let address: IpAddr = "203.0.113.7".parse().unwrap();
        assert!(key().admits(address));
        let listed = ApiKey { ip_allowlist: vec![Network::parse("203.0.113.0/24").unwrap()], ..key() };
        assert!(listed.admits(address));
        assert!(!listed.admits("198.51.100.7".parse().unwrap()));
    }

    #[test]
    fn kind_and_mode_are_read_off_the_key() {
        assert_eq!(KeyKind::of_key("pk_test_abc"), Some((KeyKind::Publishable, Mode::Test)));
        assert_eq!(KeyKind::of_key("sk_live_abc"), Some((KeyKind::Secret, Mode::Live)));
        assert_eq!(KeyKind::of_key("sks_live_abc"), None);
    }
}
