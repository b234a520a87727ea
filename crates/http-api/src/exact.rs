//! Numbers with decimals that are no amounts: tax rates, percentages. Read and written digit by digit, so
//! that `0.2` never becomes `0.20000000000000001`.

use std::{fmt, str::FromStr as _};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Visitor, ser::Error as _};
use utoipa::{
    __dev::ComposeSchema,
    ToSchema,
    openapi::{ObjectBuilder, RefOr, schema::Schema, schema::SchemaType, schema::Type},
};

/// Characters a number may have.
const TEXT_MAX: usize = 40;

/// A decimal number. Answered as a JSON number; taken as one, or as text (`"0.2"`) from clients whose
/// own numbers are not exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(pub Decimal);

impl From<Decimal> for Exact {
    fn from(number: Decimal) -> Self {
        Self(number)
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.0.normalize().to_string();
        serde_json::Number::from_str(&text).map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ExactVisitor)
    }
}

struct ExactVisitor;

impl Visitor<'_> for ExactVisitor {
    type Value = Exact;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number")
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Exact, E> {
        Ok(Exact(number.into()))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Exact, E> {
        Ok(Exact(number.into()))
    }

    // The shortest text that means this number is what the client wrote, up to 15 digits.
    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Exact, E> {
        let text = number.to_string();
        read(&text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Float(number), &self))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Exact, E> {
        read(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

fn read(text: &str) -> Option<Exact> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b".-".contains(&byte));
    let fits = plain && text.len() <= TEXT_MAX;
    fits.then(|| Decimal::from_str_exact(text).ok()).flatten().map(Exact)
}

// Written out so that documents show a number where it stands instead of a type of its own.
impl ComposeSchema for Exact {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(SchemaType::Type(Type::Number)).into()
    }
}

impl ToSchema for Exact {}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("0.2", "0.2")]
    #[case("0.20", "0.2")]
    #[case("\"0.20\"", "0.2")]
    #[case("0.0725", "0.0725")]
    #[case("0.1", "0.1")]
    #[case("20", "20")]
    #[case("-3", "-3")]
    #[case("0.000001", "0.000001")]
    #[case("2e-1", "0.2")]
    fn numbers_keep_their_digits(#[case] written: &str, #[case] expected: &str) {
        let number: Exact = serde_json::from_str(written).expect(written);
        assert_eq!(number.0, expected.parse::<Decimal>().unwrap());
        assert_eq!(serde_json::to_string(&number).unwrap().parse::<Decimal>().unwrap(), number.0);
    }

    #[rstest]
    #[case("\"\"")]
    #[case("\"1e5\"")]
    #[case("\"0x1\"")]
    #[case("\"1,5\"")]
    #[case("\"NaN\"")]
    #[case("true")]
    #[case("null")]
    #[case("{}")]
    #[case("1e300")]
    fn what_is_no_number_is_refused(#[case] written: &str) {
        assert!(serde_json::from_str::<Exact>(written).is_err(), "{written}");
    }

    #[test]
    fn a_rate_is_written_as_people_write_it() {
        for (text, expected) in [("0.20", "0.2"), ("0.000001", "1e-6"), ("12.5", "12.5"), ("20", "20")] {
            let written = serde_json::to_string(&Exact(text.parse().unwrap())).unwrap();
            assert!(written == expected || written == text, "{text} became {written}");
        }
    }
}
