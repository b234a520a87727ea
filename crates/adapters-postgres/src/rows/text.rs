//! A statement put down piece by piece.

use std::fmt::Write as _;

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ColumnType, DatabaseBackend, EntityName as _, EntityTrait,
    IdenStatic as _, IntoActiveModel, Iterable as _, ModelTrait, Statement, Value,
};

use super::Row;

type Column<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;

/// A statement on its way: its text, and the values of the parameters in it.
#[derive(Debug)]
pub(crate) struct Text {
    backend: DatabaseBackend,
    sql: String,
    values: Vec<Value>,
}

impl Text {
    /// Nothing said yet; `$1` and on are these values.
    pub(crate) fn about(backend: DatabaseBackend, values: impl IntoIterator<Item = Value>) -> Self {
        Self { backend, sql: String::new(), values: values.into_iter().collect() }
    }

    pub(super) const fn new(backend: DatabaseBackend) -> Self {
        Self { backend, sql: String::new(), values: Vec::new() }
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
        let columns = Column::<M>::iter().map(|column| column.as_str());
        self.insert_into(M::Entity::default().table_name(), columns)
    }

    pub(super) fn insert_into<'a>(
        &mut self,
        table: &str,
        columns: impl IntoIterator<Item = &'a str>,
    ) -> &mut Self {
        self.say("INSERT INTO ").name(table).say(" (").list(columns, |text, column| {
            text.name(column);
        });
        self.say(") ")
    }

    /// Goes on with the values of a row, in the order of its columns.
    pub(crate) fn row<M: ModelTrait + IntoActiveModel<Row<M>>>(&mut self, row: M) -> &mut Self {
        self.list(values(row), |text, (column, value)| {
            text.held(column, value);
        })
    }

    /// The same with their types.
    pub(crate) fn typed_row<M: ModelTrait + IntoActiveModel<Row<M>>>(&mut self, row: M) -> &mut Self {
        self.list(values(row), |text, (column, value)| {
            let type_name = type_of(&value);
            if !text.held(column, value) {
                text.say("::").say(type_name);
            }
        })
    }

    /// Goes on with what a column is to hold, and answers whether its type had to be said.
    fn held(&mut self, column: impl ColumnTrait, value: Value) -> bool {
        let is_spelled = self.backend == DatabaseBackend::Postgres
            && matches!(value, Value::String(_))
            && *column.def().get_column_type() == ColumnType::JsonBinary;
        self.value(value);
        if is_spelled {
            self.say("::jsonb");
        }
        is_spelled
    }

    /// Goes on with what of a row is given: `column = value, …`.
    pub(crate) fn assignments<A: ActiveModelTrait>(&mut self, mut row: A) -> &mut Self {
        let given = <A::Entity as EntityTrait>::Column::iter()
            .filter_map(|column| Some((column, row.take(column).into_value()?)));
        self.list(given, |text, (column, value)| {
            text.name(column.as_str()).say(" = ").held(column, value);
        })
    }

    pub(super) fn name(&mut self, name: &str) -> &mut Self {
        self.say("\"").say(name).say("\"")
    }

    /// The statement.
    pub(crate) fn into_statement(self) -> Statement {
        Statement::from_sql_and_values(self.backend, self.sql, self.values)
    }
}

/// The values of a row, in the order of its columns.
fn values<M: ModelTrait + IntoActiveModel<Row<M>>>(row: M) -> impl Iterator<Item = (Column<M>, Value)> {
    let mut row = row.into_active_model();
    Column::<M>::iter().filter_map(move |column| Some((column, row.take(column).into_value()?)))
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
