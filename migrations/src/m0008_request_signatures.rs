//! Signatures of requests that were used, for as long as they could be accepted again.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0008_request_signatures", up: UP };

const UP: &str = "
create table request_signatures (
    store_id {uuid} not null,
    key_id {uuid} not null,
    code text not null,
    kept_until {time} not null,
    primary key (store_id, key_id, code)
);
create index request_signatures_by_end on request_signatures (kept_until);
";
