//! Tokens of logins: JSON Web Tokens under HMAC-SHA-256.

use std::fmt;

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use ports::logins::{Claims, InvalidToken, TokenSigner};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::MasterKey;

/// Who issues the tokens.
const ISSUER: &str = "cartwright";
/// Longest text that is looked at.
const TOKEN_MAX: usize = 1024;

/// Signs with a key derived from the master key, so that every process of an installation accepts what
/// another one issued, and a new master key ends all logins.
pub struct JwtSigner {
    signing: EncodingKey,
    verifying: DecodingKey,
    rules: Validation,
}

/// The claims as they are written; times in seconds since 1970.
#[derive(Debug, Serialize, Deserialize)]
struct Written {
    iss: String,
    sub: String,
    sid: String,
    jti: Uuid,
    iat: i64,
    exp: i64,
}

impl JwtSigner {
    /// A signer under `key`.
    pub fn new(key: &MasterKey) -> Self {
        let secret = key.derive(b"staff tokens");
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_required_spec_claims(&["iss", "sub", "exp"]);
        // Whether it has expired is asked of the installation's clock, which tests hold still.
        rules.validate_exp = false;
        Self {
            signing: EncodingKey::from_secret(&secret),
            verifying: DecodingKey::from_secret(&secret),
            rules,
        }
    }
}

impl fmt::Debug for JwtSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtSigner").finish_non_exhaustive()
    }
}

impl TokenSigner for JwtSigner {
    fn sign(&self, claims: &Claims) -> SecretString {
        let written = Written {
            iss: ISSUER.to_owned(),
            sub: claims.person.to_string(),
            sid: claims.session.to_string(),
            jti: Uuid::from_bytes(claims.token),
            iat: claims.issued_at.timestamp(),
            exp: claims.expires_at.timestamp(),
        };
        let token = encode(&Header::new(Algorithm::HS256), &written, &self.signing);
        token.expect("texts and numbers can be signed with a key in memory").into()
    }

    fn verify(&self, token: &str) -> Result<Claims, InvalidToken> {
        if token.len() > TOKEN_MAX {
            return Err(InvalidToken);
        }
        let decoded = decode::<Written>(token, &self.verifying, &self.rules).map_err(|_| InvalidToken)?;
        let Written { iss: _, sub, sid, jti, iat, exp } = decoded.claims;
        let time = |seconds| DateTime::<Utc>::from_timestamp(seconds, 0).ok_or(InvalidToken);
        Ok(Claims {
            person: sub.parse().map_err(|_| InvalidToken)?,
            session: sid.parse().map_err(|_| InvalidToken)?,
            token: jti.into_bytes(),
            issued_at: time(iat)?,
            expires_at: time(exp)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use chrono::TimeDelta;
    use domain::id::{PersonId, SessionId};
    use secrecy::ExposeSecret as _;

    use super::*;

    fn signer(key: u8) -> JwtSigner {
        JwtSigner::new(&MasterKey::from_bytes([key; 32]))
    }

    fn claims() -> Claims {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        Claims {
            person: PersonId::from_bytes([1; 16]),
            session: SessionId::from_bytes([2; 16]),
            token: [3; 16],
            issued_at: now,
            expires_at: now + TimeDelta::hours(24),
        }
    }

    #[test]
    fn what_was_signed_is_read_again_by_every_process_with_the_key() {
        let token = signer(1).sign(&claims());
        assert_eq!(signer(1).verify(token.expose_secret()), Ok(claims()));
        assert_eq!(signer(2).verify(token.expose_secret()), Err(InvalidToken));
    }

    #[test]
    fn no_character_can_be_changed() {
        let token = signer(1).sign(&claims());
        let token = token.expose_secret();
        for at in 0..token.len() {
            let mut changed = token.to_owned().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            // The last character of base64 carries bits that mean nothing.
            if at + 1 < token.len() {
                assert_eq!(signer(1).verify(&changed), Err(InvalidToken), "character {at}");
            }
        }
    }

    #[test]
    fn a_token_that_names_another_algorithm_or_none_is_refused() {
        let token = signer(1).sign(&claims());
        let rest = token.expose_secret().split_once('.').unwrap().1.to_owned();
        for algorithm in ["none", "None", "HS384", "RS256"] {
            let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#));
            assert_eq!(signer(1).verify(&format!("{header}.{rest}")), Err(InvalidToken), "{algorithm}");
            let unsigned = format!("{header}.{}.", rest.split_once('.').unwrap().0);
            assert_eq!(signer(1).verify(&unsigned), Err(InvalidToken), "{algorithm}");
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in ["", ".", "..", "eyJ", "sk_live_1", &"a.".repeat(10_000)] {
            assert_eq!(signer(1).verify(text), Err(InvalidToken), "{text:.20}");
        }
    }
}
