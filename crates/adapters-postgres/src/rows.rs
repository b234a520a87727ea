//! Statements that write whole rows, put down as text and values. Built from parts as other statements are, those of
//! a sale with their two hundred values would cost as much as sending them.

use domain::id::{Entity, Id};
use ports::RepoError;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait as _, DatabaseBackend, EntityName as _, EntityTrait, IntoActiveModel,
    ModelTrait, Statement, Value,
};
use uuid::Uuid;

use crate::{error::repo_error, stored::uuid, unit_of_work::SqlUnitOfWork};

mod text;

pub(crate) use text::Text;

type Row<M> = <<M as ModelTrait>::Entity as EntityTrait>::ActiveModel;

/// The statement that enters rows of one table, every column of them, and `then` does what that says of conflicts and
/// answers.
pub(crate) fn insert<M>(backend: DatabaseBackend, rows: impl IntoIterator<Item = M>, then: &str) -> Statement
where
    M: ModelTrait + IntoActiveModel<Row<M>>,
{
    let mut text = Text::new(backend);
    text.insert::<M>().say("VALUES ").list(rows, |text, row| {
        text.say("(").row(row).say(")");
    });
    text.say(then);
    text.into_statement()
}

/// The same for a table without an entity, by its name and columns.
pub(crate) fn insert_into<'a>(
    backend: DatabaseBackend,
    table: &str,
    columns: impl IntoIterator<Item = &'a str>,
    rows: impl IntoIterator<Item: IntoIterator<Item = Value>>,
    then: &str,
) -> Statement {
    let mut text = Text::new(backend);
    text.insert_into(table, columns).say("VALUES ").list(rows, |text, row| {
        text.say("(").list(row, |text, value| {
            text.value(value);
        });
        text.say(")");
    });
    text.say(then);
    text.into_statement()
}

/// The statement that writes what is given of a row where columns hold these values.
pub(crate) fn update<A: ActiveModelTrait>(
    backend: DatabaseBackend,
    row: A,
    of: impl IntoIterator<Item = (&'static str, Value)>,
) -> Statement {
    let mut text = Text::new(backend);
    text.say("UPDATE ").name(A::Entity::default().table_name()).say(" SET ").assignments(row);
    let words = [" WHERE "].into_iter().chain(std::iter::repeat(" AND "));
    for ((column, value), word) in of.into_iter().zip(words) {
        text.say(word).name(column).say(" = ").value(value);
    }
    text.into_statement()
}

/// Which row is meant, in the version that it was read at.
pub(crate) fn version<T: Entity>(store: Uuid, key: Id<T>, version: i32) -> [(&'static str, Value); 3] {
    [("store_id", store.into()), ("id", uuid(key).into()), ("version", version.into())]
}

impl SqlUnitOfWork {
    /// Writes what is given of a row if nobody wrote it since it was read at this version; otherwise
    /// [`RepoError::Stale`].
    pub(crate) async fn write_version<T: Entity>(
        &self,
        row: impl ActiveModelTrait,
        key: Id<T>,
        read_at: i32,
    ) -> Result<(), RepoError> {
        let update = update(self.backend(), row, version(self.store(), key, read_at));
        let written = self.transaction().execute_raw(update).await.map_err(repo_error)?;
        if written.rows_affected() == 0 { Err(RepoError::Stale) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::ActiveValue::Set;

    use super::*;
    use crate::json::Spelled;

    mod row {
        use sea_orm::entity::prelude::*;

        use crate::json::Spelled;

        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "cups")]
        pub(super) struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub(super) id: i32,
            pub(super) colour: Option<String>,
            pub(super) stains: Spelled<Vec<String>>,
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub(super) enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    }

    fn stains(of: &[&str]) -> Spelled<Vec<String>> {
        Spelled(of.iter().map(|stain| (*stain).to_owned()).collect())
    }

    #[test]
    fn all_rows_are_entered_at_once_with_every_column() {
        let cups = [(1, Some("blue"), &["tea"][..]), (2, None, &[])].map(|(id, colour, of)| row::Model {
            id,
            colour: colour.map(str::to_owned),
            stains: stains(of),
        });
        let all = r#"INSERT INTO "cups" ("id", "colour", "stains") VALUES ($1, $2, $3::jsonb), ($4, $5, $6::jsonb) ON CONFLICT DO NOTHING"#;
        let values =
            vec![1.into(), "blue".into(), r#"["tea"]"#.into(), 2.into(), Value::String(None), "[]".into()];
        let entered = insert(DatabaseBackend::Postgres, cups, " ON CONFLICT DO NOTHING");
        assert_eq!(entered, Statement::from_sql_and_values(DatabaseBackend::Postgres, all, values));
    }

    #[test]
    fn what_is_given_of_a_row_is_written_on_all_conditions() {
        let backend = DatabaseBackend::Sqlite;
        let cup = row::ActiveModel { stains: Set(stains(&["jam"])), ..Default::default() };
        let sql = r#"UPDATE "cups" SET "stains" = $1 WHERE "id" = $2 AND "colour" = $3"#;
        let written = update(backend, cup, [("id", 2.into()), ("colour", "red".into())]);
        let values = vec![r#"["jam"]"#.into(), 2.into(), "red".into()];
        assert_eq!(written, Statement::from_sql_and_values(backend, sql, values));
    }
}
