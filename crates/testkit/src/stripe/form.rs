//! Forms in Stripe's bracket notation: `metadata[order_id]=…`, `expand[]=…`, `items[0][price]=…`.

use std::collections::BTreeMap;

/// A form by the names of its fields.
pub(super) type Form = BTreeMap<String, Field>;

/// A value of a form, as deep as its brackets go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    Text(String),
    Nested(Form),
}

/// Reads a form; the error names the field that contradicts another.
pub(super) fn parse(body: &[u8]) -> Result<Form, String> {
    let mut form = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(body) {
        let (head, rest) = name.split_once('[').map_or((&*name, ""), |(head, rest)| (head, rest));
        let mut path = vec![head];
        if !rest.is_empty() {
            path.extend(rest.strip_suffix(']').ok_or_else(|| name.to_string())?.split("]["));
        }
        put(&mut form, &path, value.into_owned()).ok_or_else(|| name.to_string())?;
    }
    Ok(form)
}

fn put(form: &mut Form, path: &[&str], value: String) -> Option<()> {
    let (name, deeper) = path.split_first()?;
    // `expand[]` appends: the next free index.
    let name = if name.is_empty() { form.len().to_string() } else { (*name).to_owned() };
    if deeper.is_empty() {
        return form.insert(name, Field::Text(value)).is_none().then_some(());
    }
    match form.entry(name).or_insert_with(|| Field::Nested(BTreeMap::new())) {
        Field::Nested(inner) => put(inner, deeper, value),
        Field::Text(_) => None,
    }
}

/// The text of a field without brackets.
pub(super) fn text<'a>(form: &'a Form, name: &str) -> Option<&'a str> {
    match form.get(name)? {
        Field::Text(text) => Some(text),
        Field::Nested(_) => None,
    }
}

/// The texts directly within a field with brackets.
pub(super) fn texts(form: &Form, name: &str) -> BTreeMap<String, String> {
    let Some(Field::Nested(inner)) = form.get(name) else { return BTreeMap::new() };
    inner
        .iter()
        .filter_map(|(name, field)| match field {
            Field::Text(text) => Some((name.clone(), text.clone())),
            Field::Nested(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_nest_and_append() {
        let form = parse(b"a=1&m%5Bx%5D=2&m[y][z]=3&e[]=p&e[]=q&l[0]=r").unwrap();
        assert_eq!(text(&form, "a"), Some("1"));
        assert_eq!(texts(&form, "m"), BTreeMap::from([("x".to_owned(), "2".to_owned())]));
        assert_eq!(texts(&form, "e").into_values().collect::<Vec<_>>(), ["p", "q"]);
        assert_eq!(texts(&form, "l").into_values().collect::<Vec<_>>(), ["r"]);
    }

    #[test]
    fn contradictions_are_named() {
        for body in ["a=1&a=2", "a=1&a[b]=2", "a[b=1"] {
            assert!(parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}
