//! Query parameters that every list and every single resource has.

use serde_json::{Value, json};
use utoipa::openapi::{
    Required,
    path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle},
};

/// Paging and sorting; `sorts` are the names of the columns.
pub(crate) fn paging(sorts: &[&str]) -> Vec<Parameter> {
    let directions: Vec<String> =
        sorts.iter().flat_map(|name| [(*name).to_owned(), format!("-{name}")]).collect();
    let mut all = vec![
        query("page", "Number of the page, from 1.", json!({"type": "integer", "minimum": 1, "default": 1})),
        query(
            "perPage",
            "Rows on a page.",
            json!({"type": "integer", "minimum": 1, "maximum": 100, "default": 20}),
        ),
        query(
            "cursor",
            "Instead of `page`: empty starts, then the `nextCursor` of the answer before.",
            json!({"type": "string"}),
        ),
    ];
    if !sorts.is_empty() {
        all.extend([
            query(
                "sort",
                "The column to sort by, with `-` for largest first.",
                json!({"type": "string", "enum": directions}),
            ),
            query("order", "Direction, with `sort`.", json!({"type": "string", "enum": ["asc", "desc"]})),
        ]);
    }
    all
}

/// Sparse fields, of those there are, and expansions where there are any.
pub(crate) fn selection(fields: &[String], expand: &[&str]) -> Vec<Parameter> {
    let mut sparse = query(
        "fields",
        "Names of the fields to answer with, separated by commas; `id` always comes along, and the others are \
         left out of the answer.",
        json!({"type": "array", "items": {"type": "string", "enum": fields}}),
    );
    sparse.style = Some(ParameterStyle::Form);
    sparse.explode = Some(false);
    let mut all = vec![sparse];
    if !expand.is_empty() {
        let description = "What to put in; also as `expand=a,b`.";
        all.push(query(
            "expand[]",
            description,
            json!({"type": "array", "items": {"type": "string", "enum": expand}}),
        ));
    }
    all
}

/// A header that may be left out.
pub(crate) fn header(name: &str, description: &str) -> Parameter {
    optional(ParameterIn::Header, name, description, json!({"type": "string"}))
}

fn query(name: &str, description: &str, schema: Value) -> Parameter {
    optional(ParameterIn::Query, name, description, schema)
}

fn optional(place: ParameterIn, name: &str, description: &str, schema: Value) -> Parameter {
    let schema: utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> =
        serde_json::from_value(schema).expect("the schemas above are valid");
    ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}
