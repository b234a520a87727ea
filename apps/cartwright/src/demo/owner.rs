//! The demo store's owner, so that there is somebody to log in as.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use application::{
    Actor, Context, Core,
    api_key::Grantor,
    login::{Visitor, reset},
    staff::{self, Delivery, Invited, NewStaff},
};
use domain::{
    access::Mode,
    address::Email,
    id::StoreId,
    staff::{MembershipStatus, Role},
};
use ports::list::Window;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::DOMAIN;

/// Staff looked at in search of the owner, who is among the first.
const STAFF_PER_PAGE: u32 = 100;
/// Random bytes of the password.
const PASSWORD_BYTES: usize = 12;

/// Whom to log in as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DemoStaff {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

impl DemoStaff {
    /// Whether one can log in so; not after the owner chose a password of their own.
    pub(super) async fn works(&self, core: &Core) -> Result<bool> {
        let Some(login) = core.db.staff().login(&address()?).await? else { return Ok(false) };
        let password = SecretString::from(self.password.as_str());
        Ok(core.logins.passwords.verify(&password, login.password_hash.as_deref()).await?)
    }
}

fn address() -> Result<Email> {
    Email::parse(&format!("owner@{DOMAIN}")).context("the demo owner's address is one")
}

/// The owner as they were kept, or with a new password when that was lost.
pub(super) async fn recover(core: &Core, store: StoreId, known: Option<DemoStaff>) -> Result<DemoStaff> {
    match known {
        Some(known) => Ok(known),
        None => hire(core, store).await,
    }
}

/// Makes the owner, or gives them another password. What a start that was cut short has left is finished.
async fn hire(core: &Core, store: StoreId) -> Result<DemoStaff> {
    let email = address()?;
    let ctx = Context::of_system(core, store, Mode::Live, Actor::Operator);
    let window = Window::Page { page: 1, per_page: STAFF_PER_PAGE };
    let rows = staff::list(core, &ctx, &window).await?.items;
    let found = rows.into_iter().find(|row| row.person.email == email);
    let password = new_password(core);
    let by = Grantor::Operator;
    let invited = match found {
        None => {
            let new = NewStaff {
                email: email.as_str().to_owned(),
                name: Some("Demo Owner".to_owned()),
                role: Role::Owner,
            };
            Some(staff::invite(core, &ctx, by, new, Delivery::HandOver).await?)
        }
        Some(row) if row.membership.status == MembershipStatus::Invited => {
            Some(staff::invite_again(core, &ctx, by, row.membership.id, Delivery::HandOver).await?)
        }
        Some(_) => None,
    };
    let secret = SecretString::from(password.as_str());
    let visitor = Visitor { address: None, request_id: ctx.request_id };
    if let Some(Invited { token: Some(token), .. }) = invited {
        staff::accept(core, &visitor, token.expose_secret(), &secret, None).await?;
    } else {
        let token = reset::hand_over(core, email.as_str()).await?;
        reset::confirm(core, &visitor, token.expose_secret(), &secret).await?;
    }
    Ok(DemoStaff { email: email.as_str().to_owned(), password })
}

fn new_password(core: &Core) -> String {
    let bytes = core.ids.secret();
    bytes.iter().take(PASSWORD_BYTES).fold(String::from("demo-"), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
