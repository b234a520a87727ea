//! How countries write their postcodes.
//!
//! Shapes are written in a small language over the folded postcode (capitals, without blanks and
//! hyphens): `n` a digit, `a` a letter, `x` either; anything else stands for itself. `|` parts
//! alternatives.

/// Shapes by country, ordered by code. A country that is not here may have postcodes of any shape.
#[rustfmt::skip]
const SHAPES: &[(&str, &str)] = &[
    ("AD", "ADnnn"), ("AR", "nnnn|annnnaaa"), ("AT", "nnnn"), ("AU", "nnnn"), ("BA", "nnnnn"), ("BE", "nnnn"),
    ("BG", "nnnn"), ("BR", "nnnnnnnn"), ("CA", "ananan"), ("CH", "nnnn"), ("CN", "nnnnnn"), ("CY", "nnnn"),
    ("CZ", "nnnnn"), ("DE", "nnnnn"), ("DK", "nnnn"), ("DZ", "nnnnn"), ("EE", "nnnnn"), ("EG", "nnnnn"),
    ("ES", "nnnnn"), ("FI", "nnnnn"), ("FR", "nnnnn"), ("GB", "annaa|annnaa|aannaa|aannnaa|ananaa|aananaa|GIR0AA"),
    ("GG", "GYnnaa|GYnnnaa"), ("GR", "nnnnn"), ("HR", "nnnnn"), ("HU", "nnnn"), ("ID", "nnnnn"),
    ("IE", "annxxxx|D6Wxxxx"), ("IL", "nnnnn|nnnnnnn"), ("IM", "IMnnaa|IMnnnaa"), ("IN", "nnnnnn"), ("IS", "nnn"),
    ("IT", "nnnnn"), ("JE", "JEnnaa|JEnnnaa"), ("JP", "nnnnnnn"), ("KR", "nnnnn"), ("LI", "nnnn"),
    ("LT", "nnnnn|LTnnnnn"), ("LU", "nnnn|Lnnnn"), ("LV", "nnnn|LVnnnn"), ("MC", "98nnn"), ("ME", "nnnnn"),
    ("MK", "nnnn"), ("MT", "aaannnn"), ("MX", "nnnnn"), ("MY", "nnnnn"), ("NL", "nnnnaa"), ("NO", "nnnn"),
    ("NZ", "nnnn"), ("PH", "nnnn"), ("PL", "nnnnn"), ("PR", "nnnnn|nnnnnnnnn"), ("PT", "nnnnnnn"), ("RO", "nnnnnn"),
    ("RS", "nnnnn"), ("RU", "nnnnnn"), ("SE", "nnnnn"), ("SG", "nnnnnn"), ("SI", "nnnn"), ("SK", "nnnnn"),
    ("SM", "nnnnn"), ("TH", "nnnnn"), ("TN", "nnnn"), ("TR", "nnnnn"), ("TW", "nnn|nnnnn|nnnnnn"), ("UA", "nnnnn"),
    ("US", "nnnnn|nnnnnnnnn"), ("VA", "nnnnn"), ("VN", "nnnnn|nnnnnn"), ("ZA", "nnnn"),
];

/// Countries with postcodes that an address can do without.
const OPTIONAL: &[&str] = &["EG", "IE", "TW", "VN"];

/// Countries and territories that have no postcodes.
#[rustfmt::skip]
const WITHOUT: &[&str] = &[
    "AE", "AG", "AO", "AW", "BF", "BI", "BJ", "BO", "BS", "BW", "BZ", "CD", "CF", "CG", "CI", "CK", "CM", "CW",
    "DJ", "DM", "ER", "FJ", "GA", "GD", "GH", "GM", "GQ", "GY", "HK", "KI", "KM", "KP", "ML", "MO", "MR", "MW",
    "NR", "NU", "QA", "RW", "SB", "SC", "SL", "SR", "ST", "SX", "SY", "TD", "TG", "TK", "TL", "TO", "TV", "UG",
    "VU", "YE", "ZW",
];

/// Characters of a postcode whose shape is not known.
const LENGTH_MAX: usize = 12;

/// What people of the country call a postcode.
pub(super) fn label(country: &str) -> &'static str {
    match country {
        "US" | "PR" | "GU" | "VI" | "AS" | "MP" | "PH" => "ZIP code",
        "GB" | "GG" | "IM" | "JE" | "AU" | "NZ" | "NL" | "BE" | "MY" => "Postcode",
        "DE" | "AT" | "CH" | "LI" => "PLZ",
        "IN" => "PIN code",
        "BR" => "CEP",
        "IE" => "Eircode",
        "IT" | "SM" | "VA" => "CAP",
        _ => "Postal code",
    }
}

/// Whether an address there is incomplete without a postcode.
pub(super) fn required(country: &str) -> bool {
    shape(country).is_some() && !OPTIONAL.contains(&country)
}

/// Whether the country has postcodes at all.
pub(super) fn exist(country: &str) -> bool {
    !WITHOUT.contains(&country)
}

/// Whether the text can be a postcode of the country.
pub(super) fn valid(country: &str, postcode: &str) -> bool {
    let folded: Vec<char> = postcode
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    match shape(country) {
        Some(shapes) => shapes.split('|').any(|shape| fits(&folded, shape)),
        None => (1..=LENGTH_MAX).contains(&folded.len()) && folded.iter().all(char::is_ascii_alphanumeric),
    }
}

fn shape(country: &str) -> Option<&'static str> {
    let index = SHAPES.binary_search_by(|(code, _)| (*code).cmp(country)).ok()?;
    SHAPES.get(index).map(|(_, shape)| *shape)
}

fn fits(postcode: &[char], shape: &str) -> bool {
    shape.len() == postcode.len()
        && shape.chars().zip(postcode).all(|(class, given)| match class {
            'n' => given.is_ascii_digit(),
            'a' => given.is_ascii_uppercase(),
            'x' => given.is_ascii_digit() || given.is_ascii_uppercase(),
            itself => *given == itself,
        })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn the_tables_are_in_order_and_about_countries() {
        assert!(SHAPES.is_sorted_by(|(a, _), (b, _)| a < b));
        let named = SHAPES.iter().map(|(code, _)| code).chain(OPTIONAL).chain(WITHOUT);
        for code in named {
            assert!(super::super::CountryCode::parse(code).is_ok(), "{code}");
        }
        assert!(WITHOUT.iter().all(|code| shape(code).is_none()));
        assert!(OPTIONAL.iter().all(|code| shape(code).is_some()));
    }

    #[rstest]
    #[case("GB", &["SW1A 1AA", "m1 1ae", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 0AX", "EC1A1BB", "GIR 0AA"])]
    #[case("US", &["90210", "90210-1234"])]
    #[case("CA", &["K1A 0B1", "k1a0b1"])]
    #[case("DE", &["10115"])]
    #[case("NL", &["1012 AB"])]
    #[case("IE", &["D02 X285", "D6W XY00"])]
    #[case("JP", &["100-0001"])]
    #[case("BR", &["01310-100"])]
    #[case("PL", &["00-950"])]
    #[case("LV", &["LV-1050"])]
    #[case("MT", &["VLT 1117"])]
    #[case("AR", &["C1425CLA", "1425"])]
    #[case("CO", &["110111"])]
    fn postcodes_of_the_country_are_accepted(#[case] country: &str, #[case] postcodes: &[&str]) {
        for postcode in postcodes {
            assert!(valid(country, postcode), "{postcode}");
        }
    }

    #[rstest]
    #[case("GB", &["", "90210", "SW1A", "SW1A 1A", "1SW 1AA"])]
    #[case("US", &["", "9021", "902101", "9O210", "90210-12", "٩٠٢١٠"])]
    #[case("CA", &["K1A 0B", "11A 0B1"])]
    #[case("DE", &["1011", "D-10115"])]
    #[case("MC", &["75001"])]
    #[case("CO", &["", "1234567890123", "1;2"])]
    fn postcodes_of_another_shape_are_refused(#[case] country: &str, #[case] postcodes: &[&str]) {
        for postcode in postcodes {
            assert!(!valid(country, postcode), "{postcode}");
        }
    }
}
