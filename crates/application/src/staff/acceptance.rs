//! Accepting an invitation.

use domain::{
    audit::Action,
    staff::{MembershipStatus, NAME_MAX},
    text::check_text,
};
use ports::staff::{Login, StaffRow, TokenPurpose};
use secrecy::SecretString;

use crate::{
    Core, Error, Result, access, audit,
    login::{self, Guess, OpenedLogin, Visitor, confirm_unchanged, new_hash, refused, reset::invalid_token},
};

/// Takes the place that a token stands for, and logs in. Somebody new chooses their password; somebody
/// who has one proves that it is them by it, for whoever invites may have seen the token.
pub async fn accept(
    core: &Core,
    visitor: &Visitor,
    token: &str,
    password: &SecretString,
    name: Option<&str>,
) -> Result<OpenedLogin> {
    let (hash, now) = (access::hash_key(token), core.clock.now());
    let name = name.map(str::trim);
    if let Some(Err(error)) = name.map(|name| check_text(name, NAME_MAX)) {
        return Err(Error::invalid("name", error.to_string()));
    }
    let (mailed, known) = core.db.staff().token(&hash, now).await?.ok_or_else(invalid_token)?;
    let TokenPurpose::Invite { store, staff } = mailed.purpose else { return Err(invalid_token()) };
    let proof = prove(core, visitor, &known, password).await?;

    let ctx = visitor.context(core, store, staff);
    let mut work = core.begin(&ctx).await?;
    confirm_unchanged(work.people(), &known).await?;
    if !work.people().take_token(&hash, now).await? {
        return Err(invalid_token());
    }
    let membership = work.staff().find(staff).await?.ok_or_else(invalid_token)?;
    if membership.status != MembershipStatus::Invited {
        return Err(invalid_token());
    }
    let invited = StaffRow { membership, person: known.person };
    let StaffRow { mut membership, mut person } = invited.clone();
    membership.status = MembershipStatus::Active;
    membership.updated_at = now;
    work.staff().update(&mut membership).await?;
    match proof {
        Proof::Known(guess) => guess.was_right(work.people(), now).await?,
        Proof::New(hash) => {
            work.people().set_password(person.id, &hash, now).await?;
            if let Some(name) = name {
                person.name = Some(name.to_owned());
                person.updated_at = now;
                work.people().rename(&person).await?;
            }
        }
    }
    // Logins that are under way elsewhere open one store more from now on.
    work.people().forget(person.id).await?;
    let opened = login::open(core, work.people(), &person).await?;
    let joined = StaffRow { membership, person };
    work.audit(Action::StaffJoined, audit::changed(&invited, &joined));
    work.commit().await?;
    let places = core.db.staff().places(joined.person.id).await?;
    Ok(opened.with(joined.person, places))
}

/// By what somebody may accept.
enum Proof {
    /// Their password, which they gave.
    Known(Guess),
    /// The hash of the password they chose.
    New(String),
}

async fn prove(core: &Core, visitor: &Visitor, known: &Login, password: &SecretString) -> Result<Proof> {
    let Some(present) = known.password_hash.as_deref() else {
        return Ok(Proof::New(new_hash(core, "password", password, &known.person.email).await?));
    };
    let guess = Guess::claim(core, visitor, known.person.email.as_str()).await?;
    if !core.logins.passwords.verify(password, Some(present)).await? {
        return Err(refused());
    }
    Ok(Proof::Known(guess))
}
