//! The audit log: one row an entry, added and, when it is old, removed, but never changed.

use async_trait::async_trait;
use domain::audit::{Action, Author, Entry, Facts, Subject, SubjectType, Value};
use ports::{RepoError, audit::AuditLog};
use serde_json::{Map, Value as Json};

use crate::{
    error::{corrupt, repo_error},
    orders::mode,
    rows,
    stored::{id, uuid},
    unit_of_work::SqlUnitOfWork,
};

mod reader;

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_log")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) store_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) livemode: bool,
        pub(crate) actor: String,
        pub(crate) actor_name: Option<String>,
        pub(crate) address: Option<String>,
        pub(crate) user_agent: Option<String>,
        pub(crate) request_id: String,
        pub(crate) action: String,
        pub(crate) subject_type: String,
        pub(crate) subject_id: String,
        pub(crate) before: Option<Json>,
        pub(crate) after: Option<Json>,
        pub(crate) created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

fn to_row(entry: &Entry) -> row::Model {
    let Entry { id, store, mode, author, request_id, action, subject, before, after, at } = entry.clone();
    let Author { actor, name, address, user_agent } = author;
    row::Model {
        store_id: uuid(store),
        id: uuid(id),
        livemode: mode.is_live(),
        actor,
        actor_name: name,
        address: address.map(|address| address.to_string()),
        user_agent,
        request_id,
        action: action.as_str().to_owned(),
        subject_type: subject.kind.as_str().to_owned(),
        subject_id: subject.id,
        before: before.map(|facts| document(&facts)),
        after: after.map(|facts| document(&facts)),
        created_at: at,
    }
}

fn from_row(row: row::Model) -> Result<Entry, RepoError> {
    let key = row.id;
    let broken = |column| corrupt("audit_log", column, key);
    let read = |stored: Option<Json>, column| {
        stored.map(|json| facts(json).ok_or_else(|| broken(column))).transpose()
    };
    let address = row.address.map(|text| text.parse().map_err(|_| broken("address"))).transpose()?;
    Ok(Entry {
        id: id(row.id),
        store: id(row.store_id),
        mode: mode(row.livemode),
        author: Author { actor: row.actor, name: row.actor_name, address, user_agent: row.user_agent },
        request_id: row.request_id,
        action: Action::parse(&row.action).ok_or_else(|| broken("action"))?,
        subject: Subject {
            kind: SubjectType::parse(&row.subject_type).ok_or_else(|| broken("subject_type"))?,
            id: row.subject_id,
        },
        before: read(row.before, "before")?,
        after: read(row.after, "after")?,
        at: row.created_at,
    })
}

fn document(facts: &Facts) -> Json {
    facts.iter().map(|(path, value)| (path.to_owned(), json(value))).collect::<Map<_, _>>().into()
}

fn json(value: &Value) -> Json {
    match value {
        Value::Nothing => Json::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Group(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), json(value))).collect::<Map<_, _>>().into()
        }
        // The use cases mask secrets; should one come this far, it goes no further.
        Value::Secret(_) => "set".into(),
    }
}

fn facts(stored: Json) -> Option<Facts> {
    match stored {
        Json::Object(fields) => {
            fields.into_iter().map(|(path, stored)| Some((path, value(stored)?))).collect()
        }
        _ => None,
    }
}

fn value(stored: Json) -> Option<Value> {
    Some(match stored {
        Json::Null => Value::Nothing,
        Json::Bool(flag) => flag.into(),
        Json::Number(number) => number.as_i64()?.into(),
        Json::String(text) => text.into(),
        Json::Array(items) => Value::List(items.into_iter().map(value).collect::<Option<_>>()?),
        Json::Object(fields) => {
            let fields = fields.into_iter().map(|(name, stored)| Some((name, value(stored)?)));
            Value::Group(fields.collect::<Option<_>>()?)
        }
    })
}

#[async_trait]
impl AuditLog for SqlUnitOfWork {
    async fn append(&mut self, entries: &[Entry]) -> Result<(), RepoError> {
        if entries.is_empty() {
            return Ok(());
        }
        let insert = rows::insert(self.backend(), entries.iter().map(to_row), "");
        self.transaction().execute_later(insert).await.map_err(repo_error)
    }
}
