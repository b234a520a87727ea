//! What Postgres writes down of the statements that it is sent.

/// What every line that begins something in the log begins with, after the process's number.
pub(super) const MARK: &str = "@@ ";
/// Between errands the harness sends a statement that begins like this.
pub(super) const NEXT: &str = "select 'next errand'";

/// A statement as it was sent, and the parameters that went with it, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) values: Vec<Option<String>>,
}

impl Statement {
    /// What it has in common with the same step of another errand: its text, and which parameters are null.
    pub(super) fn step(&self) -> (&str, Vec<bool>) {
        (&self.sql, self.values.iter().map(Option::is_none).collect())
    }
}

/// The statements of each errand, in the order in which they were sent.
pub(super) fn errands(log: &str) -> Vec<Vec<Statement>> {
    let mut errands = Vec::new();
    for (kind, text) in entries(log) {
        if kind == "DETAIL" {
            let last = errands.last_mut().and_then(|errand: &mut Vec<Statement>| errand.last_mut());
            if let (Some(statement), Some(list)) = (last, text.strip_prefix("parameters: ")) {
                statement.values = values(list);
            }
        } else if let Some(sql) = sql_of(&text) {
            if sql == NEXT {
                errands.push(Vec::new());
            } else if let Some(errand) = errands.last_mut() {
                errand.push(Statement { sql: sql.to_owned(), values: Vec::new() });
            }
        }
    }
    // After the last mark comes what the harness does next.
    errands.pop();
    errands
}

/// Kind and text of what was written down; lines after the first begin with a tab.
fn entries(log: &str) -> Vec<(String, String)> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in log.lines() {
        let begins = line.split_once(MARK).filter(|(process, _)| process.bytes().all(|b| b.is_ascii_digit()));
        if let Some((kind, text)) = begins.and_then(|(_, rest)| rest.split_once(":  ")) {
            entries.push((kind.to_owned(), text.to_owned()));
        } else if let (Some((_, text)), Some(more)) = (entries.last_mut(), line.strip_prefix('\t')) {
            text.push('\n');
            text.push_str(more);
        }
    }
    entries
}

fn sql_of(text: &str) -> Option<&str> {
    let sql = match text.strip_prefix("statement: ") {
        Some(sql) => sql,
        None => text.strip_prefix("execute ")?.split_once(": ")?.1,
    };
    Some(sql.trim().trim_end_matches(';'))
}

/// Reads `$1 = 'it''s', $2 = NULL`.
fn values(mut list: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    while let Some((_, rest)) = list.split_once(" = ") {
        let Some(begun) = rest.strip_prefix('\'') else {
            values.push(None);
            list = rest;
            continue;
        };
        let (value, rest) = quoted(begun);
        values.push(Some(value));
        list = rest;
    }
    values
}

/// What stands up to the closing quote, and what follows it; two quotes stand for one.
fn quoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut letters = text.char_indices().peekable();
    while let Some((place, letter)) = letters.next() {
        if letter != '\'' || letters.next_if(|(_, next)| *next == '\'').is_some() {
            value.push(letter);
        } else {
            return (value, &text[place + 1..]);
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_read_with_their_parameters() {
        let log = "7@@ LOG:  statement: select 'next errand'\n\
                   8@@ LOG:  execute sqlx_s_1: select $1,\n\t$2, $3\n\
                   8@@ DETAIL:  parameters: $1 = 'it''s = 1, $9', $2 = NULL, $3 = 'two\n\tlines'\n\
                   8@@ LOG:  statement: COMMIT;\n\
                   7@@ LOG:  statement: select 'next errand'\n";
        let select = Statement {
            sql: "select $1,\n$2, $3".to_owned(),
            values: vec![Some("it's = 1, $9".to_owned()), None, Some("two\nlines".to_owned())],
        };
        let commit = Statement { sql: "COMMIT".to_owned(), values: Vec::new() };
        assert_eq!(errands(log), [[select, commit]]);
    }
}
