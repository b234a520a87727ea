//! Searches by operators: `{"name": {"operator": "=", "value": "Candle"}, "limit": 20}`.

use chrono::{DateTime, Utc};
use ports::{
    list::{Count, SortValue},
    search::{Comparison, Condition, Excerpt},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// Rows of one answer when the caller does not say.
const LIMIT: u32 = 20;

/// How a text is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) enum TextOperator {
    /// The same.
    #[serde(rename = "=")]
    Equal,
    /// Anything else.
    #[serde(rename = "!=")]
    NotEqual,
}

/// How a number is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) enum NumberOperator {
    /// The same.
    #[serde(rename = "=")]
    Equal,
    /// Anything else.
    #[serde(rename = "!=")]
    NotEqual,
    /// Below.
    #[serde(rename = "<")]
    Less,
    /// Above.
    #[serde(rename = ">")]
    Greater,
}

/// A comparison of a text.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextTest {
    /// How it is compared.
    operator: TextOperator,
    /// With what, capitals included.
    #[validate(length(max = 1000))]
    value: String,
}

/// A comparison of a whole number.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberTest {
    /// How it is compared.
    operator: NumberOperator,
    /// With what.
    value: i64,
}

/// A stretch of time; an end that is left out is open.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimeRange {
    /// Its first moment.
    from: Option<DateTime<Utc>>,
    /// Its last moment.
    to: Option<DateTime<Utc>>,
}

/// Comparisons gathered from a search's fields.
#[derive(Debug)]
pub(crate) struct Conditions<F>(Vec<Condition<F>>);

impl<F: Copy> Conditions<F> {
    /// None yet.
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a comparison of a text.
    pub(crate) fn text(mut self, field: F, test: Option<TextTest>) -> Self {
        if let Some(TextTest { operator, value }) = test {
            let comparison = match operator {
                TextOperator::Equal => Comparison::Equal,
                TextOperator::NotEqual => Comparison::NotEqual,
            };
            self.0.push(Condition { field, comparison, value: SortValue::Text(value) });
        }
        self
    }

    /// Adds a comparison of a number.
    pub(crate) fn number(mut self, field: F, test: Option<NumberTest>) -> Self {
        if let Some(NumberTest { operator, value }) = test {
            let comparison = match operator {
                NumberOperator::Equal => Comparison::Equal,
                NumberOperator::NotEqual => Comparison::NotEqual,
                NumberOperator::Less => Comparison::Less,
                NumberOperator::Greater => Comparison::Greater,
            };
            self.0.push(Condition { field, comparison, value: SortValue::Int(value) });
        }
        self
    }

    /// Adds the ends of a stretch of time.
    pub(crate) fn time(mut self, field: F, range: Option<TimeRange>) -> Self {
        if let Some(TimeRange { from, to }) = range {
            let ends = [(Comparison::AtLeast, from), (Comparison::AtMost, to)];
            let given = ends.into_iter().filter_map(|(comparison, end)| Some((comparison, end?)));
            self.0.extend(given.map(|(comparison, end)| Condition {
                field,
                comparison,
                value: SortValue::Time(end),
            }));
        }
        self
    }

    /// All that were added.
    pub(crate) fn into_vec(self) -> Vec<Condition<F>> {
        self.0
    }
}

/// The part of what was found that a caller wants to see.
pub(crate) fn excerpt(limit: Option<u32>, offset: Option<u64>) -> Excerpt {
    Excerpt { limit: limit.unwrap_or(LIMIT).into(), offset: offset.unwrap_or_default() }
}

/// The answer to a search.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FoundBody<T> {
    /// What was found.
    pub(crate) data: Vec<T>,
    /// Where it stands.
    pub(crate) meta: FoundMeta,
}

/// Where the rows of a search stand among all that were found.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundMeta {
    /// Rows asked for at most.
    #[schema(examples(20))]
    pub(crate) limit: u64,
    /// Rows skipped.
    #[schema(examples(0))]
    pub(crate) offset: u64,
    /// Rows found in all; so many at least. Counting ends at 1,000.
    #[schema(examples(318))]
    pub(crate) total: u64,
    /// Whether `total` is all there is.
    #[schema(examples(true))]
    pub(crate) total_is_exact: bool,
}

impl<T> FoundBody<T> {
    /// Rows with their place.
    pub(crate) fn new(data: Vec<T>, excerpt: Excerpt, total: Count) -> Self {
        let Excerpt { limit, offset } = excerpt;
        Self { data, meta: FoundMeta { limit, offset, total: total.rows, total_is_exact: !total.and_more } }
    }
}
