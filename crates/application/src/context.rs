//! Who asks, for which store, when. Made once at the edge of the system.

use std::{fmt, net::IpAddr};

use chrono::{DateTime, Utc};
use domain::{
    access::Mode,
    id::{ApiKeyId, StaffId, StoreId},
};

use crate::idempotency::Repeatable;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody with a publishable key, in a browser.
    Shopper,
    /// A program with a secret key.
    Key(ApiKeyId),
    /// One of the store's staff, logged in.
    Staff(StaffId),
    /// The operator at the command line.
    Operator,
    /// The background worker.
    Worker,
    /// A payment gateway, by webhook; named.
    Gateway(&'static str),
}

impl Actor {
    /// Whether changes that this actor makes have to be in the audit log: somebody chose to make them.
    /// What shoppers, gateways and the worker do is in the log of events.
    pub const fn is_accountable(&self) -> bool {
        match self {
            Self::Key(_) | Self::Staff(_) | Self::Operator => true,
            Self::Shopper | Self::Worker | Self::Gateway(_) => false,
        }
    }
}

/// As written to events and movements: `key:key_01H…`, `shopper`, `worker`.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shopper => f.write_str("shopper"),
            Self::Key(id) => write!(f, "key:{id}"),
            Self::Staff(id) => write!(f, "staff:{id}"),
            Self::Operator => f.write_str("operator"),
            Self::Worker => f.write_str("worker"),
            Self::Gateway(name) => write!(f, "gateway:{name}"),
        }
    }
}

/// The circumstances of one request. Nothing further in reads a clock or a global.
#[derive(Debug, Clone)]
pub struct Context {
    /// The store that everything belongs to.
    pub store: StoreId,
    /// Live or test.
    pub mode: Mode,
    /// Who asks.
    pub actor: Actor,
    /// What the actor is called: the name of a key, the email of a member of staff.
    pub actor_name: Option<String>,
    /// Language tag to phrase and format for, best match first.
    pub locale: String,
    /// Id of the request in logs and answers.
    pub request_id: String,
    /// The address that the request came from, behind the operator's proxies.
    pub address: Option<IpAddr>,
    /// The program that sent the request, by its own word.
    pub user_agent: Option<String>,
    /// What the request is called, if it may be repeated.
    pub repeatable: Option<Repeatable>,
    /// When the request arrived.
    pub now: DateTime<Utc>,
}

impl Context {
    /// The circumstances of the operator, before there is a store to speak of: the one named here is
    /// nobody's.
    pub fn of_operator(core: &crate::Core) -> Self {
        Self::of_system(core, core.ids.id(), Mode::Live, Actor::Operator)
    }

    /// What the request is called, if an earlier attempt at it may have got somewhere before it was lost.
    pub(crate) fn resumed(&self) -> Option<[u8; 16]> {
        self.repeatable.filter(|repeatable| repeatable.resumed).map(|repeatable| repeatable.request)
    }

    /// The circumstances of something that no request asked for.
    pub fn of_system(core: &crate::Core, store: StoreId, mode: Mode, actor: Actor) -> Self {
        let request_id = format!("{actor}-{}", core.ids.id::<domain::id::kind::EventId>());
        Self {
            store,
            mode,
            actor,
            actor_name: None,
            locale: String::from("en"),
            request_id,
            address: None,
            user_agent: None,
            repeatable: None,
            now: core.clock.now(),
        }
    }
}
