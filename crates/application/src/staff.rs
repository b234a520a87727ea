//! Staff of a store: inviting, listing, changing and removing them.
//!
//! Nobody makes somebody mightier than themselves, nor lays hands on somebody who is. A store keeps at
//! least one owner who can act.

use chrono::TimeDelta;
use domain::{
    address::Email,
    audit::Action,
    id::StaffId,
    staff::{Membership, MembershipStatus, Person, Role},
};
use ports::{
    list::{Slice, Window},
    staff::{MailedToken, StaffRow, TokenPurpose},
};
use secrecy::SecretString;

use crate::{
    Context, Core, Error, ErrorCode, Result, Work, access,
    api_key::Grantor,
    audit,
    login::after,
    post::{self, Letter},
    store_config,
};

mod acceptance;

pub use acceptance::accept;

/// How long an invitation stands.
const INVITATION_LIFE: TimeDelta = TimeDelta::days(7);
/// How the text of its token begins.
const TOKEN_PREFIX: &str = "inv_";

/// Who is to be invited.
#[derive(Debug, Clone)]
pub struct NewStaff {
    /// Where they get mail.
    pub email: String,
    /// What they are called; kept only for somebody who is not known yet.
    pub name: Option<String>,
    /// What they are to be.
    pub role: Role,
}

/// What is to be changed about somebody's place.
#[derive(Debug, Clone, Default)]
pub struct StaffChanges {
    /// Another role.
    pub role: Option<Role>,
    /// Shut out, or let in again.
    pub suspended: Option<bool>,
    /// The version that the change was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

/// How an invitation reaches somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// By mail; handed over where there is no mail server.
    Mail,
    /// By whoever invites.
    HandOver,
}

/// Somebody who was invited.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Their place, and who they are.
    pub row: StaffRow,
    /// The token, when whoever invites has to hand it over; known now and never again.
    pub token: Option<SecretString>,
    /// The page of the dashboard that takes it.
    pub url: Option<SecretString>,
}

/// Invites somebody to the store.
pub async fn invite(
    core: &Core,
    ctx: &Context,
    by: Grantor<'_>,
    new: NewStaff,
    delivery: Delivery,
) -> Result<Invited> {
    by.check_role(new.role)?;
    let email = Email::parse(&new.email).map_err(|error| Error::invalid("email", error.to_string()))?;
    let name = new.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let person = Person { id: core.ids.id(), email, name, created_at: ctx.now, updated_at: ctx.now };
    Error::check(person.validate())?;
    let store_name = store_config(core, ctx).await?.store.name.clone();
    let mut work = core.begin(ctx).await?;
    let person = if let Some(known) = work.people().find_by_email(&person.email).await? {
        known.person
    } else {
        work.people().insert(&person).await?;
        person
    };
    if work.staff().of_person(person.id).await?.is_some() {
        let message = "Somebody with this address is on the staff already.";
        return Err(Error::new(ErrorCode::Duplicate, message).on_field("email"));
    }
    let membership = Membership {
        id: core.ids.id(),
        store: ctx.store,
        person: person.id,
        role: new.role,
        status: MembershipStatus::Invited,
        version: 1,
        created_at: ctx.now,
        updated_at: ctx.now,
    };
    work.staff().insert(&membership).await?;
    let row = StaffRow { membership, person };
    let invited = send_invitation(core, ctx, &mut work, row, &store_name, delivery).await?;
    work.audit(Action::StaffInvited, audit::created(&invited.row));
    work.commit().await?;
    Ok(invited)
}

/// Invites somebody once more who has not accepted yet; the earlier token stops working.
pub async fn invite_again(
    core: &Core,
    ctx: &Context,
    by: Grantor<'_>,
    staff: StaffId,
    delivery: Delivery,
) -> Result<Invited> {
    let store_name = store_config(core, ctx).await?.store.name.clone();
    let mut work = core.begin(ctx).await?;
    let membership = work.staff().find(staff).await?.ok_or_else(missing)?;
    by.check_role(membership.role)?;
    if membership.status != MembershipStatus::Invited {
        return Err(Error::new(ErrorCode::InvalidState, "They have accepted their invitation already."));
    }
    let row = row_of(&mut work, membership).await?;
    let invited = send_invitation(core, ctx, &mut work, row, &store_name, delivery).await?;
    work.audit(Action::StaffInvitedAgain, audit::changed(&invited.row, &invited.row));
    work.commit().await?;
    Ok(invited)
}

async fn send_invitation(
    core: &Core,
    ctx: &Context,
    work: &mut Work,
    row: StaffRow,
    store_name: &str,
    delivery: Delivery,
) -> Result<Invited> {
    let text = access::new_secret_text(core, TOKEN_PREFIX);
    let (hash, token) = (access::hash_key(&text), SecretString::from(text));
    let purpose = TokenPurpose::Invite { store: ctx.store, staff: row.membership.id };
    let expires_at = after(ctx.now, INVITATION_LIFE);
    let kept = MailedToken { hash, person: row.person.id, purpose, expires_at, created_at: ctx.now };
    work.people().put_token(&kept).await?;
    if delivery == Delivery::Mail && core.post.mailer.is_some() {
        let letter = Letter::invitation(core, store_name, row.membership.role, &token);
        let mail = post::seal(core, ctx.store, &row.person.email, letter, expires_at);
        work.people().queue_mail(&mail).await?;
        return Ok(Invited { row, token: None, url: None });
    }
    let url = post::link(&core.post, "accept-invite", &token);
    Ok(Invited { row, token: Some(token), url })
}

/// The store's staff, newest first, those who are invited or suspended too.
pub async fn list(core: &Core, ctx: &Context, window: &Window) -> Result<Slice<StaffRow>> {
    Ok(core.db.staff().staff(ctx.store, window).await?)
}

/// One of the store's staff.
pub async fn get(core: &Core, ctx: &Context, staff: StaffId) -> Result<StaffRow> {
    core.db.staff().member(ctx.store, staff).await?.ok_or_else(missing)
}

/// Changes somebody's role, shuts them out or lets them in again. It takes hold at once.
pub async fn update(
    core: &Core,
    ctx: &Context,
    by: Grantor<'_>,
    staff: StaffId,
    changes: StaffChanges,
) -> Result<StaffRow> {
    let mut work = core.begin(ctx).await?;
    // Before anything else is locked, so that two owners who turn on each other wait in one place.
    let owners = work.staff().owners().await?;
    let membership = work.staff().find(staff).await?.ok_or_else(missing)?;
    Error::check_version(changes.if_version, membership.version)?;
    let before = row_of(&mut work, membership).await?;
    let StaffRow { mut membership, person } = before.clone();
    by.check_role(membership.role)?;
    if let Some(role) = changes.role {
        by.check_role(role)?;
        membership.role = role;
    }
    if let Some(suspended) = changes.suspended {
        if membership.status == MembershipStatus::Invited {
            return Err(Error::new(ErrorCode::InvalidState, "They have not accepted their invitation yet."));
        }
        membership.status = if suspended { MembershipStatus::Suspended } else { MembershipStatus::Active };
    }
    if !membership.is_ruling() {
        refuse_last_owner(&owners, staff)?;
    }
    membership.updated_at = ctx.now;
    work.staff().update(&mut membership).await?;
    let after = StaffRow { membership, person };
    work.audit(Action::StaffUpdated, audit::changed(&before, &after));
    work.commit().await?;
    Ok(after)
}

/// Removes somebody from the store, or takes their invitation back. It takes hold at once; their logins
/// stay good for other stores.
pub async fn remove(
    core: &Core,
    ctx: &Context,
    by: Grantor<'_>,
    staff: StaffId,
    if_version: Option<i32>,
) -> Result<()> {
    let mut work = core.begin(ctx).await?;
    let owners = work.staff().owners().await?;
    let membership = work.staff().find(staff).await?.ok_or_else(missing)?;
    Error::check_version(if_version, membership.version)?;
    by.check_role(membership.role)?;
    refuse_last_owner(&owners, staff)?;
    let row = row_of(&mut work, membership).await?;
    work.staff().delete(staff).await?;
    work.audit(Action::StaffRemoved, audit::deleted(&row));
    work.commit().await
}

async fn row_of(work: &mut Work, membership: Membership) -> Result<StaffRow> {
    let login = work.people().find(membership.person).await?.ok_or_else(missing)?;
    Ok(StaffRow { membership, person: login.person })
}

/// Refuses to take the store's only owner who can act.
fn refuse_last_owner(owners: &[StaffId], staff: StaffId) -> Result<()> {
    if owners == [staff] {
        let message = "A store keeps at least one active owner; make somebody else an owner first.";
        return Err(Error::new(ErrorCode::InvalidState, message));
    }
    Ok(())
}

fn missing() -> Error {
    Error::not_found("staff member")
}
