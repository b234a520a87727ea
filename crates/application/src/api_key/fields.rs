//! The fields of a key: read from text, and checked together.

use chrono::{DateTime, Utc};
use domain::access::{ApiKey, Network, Scope, ScopeSet};

use crate::{Error, Result};

pub(super) type Faults = Vec<(String, String)>;

pub(super) fn read_scopes(names: &[String], faults: &mut Faults) -> ScopeSet {
    let read = |(index, name): (usize, &String)| {
        let scope = Scope::parse(name);
        if scope.is_none() {
            faults.push((format!("scopes.{index}"), "is not a scope such as read:catalog".to_owned()));
        }
        scope
    };
    names.iter().enumerate().filter_map(read).collect()
}

pub(super) fn read_networks(texts: &[String], faults: &mut Faults) -> Vec<Network> {
    let read = |(index, text): (usize, &String)| match Network::parse(text) {
        Ok(network) => Some(network),
        Err(error) => {
            faults.push((format!("ipAllowlist.{index}"), error.to_string()));
            None
        }
    };
    texts.iter().enumerate().filter_map(read).collect()
}

/// Refuses a key whose fields make no sense, together with the faults found in reading them.
pub(super) fn check(
    key: &ApiKey,
    most_requests: u32,
    earliest_end: DateTime<Utc>,
    mut faults: Faults,
) -> Result<()> {
    let within = key.rate_limit_per_minute.is_none_or(|limit| (1..=most_requests).contains(&limit));
    if !within {
        let message = format!("must lie between 1 and {most_requests}, which is what the plan gives");
        faults.push(("rateLimitPerMinute".to_owned(), message));
    }
    if key.expires_at.is_some_and(|end| end <= earliest_end) {
        faults.push(("expiresAt".to_owned(), "must lie in the future".to_owned()));
    }
    // What could not be read is missing from the key, and that is no fault of its own.
    let unread = |field: &str| faults.iter().any(|(known, _)| known.starts_with(field));
    let own = key.validate().into_iter().filter(|fault| !unread(&fault.field));
    let own: Vec<_> = own.map(|fault| (fault.field, fault.message)).collect();
    faults.extend(own);
    Error::from_faults(faults).map_or(Ok(()), Err)
}
