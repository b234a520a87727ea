//! What is the same in every errand and what is not: each value as a pattern in which names stand for what the
//! errand brought into the world.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::log::Statement;

/// How something new looks, which decides how more of it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An id, most of which begin with the time.
    Uuid,
    /// The same in an address or a reference.
    Ulid,
    /// The hash of a token.
    Hash,
    /// The harness's own number of the errand.
    Number,
    /// What a counter in the database was at.
    Count,
}

/// A value at one place of a statement, in every errand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    /// Null in every errand.
    Null,
    /// The same in every errand.
    Same(String),
    /// A pattern for each errand, in which `~3~` stands for the third of its new things.
    Patterns(Vec<String>),
}

/// Errands of the same steps.
#[derive(Debug)]
pub(super) struct Patterns {
    /// The statements.
    pub(super) sql: Vec<String>,
    /// The values of each.
    pub(super) values: Vec<Vec<Value>>,
    /// The new things of an errand, by the numbers that stand for them.
    pub(super) new: Vec<Kind>,
}

/// What stands for a new thing.
pub(super) fn name(number: usize) -> String {
    format!("~{number}~")
}

impl Patterns {
    /// Finds them in errands that ran one after the other, each under its number. `held` is what the database
    /// held before them.
    pub(super) fn of(errands: &[(usize, Vec<Statement>)], held: &str) -> Result<Self, String> {
        let (_, first) = errands.first().ok_or("no errand was written down")?;
        let places: Vec<(usize, usize)> = first
            .iter()
            .enumerate()
            .flat_map(|(at, statement)| (0..statement.values.len()).map(move |place| (at, place)))
            .collect();
        let counts = counting(errands, &places);
        let known: HashSet<&str> = tokens(held).map(|(_, token)| token).collect();
        let mut used: HashMap<&str, usize> = HashMap::new();
        for (_, errand) in errands {
            for token in errand.iter().flat_map(tokens_of).collect::<BTreeSet<_>>() {
                *used.entry(token).or_default() += 1;
            }
        }
        let is_new = |token: &str| !known.contains(token) && used.get(token) == Some(&1);
        let read = |(index, (_, errand)): (usize, &(usize, Vec<Statement>))| {
            let mut names =
                Names { count: counts.as_ref().map(|counts| counts[index].as_str()), ..Names::default() };
            let pattern = |&(at, place): &(usize, usize)| {
                errand[at].values[place].as_deref().map(|value| names.pattern(value, &is_new))
            };
            let patterns: Vec<_> = places.iter().map(pattern).collect();
            (names.kinds, patterns)
        };
        let read: Vec<_> = errands.iter().enumerate().map(read).collect();
        // An amount can be what a counter is at, by chance: the errand then seems to make other things.
        let most = read.iter().map(|(kinds, _)| kinds);
        let most = most.max_by_key(|kinds| read.iter().filter(|(others, _)| others == *kinds).count());
        let kinds = most.cloned().unwrap_or_default();
        let mut patterns = vec![Vec::new(); places.len()];
        for (_, of_errand) in read.into_iter().filter(|(others, _)| *others == kinds) {
            for (pattern, value) in patterns.iter_mut().zip(of_errand) {
                pattern.push(value);
            }
        }
        let mut values: Vec<Vec<Value>> = first.iter().map(|_| Vec::new()).collect();
        for (pattern, (at, _)) in patterns.into_iter().zip(places) {
            values[at].push(Value::of(pattern));
        }
        let sql = first.iter().map(|statement| statement.sql.clone()).collect();
        Ok(Self { sql, values, new: kinds })
    }
}

impl Value {
    fn of(patterns: Vec<Option<String>>) -> Self {
        // Errands with nulls at other places were left out.
        let Some(patterns) = patterns.into_iter().collect::<Option<Vec<_>>>() else { return Self::Null };
        let same = patterns.iter().all(|pattern| Some(pattern) == patterns.first());
        match patterns.first() {
            Some(only) if same && !only.contains('~') => Self::Same(only.clone()),
            _ => Self::Patterns(patterns),
        }
    }
}

/// What a counter in the database was at in each errand: it is the one number that rises by one from errand to
/// errand, whatever is bought.
fn counting(errands: &[(usize, Vec<Statement>)], places: &[(usize, usize)]) -> Option<Vec<String>> {
    let texts = |&(at, place): &(usize, usize)| -> Option<Vec<String>> {
        let texts =
            errands.iter().map(|(_, errand)| errand[at].values[place].clone()).collect::<Option<Vec<_>>>()?;
        let bases = texts
            .iter()
            .zip(errands)
            .map(|(text, (number, _))| text.parse::<usize>().ok()?.checked_sub(*number));
        let bases: BTreeSet<usize> = bases.collect::<Option<_>>()?;
        (errands.len() > 1 && bases.len() == 1).then_some(texts)
    };
    places.iter().find_map(texts)
}

/// The names of what an errand made so far.
#[derive(Default)]
struct Names<'a> {
    count: Option<&'a str>,
    known: BTreeMap<String, usize>,
    kinds: Vec<Kind>,
}

impl Names<'_> {
    fn pattern(&mut self, value: &str, is_new: &impl Fn(&str) -> bool) -> String {
        if self.count == Some(value) {
            return self.name(value, Kind::Count);
        }
        let mut pattern = value.to_owned();
        for (kind, token) in tokens(value) {
            if is_new(token) {
                pattern = pattern.replace(token, &self.name(token, kind));
            }
        }
        // Numbers for people are the count behind a few letters.
        if let Some(count) = self.count {
            let behind = format!("-{count}");
            if let Some((before, after)) = pattern.split_once(&behind) {
                let is_whole =
                    !after.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '-');
                let is_short = before.ends_with(|letter: char| letter.is_ascii_uppercase());
                if is_whole && is_short {
                    pattern = pattern.replace(&behind, &format!("-{}", self.name(count, Kind::Count)));
                }
            }
        }
        pattern
    }

    fn name(&mut self, token: &str, kind: Kind) -> String {
        let next = self.kinds.len();
        let number = *self.known.entry(token.to_owned()).or_insert(next);
        if number == next {
            self.kinds.push(kind);
        }
        name(number)
    }
}

fn tokens_of(statement: &Statement) -> impl Iterator<Item = &str> {
    statement.values.iter().flatten().flat_map(|value| tokens(value)).map(|(_, token)| token)
}

/// Everything in a text that looks as if it was made to be unlike anything else.
fn tokens(text: &str) -> impl Iterator<Item = (Kind, &str)> {
    let is_apart = |letter: char| !letter.is_ascii_alphanumeric() && letter != '-';
    text.split(is_apart).flat_map(|word| {
        let is_uuid = word.len() == 36 && word.bytes().filter(|b| *b == b'-').count() == 4;
        let parts = word.split('-').filter_map(|part| Some((kind_of(part)?, part)));
        let whole = is_uuid.then_some((Kind::Uuid, word));
        whole.into_iter().chain(parts.filter(move |_| !is_uuid))
    })
}

fn kind_of(word: &str) -> Option<Kind> {
    let all = |one: fn(&u8) -> bool| word.bytes().all(|byte| one(&byte));
    match word.len() {
        64 if all(u8::is_ascii_hexdigit) => Some(Kind::Hash),
        26 if all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) => Some(Kind::Ulid),
        16 if all(u8::is_ascii_digit) => Some(Kind::Number),
        _ => None,
    }
}
