//! Whose a staff token is, and which of their stores they mean.

use std::sync::Arc;

use domain::{
    access::{Mode, ScopeSet},
    id::StoreId,
    staff::Membership,
};
use ports::{logins::Claims, staff::OpenSession};

use super::{Bearer, Principal, refuse_suspended};
use crate::{Core, Error, ErrorCode, Result};

/// Somebody who is logged in, before a store is spoken of.
#[derive(Debug, Clone)]
pub struct Member {
    /// The login with all that it opens.
    pub open: Arc<OpenSession>,
    /// What their token says.
    pub claims: Claims,
}

/// A login that acts in one store.
#[derive(Debug, Clone)]
pub struct StaffPass {
    /// The login.
    pub open: Arc<OpenSession>,
    /// Their place in the store.
    pub membership: Membership,
    /// Live or test, as the request asks for.
    pub mode: Mode,
    /// What their role may do.
    pub scopes: ScopeSet,
}

/// Who is logged in by this token. The token has to be good, and the login to last: it ends with the
/// logout, with a new password, and when no store is left to act in.
pub async fn resolve_login(core: &Core, token: &str) -> Result<Member> {
    let over = || Error::new(ErrorCode::InvalidToken, "The login is not valid or has ended; log in again.");
    let claims = core.logins.tokens.verify(token).map_err(|_| over())?;
    let now = core.clock.now();
    if claims.expires_at <= now {
        return Err(Error::new(ErrorCode::InvalidToken, "The token has expired; refresh it."));
    }
    let open = core.db.staff().session(claims.session).await?.ok_or_else(over)?;
    let lasts = open.session.expires_at > now && open.session.person == claims.person;
    if !lasts || open.places.is_empty() {
        return Err(over());
    }
    Ok(Member { open, claims })
}

/// Lets somebody who is logged in act in `store`, or in their only one when none is named. A store they
/// do not belong to is one that does not exist.
pub async fn enter_store(
    core: &Core,
    member: Member,
    store: Option<StoreId>,
    mode: Mode,
) -> Result<Principal> {
    let open = member.open;
    let place = match (store, open.places.as_slice()) {
        (Some(store), places) => places.iter().find(|place| place.membership.store == store),
        (None, [only]) => Some(only),
        (None, _) => {
            let message = "You work for several stores; say which one as X-Tenant-ID: str_….";
            return Err(Error::new(ErrorCode::TenantRequired, message));
        }
    };
    let missing = || Error::not_found("store");
    let membership = place.ok_or_else(missing)?.membership.clone();
    let config = core.db.stores().config(membership.store).await?.ok_or_else(missing)?;
    refuse_suspended(&config)?;
    let scopes = membership.role.scopes();
    Ok(Principal { bearer: Bearer::Staff(StaffPass { open, membership, mode, scopes }), config })
}
