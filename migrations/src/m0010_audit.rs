//! The audit log: who changed what, when and from where.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0010_audit", up: UP };

const UP: &str = "
create table audit_log (
    store_id {uuid} not null,
    id {uuid} not null,
    livemode boolean not null,
    actor text not null,
    actor_name text,
    address text,
    user_agent text,
    request_id text not null,
    action text not null,
    subject_type text not null,
    subject_id text not null,
    before {json},
    after {json},
    created_at {time} not null,
    primary key (store_id, id)
);
create index audit_log_by_time on audit_log (store_id, created_at, id);
create index audit_log_by_subject on audit_log (store_id, subject_id, created_at, id);
create index audit_log_by_actor on audit_log (store_id, actor, created_at, id);
create index audit_log_by_request on audit_log (store_id, request_id);
create index audit_log_by_age on audit_log (created_at);
";
