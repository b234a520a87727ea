//! Passwords under Argon2id.

use std::{fmt, sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::phc::PasswordHash,
};
use async_trait::async_trait;
use ports::logins::{PasswordError, PasswordHasher};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

/// How long a password waits for its turn before the caller is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);
/// Passwords hashed at a time on a machine that does not tell how many processors it has.
const FEW: usize = 2;

/// How much work a hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
}

impl PasswordCost {
    /// What OWASP asks for at least: 19 MiB and two passes.
    pub const OWASP: Self = Self { memory: 19 * 1024, passes: 2 };
    /// The least there is, for tests.
    pub const LEAST: Self = Self { memory: Params::MIN_M_COST, passes: Params::MIN_T_COST };
}

/// Hashes by Argon2id off the threads that serve requests, at most one for each processor at a time: a
/// flood of logins waits and is turned away, and everything else goes on.
pub struct Argon2Passwords {
    argon: Argon2<'static>,
    turns: Arc<Semaphore>,
}

impl fmt::Debug for Argon2Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Argon2Passwords").finish_non_exhaustive()
    }
}

impl Argon2Passwords {
    /// A hasher of this cost.
    pub fn new(cost: PasswordCost) -> Self {
        let params = Params::new(cost.memory, cost.passes, 1, None)
            .expect("both costs are within what the algorithm takes");
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let turns = std::thread::available_parallelism().map_or(FEW, std::num::NonZero::get);
        Self { argon, turns: Arc::new(Semaphore::new(turns)) }
    }

    /// Does `work` when it is its turn.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turn = timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| PasswordError::Busy)?.map_err(other)?;
        let argon = self.argon.clone();
        let done = spawn_blocking(move || {
            let outcome = work(&argon);
            drop(turn);
            outcome
        });
        done.await.map_err(other)?
    }
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> PasswordError {
    PasswordError::Other(Box::new(error))
}

#[async_trait]
impl PasswordHasher for Argon2Passwords {
    async fn hash(&self, password: &SecretString) -> Result<String, PasswordError> {
        let password = password.clone();
        self.in_turn(move |argon| {
            let hash = argon.hash_password(password.expose_secret().as_bytes()).map_err(other)?;
            Ok(hash.to_string())
        })
        .await
    }

    async fn verify(&self, password: &SecretString, hash: Option<&str>) -> Result<bool, PasswordError> {
        let (password, hash) = (password.clone(), hash.map(ToOwned::to_owned));
        self.in_turn(move |argon| {
            let password = password.expose_secret().as_bytes();
            let Some(hash) = hash else {
                // As much work as a comparison: the time it takes does not tell that nobody has the address.
                argon.hash_password(password).map_err(other)?;
                return Ok(false);
            };
            let parsed = PasswordHash::new(&hash).map_err(other)?;
            Ok(argon.verify_password(password, &parsed).is_ok())
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords() -> Argon2Passwords {
        Argon2Passwords::new(PasswordCost::LEAST)
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other() {
        let passwords = passwords();
        let hash = passwords.hash(&"correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$"), "{hash}");
        assert!(passwords.verify(&"correct horse".into(), Some(&hash)).await.unwrap());
        assert!(!passwords.verify(&"correct horsf".into(), Some(&hash)).await.unwrap());
        assert!(!passwords.verify(&"".into(), Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn equal_passwords_have_different_hashes() {
        let passwords = passwords();
        let (one, other) = (passwords.hash(&"same".into()).await, passwords.hash(&"same".into()).await);
        assert_ne!(one.unwrap(), other.unwrap());
    }

    #[tokio::test]
    async fn nobodys_password_fits_nobody_not_even_when_it_is_guessed() {
        let passwords = passwords();
        assert!(!passwords.verify(&"nobody".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_hash_made_at_another_cost_is_still_understood() {
        let costly = Argon2Passwords::new(PasswordCost { memory: 64, passes: 3 });
        let hash = costly.hash(&"correct horse".into()).await.unwrap();
        assert!(passwords().verify(&"correct horse".into(), Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn the_usual_cost_is_what_owasp_asks_for() {
        let hash = Argon2Passwords::new(PasswordCost::OWASP).hash(&"correct horse".into()).await.unwrap();
        assert!(hash.contains("$m=19456,t=2,p=1$"), "{hash}");
    }

    #[tokio::test(start_paused = true)]
    async fn when_all_turns_are_taken_a_password_waits_and_then_is_sent_away() {
        let passwords = passwords();
        let all = u32::try_from(passwords.turns.available_permits()).unwrap();
        let taken = Arc::clone(&passwords.turns).acquire_many_owned(all).await.unwrap();
        let refused = passwords.verify(&"correct horse".into(), None).await;
        assert!(matches!(refused, Err(PasswordError::Busy)), "{refused:?}");
        drop(taken);
        assert!(!passwords.verify(&"correct horse".into(), None).await.unwrap());
    }
}
