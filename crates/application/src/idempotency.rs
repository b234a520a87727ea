//! Carrying a request out once, however often its client sends it.
//!
//! 1. [`begin`] writes the client's key down, with what makes the request what it is, in a commit of its
//!    own. Whoever comes with the same key meanwhile is told to wait.
//! 2. The use case runs on the [`Core`] of the [`Promise`]. What it writes waits in one transaction that it
//!    knows nothing of, and what it reads shows what it wrote. Before somebody else's system is called, what
//!    is written so far is made final, because no transaction may be open meanwhile.
//! 3. [`Promise::keep`] makes the rest final together with the answer, which repetitions get from then on.
//!
//! An attempt that dies on the way leaves nothing, or what was final before its call. Whoever sends the
//! request again once its time is over takes it up: the use case runs again, under the same
//! [`Repeatable::request`], by which it finds what it has begun already.

use std::{fmt, sync::Arc};

use chrono::TimeDelta;
use domain::id::StoreId;
use ports::{
    RepoError,
    idempotency::{Attempt, Claimed, KeyScope, NewAttempt, Outcome, RequestWork},
};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use self::calls::between_transactions;
use crate::{Core, Error, ErrorCode, Result, access::hash_key};

mod calls;

/// How long a key is remembered.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);
/// Characters of a key at most.
const KEY_MAX: usize = 255;

/// A request whose client wants it carried out once.
#[derive(Debug, Clone)]
pub struct KeyedRequest<'a> {
    /// The store it is for.
    pub store: StoreId,
    /// Who sends it, in words that never mean somebody else.
    pub principal: String,
    /// The operation, by the template of its path.
    pub route: String,
    /// The client's key.
    pub key: &'a str,
    /// All that makes it another request when it differs: method, path with query, body.
    pub content: [&'a [u8]; 3],
    /// How long it may take at the most; after that it is taken for dead.
    pub lease: TimeDelta,
}

/// What a request is called by itself and by all its repetitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeatable {
    /// A UUIDv7, never used for anything else.
    pub request: [u8; 16],
    /// Whether an earlier attempt may have got somewhere before it was lost.
    pub resumed: bool,
}

/// An answer, as far as it is the same for every repetition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Headers that belong to it, by lower-case name.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// What to do with a request.
#[derive(Debug)]
pub enum Begun {
    /// Carry it out.
    Carry(Promise),
    /// Answer as before.
    Replay(Answer),
}

/// A request that is being carried out, until its answer is kept or it is let go.
#[derive(Clone)]
pub struct Promise {
    core: Arc<Core>,
    attempt: Attempt,
    work: Arc<dyn RequestWork>,
}

impl fmt::Debug for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Promise").field("attempt", &self.attempt).finish_non_exhaustive()
    }
}

/// Begins a request, or finds what it was answered before.
///
/// # Errors
/// [`ErrorCode::IdempotencyInProgress`] while another attempt is at it,
/// [`ErrorCode::IdempotencyKeyReused`] when the key stands for another request, and
/// [`ErrorCode::ValidationFailed`] when it has not the form of a key.
pub async fn begin(core: &Core, request: &KeyedRequest<'_>) -> Result<Begun> {
    let KeyedRequest { store, principal, route, key, content, lease } = request;
    if !(1..=KEY_MAX).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        let message = "must be 1 to 255 visible ASCII characters without spaces";
        return Err(Error::invalid("Idempotency-Key", message));
    }
    let now = core.clock.now();
    let after = |delta: TimeDelta| now.checked_add_signed(delta).unwrap_or(now);
    let scope = KeyScope {
        store: *store,
        principal: principal.clone(),
        route: route.clone(),
        key_hash: hash_key(key),
    };
    let new = NewAttempt {
        scope,
        request: core.ids.next(),
        owner: core.ids.next(),
        fingerprint: fingerprint(content),
        now,
        leased_until: after(*lease),
        expires_at: after(REMEMBERED),
    };
    match core.db.idempotency().claim(new).await? {
        Claimed::Mine(attempt) => Ok(Begun::Carry(Promise::new(core, attempt, *lease))),
        Claimed::Running => Err(in_progress()),
        Claimed::Done(outcome) => open(core, *store, outcome).map(Begun::Replay),
        Claimed::OtherRequest => Err(Error::new(
            ErrorCode::IdempotencyKeyReused,
            "This Idempotency-Key was used for a different request; use a new one.",
        )),
    }
}

impl Promise {
    fn new(core: &Core, attempt: Attempt, lease: TimeDelta) -> Self {
        let (db, work) = core.db.idempotency().carry_out(attempt.clone());
        let core = Core { db, ..between_transactions(core.clone(), &work, lease) };
        Self { core: Arc::new(core), attempt, work }
    }

    /// What the request is carried out with.
    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// What the request is called.
    pub fn repeatable(&self) -> Repeatable {
        let Attempt { request, resumed, .. } = self.attempt;
        Repeatable { request, resumed }
    }

    /// Makes what was done final, and the answer with it.
    ///
    /// # Errors
    /// [`ErrorCode::IdempotencyInProgress`] when this attempt took too long and another one is at it;
    /// then nothing of this one is final.
    pub async fn keep(&self, answer: &Answer) -> Result<()> {
        let Answer { status, headers, body } = answer;
        let sealed_body = self.core.sealer.seal(self.attempt.scope.store, &SecretString::from(body.clone()));
        let outcome = Outcome { status: *status, headers: headers.clone(), sealed_body };
        self.work.finish(&outcome).await.map_err(|cause| match cause {
            RepoError::Stale => in_progress(),
            other => other.into(),
        })
    }

    /// Undoes what is not final and lets the next attempt begin at once.
    pub async fn let_go(&self) -> Result<()> {
        Ok(self.work.abandon().await?)
    }
}

fn open(core: &Core, store: StoreId, outcome: Outcome) -> Result<Answer> {
    let Outcome { status, headers, sealed_body } = outcome;
    let body = core.sealer.open(store, &sealed_body).map_err(Error::internal)?;
    Ok(Answer { status, headers, body: body.expose_secret().to_owned() })
}

/// A hash of the parts and of where each of them ends.
fn fingerprint(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    hex::encode(hasher.finalize())
}

fn in_progress() -> Error {
    let message = "A request with this Idempotency-Key is being carried out; ask again in a moment.";
    Error::new(ErrorCode::IdempotencyInProgress, message)
}
