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

/// The statement that enters rows of one table, every column of them, and `then` does what that says of conflicts and
/// answers.
pub(crate) fn insert<M>(backend: DatabaseBackend, rows: impl IntoIterator<Item = M>, then: &str) -> Statement
where
    M: ModelTrait + IntoActiveModel<Row<M>>,
{
    let columns = || <M::Entity as EntityTrait>::Column::iter();
    let rows = rows.into_iter().map(|row| {
        let mut row = row.into_active_model();
        columns().filter_map(move |column| row.take(column).into_value())
    });
    let names = columns().map(|column| column.as_str());
    insert_into(backend, M::Entity::default().table_name(), names, rows, then)
}

/// The same for a table without an entity, by its name and columns.
pub(crate) fn insert_into<'a>(
    backend: DatabaseBackend,
    table: &str,
    columns: impl IntoIterator<Item = &'a str>,
    rows: impl IntoIterator<Item: IntoIterator<Item = Value>>,
    then: &str,
) -> Statement {
    let mut sql = format!("INSERT INTO \"{table}\" (");
    list(&mut sql, columns, quoted);
    sql.push_str(") VALUES ");
    let mut values = Vec::new();
    list(&mut sql, rows, |sql, row| {
        sql.push('(');
        list(sql, row, |sql, value| parameter(sql, &mut values, value));
        sql.push(')');
    });
    sql.push_str(then);
    Statement::from_sql_and_values(backend, sql, values)
}

/// The statement that writes what is given of a row where columns hold these values.
pub(crate) fn update<A: ActiveModelTrait>(
    backend: DatabaseBackend,
    mut row: A,
    of: impl IntoIterator<Item = (&'static str, Value)>,
) -> Statement {
    let mut sql = format!("UPDATE \"{}\" SET ", A::Entity::default().table_name());
    let mut values = Vec::new();
    let given = <A::Entity as EntityTrait>::Column::iter()
        .filter_map(|column| Some((column.as_str(), row.take(column).into_value()?)));
    let mut assigned = |sql: &mut String, (column, value): (&str, Value)| {
        quoted(sql, column);
        sql.push_str(" = ");
        parameter(sql, &mut values, value);
    };
    list(&mut sql, given, &mut assigned);
    for (condition, word) in of.into_iter().zip([" WHERE "].into_iter().chain(std::iter::repeat(" AND "))) {
        sql.push_str(word);
        assigned(&mut sql, condition);
    }
    Statement::from_sql_and_values(backend, sql, values)
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

fn list<T>(sql: &mut String, items: impl IntoIterator<Item = T>, mut put: impl FnMut(&mut String, T)) {
    for (place, item) in items.into_iter().enumerate() {
        if place > 0 {
            sql.push_str(", ");
        }
        put(sql, item);
    }
}

fn quoted(sql: &mut String, name: &str) {
    sql.push('"');
    sql.push_str(name);
    sql.push('"');
}

fn parameter(sql: &mut String, values: &mut Vec<Value>, value: Value) {
    values.push(value);
    // A string takes whatever is written to it.
    write!(sql, "${}", values.len()).unwrap_or_default();
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
