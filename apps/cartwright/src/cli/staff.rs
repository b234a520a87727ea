//! `cartwright staff`.

use std::io::{self, Read as _};

use anyhow::{Context as _, Result};
use application::{
    Core,
    api_key::Grantor,
    login::{Visitor, reset},
    staff::{self, Delivery, Invited, NewStaff},
};
use cartwright::config::Config;
use clap::{Args, Subcommand, ValueEnum};
use domain::{access::Mode, staff::Role};
use ports::{list::Window, staff::StaffRow};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::{
    output::Outcome,
    session::{self, WhichStore},
};

const STAFF_PER_PAGE: u32 = 100;
/// Bytes of standard input that are looked at in search of a password.
const PASSWORD_INPUT_MAX: u64 = 1024;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Put somebody on the staff of a store, such as its first owner
    Create(Create),
    /// Let somebody choose another password, without a mail server
    ResetPassword(ResetPassword),
    /// Show the staff of a store
    List(WhichStore),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    store: WhichStore,
    /// What they log in with
    #[arg(long)]
    email: String,
    /// What they are called
    #[arg(long)]
    name: Option<String>,
    /// What they are in the store
    #[arg(long, value_enum)]
    role: RoleName,
    /// Take their password from standard input; without it a token is shown, by which they choose one
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ResetPassword {
    /// What they log in with
    #[arg(long)]
    email: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleName {
    Owner,
    Admin,
    Staff,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Owner => Self::Owner,
            RoleName::Admin => Self::Admin,
            RoleName::Staff => Self::Staff,
        }
    }
}

pub(super) async fn run(config: &Config, command: Command) -> Result<Outcome> {
    let core = session::core(config).await?;
    match command {
        Command::Create(create) => self::create(&core, create).await,
        Command::ResetPassword(reset) => reset_password(&core, &reset).await,
        Command::List(store) => list(&core, &store).await,
    }
}

async fn create(core: &Core, create: Create) -> Result<Outcome> {
    let password = create.password_stdin.then(password_from_stdin).transpose()?;
    let store = create.store.find(core).await?;
    let ctx = session::context(core, store.id, Mode::Live);
    let new = NewStaff { email: create.email, name: create.name, role: create.role.into() };
    let invited = staff::invite(core, &ctx, Grantor::Operator, new, Delivery::HandOver).await?;
    let Invited { row, token, url } = invited;
    let token = token.context("an invitation that is handed over has a token")?;
    let (email, role) = (row.person.email.as_str().to_owned(), row.membership.role);
    let mut data = staff_json(&row);
    if let Some(password) = password {
        let visitor = Visitor { address: None, request_id: ctx.request_id.clone() };
        let accepted = staff::accept(core, &visitor, token.expose_secret(), &password, None).await;
        if let Err(error) = accepted {
            // Nobody is left behind whom a second attempt would find invited already.
            staff::remove(core, &ctx, Grantor::Operator, row.membership.id, None).await?;
            return Err(error.into());
        }
        data["status"] = json!("active");
        let text = format!("{email} is {role} of {} now.", store.name);
        return Ok(Outcome::success(text, json!({ "data": data })));
    }
    data["inviteToken"] = json!(token.expose_secret());
    data["inviteUrl"] = json!(url.as_ref().map(secrecy::ExposeSecret::expose_secret));
    let way = url.as_ref().unwrap_or(&token).expose_secret();
    let text = format!(
        "Invited {email} as {role} of {}. Hand this over; it is good once, for 7 days, and not shown again:\n\n  {way}",
        store.name
    );
    Ok(Outcome::success(text, json!({ "data": data })))
}

async fn reset_password(core: &Core, wanted: &ResetPassword) -> Result<Outcome> {
    let token = reset::hand_over(core, &wanted.email).await?;
    let token = token.expose_secret();
    let text = format!(
        "Hand this over; it is good once, for 45 minutes, and not shown again:\n\n  {token}\n\n\
         It goes with the new password to POST /v1/private/auth/password-reset/confirm."
    );
    Ok(Outcome::success(text, json!({ "data": { "email": wanted.email, "resetToken": token } })))
}

async fn list(core: &Core, which: &WhichStore) -> Result<Outcome> {
    let store = which.find(core).await?;
    let ctx = session::context(core, store.id, Mode::Live);
    let (mut rows, mut last) = (Vec::new(), None);
    loop {
        let slice = staff::list(core, &ctx, &Window::After { last, per_page: STAFF_PER_PAGE }).await?;
        rows.extend(slice.items);
        last = slice.next;
        if last.is_none() {
            break;
        }
    }
    let line = |row: &StaffRow| {
        let (id, role, status) = (row.membership.id, row.membership.role, row.membership.status);
        format!("{id}  {:<6} {:<9} {}", role.as_str(), status.as_str(), row.person.email.as_str())
    };
    let text = match rows.len() {
        0 => format!("{} has no staff yet.", store.name),
        _ => rows.iter().map(line).collect::<Vec<_>>().join("\n"),
    };
    Ok(Outcome::success(text, json!({ "data": rows.iter().map(staff_json).collect::<Vec<_>>() })))
}

fn staff_json(row: &StaffRow) -> Value {
    json!({
        "id": row.membership.id.to_string(),
        "personId": row.person.id.to_string(),
        "storeId": row.membership.store.to_string(),
        "email": row.person.email.as_str(),
        "name": row.person.name,
        "role": row.membership.role.as_str(),
        "status": row.membership.status.as_str(),
    })
}

/// The first line of standard input.
fn password_from_stdin() -> Result<SecretString> {
    let mut text = String::new();
    let read = io::stdin().lock().take(PASSWORD_INPUT_MAX).read_to_string(&mut text);
    read.context("the password cannot be read from standard input")?;
    Ok(text.lines().next().unwrap_or_default().to_owned().into())
}
