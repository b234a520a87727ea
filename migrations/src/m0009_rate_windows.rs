//! What several servers counted together of the requests of each subject. Postgres alone: a SQLite file
//! has one server, which counts in its memory.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0009_rate_windows", up: UP };

// Unlogged: after a crash everybody starts at zero, which costs less than a log of every request. Times
// are Unix seconds. No index but the key's, so that counting on rewrites a row in its own page.
const UP: &str = "
--postgres
create unlogged table rate_windows (
    subject uuid not null primary key,
    taken bigint not null,
    ends_at bigint not null
) with (fillfactor = 50);
";
