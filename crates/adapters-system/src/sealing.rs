//! Secrets at rest under XChaCha20-Poly1305.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use domain::id::StoreId;
use ports::sealing::{CannotOpen, Sealer};
use secrecy::{ExposeSecret as _, SecretString};

use crate::MasterKey;

/// Names the scheme, so that another one can follow without guessing.
const SCHEME: &str = "v1:";
/// Bytes of a nonce; so many that random ones do not meet.
const NONCE_LEN: usize = 24;

/// Seals with one key for the whole installation. Sealed text is `v1:` and base64 of nonce, ciphertext
/// and tag; the store's id is authenticated with it, so a text moved to another store does not open.
pub struct XChaChaSealer {
    cipher: XChaCha20Poly1305,
}

impl XChaChaSealer {
    /// A sealer under `key`.
    pub fn new(key: &MasterKey) -> Self {
        Self { cipher: XChaCha20Poly1305::new(key.expose().into()) }
    }
}

impl fmt::Debug for XChaChaSealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("XChaChaSealer").finish_non_exhaustive()
    }
}

impl Sealer for XChaChaSealer {
    fn seal(&self, store: StoreId, secret: &SecretString) -> String {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).expect("the operating system always has randomness once it has started");
        let message = Payload { msg: secret.expose_secret().as_bytes(), aad: store.as_bytes() };
        let ciphertext = self
            .cipher
            .encrypt(&XNonce::from(nonce), message)
            .expect("a secret in memory is far below the cipher's limit of 256 GiB");
        format!("{SCHEME}{}", STANDARD.encode([&nonce[..], &ciphertext].concat()))
    }

    fn open(&self, store: StoreId, sealed: &str) -> Result<SecretString, CannotOpen> {
        let bytes =
            STANDARD.decode(sealed.strip_prefix(SCHEME).ok_or(CannotOpen)?).map_err(|_| CannotOpen)?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_LEN>().ok_or(CannotOpen)?;
        let message = Payload { msg: ciphertext, aad: store.as_bytes() };
        let opened = self.cipher.decrypt(&XNonce::from(*nonce), message).map_err(|_| CannotOpen)?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| CannotOpen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORE: StoreId = StoreId::from_bytes([1; 16]);
    const OTHER: StoreId = StoreId::from_bytes([2; 16]);

    fn sealer(key: u8) -> XChaChaSealer {
        XChaChaSealer::new(&MasterKey::from_bytes([key; 32]))
    }

    #[test]
    fn what_was_sealed_opens_for_the_same_store() {
        for secret in ["", "sk_test_123", "pässword ☃"] {
            let sealed = sealer(1).seal(STORE, &secret.into());
            assert_eq!(sealer(1).open(STORE, &sealed).unwrap().expose_secret(), secret);
        }
    }

    #[test]
    fn another_store_or_another_key_cannot_open_it() {
        let sealed = sealer(1).seal(STORE, &"sk_test_123".into());
        assert_eq!(sealer(1).open(OTHER, &sealed).map(drop), Err(CannotOpen));
        assert_eq!(sealer(2).open(STORE, &sealed).map(drop), Err(CannotOpen));
    }

    #[test]
    fn no_bit_can_be_changed_unnoticed() {
        let sealed = sealer(1).seal(STORE, &"sk".into());
        let bytes = STANDARD.decode(sealed.strip_prefix(SCHEME).unwrap()).unwrap();
        for at in 0..bytes.len() * 8 {
            let mut tampered = bytes.clone();
            tampered[at / 8] ^= 1 << (at % 8);
            let tampered = format!("{SCHEME}{}", STANDARD.encode(tampered));
            assert_eq!(sealer(1).open(STORE, &tampered).map(drop), Err(CannotOpen), "bit {at}");
        }
    }

    #[test]
    fn what_is_no_sealed_text_cannot_open() {
        let sealed = sealer(1).seal(STORE, &"sk".into());
        for text in ["", "v1:", "v1:AAAA", "v1:!", &sealed[3..], &sealed.replacen("v1", "v2", 1)] {
            assert_eq!(sealer(1).open(STORE, text).map(drop), Err(CannotOpen), "{text}");
        }
    }

    #[test]
    fn equal_secrets_look_different_when_sealed() {
        let secret = "sk_test_123".into();
        assert_ne!(sealer(1).seal(STORE, &secret), sealer(1).seal(STORE, &secret));
    }

    #[test]
    fn debug_output_shows_no_key() {
        assert_eq!(format!("{:?}", sealer(7)), "XChaChaSealer { .. }");
    }
}
