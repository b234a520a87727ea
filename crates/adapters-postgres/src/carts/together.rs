//! Carts of many shoppers read or written by one statement, on Postgres.

use domain::{access::Mode, cart::CartState};
use sea_orm::{DatabaseBackend, DbErr, FromQueryResult as _, QueryResult, Statement, Value};
use uuid::Uuid;

use super::row::Model;
use crate::batch::{Batched, Batcher};

/// The carts that are about to be read or written.
#[derive(Debug, Clone, Default)]
pub(crate) struct CartBatches {
    pub(super) asked_for: Batcher<AskedFor>,
    pub(super) entered: Batcher<Entered>,
    pub(super) changed: Batcher<Changed>,
}

/// A cart of a token that is being filled or paid for.
#[derive(Debug)]
pub(super) struct AskedFor {
    pub(super) store: Uuid,
    pub(super) mode: Mode,
    pub(super) token_hash: String,
}

/// A cart that is added where its token has none in use.
#[derive(Debug)]
pub(super) struct Entered(pub(super) Model);

/// A cart that is written where it is stored as open in the version that this row has.
#[derive(Debug)]
pub(super) struct Changed(pub(super) Model);

/// By the index of carts in use, one by one.
const ASK: &str = "
    select found.* from unnest($1::uuid[], $2::boolean[], $3::text[]) as asked (store_id, livemode, token_hash),
    lateral (select * from carts where store_id = asked.store_id and livemode = asked.livemode
        and token_hash = asked.token_hash and state in ('open', 'paying') offset 0) as found";

/// A token that has its cart is passed over. Left to the conflict, it would hold up all others while somebody is at
/// that cart.
const ENTER: &str = "
    insert into carts (store_id, id, livemode, token_hash, state, currency, body, version, created_at, updated_at, expires_at)
    select store_id, id, livemode, token_hash, state, currency, body::jsonb, version, created_at, updated_at, expires_at
    from unnest($1::uuid[], $2::uuid[], $3::boolean[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[],
        $9::timestamptz[], $10::timestamptz[], $11::timestamptz[])
    as new (store_id, id, livemode, token_hash, state, currency, body, version, created_at, updated_at, expires_at)
    where not exists (select from carts as used where used.store_id = new.store_id and used.livemode = new.livemode
        and used.token_hash = new.token_hash and used.state in ('open', 'paying') offset 0)
    on conflict do nothing RETURNING id";

/// Each row is found by its key, however few Postgres takes the table to hold, and passed over when somebody else is at
/// it: a stranger's cart must not hold up those of all others.
const CHANGE: &str = "
    update carts set state = next.state, body = next.body::jsonb, version = next.version + 1,
        updated_at = next.updated_at, expires_at = next.expires_at
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::timestamptz[], $7::timestamptz[])
        as next (store_id, id, state, body, version, updated_at, expires_at),
    lateral (select ctid from carts as stored where stored.store_id = next.store_id and stored.id = next.id
        and stored.version = next.version and stored.state = $8 for update skip locked) as free
    where carts.ctid = free.ctid RETURNING carts.id";

impl Batched for AskedFor {
    type Key = (Uuid, bool, String);
    type Answer = Model;

    fn key(&self) -> Self::Key {
        (self.store, self.mode.is_live(), self.token_hash.clone())
    }

    fn statement(all: Vec<Self>) -> Statement {
        let values = [
            array(all.iter().map(|one| one.store)),
            array(all.iter().map(|one| one.mode.is_live())),
            array(all.into_iter().map(|one| one.token_hash)),
        ];
        Statement::from_sql_and_values(DatabaseBackend::Postgres, ASK, values)
    }

    fn answer(row: &QueryResult) -> Result<(Self::Key, Model), DbErr> {
        let row = Model::from_query_result(row, "")?;
        Ok(((row.store_id, row.livemode, row.token_hash.clone()), row))
    }
}

impl Batched for Entered {
    type Key = Uuid;
    type Answer = ();

    fn key(&self) -> Uuid {
        self.0.id
    }

    fn statement(mut all: Vec<Self>) -> Statement {
        // Whoever enters carts of the same tokens waits for the first of them, and not each for another.
        all.sort_unstable_by(|Self(a), Self(b)| a.place().cmp(&b.place()));
        let rows = || all.iter().map(|Self(row)| row);
        let values = [
            array(rows().map(|row| row.store_id)),
            array(rows().map(|row| row.id)),
            array(rows().map(|row| row.livemode)),
            array(rows().map(|row| row.token_hash.clone())),
            array(rows().map(|row| row.state.clone())),
            array(rows().map(|row| row.currency.clone())),
            array(rows().map(|row| row.body.text())),
            array(rows().map(|row| row.version)),
            array(rows().map(|row| row.created_at)),
            array(rows().map(|row| row.updated_at)),
            array(rows().map(|row| row.expires_at)),
        ];
        Statement::from_sql_and_values(DatabaseBackend::Postgres, ENTER, values)
    }

    fn answer(row: &QueryResult) -> Result<(Uuid, ()), DbErr> {
        Ok((row.try_get("", "id")?, ()))
    }
}

impl Model {
    /// What no two carts in use share.
    fn place(&self) -> (&str, Uuid, bool) {
        (&self.token_hash, self.store_id, self.livemode)
    }
}

impl Batched for Changed {
    type Key = Uuid;
    type Answer = ();

    fn key(&self) -> Uuid {
        self.0.id
    }

    fn statement(all: Vec<Self>) -> Statement {
        let rows = || all.iter().map(|Self(row)| row);
        let values = [
            array(rows().map(|row| row.store_id)),
            array(rows().map(|row| row.id)),
            array(rows().map(|row| row.state.clone())),
            array(rows().map(|row| row.body.text())),
            array(rows().map(|row| row.version)),
            array(rows().map(|row| row.updated_at)),
            array(rows().map(|row| row.expires_at)),
            // Not in the text, where it would lead to the index of open carts.
            CartState::Open.as_str().into(),
        ];
        Statement::from_sql_and_values(DatabaseBackend::Postgres, CHANGE, values)
    }

    fn answer(row: &QueryResult) -> Result<(Uuid, ()), DbErr> {
        Ok((row.try_get("", "id")?, ()))
    }
}

fn array<T>(of: impl Iterator<Item = T>) -> Value
where
    Vec<T>: Into<Value>,
{
    of.collect::<Vec<_>>().into()
}
