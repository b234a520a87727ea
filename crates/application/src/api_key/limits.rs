//! How mighty a key may be that somebody makes or handles.

use domain::{
    access::{ApiKey, KeyKind, Mode, ScopeSet},
    staff::Role,
};

use crate::{Details, Error, ErrorCode, Result};

/// On whose authority a key is made, changed, rotated or revoked.
#[derive(Debug, Clone, Copy)]
pub enum Grantor<'a> {
    /// The operator at the command line: everything goes.
    Operator,
    /// The key of the request: nothing beyond its own might.
    Key(&'a ApiKey),
    /// One of the staff: nothing beyond what the role may do.
    Staff(&'a ScopeSet),
}

impl Grantor<'_> {
    /// Refuses to hand out, or to lay hands on, a key that is mightier than the grantor's own.
    pub(super) fn check(self, key: &ApiKey) -> Result<()> {
        let own = match self {
            Self::Operator => return Ok(()),
            Self::Staff(scopes) => return check_scopes("You", scopes, &key.scopes),
            Self::Key(own) => own,
        };
        let refuse = |message: String| Err(Error::new(ErrorCode::InsufficientScope, message));
        if own.mode == Mode::Test && key.mode == Mode::Live {
            return refuse("A test key cannot make or change live keys.".to_owned());
        }
        check_scopes("A key", &own.scopes, &key.scopes)?;
        // A publishable key grants nothing, so that nothing can outgrow its maker.
        if key.kind == KeyKind::Publishable {
            return Ok(());
        }
        if own.expires_at.is_some_and(|end| key.expires_at.is_none_or(|later| later > end)) {
            return refuse("A key that expires cannot make or change keys that outlive it.".to_owned());
        }
        let elsewhere = |network| !own.ip_allowlist.iter().any(|known| known.covers(network));
        let bound = !own.ip_allowlist.is_empty();
        if bound && (key.ip_allowlist.is_empty() || key.ip_allowlist.iter().any(elsewhere)) {
            return refuse("A key bound to addresses cannot make or change keys for others.".to_owned());
        }
        Ok(())
    }
}

impl Grantor<'_> {
    /// Refuses to make, or to lay hands on, staff with a role that is mightier than the grantor. Staff
    /// act live, from anywhere and for as long as they stay, so that keys which cannot do that do not.
    pub(crate) fn check_role(self, role: Role) -> Result<()> {
        match self {
            Self::Operator => Ok(()),
            Self::Staff(scopes) => check_scopes("You", scopes, &role.scopes()),
            Self::Key(own) => {
                if !own.mode.is_live() || own.expires_at.is_some() || !own.ip_allowlist.is_empty() {
                    let message = "Only a live key without an end and without bounds can handle staff.";
                    return Err(Error::new(ErrorCode::InsufficientScope, message));
                }
                check_scopes("A key", &own.scopes, &role.scopes())
            }
        }
    }
}

/// Refuses when `given` holds a scope that `own` does not grant.
fn check_scopes(who: &str, own: &ScopeSet, given: &ScopeSet) -> Result<()> {
    let Some(missing) = given.iter().find(|scope| !own.allows(*scope)) else { return Ok(()) };
    let message = format!("{who} cannot give the scope {missing} without having it.");
    Err(Error::new(ErrorCode::InsufficientScope, message)
        .with_details(Details::Scope { required: missing.to_string() }))
}
