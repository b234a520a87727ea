//! The key that every sealed secret of an installation depends on.

use std::{
    fs::{self, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    str::FromStr,
};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use ports::IdSource as _;
use secrecy::{ExposeSecret as _, SecretBox};
use sha2::Sha256;
use thiserror::Error;
use uuid::Uuid;

use crate::SystemIds;

/// Length of the key in bytes.
const LEN: usize = 32;
/// Permission bits of the group and of others.
const FOREIGN_BITS: u32 = 0o077;
/// A key file is one short line; more than this is some other file.
const MOST_TEXT: u64 = 256;

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Thirty-two secret bytes. Its text form is base64 (either alphabet, padded or not) or 64 hex digits.
#[derive(Debug)]
pub struct MasterKey(SecretBox<[u8; LEN]>);

/// Why there is no master key. Never carries key material.
#[derive(Debug, Error)]
pub enum MasterKeyError {
    /// The text is neither base64 nor hex of exactly 32 bytes.
    #[error("the master key must be 32 bytes, written as base64 or as 64 hex digits")]
    Malformed,
    /// Other users of the machine could read the key.
    #[error("{path} holds the master key but others may read it (mode {mode:o}); set its mode to 600")]
    Exposed {
        /// The file of the key.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file could not be read or written.
    #[error("the master key file {path} cannot be used")]
    Io {
        /// The file of the key.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl MasterKey {
    /// Wraps raw key bytes.
    pub fn from_bytes(bytes: [u8; LEN]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    /// A new random key.
    pub fn generate() -> Self {
        Self::from_bytes(SystemIds.secret())
    }

    /// Reads the key from `path`, or makes one and keeps it there, readable by its owner alone. When
    /// several processes start at once, all of them end up with the same key. The folder must exist.
    pub fn load_or_create(path: &Path) -> Result<Self, MasterKeyError> {
        let in_file = |source| MasterKeyError::Io { path: path.to_owned(), source };
        if let Some(key) = Self::load(path)? {
            return Ok(key);
        }
        publish(path, &Self::generate()).map_err(in_file)?;
        Self::load(path)?.ok_or_else(|| in_file(io::ErrorKind::NotFound.into()))
    }

    /// Another key for another purpose. It tells nothing about this one, nor about the keys of other
    /// purposes, and is the same in every process of the installation.
    pub fn derive(&self, purpose: &[u8]) -> [u8; LEN] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.expose()).expect("HMAC takes keys of any length");
        mac.update(purpose);
        mac.finalize().into_bytes().into()
    }

    /// The key bytes, for a cipher.
    pub(crate) fn expose(&self) -> &[u8; LEN] {
        self.0.expose_secret()
    }

    fn load(path: &Path) -> Result<Option<Self>, MasterKeyError> {
        let in_file = |source| MasterKeyError::Io { path: path.to_owned(), source };
        let file = match OpenOptions::new().read(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(in_file(error)),
        };
        // Of the opened file, not of the path: the two could differ a moment later.
        let mode = file.metadata().map_err(in_file)?.mode() & 0o777;
        if mode & FOREIGN_BITS != 0 {
            return Err(MasterKeyError::Exposed { path: path.to_owned(), mode });
        }
        let mut text = String::new();
        file.take(MOST_TEXT).read_to_string(&mut text).map_err(in_file)?;
        text.parse().map(Some)
    }
}

/// Writes the key beside `path` and links it there in one step: a reader sees no half-written key, and
/// a key that someone else put there first stays.
fn publish(path: &Path, key: &MasterKey) -> io::Result<()> {
    let mut name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
    name.push(format!(".{}.new", Uuid::from_bytes(SystemIds.next()).simple()));
    let draft = path.with_file_name(name);
    let written = write_private(&draft, key).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    let removed = fs::remove_file(&draft);
    written.and(removed)
}

fn write_private(path: &Path, key: &MasterKey) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{}", STANDARD.encode(key.expose()))?;
    file.sync_all()
}

impl FromStr for MasterKey {
    type Err = MasterKeyError;

    fn from_str(text: &str) -> Result<Self, MasterKeyError> {
        let text = text.trim();
        // 32 bytes are 64 digits in hex and at most 44 characters in base64: the length tells which.
        let bytes = if text.len() == 2 * LEN {
            hex::decode(text).ok()
        } else {
            STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
        };
        let bytes = bytes.and_then(|bytes| <[u8; LEN]>::try_from(bytes).ok());
        bytes.map(Self::from_bytes).ok_or(MasterKeyError::Malformed)
    }
}

#[cfg(test)]
mod tests;
