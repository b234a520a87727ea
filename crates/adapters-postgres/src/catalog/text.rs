//! Words in the text of products, looked for in the index of either engine or in single rows.

use sea_orm::{
    DatabaseBackend,
    sea_query::{
        Condition, Expr, ExprTrait as _, SelectStatement,
        extension::{postgres::PgBinOper, sqlite::SqliteBinOper},
    },
};
use uuid::Uuid;

use super::words;

/// A condition that no index of Postgres is asked for, and that it takes for as likely as not.
pub(super) fn as_value(condition: Expr) -> Expr {
    Expr::cust_with_exprs("case when $1 then true else false end", [condition])
}

/// Words that a product has, with the mark of its store. They are of letters and digits only, so that none of them can be mistaken for an
/// operator.
pub(super) struct Search {
    whole: Vec<String>,
    /// The last word, of which more may follow.
    unfinished: Option<String>,
}

impl Search {
    /// What somebody typed, and a tag; `None` when there was no word in what they typed.
    pub(super) fn of(store: Uuid, text: Option<&str>, tag: Option<&str>) -> Option<Self> {
        let mark = words::mark(store);
        let marked = |word: String| format!("{mark}{word}");
        let mut typed = match text {
            Some(text) => words::query_words(text)?,
            None => Vec::new(),
        };
        let unfinished = typed.pop().map(marked);
        let whole = tag.map(words::tag_word).into_iter().chain(typed).map(marked).collect();
        Some(Self { whole, unfinished })
    }

    /// Has the index lead to the products.
    pub(super) fn lead(&self, backend: DatabaseBackend, query: &mut SelectStatement) {
        if backend == DatabaseBackend::Postgres {
            query.and_where(self.matches());
            return;
        }
        let mut parts: Vec<_> = self.whole.iter().map(|word| format!("\"{word}\"")).collect();
        parts.extend(self.unfinished.iter().map(|word| format!("\"{word}\" *")));
        // Joined, so that rows can be taken as they are found; a set would be made first. And in this order:
        // SQLite does not turn a cross join around.
        query.from_clear().from("products_search").cross_join("products");
        query
            .and_where(Expr::col("products_search").binary(SqliteBinOper::Match, parts.join(" AND ")))
            .and_where(Expr::col(("products", "row_number")).equals(("products_search", "rowid")));
    }

    /// Whether a row has them, without the index.
    pub(super) fn test(&self, backend: DatabaseBackend) -> Condition {
        if backend == DatabaseBackend::Postgres {
            return Condition::all().add(self.tested());
        }
        let text = || Expr::cust("' ' || \"products\".\"search_text\" || ' '");
        let has = |part: String| Expr::cust_with_exprs("instr($1, $2) > 0", [text(), Expr::val(part)]);
        let whole = self.whole.iter().map(|word| has(format!(" {word} ")));
        let begun = self.unfinished.iter().map(|word| has(format!(" {word}")));
        whole.chain(begun).fold(Condition::all(), Condition::add)
    }

    /// Whether a row of Postgres has them. Of a plain match it expects none among the products of any store, and
    /// rather sorts all of them than walk in their order.
    pub(super) fn tested(&self) -> Expr {
        as_value(self.matches())
    }

    fn matches(&self) -> Expr {
        let mut parts = self.whole.clone();
        parts.extend(self.unfinished.iter().map(|word| format!("{word}:*")));
        let query = Expr::val(parts.join(" & ")).cast_as("tsquery");
        Expr::col(("products", "search")).binary(PgBinOper::Matches, query)
    }
}
