//! Everything that a database holds, for tests that show that nothing changed.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait as _, DbBackend, QueryResult, Statement};

use super::TestDatabase;

/// The rows of every table, by its name.
pub type Contents = BTreeMap<String, String>;

/// Tables and columns of SQLite, but for its own and those that keep the index of the full-text search.
const SQLITE_COLUMNS: &str = "SELECT t.name AS tab, c.name AS col FROM sqlite_master t, pragma_table_info(t.name) c \
     WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '%\\_fts%' ESCAPE '\\'";
const POSTGRES_COLUMNS: &str = "SELECT c.table_name::text AS tab, c.column_name::text AS col \
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) \
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'";

impl TestDatabase {
    /// What is stored now, but for the columns in `besides`, each as `table.column`.
    ///
    /// # Panics
    /// When one of these columns is not there.
    pub async fn contents(&self, besides: &[&str]) -> Contents {
        let backend = self.raw.get_database_backend();
        let columns = if backend == DbBackend::Sqlite { SQLITE_COLUMNS } else { POSTGRES_COLUMNS };
        let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in self.rows(columns).await {
            tables.entry(text(&row, "tab")).or_default().insert(text(&row, "col"));
        }
        for beside in besides {
            let (table, column) = beside.split_once('.').expect("it is named with its table");
            let known = tables.get_mut(table).is_some_and(|columns| columns.remove(column));
            assert!(known, "there is no {beside}");
        }
        let parts: Vec<String> =
            tables.iter().map(|(table, columns)| rows_as_text(backend, table, columns)).collect();
        let all = self.rows(&parts.join(" UNION ALL ")).await;
        all.iter().map(|row| (text(row, "tab"), text(row, "content"))).collect()
    }

    /// The columns of a table that are written: not what the database makes of others, nor numbers that it
    /// gives rows itself.
    pub(crate) async fn written_columns(&self, table: &str) -> Vec<String> {
        let backend = self.raw.get_database_backend();
        let columns = if backend == DbBackend::Sqlite {
            format!("SELECT name AS col FROM pragma_table_info('{table}') WHERE name <> 'row_number'")
        } else {
            format!(
                "SELECT column_name::text AS col FROM information_schema.columns \
                 WHERE table_schema = 'public' AND table_name = '{table}' AND is_generated = 'NEVER'"
            )
        };
        self.rows(&columns).await.iter().map(|row| text(row, "col")).collect()
    }

    async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let statement = Statement::from_string(self.raw.get_database_backend(), sql);
        self.raw.query_all_raw(statement).await.expect("a statement made of its own tables is sound")
    }
}

/// Selects one row: the table's name, and all it holds in one text.
fn rows_as_text(backend: DbBackend, table: &str, columns: &BTreeSet<String>) -> String {
    let (quoted, join): (Vec<String>, _) = if backend == DbBackend::Sqlite {
        (
            columns.iter().map(|column| format!("quote(\"{column}\")")).collect(),
            "group_concat(line, char(10))",
        )
    } else {
        let quoted = columns.iter().map(|column| format!("coalesce(\"{column}\"::text, 'NULL')"));
        (quoted.collect(), "string_agg(line, chr(10) ORDER BY line)")
    };
    let line = quoted.join(" || ',' || ");
    format!(
        "SELECT '{table}' AS tab, coalesce((SELECT {join} FROM \
         (SELECT {line} AS line FROM \"{table}\" ORDER BY 1) AS lines), '') AS content"
    )
}

fn text(row: &QueryResult, column: &str) -> String {
    row.try_get("", column).expect("it is a text")
}

#[cfg(test)]
mod tests {
    use crate::database;

    #[tokio::test]
    async fn a_row_more_or_less_or_another_is_seen_and_what_is_left_out_is_not() {
        for database in database::each().await {
            let empty = database.contents(&[]).await;
            assert!(empty.len() > 10, "{} tables on {}", empty.len(), database.engine);
            database.store("Acme").await;
            let before = database.contents(&[]).await;
            assert_ne!(before["stores"], empty["stores"], "{}", database.engine);
            assert_eq!(before["products"], "");
            let without_name = database.contents(&["stores.name"]).await;
            database.execute("UPDATE stores SET name = 'Other'", []).await;
            assert_ne!(database.contents(&[]).await["stores"], before["stores"], "{}", database.engine);
            assert_eq!(database.contents(&["stores.name"]).await["stores"], without_name["stores"]);
        }
    }
}
