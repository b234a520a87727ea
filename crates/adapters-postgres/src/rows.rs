//! Statements that write whole rows, put down as text and values. Built from parts as other statements are, those of
//! a sale with their two hundred values would cost as much as sending them.

use std::fmt::Write as _;

use domain::id::{Entity, Id};
use ports::RepoError;
use sea_orm::{
    ActiveModelTrait, ConnectionTrait as _, DatabaseBackend, EntityName as _, EntityTrait, IdenStatic as _,
    IntoActiveModel, Iterable as _, ModelTrait, Statement, Value,
};
use uuid::Uuid;

use crate::{error::repo_error, stored::uuid, unit_of_work::SqlUnitOfWork};

type Row<M> = <<M as ModelTrait>::Entity as EntityTrait>::ActiveModel;

/// A statement on its way: its text, and the values of the parameters in it.
#[derive(Debug, Default)]
pub(crate) struct Text {
    sql: String,
    values: Vec<Value>,
}

impl Text {
    /// Nothing said yet; `$1` and on are these values.
    pub(crate) fn about(values: impl IntoIterator<Item = Value>) -> Self {
        Self { sql: String::new(), values: values.into_iter().collect() }
    }

    /// Goes on with these words.
    pub(crate) fn say(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Goes on with a value, as a parameter.
    pub(crate) fn value(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        // A string takes whatever is written to it.
        write!(self.sql, "${}", self.values.len()).unwrap_or_default();
        self
    }

    /// The same with its type, for where Postgres cannot tell it by the column.
    pub(crate) fn typed(&mut self, value: Value) -> &mut Self {
        let type_name = type_of(&value);
        self.value(value).say("::").say(type_name)
    }

    /// Goes on with items, and commas between them.
    pub(crate) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut put: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        for (place, item) in items.into_iter().enumerate() {
            if place > 0 {
                self.say(", ");
            }
            put(self, item);
        }
        self
    }

    /// Goes on with the beginning of a statement that enters rows of a table, every column of them.
    pub(crate) fn insert<M: ModelTrait>(&mut self) -> &mut Self {
        let columns = <M::Entity as EntityTrait>::Column::iter().map(|column| column.as_str());
        self.insert_into(M::Entity::default().table_name(), columns)
    }

    fn insert_into<'a>(&mut self, table: &str, columns: impl IntoIterator<Item = &'a str>) -> &mut Self {
        self.say("INSERT INTO ").name(table).say(" (").list(columns, |text, column| {
            text.name(column);
        });
        self.say(") ")
    }

    /// Goes on with the values of a row, in the order of its columns.
    pub(crate) fn row<M: ModelTrait + IntoActiveModel<Row<M>>>(&mut self, row: M) -> &mut Self {
        self.list(values(row), |text, value| {
            text.value(value);
        })
    }

    /// The same with their types.
    pub(crate) fn typed_row<M: ModelTrait + IntoActiveModel<Row<M>>>(&mut self, row: M) -> &mut Self {
        self.list(values(row), |text, value| {
            text.typed(value);
        })
    }

    /// Goes on with what of a row is given: `column = value, …`.
    pub(crate) fn assignments<A: ActiveModelTrait>(&mut self, mut row: A) -> &mut Self {
        let given = <A::Entity as EntityTrait>::Column::iter()
            .filter_map(|column| Some((column.as_str(), row.take(column).into_value()?)));
        self.list(given, |text, (column, value)| {
            text.name(column).say(" = ").value(value);
        })
    }

    fn name(&mut self, name: &str) -> &mut Self {
        self.say("\"").say(name).say("\"")
    }

    /// The statement.
    pub(crate) fn into_statement(self, backend: DatabaseBackend) -> Statement {
        Statement::from_sql_and_values(backend, self.sql, self.values)
    }
}

/// The values of a row, in the order of its columns.
fn values<M: ModelTrait + IntoActiveModel<Row<M>>>(row: M) -> impl Iterator<Item = Value> {
    let mut row = row.into_active_model();
    <M::Entity as EntityTrait>::Column::iter().filter_map(move |column| row.take(column).into_value())
}

/// What Postgres calls the type of a value.
const fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "boolean",
        Value::Int(_) => "integer",
        Value::BigInt(_) => "bigint",
        Value::Uuid(_) => "uuid",
        Value::Json(_) => "jsonb",
        Value::ChronoDateTimeUtc(_) => "timestamptz",
        _ => "text",
    }
}

/// The statement that enters rows of one table, every column of them, and `then` does what that says of conflicts and
/// answers.
pub(crate) fn insert<M>(backend: DatabaseBackend, rows: impl IntoIterator<Item = M>, then: &str) -> Statement
where
    M: ModelTrait + IntoActiveModel<Row<M>>,
{
    let mut text = Text::default();
    text.insert::<M>().say("VALUES ").list(rows, |text, row| {
        text.say("(").row(row).say(")");
    });
    text.say(then);
    text.into_statement(backend)
}

/// The same for a table without an entity, by its name and columns.
pub(crate) fn insert_into<'a>(
    backend: DatabaseBackend,
    table: &str,
    columns: impl IntoIterator<Item = &'a str>,
    rows: impl IntoIterator<Item: IntoIterator<Item = Value>>,
    then: &str,
) -> Statement {
    let mut text = Text::default();
    text.insert_into(table, columns).say("VALUES ").list(rows, |text, row| {
        text.say("(").list(row, |text, value| {
            text.value(value);
        });
        text.say(")");
    });
    text.say(then);
    text.into_statement(backend)
}

/// The statement that writes what is given of a row where columns hold these values.
pub(crate) fn update<A: ActiveModelTrait>(
    backend: DatabaseBackend,
    row: A,
    of: impl IntoIterator<Item = (&'static str, Value)>,
) -> Statement {
    let mut text = Text::default();
    text.say("UPDATE ").name(A::Entity::default().table_name()).say(" SET ").assignments(row);
    let words = [" WHERE "].into_iter().chain(std::iter::repeat(" AND "));
    for ((column, value), word) in of.into_iter().zip(words) {
        text.say(word).name(column).say(" = ").value(value);
    }
    text.into_statement(backend)
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
    use super::*;

    mod row {
        use sea_orm::entity::prelude::*;

        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "cups")]
        pub(super) struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub(super) id: i32,
            pub(super) colour: Option<String>,
            pub(super) cracks: i64,
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub(super) enum Relation {}

        impl ActiveModelBehavior for ActiveModel {}
    }

    const BACKEND: DatabaseBackend = DatabaseBackend::Postgres;

    fn statement(sql: &str, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(BACKEND, sql, values)
    }

    #[test]
    fn all_rows_are_entered_at_once_with_every_column() {
        let cups = [(1, Some("blue"), 0), (2, None, 3)].map(|(id, colour, cracks)| row::Model {
            id,
            colour: colour.map(str::to_owned),
            cracks,
        });
        let all = r#"INSERT INTO "cups" ("id", "colour", "cracks") VALUES ($1, $2, $3), ($4, $5, $6) ON CONFLICT DO NOTHING"#;
        let values = vec![1.into(), "blue".into(), 0_i64.into(), 2.into(), Value::String(None), 3_i64.into()];
        assert_eq!(insert(BACKEND, cups, " ON CONFLICT DO NOTHING"), statement(all, values));
    }

    #[test]
    fn what_is_given_of_a_row_is_written_on_all_conditions() {
        let cup = row::ActiveModel { cracks: sea_orm::ActiveValue::Set(4), ..Default::default() };
        let sql = r#"UPDATE "cups" SET "cracks" = $1 WHERE "id" = $2 AND "cracks" = $3"#;
        let written = update(BACKEND, cup, [("id", 2.into()), ("cracks", 3_i64.into())]);
        assert_eq!(written, statement(sql, vec![4_i64.into(), 2.into(), 3_i64.into()]));
    }
}
