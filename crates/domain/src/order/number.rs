//! The number of an order.

use std::fmt;

/// The number customers and staff know an order by, as `MYS-1001`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OrderNumber {
    /// The store's prefix; may be empty, and then no dash is written.
    pub prefix: String,
    /// Position in the store's sequence.
    pub n: u64,
}

impl OrderNumber {
    /// Reads the written form back. The prefix may itself hold dashes.
    pub fn parse(text: &str) -> Option<Self> {
        let (prefix, digits) = text.rsplit_once('-').unwrap_or(("", text));
        let written_plainly = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        let n = digits.parse().ok().filter(|_| written_plainly)?;
        let number = Self { prefix: prefix.to_owned(), n };
        // Keeps "-7" out, which no number is written as.
        (number.to_string() == text).then_some(number)
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix.is_empty() { write!(f, "{}", self.n) } else { write!(f, "{}-{}", self.prefix, self.n) }
    }
}
