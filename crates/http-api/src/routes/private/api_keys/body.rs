//! Keys on the wire.

use application::api_key::{IssuedKey, KeyChanges, NewKey, SigningSecret};
use domain::access::{ApiKey, KeyKind, Mode};
use ports::{keys::KeyRow, list::Sort};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{
    fields::Resource,
    list::ListSpec,
    patch::{Patch, not_null},
    timestamp::Timestamp,
};

/// A key to a store.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiKey)]
pub(super) struct ApiKeyBody {
    /// Identity.
    #[schema(examples("key_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// What its owner calls it.
    #[schema(examples("Warehouse"))]
    name: String,
    /// Where it may be used.
    #[serde(rename = "type")]
    kind: KeyTypeBody,
    /// Whether sales by it are real.
    mode: KeyModeBody,
    /// The whole key: of a publishable key always, of a secret key only when it has just been made.
    #[schema(required, examples("sk_live_9c02…"))]
    key: Option<String>,
    /// Its last characters.
    #[schema(examples("9f3a"))]
    hint: String,
    /// What it may do; nothing on a publishable key.
    #[schema(examples(json!(["read:orders", "write:orders"])))]
    scopes: Vec<&'static str>,
    /// Addresses and networks it may be used from; anywhere when empty.
    #[schema(examples(json!(["203.0.113.0/24"])))]
    ip_allowlist: Vec<String>,
    /// Requests a minute instead of what the plan gives.
    #[schema(required, examples(120))]
    rate_limit_per_minute: Option<u32>,
    /// Whether its requests have to be signed.
    signing: bool,
    /// What its requests are to be signed with, when it has just been made.
    #[schema(required, examples("sks_41d7…"))]
    signing_secret: Option<String>,
    /// When it stops working.
    #[schema(required)]
    expires_at: Option<Timestamp>,
    /// When it was last used, give or take a minute.
    #[schema(required)]
    last_used_at: Option<Timestamp>,
    /// When it was revoked.
    #[schema(required)]
    revoked_at: Option<Timestamp>,
    /// When it was made.
    created_at: Timestamp,
    /// When it was last changed.
    updated_at: Timestamp,
}

impl Resource for ApiKeyBody {}

/// Where a key may be used.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ApiKeyType)]
enum KeyTypeBody {
    /// In browsers, on the public surface.
    Publishable,
    /// On servers, on the private surface.
    Secret,
}

/// Whether sales are real.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ApiKeyMode)]
enum KeyModeBody {
    /// They are.
    Live,
    /// They are pretended.
    Test,
}

impl ApiKeyBody {
    fn new(key: ApiKey, text: Option<&SecretString>, signing_secret: Option<&SecretString>) -> Self {
        let shown = |secret: Option<&SecretString>| secret.map(|secret| secret.expose_secret().to_owned());
        let ApiKey {
            id,
            store: _,
            name,
            kind,
            mode,
            hint,
            scopes,
            ip_allowlist,
            rate_limit_per_minute,
            sealed_signing_secret,
            expires_at,
            last_used_at,
            revoked_at,
            version: _,
            created_at,
            updated_at,
        } = key;
        Self {
            id: id.to_string(),
            name,
            kind: match kind {
                KeyKind::Publishable => KeyTypeBody::Publishable,
                KeyKind::Secret => KeyTypeBody::Secret,
            },
            mode: match mode {
                Mode::Live => KeyModeBody::Live,
                Mode::Test => KeyModeBody::Test,
            },
            key: shown(text),
            hint,
            scopes: scopes.iter().map(domain::access::Scope::as_str).collect(),
            ip_allowlist: ip_allowlist.iter().map(ToString::to_string).collect(),
            rate_limit_per_minute,
            signing: sealed_signing_secret.is_some(),
            signing_secret: shown(signing_secret),
            expires_at: expires_at.map(Timestamp),
            last_used_at: last_used_at.map(Timestamp),
            revoked_at: revoked_at.map(Timestamp),
            created_at: created_at.into(),
            updated_at: updated_at.into(),
        }
    }
}

impl From<KeyRow> for ApiKeyBody {
    fn from(KeyRow { key, token }: KeyRow) -> Self {
        Self { key: token, ..Self::new(key, None, None) }
    }
}

impl From<IssuedKey> for ApiKeyBody {
    fn from(IssuedKey { key, text, signing_secret }: IssuedKey) -> Self {
        Self::new(key, Some(&text), signing_secret.as_ref())
    }
}

impl From<SigningSecret> for ApiKeyBody {
    fn from(SigningSecret { key, secret }: SigningSecret) -> Self {
        Self::new(key, None, Some(&secret))
    }
}

/// The list of keys; it has one order.
#[derive(Debug)]
pub(super) struct ApiKeys;

impl ListSpec for ApiKeys {
    type Row = ApiKeyBody;
    type By = ();
    const NAME: &'static str = "api-keys";
    const SORTS: &'static [(&'static str, ())] = &[];
    const DEFAULT: Sort<()> = Sort { by: (), descending: true };
}

/// A key to be made.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewApiKey)]
pub(super) struct NewApiKeyBody {
    /// What its owner calls it.
    #[validate(length(min = 1, max = 120))]
    #[schema(min_length = 1, max_length = 120, examples("Warehouse"))]
    name: String,
    /// Where it may be used; on servers when left out.
    #[serde(rename = "type")]
    kind: Option<KeyTypeBody>,
    /// Whether sales by it are real; as with the calling key when left out.
    mode: Option<KeyModeBody>,
    /// What it may do: at least one scope for a secret key, none for a publishable one.
    #[validate(length(max = 100))]
    #[schema(max_items = 100, examples(json!(["read:orders", "write:orders"])))]
    scopes: Option<Vec<String>>,
    /// Addresses and networks it may be used from; anywhere when left out.
    #[validate(length(max = 50))]
    #[schema(max_items = 50, examples(json!(["203.0.113.0/24"])))]
    ip_allowlist: Option<Vec<String>>,
    /// Requests a minute, at most what the plan gives.
    #[schema(minimum = 1, examples(120))]
    rate_limit_per_minute: Option<u32>,
    /// When it stops working; never when left out.
    expires_at: Option<Timestamp>,
    /// Whether to give it a signing secret, so that its requests have to be signed; not when left out.
    signing: Option<bool>,
}

impl From<NewApiKeyBody> for NewKey {
    fn from(body: NewApiKeyBody) -> Self {
        let NewApiKeyBody {
            name,
            kind,
            mode,
            scopes,
            ip_allowlist,
            rate_limit_per_minute,
            expires_at,
            signing,
        } = body;
        Self {
            name,
            kind: match kind {
                Some(KeyTypeBody::Publishable) => KeyKind::Publishable,
                Some(KeyTypeBody::Secret) | None => KeyKind::Secret,
            },
            mode: mode.map(|mode| match mode {
                KeyModeBody::Live => Mode::Live,
                KeyModeBody::Test => Mode::Test,
            }),
            scopes: scopes.unwrap_or_default(),
            ip_allowlist: ip_allowlist.unwrap_or_default(),
            rate_limit_per_minute,
            expires_at: expires_at.map(Into::into),
            signing: signing.unwrap_or_default(),
        }
    }
}

/// What to change of a key.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeApiKey)]
pub(super) struct ChangeApiKeyBody {
    /// A new name.
    #[validate(length(min = 1, max = 120))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(min_length = 1, max_length = 120, nullable = false)]
    name: Option<String>,
    /// Other scopes, instead of all present ones.
    #[validate(length(max = 100))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(max_items = 100, nullable = false, examples(json!(["read:orders"])))]
    scopes: Option<Vec<String>>,
    /// Other addresses, instead of all present ones; empty for anywhere.
    #[validate(length(max = 50))]
    #[serde(default, deserialize_with = "not_null")]
    #[schema(max_items = 50, nullable = false, examples(json!(["203.0.113.7"])))]
    ip_allowlist: Option<Vec<String>>,
    /// Another limit, or `null` for the plan's.
    #[serde(default)]
    rate_limit_per_minute: Patch<u32>,
    /// Another end, or `null` for none.
    #[serde(default)]
    expires_at: Patch<Timestamp>,
}

impl ChangeApiKeyBody {
    pub(super) fn into_changes(self, if_version: Option<i32>) -> KeyChanges {
        let Self { name, scopes, ip_allowlist, rate_limit_per_minute, expires_at } = self;
        KeyChanges {
            name,
            scopes,
            ip_allowlist,
            rate_limit_per_minute: rate_limit_per_minute.into(),
            expires_at: application::Change::from(expires_at).map(Into::into),
            if_version,
        }
    }
}
