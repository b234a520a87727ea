//! Staff and logins outside a transaction; the logins in use are kept in memory.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    address::Email,
    id::{PersonId, SessionId, StaffId, StoreId},
    staff::{Membership, MembershipStatus},
};
use ports::{
    RepoError,
    list::{Slice, SortValue, Window},
    staff::{Login, MailedToken, OpenSession, Place, ResetWish, StaffReader, StaffRow, TokenPurpose},
};
use sea_orm::{
    ConnectionTrait as _, EntityTrait as _, ExprTrait as _, QueryFilter as _, QueryOrder as _,
    sea_query::{Expr, Order, Query},
};
use uuid::Uuid;

use super::{people, row, sessions};
use crate::{
    SqlDatabase,
    error::{corrupt, repo_error},
    memory::Memory,
    stored::{Stored as _, by_id, id, uuid},
    stores::row as stores,
    window::{Ordering, fetch},
};

/// Counted guesses that are older than this decide nothing any more.
const GUESSES_KEPT: TimeDelta = TimeDelta::days(1);

#[async_trait]
impl StaffReader for SqlDatabase {
    async fn session(&self, session: SessionId) -> Result<Option<Arc<OpenSession>>, RepoError> {
        if let Some(known) = self.memory().session(session, self.changes())
            && self.is_current(&known).await?
        {
            return Ok(Some(known));
        }
        let Some(found) = self.read_session(session).await? else { return Ok(None) };
        // As with keys: the epochs that count are known only now, so what they stand for is read again.
        let epochs = Memory::epochs_of(&found, self.changes());
        let Some(found) = self.read_session(session).await?.map(Arc::new) else { return Ok(None) };
        self.memory().keep_session(epochs, found.clone());
        Ok(Some(found))
    }

    async fn login(&self, email: &Email) -> Result<Option<Login>, RepoError> {
        let found = people::row::Entity::find().filter(Expr::col("email_key").eq(email.key()));
        found.one(self.reader()).await.map_err(repo_error)?.map(people::from_row).transpose()
    }

    async fn places(&self, person: PersonId) -> Result<Vec<Place>, RepoError> {
        let found = row::Entity::find()
            .filter(Expr::col("person_id").eq(uuid(person)))
            .filter(Expr::col("status").eq(MembershipStatus::Active.as_str()))
            .order_by_asc(row::Column::CreatedAt)
            .order_by_asc(row::Column::Id)
            .all(self.reader())
            .await
            .map_err(repo_error)?;
        let of = stores::Entity::find().filter(Expr::col("id").is_in(found.iter().map(|row| row.store_id)));
        let names: HashMap<Uuid, String> = of
            .all(self.reader())
            .await
            .map_err(repo_error)?
            .into_iter()
            .map(|row| (row.id, row.name))
            .collect();
        let place = |row: row::Model| {
            let store_name = names.get(&row.store_id).cloned().unwrap_or_default();
            Ok(Place { membership: Membership::from_row(row)?, store_name })
        };
        found.into_iter().map(place).collect()
    }

    async fn token(&self, hash: &str, now: DateTime<Utc>) -> Result<Option<(MailedToken, Login)>, RepoError> {
        let mut select = Query::select();
        select
            .columns(["person_id", "store_id", "staff_id", "expires_at", "created_at"])
            .from("staff_tokens")
            .and_where(Expr::col("hash").eq(hash))
            .and_where(Expr::col("expires_at").gt(now));
        let Some(row) = self.reader().query_one(&select).await.map_err(repo_error)? else { return Ok(None) };
        let key = |column| row.try_get::<Option<Uuid>>("", column).map_err(repo_error);
        let purpose = match (key("store_id")?, key("staff_id")?) {
            (Some(store), Some(staff)) => TokenPurpose::Invite { store: id(store), staff: id(staff) },
            _ => TokenPurpose::PasswordReset,
        };
        let person: Uuid = row.try_get("", "person_id").map_err(repo_error)?;
        let token = MailedToken {
            hash: hash.to_owned(),
            person: id(person),
            purpose,
            expires_at: row.try_get("", "expires_at").map_err(repo_error)?,
            created_at: row.try_get("", "created_at").map_err(repo_error)?,
        };
        let whose = people::row::Entity::find_by_id(person).one(self.reader()).await.map_err(repo_error)?;
        whose.map(|row| people::from_row(row).map(|login| (token, login))).transpose()
    }

    async fn member(&self, store: StoreId, staff: StaffId) -> Result<Option<StaffRow>, RepoError> {
        let found = row::Entity::find().filter(by_id(uuid(store), staff)).one(self.reader()).await;
        let Some(found) = found.map_err(repo_error)? else { return Ok(None) };
        Ok(self.with_people(vec![found]).await?.pop())
    }

    async fn staff(&self, store: StoreId, window: &Window) -> Result<Slice<StaffRow>, RepoError> {
        let of_store = row::Entity::find().filter(Expr::col("store_id").eq(uuid(store)));
        let ordering = Ordering {
            column: "created_at",
            descending: true,
            key: |row: &row::Model| (SortValue::Time(row.created_at), row.id),
        };
        let Slice { items, total, next } = fetch(self.reader(), of_store, &ordering, window).await?;
        Ok(Slice { items: self.with_people(items).await?, total, next })
    }

    async fn reset_wishes(&self, limit: u32) -> Result<Vec<ResetWish>, RepoError> {
        let mut select = Query::select();
        select
            .columns(["email", "created_at"])
            .from("password_reset_wishes")
            .order_by("created_at", Order::Asc)
            .limit(u64::from(limit));
        let rows = self.reader().query_all(&select).await.map_err(repo_error)?;
        let wish = |row: &sea_orm::QueryResult| {
            let email: String = row.try_get("", "email").map_err(repo_error)?;
            Ok(ResetWish {
                email: Email::parse(&email).map_err(|_| corrupt("password_reset_wishes", "email", email))?,
                created_at: row.try_get("", "created_at").map_err(repo_error)?,
            })
        };
        rows.iter().map(wish).collect()
    }

    async fn sweep(&self, now: DateTime<Utc>) -> Result<(), RepoError> {
        let old_guesses = now.checked_sub_signed(GUESSES_KEPT).unwrap_or(now);
        for (table, column, before) in [
            ("staff_sessions", "expires_at", now),
            ("staff_tokens", "expires_at", now),
            ("login_guesses", "last_at", old_guesses),
        ] {
            let mut delete = Query::delete();
            delete.from_table(table).and_where(Expr::col(column).lte(before));
            self.engine().writer().execute(&delete).await.map_err(repo_error)?;
        }
        Ok(())
    }
}

impl SqlDatabase {
    /// Whether a login lasts, with the places it had. Asked with every request: news of other nodes take
    /// a moment, and whoever was shut out must be so with the next request.
    async fn is_current(&self, known: &OpenSession) -> Result<bool, RepoError> {
        let mut places = Query::select();
        places
            .column(("staff", "id"))
            .column(("staff", "version"))
            .from("staff_sessions")
            .inner_join("staff", Expr::col(("staff", "person_id")).equals(("staff_sessions", "person_id")))
            .and_where(Expr::col(("staff_sessions", "id")).eq(uuid(known.session.id)))
            .and_where(Expr::col(("staff", "status")).eq(MembershipStatus::Active.as_str()));
        let rows = self.reader().query_all(&places).await.map_err(repo_error)?;
        let mut present = Vec::with_capacity(rows.len());
        for row in rows {
            let (staff, version): (Uuid, i32) =
                (row.try_get("", "id").map_err(repo_error)?, row.try_get("", "version").map_err(repo_error)?);
            present.push((staff, version));
        }
        let of = |place: &Place| (uuid(place.membership.id), place.membership.version);
        let mut expected: Vec<_> = known.places.iter().map(of).collect();
        present.sort_unstable();
        expected.sort_unstable();
        Ok(present == expected)
    }

    async fn read_session(&self, session: SessionId) -> Result<Option<OpenSession>, RepoError> {
        let mut select = Query::select();
        select
            .columns(["id", "person_id", "expires_at", "created_at"])
            .from("staff_sessions")
            .and_where(Expr::col("id").eq(uuid(session)));
        let Some(row) = self.reader().query_one(&select).await.map_err(repo_error)? else { return Ok(None) };
        let session = sessions::read(&row)?;
        let whose = people::row::Entity::find_by_id(uuid(session.person)).one(self.reader()).await;
        let Some(person) = whose.map_err(repo_error)? else { return Ok(None) };
        let places = self.places(session.person).await?;
        Ok(Some(OpenSession { session, person: people::from_row(person)?.person, places }))
    }

    async fn with_people(&self, rows: Vec<row::Model>) -> Result<Vec<StaffRow>, RepoError> {
        let of =
            people::row::Entity::find().filter(Expr::col("id").is_in(rows.iter().map(|row| row.person_id)));
        let mut known = HashMap::new();
        for row in of.all(self.reader()).await.map_err(repo_error)? {
            known.insert(row.id, people::from_row(row)?.person);
        }
        let with_person = |row: row::Model| {
            let person = known.get(&row.person_id).cloned();
            let person = person.ok_or_else(|| corrupt("staff", "person_id", row.id))?;
            Ok(StaffRow { membership: Membership::from_row(row)?, person })
        };
        rows.into_iter().map(with_person).collect()
    }
}
