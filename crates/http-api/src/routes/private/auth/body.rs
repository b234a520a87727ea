//! Logins on the wire.

use application::login::OpenedLogin;
use domain::staff::Person;
use ports::staff::{OpenSession, Place};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{fields::Resource, routes::private::staff::body::RoleBody, timestamp::Timestamp};

/// Who logs in.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewLogin)]
pub(super) struct NewLoginBody {
    /// Their address, in whatever case.
    #[validate(length(min = 1, max = 254))]
    #[schema(min_length = 1, max_length = 254, examples("sam@example.com"))]
    pub(super) email: String,
    /// Their password.
    #[schema(value_type = String, format = Password)]
    pub(super) password: SecretString,
}

/// A refresh token.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = RefreshSession)]
pub(super) struct RefreshBody {
    /// The one of the last answer.
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200, examples("rft_9c02…"))]
    pub(super) refresh_token: String,
}

/// Two passwords.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangePassword)]
pub(super) struct ChangePasswordBody {
    /// The present one.
    #[schema(value_type = String, format = Password, examples("correct horse battery"))]
    pub(super) current_password: SecretString,
    /// The next one.
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 128, examples("staple correct horse"))]
    pub(super) new_password: SecretString,
}

/// Whose password was forgotten.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = PasswordReset)]
pub(super) struct PasswordResetBody {
    /// Their address.
    #[validate(length(min = 1, max = 254))]
    #[schema(min_length = 1, max_length = 254, examples("sam@example.com"))]
    pub(super) email: String,
}

/// A mailed token and the password it sets.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ConfirmPasswordReset)]
pub(super) struct ConfirmPasswordResetBody {
    /// The token of the mail.
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200, examples("pwr_9c02…"))]
    pub(super) token: String,
    /// The new password.
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 128)]
    pub(super) password: SecretString,
}

/// A mailed token and who accepts.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = AcceptInvite)]
pub(super) struct AcceptInviteBody {
    /// The token of the invitation.
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200, examples("inv_9c02…"))]
    pub(super) token: String,
    /// A new password, or the present one of somebody who has one.
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 128)]
    pub(super) password: SecretString,
    /// What somebody new is called.
    #[validate(length(min = 1, max = 120))]
    #[schema(min_length = 1, max_length = 120, examples("Sam Seller"))]
    pub(super) name: Option<String>,
}

/// A login with its tokens.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Login)]
pub(super) struct LoginBody {
    /// Proves the login: `Authorization: Bearer eyJ…`.
    token: String,
    /// How the token is sent.
    #[schema(examples("Bearer"))]
    token_type: &'static str,
    /// From when on the token is refused.
    expires_at: Timestamp,
    /// Good once, for the next pair of tokens.
    #[schema(examples("rft_9c02…"))]
    refresh_token: String,
    /// From when on it is refused.
    refresh_expires_at: Timestamp,
    /// Who logged in.
    person: PersonBody,
    /// Where they may act.
    stores: Vec<PlaceBody>,
}

impl From<OpenedLogin> for LoginBody {
    fn from(opened: OpenedLogin) -> Self {
        let OpenedLogin { token, expires_at, refresh_token, refresh_expires_at, person, places } = opened;
        Self {
            token: token.expose_secret().to_owned(),
            token_type: "Bearer",
            expires_at: expires_at.into(),
            refresh_token: refresh_token.expose_secret().to_owned(),
            refresh_expires_at: refresh_expires_at.into(),
            person: PersonBody::from(&person),
            stores: places.iter().map(PlaceBody::from).collect(),
        }
    }
}

/// Somebody who logs in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Person)]
struct PersonBody {
    /// Identity, the same in every store.
    #[schema(examples("per_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// Their address.
    #[schema(examples("sam@example.com"))]
    email: String,
    /// What they are called.
    #[schema(required, examples("Sam Seller"))]
    name: Option<String>,
}

impl From<&Person> for PersonBody {
    fn from(person: &Person) -> Self {
        let Person { id, email, name, created_at: _, updated_at: _ } = person;
        Self { id: id.to_string(), email: email.as_str().to_owned(), name: name.clone() }
    }
}

/// A store somebody may act in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StaffPlace)]
struct PlaceBody {
    /// The store, as `X-Tenant-ID` names it.
    #[schema(examples("str_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What it is called.
    #[schema(examples("Acme Candles"))]
    name: String,
    /// What they are there.
    role: RoleBody,
    /// Their place on its staff.
    #[schema(examples("stf_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    staff_id: String,
}

impl From<&Place> for PlaceBody {
    fn from(place: &Place) -> Self {
        let Place { membership, store_name } = place;
        Self {
            id: membership.store.to_string(),
            name: store_name.clone(),
            role: membership.role.into(),
            staff_id: membership.id.to_string(),
        }
    }
}

/// Who is logged in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Me)]
pub(super) struct MeBody {
    #[serde(flatten)]
    person: PersonBody,
    /// Where they may act.
    stores: Vec<PlaceBody>,
    /// When they gave their password.
    logged_in_at: Timestamp,
}

impl Resource for MeBody {}

impl MeBody {
    pub(super) fn new(open: &OpenSession) -> Self {
        Self {
            person: PersonBody::from(&open.person),
            stores: open.places.iter().map(PlaceBody::from).collect(),
            logged_in_at: open.session.created_at.into(),
        }
    }
}
