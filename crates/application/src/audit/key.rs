//! API keys. Their texts and hashes are not part of them, so none can be written down.

use domain::{
    access::{ApiKey, Scope},
    audit::{Facts, Subject, SubjectType, Value},
};

use super::Snapshot;

impl Snapshot for ApiKey {
    fn subject(&self) -> Subject {
        Subject::new(SubjectType::ApiKey, self.id)
    }

    fn facts(&self) -> Facts {
        let Self {
            id: _,
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
            last_used_at: _,
            revoked_at,
            version,
            created_at: _,
            updated_at: _,
        } = self.clone();
        Facts::default()
            .with("name", name)
            .with("type", kind.as_str())
            .with("mode", mode.as_str())
            .with("hint", hint)
            .with("scopes", Value::list(scopes.iter().map(Scope::as_str)))
            .with("ipAllowlist", Value::list(ip_allowlist.iter().map(ToString::to_string)))
            .with("rateLimitPerMinute", rate_limit_per_minute)
            .with("signingSecret", Value::secret(sealed_signing_secret.as_deref()))
            .with("expiresAt", expires_at)
            .with("revokedAt", revoked_at)
            .with("version", version)
    }
}
