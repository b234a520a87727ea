//! The machine's own clock, ids, randomness, encryption, password hashes and tokens, and its memory of who
//! asked how often.
//!
//! What this crate may know: `ports`, `domain`, the operating system and cryptographic primitives. This
//! is the one place that reads the real time and the real random generator; everything else asks the
//! ports, so that tests can hold both still.
//!
//! To add something of the machine: a file with one type that implements one port.
#![warn(missing_docs)]

mod clock;
mod folder;
mod ids;
mod limits;
mod master_key;
mod passwords;
mod sealing;
mod tokens;

pub use clock::SystemClock;
pub use folder::Folder;
pub use ids::SystemIds;
pub use limits::{WindowLimiter, keep_in_step};
pub use master_key::{MasterKey, MasterKeyError};
pub use passwords::{Argon2Passwords, PasswordCost};
pub use sealing::XChaChaSealer;
pub use tokens::JwtSigner;
