//! The form of Stripe's secret keys.

use ports::gateway::{Account, GatewayError};
use secrecy::{ExposeSecret as _, SecretString};

const PREFIXES: [&str; 4] = ["sk_test_", "sk_live_", "rk_test_", "rk_live_"];

/// The account's key, if it has one of the right form. Publishable keys are the usual mix-up.
pub(crate) fn secret_key(account: &Account) -> Result<&SecretString, GatewayError> {
    let key = account.secret_key.as_ref().ok_or(GatewayError::NotConfigured)?;
    let body = PREFIXES.iter().find_map(|prefix| key.expose_secret().strip_prefix(prefix));
    let is_key = |body: &str| {
        !body.is_empty() && body.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && body.len() < 512
    };
    if body.is_some_and(is_key) { Ok(key) } else { Err(GatewayError::InvalidKeys) }
}

#[cfg(test)]
mod tests {
    use domain::id::StoreId;

    use super::*;

    fn account(key: Option<&str>) -> Account {
        Account {
            store: StoreId::from_bytes([1; 16]),
            secret_key: key.map(SecretString::from),
            webhook_secret: None,
        }
    }

    #[test]
    fn secret_and_restricted_keys_have_the_right_form() {
        for key in ["sk_test_51H", "sk_live_51H", "rk_test_a", "rk_live_a_b"] {
            assert!(secret_key(&account(Some(key))).is_ok(), "{key}");
        }
    }

    #[test]
    fn other_texts_are_no_keys() {
        for key in
            ["", "sk_test_", "pk_test_51H", "whsec_abc", "sk_test_a b", "sk_test_a\r\nX: y", " sk_test_a"]
        {
            assert!(matches!(secret_key(&account(Some(key))), Err(GatewayError::InvalidKeys)), "{key:?}");
        }
        assert!(matches!(secret_key(&account(None)), Err(GatewayError::NotConfigured)));
    }
}
