//! The core's connections to the world, bundled.

use std::{fmt, sync::Arc};

use domain::{
    payment::Provider,
    tier::{Tier, TierTable},
};
use ports::{
    Clock, Database, IdSource,
    gateway::PaymentGateway,
    logins::{PasswordHasher, TokenSigner},
    mail::Mailer,
    sandbox::SandboxDesk,
    sealing::Sealer,
};

use crate::access::usage::KeyUses;

/// Everything a use case reaches through ports. Cheap to clone; made once by an application.
#[derive(Clone)]
pub struct Core {
    /// Storage.
    pub db: Arc<dyn Database>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Fresh ids and secrets.
    pub ids: Arc<dyn IdSource>,
    /// Encryption of stored secrets.
    pub sealer: Arc<dyn Sealer>,
    /// What logging in needs.
    pub logins: Logins,
    /// How mail goes out.
    pub post: Post,
    /// The systems that take payments.
    pub gateways: Gateways,
    /// What each plan allows.
    pub tiers: Arc<TierTable>,
    /// The keys used since that was last written.
    pub key_uses: Arc<KeyUses>,
    /// The plan that new stores start on.
    pub default_tier: Tier,
    /// Days that entries of the audit log are kept.
    pub audit_retention_days: u32,
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core").finish_non_exhaustive()
    }
}

/// What logging in needs of cryptography.
#[derive(Clone)]
pub struct Logins {
    /// Slow hashes of passwords.
    pub passwords: Arc<dyn PasswordHasher>,
    /// Signatures of tokens.
    pub tokens: Arc<dyn TokenSigner>,
}

/// How mail goes out.
#[derive(Clone, Default)]
pub struct Post {
    /// The mail server; without one nothing is queued, and whoever invites hands the token over.
    pub mailer: Option<Arc<dyn Mailer>>,
    /// Where the dashboard is, whose pages take tokens out of links; without one, mails carry the token
    /// alone.
    pub dashboard_url: Option<String>,
}

/// The payment gateways there are.
#[derive(Clone)]
pub struct Gateways {
    /// Built in; test mode only.
    pub sandbox: Arc<dyn PaymentGateway>,
    /// The sandbox's page for shoppers.
    pub sandbox_desk: Arc<dyn SandboxDesk>,
    /// Stripe, with each store's own keys.
    pub stripe: Arc<dyn PaymentGateway>,
    /// Where Stripe sends shoppers back to who named no place. Without any, a card that needs the shopper's action is
    /// refused, for nobody could lead the shopper on.
    pub way_back: Option<String>,
}

impl Gateways {
    /// The gateway of a provider; `None` for the offline ones, which nobody can be asked about.
    pub fn of(&self, provider: Provider) -> Option<&Arc<dyn PaymentGateway>> {
        match provider {
            Provider::Sandbox => Some(&self.sandbox),
            Provider::Stripe => Some(&self.stripe),
            Provider::BankTransfer | Provider::Invoice => None,
        }
    }
}
