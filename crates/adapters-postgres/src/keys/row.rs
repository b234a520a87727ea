//! An API key's row and back.

use domain::access::{ApiKey, KeyKind, Mode, Network, Scope, ScopeSet};
use ports::{RepoError, keys::KeyRow};
use sea_orm::entity::prelude::*;

use crate::{
    error::corrupt,
    json::Document,
    stored::{id, uuid},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) store_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) livemode: bool,
    pub(crate) token: Option<String>,
    pub(crate) hash: String,
    pub(crate) hint: String,
    pub(crate) scopes: Document<Vec<String>>,
    pub(crate) ip_allowlist: Document<Vec<String>>,
    pub(crate) rate_limit_per_minute: Option<i32>,
    pub(crate) signing_secret: Option<String>,
    pub(crate) expires_at: Option<DateTimeUtc>,
    pub(crate) last_used_at: Option<DateTimeUtc>,
    pub(crate) revoked_at: Option<DateTimeUtc>,
    pub(crate) version: i32,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(super) fn to_row(key: &ApiKey, hash: &str, token: Option<&str>) -> Model {
    let ApiKey {
        id,
        store,
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
        version,
        created_at,
        updated_at,
    } = key.clone();
    Model {
        store_id: uuid(store),
        id: uuid(id),
        name,
        kind: kind.as_str().to_owned(),
        livemode: mode.is_live(),
        token: token.map(str::to_owned),
        hash: hash.to_owned(),
        hint,
        scopes: Document(scopes.iter().map(|scope| scope.as_str().to_owned()).collect()),
        ip_allowlist: Document(ip_allowlist.iter().map(ToString::to_string).collect()),
        rate_limit_per_minute: rate_limit_per_minute.and_then(|limit| i32::try_from(limit).ok()),
        signing_secret: sealed_signing_secret,
        expires_at,
        last_used_at,
        revoked_at,
        version,
        created_at,
        updated_at,
    }
}

pub(super) fn from_row(row: Model) -> Result<KeyRow, RepoError> {
    let Model {
        store_id,
        id: key,
        name,
        kind,
        livemode,
        token,
        hash: _,
        hint,
        scopes,
        ip_allowlist,
        rate_limit_per_minute,
        signing_secret,
        expires_at,
        last_used_at,
        revoked_at,
        version,
        created_at,
        updated_at,
    } = row;
    let broken = |column| corrupt("api_keys", column, key);
    let scopes: Option<ScopeSet> = scopes.0.iter().map(|text| Scope::parse(text)).collect();
    let networks: Option<Vec<_>> = ip_allowlist.0.iter().map(|text| Network::parse(text).ok()).collect();
    let key = ApiKey {
        id: id(key),
        store: id(store_id),
        name,
        kind: KeyKind::parse(&kind).ok_or_else(|| broken("kind"))?,
        mode: if livemode { Mode::Live } else { Mode::Test },
        hint,
        scopes: scopes.ok_or_else(|| broken("scopes"))?,
        ip_allowlist: networks.ok_or_else(|| broken("ip_allowlist"))?,
        rate_limit_per_minute: rate_limit_per_minute.and_then(|limit| u32::try_from(limit).ok()),
        sealed_signing_secret: signing_secret,
        expires_at,
        last_used_at,
        revoked_at,
        version,
        created_at,
        updated_at,
    };
    Ok(KeyRow { key, token })
}
