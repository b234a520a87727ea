//! People who log in, their places in stores, their logins, and the mail that goes to them.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0006_staff", up: UP };

const UP: &str = "
create table people (
    id {uuid} not null primary key,
    email text not null,
    email_key text not null,
    name text,
    password_hash text,
    created_at {time} not null,
    updated_at {time} not null
);
create unique index people_email_key on people (email_key);
create table staff (
    store_id {uuid} not null references stores (id),
    id {uuid} not null,
    person_id {uuid} not null references people (id),
    role text not null,
    status text not null,
    version integer not null,
    created_at {time} not null,
    updated_at {time} not null,
    primary key (store_id, id)
);
create unique index staff_person_id on staff (store_id, person_id);
create index staff_by_person on staff (person_id);
create table staff_sessions (
    id {uuid} not null primary key,
    person_id {uuid} not null references people (id),
    expires_at {time} not null,
    created_at {time} not null
);
create index staff_sessions_by_person on staff_sessions (person_id);
create index staff_sessions_by_end on staff_sessions (expires_at);
create table staff_refresh_tokens (
    hash text not null primary key,
    session_id {uuid} not null references staff_sessions (id) on delete cascade,
    used_at {time}
);
create index staff_refresh_tokens_by_session on staff_refresh_tokens (session_id);
create table staff_tokens (
    hash text not null primary key,
    person_id {uuid} not null references people (id),
    store_id {uuid},
    staff_id {uuid},
    expires_at {time} not null,
    created_at {time} not null,
    foreign key (store_id, staff_id) references staff (store_id, id) on delete cascade,
    constraint staff_tokens_whole_place check ((store_id is null) = (staff_id is null))
);
create index staff_tokens_by_person on staff_tokens (person_id);
create index staff_tokens_by_place on staff_tokens (store_id, staff_id);
create table login_guesses (
    subject text not null primary key,
    guesses integer not null,
    last_at {time} not null
);
create index login_guesses_by_time on login_guesses (last_at);
create table password_reset_wishes (
    email_key text not null primary key,
    email text not null,
    created_at {time} not null
);
create index password_reset_wishes_by_time on password_reset_wishes (created_at);
create table mails (
    id {uuid} not null primary key,
    store_id {uuid} not null references stores (id),
    recipient text not null,
    subject text not null,
    sealed_text text not null,
    attempts integer not null default 0,
    due_at {time} not null,
    expires_at {time} not null,
    created_at {time} not null
);
create index mails_by_due on mails (due_at, id);
";
