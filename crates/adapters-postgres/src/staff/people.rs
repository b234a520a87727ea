//! People and their logins inside a transaction.

use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    address::Email,
    id::{PersonId, SessionId},
    staff::{Person, lockout::Guesses},
};
use ports::{
    RepoError,
    audit::AuditLog,
    mail::QueuedMail,
    staff::{Login, MailedToken, People, PeopleWork, RefreshToken, ResetWish, Session},
};
use sea_orm::{
    ConnectionTrait as _, EntityTrait as _, ExprTrait as _, IntoActiveModel as _, QueryFilter as _,
    QuerySelect as _,
    sea_query::{Expr, Query},
};

use super::{guesses, row as places, sessions, tokens};
use crate::{
    error::{corrupt, repo_error},
    mails,
    stored::{id, uuid},
    unit_of_work::SqlUnitOfWork,
};

pub(super) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "people")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) email: String,
        pub(crate) email_key: String,
        pub(crate) name: Option<String>,
        pub(crate) password_hash: Option<String>,
        pub(crate) created_at: DateTimeUtc,
        pub(crate) updated_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The person of a row, and their password.
pub(super) fn from_row(row: row::Model) -> Result<Login, RepoError> {
    let row::Model { id: key, email, email_key: _, name, password_hash, created_at, updated_at } = row;
    let email = Email::parse(&email).map_err(|_| corrupt("people", "email", key))?;
    Ok(Login { person: Person { id: id(key), email, name, created_at, updated_at }, password_hash })
}

#[async_trait]
impl PeopleWork for SqlUnitOfWork {
    async fn commit(self: Box<Self>) -> Result<(), RepoError> {
        ports::UnitOfWork::commit(self).await
    }

    fn people(&mut self) -> &mut dyn People {
        self
    }

    fn audit_log(&mut self) -> &mut dyn AuditLog {
        self
    }
}

#[async_trait]
impl People for SqlUnitOfWork {
    async fn find(&mut self, person: PersonId) -> Result<Option<Login>, RepoError> {
        let found = row::Entity::find_by_id(uuid(person)).lock_exclusive().one(self.transaction()).await;
        found.map_err(repo_error)?.map(from_row).transpose()
    }

    async fn find_by_email(&mut self, email: &Email) -> Result<Option<Login>, RepoError> {
        let found = row::Entity::find()
            .filter(Expr::col("email_key").eq(email.key()))
            .lock_exclusive()
            .one(self.transaction())
            .await;
        found.map_err(repo_error)?.map(from_row).transpose()
    }

    async fn insert(&mut self, person: &Person) -> Result<(), RepoError> {
        let Person { id, email, name, created_at, updated_at } = person.clone();
        let row = row::Model {
            id: uuid(id),
            email: email.as_str().to_owned(),
            email_key: email.key(),
            name,
            password_hash: None,
            created_at,
            updated_at,
        };
        let row = row.into_active_model();
        row::Entity::insert(row)
            .exec_without_returning(self.transaction())
            .await
            .map_err(repo_error)
            .map(drop)
    }

    async fn rename(&mut self, person: &Person) -> Result<(), RepoError> {
        let mut write = Query::update();
        write
            .table("people")
            .value("name", person.name.clone())
            .value("updated_at", person.updated_at)
            .and_where(Expr::col("id").eq(uuid(person.id)));
        self.transaction().execute(&write).await.map_err(repo_error)?;
        self.forget(person.id).await
    }

    async fn set_password(
        &mut self,
        person: PersonId,
        hash: &str,
        at: DateTime<Utc>,
    ) -> Result<(), RepoError> {
        let mut write = Query::update();
        write
            .table("people")
            .value("password_hash", hash)
            .value("updated_at", at)
            .and_where(Expr::col("id").eq(uuid(person)));
        self.transaction().execute(&write).await.map_err(repo_error).map(drop)
    }

    async fn forget(&mut self, person: PersonId) -> Result<(), RepoError> {
        let places = places::Entity::find().filter(Expr::col("person_id").eq(uuid(person)));
        let stores: BTreeSet<_> = places
            .all(self.transaction())
            .await
            .map_err(repo_error)?
            .into_iter()
            .map(|place| id(place.store_id))
            .collect();
        for store in stores {
            self.touch_config_of(store);
        }
        Ok(())
    }

    async fn open_session(&mut self, session: &Session, refresh_hash: &str) -> Result<(), RepoError> {
        sessions::open(self.transaction(), session, refresh_hash).await
    }

    async fn refresh_token(&mut self, hash: &str) -> Result<Option<RefreshToken>, RepoError> {
        sessions::refresh_token(self.transaction(), self.backend(), hash).await
    }

    async fn rotate(
        &mut self,
        session: &Session,
        used_hash: &str,
        next_hash: &str,
        at: DateTime<Utc>,
    ) -> Result<(), RepoError> {
        sessions::rotate(self.transaction(), session, used_hash, next_hash, at).await
    }

    async fn close_session(&mut self, session: SessionId, person: PersonId) -> Result<(), RepoError> {
        sessions::close(self.transaction(), Expr::col("id").eq(uuid(session))).await?;
        self.forget(person).await
    }

    async fn close_sessions(&mut self, person: PersonId) -> Result<(), RepoError> {
        sessions::close(self.transaction(), Expr::col("person_id").eq(uuid(person))).await?;
        self.forget(person).await
    }

    async fn put_token(&mut self, token: &MailedToken) -> Result<(), RepoError> {
        tokens::put(self.transaction(), token).await
    }

    async fn take_token(&mut self, hash: &str, now: DateTime<Utc>) -> Result<bool, RepoError> {
        tokens::take(self.transaction(), hash, now).await
    }

    async fn guesses(&mut self, subject: &str, now: DateTime<Utc>) -> Result<Option<Guesses>, RepoError> {
        guesses::lock(self.transaction(), self.backend(), subject, now).await
    }

    async fn set_guesses(&mut self, subject: &str, guesses: Guesses) -> Result<(), RepoError> {
        guesses::set(self.transaction(), subject, guesses).await
    }

    async fn forget_guesses(&mut self, subject: &str) -> Result<(), RepoError> {
        guesses::forget(self.transaction(), subject).await
    }

    async fn wish_reset(&mut self, wish: &ResetWish) -> Result<(), RepoError> {
        tokens::wish(self.transaction(), wish).await
    }

    async fn take_wish(&mut self, wish: &ResetWish) -> Result<bool, RepoError> {
        tokens::take_wish(self.transaction(), wish).await
    }

    async fn queue_mail(&mut self, mail: &QueuedMail) -> Result<(), RepoError> {
        mails::queue(self.transaction(), mail).await
    }
}
