//! A script for pgbench that does what errands did, each time with new ids.

use std::{collections::BTreeMap, fmt::Write as _};

use super::pattern::{Kind, Patterns, Value, name};

/// Where the values of the errands are kept, and where numbers come from that were never used.
pub(super) const SCHEMA: &str = "replay";
/// More than a store has sold before.
const FIRST_NUMBER: u64 = 1_000_000_000;

/// A script, and what has to be in the database before it runs.
#[derive(Debug)]
pub(super) struct Script {
    /// Statements that make the table of values.
    pub(super) tables: Vec<String>,
    /// One row of values for each errand, in the order of the table's columns.
    pub(super) rows: Vec<Vec<String>>,
    /// How a row is added.
    pub(super) insert: String,
    /// Values that are the same in every errand, by the names of their variables.
    pub(super) same: Vec<(String, String)>,
    /// The statement that takes an errand's values into variables.
    pub(super) values: String,
    /// The statements of the errand.
    pub(super) statements: String,
}

impl Script {
    /// Writes it.
    ///
    /// Values are parameters of the statements here too, so that Postgres plans them in the same way. The
    /// values of one errand, chosen by luck, come from a table in one statement more; ids are made up there.
    pub(super) fn of(patterns: &Patterns) -> Result<Self, String> {
        let mut variables = BTreeMap::new();
        let mut statements = String::new();
        for (sql, values) in patterns.sql.iter().zip(&patterns.values) {
            let names: Vec<String> = values.iter().map(|value| variable(&mut variables, value)).collect();
            writeln!(statements, "{};", with_names(sql, &names)?).map_err(|error| error.to_string())?;
        }
        let mut same = Vec::new();
        let mut columns: Vec<(&String, &Vec<String>)> = Vec::new();
        for (value, variable) in &variables {
            match value {
                Value::Null => {}
                Value::Same(text) => same.push((variable.clone(), text.clone())),
                Value::Patterns(each) => columns.push((variable, each)),
            }
        }
        let errands = columns.first().map_or(0, |(_, each)| each.len());
        let rows = (0..errands).map(|row| columns.iter().map(|(_, each)| each[row].clone()).collect());
        let names: Vec<String> = columns.iter().map(|(name, _)| format!(", {name} text not null")).collect();
        let places: Vec<String> = (0..columns.len()).map(|column| format!(", ${}", column + 2)).collect();
        Ok(Self {
            tables: vec![
                format!("create schema if not exists {SCHEMA}"),
                // Goes on from where another errand left it: what that made up is there still.
                format!("create sequence if not exists {SCHEMA}.number start {FIRST_NUMBER} cache 100"),
                format!("drop table if exists {SCHEMA}.errands"),
                // Rows stay whole and as they are, since the shop does not look values up either.
                format!(
                    "create table {SCHEMA}.errands (place bigint primary key{}) with (toast_tuple_target = 8160)",
                    names.concat()
                ),
            ],
            rows: rows.collect(),
            insert: format!("insert into {SCHEMA}.errands values ($1{})", places.concat()),
            same,
            values: format!("\\set place random(1, {errands})\n{} \\gset\n", take(&columns, &patterns.new)),
            statements,
        })
    }
}

/// The variable of a value: the same for the same value wherever it stands.
fn variable(variables: &mut BTreeMap<Value, String>, value: &Value) -> String {
    if *value == Value::Null {
        return "null".to_owned();
    }
    let next = format!("v{}", variables.len());
    format!(":{}", variables.entry(value.clone()).or_insert(next))
}

/// A statement with variables for its parameters.
fn with_names(sql: &str, names: &[String]) -> Result<String, String> {
    let mut parts = sql.split('$');
    let mut named = parts.next().unwrap_or_default().to_owned();
    if sql.replace("::", "").contains(':') || sql.contains('\\') {
        return Err(format!("pgbench would read more into this than Postgres does: {sql}"));
    }
    for part in parts {
        let end = part.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        let place = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let name =
            place.and_then(|place| names.get(place)).ok_or_else(|| format!("no ${number} for {sql}"))?;
        named.push_str(name);
        named.push_str(rest);
    }
    Ok(named)
}

/// The statement that chooses an errand and makes up what is new in it.
fn take(columns: &[(&String, &Vec<String>)], new: &[Kind]) -> String {
    let is_used = |number: usize| {
        let name = name(number);
        move |pattern: &String| pattern.contains(&name)
    };
    let value = |(column, patterns): &(&String, &Vec<String>)| {
        let used = (0..new.len()).filter(|number| patterns.iter().any(is_used(*number)));
        let only = used.clone().next().filter(|number| patterns.iter().all(|one| *one == name(*number)));
        let text = only.map_or_else(
            || used.fold(format!("e.{column}"), |text, n| format!("replace({text}, '{}', n.n{n})", name(n))),
            |number| format!("n.n{number}"),
        );
        format!("{text} as {column}")
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let made = new.iter().enumerate().map(|(number, kind)| format!("{} as n{number}", fresh(*kind, number)));
    let made: Vec<String> = made.collect();
    // `offset 0` keeps each from being made up anew wherever it is used.
    format!(
        "select {} from {SCHEMA}.errands e, (select {} from (select nextval('{SCHEMA}.number') as number, \
         lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') as time) t offset 0) n \
         where e.place = :place",
        values.join(", "),
        if made.is_empty() { "1".to_owned() } else { made.join(", ") },
    )
}

/// Something new. Ids begin with the time as those of the shop do, since it matters to an index where its
/// entries come to lie.
fn fresh(kind: Kind, number: usize) -> String {
    let hash = format!("md5('{number}' || t.number)");
    match kind {
        Kind::Uuid => format!("(t.time || substr({hash}, 13))::uuid::text"),
        Kind::Ulid => format!("upper(t.time || substr({hash}, 19))"),
        Kind::Hash => format!("{hash} || md5('{number}.' || t.number)"),
        Kind::Number => "lpad(t.number::text, 16, '0')".to_owned(),
        Kind::Count => "t.number::text".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::log::Statement, *};

    fn statement(sql: &str, values: &[&str]) -> Statement {
        let values = values.iter().map(|value| Some((*value).to_owned())).collect();
        Statement { sql: sql.to_owned(), values }
    }

    /// Somebody buys something that is there, and gets a number.
    fn errand(number: usize, goods: &str) -> (usize, Vec<Statement>) {
        let cart = format!("018f0000-0000-7000-8000-{number:012}");
        let count = (1000 + number).to_string();
        let body = format!("{{\"cart\": \"{cart}\", \"goods\": \"{goods}\", \"order\": \"ACM-{count}\"}}");
        let insert = statement("insert into carts values ($1::uuid, $2)", &[&cart, "open"]);
        let update = statement("update carts set n = $3, body = $2 where id = $1", &[&cart, &body, &count]);
        (number, vec![insert, statement("COMMIT", &[]), update])
    }

    #[test]
    fn what_an_errand_made_is_made_anew_wherever_it_stands() {
        let held = "018f0000-0000-7000-8000-00000000aaaa (018f0000-0000-7000-8000-00000000bbbb)";
        let errands = [
            errand(3, "018f0000-0000-7000-8000-00000000aaaa"),
            errand(4, "018f0000-0000-7000-8000-00000000bbbb"),
        ];
        let script = Script::of(&Patterns::of(&errands, held).unwrap()).unwrap();
        let statements = [
            "insert into carts values (:v0::uuid, :v1);",
            "COMMIT;",
            "update carts set n = :v3, body = :v2 where id = :v0;",
        ];
        assert_eq!(script.statements.lines().collect::<Vec<_>>(), statements);
        assert_eq!(script.same, [("v1".to_owned(), "open".to_owned())]);
        let rows = |goods: &str| {
            let body = format!("{{\"cart\": \"~0~\", \"goods\": \"{goods}\", \"order\": \"ACM-~1~\"}}");
            BTreeSet::from(["~0~".to_owned(), body, "~1~".to_owned()])
        };
        let kept = |row: usize| script.rows[row].iter().cloned().collect::<BTreeSet<_>>();
        assert_eq!(kept(0), rows("018f0000-0000-7000-8000-00000000aaaa"));
        assert_eq!(kept(1), rows("018f0000-0000-7000-8000-00000000bbbb"));
        assert!(script.values.contains("n.n0 as v0, "), "{}", script.values);
    }
}
