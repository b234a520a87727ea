//! What came of an import.

use anyhow::Result;
use application::{Error, ErrorCode};
use serde::Serialize;

use super::item::Fault;

/// Faults that are told one by one; of more, only the number is kept, so that a file of nothing but
/// faults does not fill the memory.
const FAULTS_TOLD: usize = 1000;

/// How many products went in, and what kept the others out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Products that are new.
    pub created: u64,
    /// Products that were changed.
    pub updated: u64,
    /// Products that were as the file says already.
    pub unchanged: u64,
    /// Products that did not go in.
    pub failed: u64,
    /// Why not, in the order of the file as far as it could be kept.
    pub errors: Vec<Fault>,
    /// Faults beyond those told.
    pub errors_left_out: u64,
}

impl Report {
    /// Products that were dealt with.
    pub fn total(&self) -> u64 {
        self.created.saturating_add(self.updated).saturating_add(self.unchanged).saturating_add(self.failed)
    }

    pub(super) fn created(&mut self) {
        self.created = self.created.saturating_add(1);
    }

    pub(super) fn updated(&mut self) {
        self.updated = self.updated.saturating_add(1);
    }

    pub(super) fn unchanged(&mut self) {
        self.unchanged = self.unchanged.saturating_add(1);
    }

    /// A product did not go in.
    pub(super) fn fail(&mut self, faults: Vec<Fault>) {
        self.failed = self.failed.saturating_add(1);
        for fault in faults {
            if self.errors.len() < FAULTS_TOLD {
                self.errors.push(fault);
            } else {
                self.errors_left_out = self.errors_left_out.saturating_add(1);
            }
        }
    }

    /// A product did not go in because a use case refused it. What is wrong with a variant is told of
    /// that variant's line.
    pub(super) fn refuse(&mut self, handle: &str, line: u64, variant_lines: &[u64], refusal: &Error) {
        let fault = |line, field, message: &str| Fault {
            line,
            handle: Some(handle.to_owned()),
            field,
            message: message.to_owned(),
        };
        if refusal.fields.is_empty() {
            return self.fail(vec![fault(line, None, &refusal.message)]);
        }
        let told = refusal.fields.iter().flat_map(|(field, messages)| {
            let (line, field) = place(field, variant_lines).unwrap_or((line, field.as_str()));
            messages.iter().map(move |message| fault(line, Some(field.to_owned()), message))
        });
        self.fail(told.collect());
    }
}

/// The line of `variants.3.price`, and the rest of the name.
fn place<'a>(field: &'a str, variant_lines: &[u64]) -> Option<(u64, &'a str)> {
    let (index, rest) = field.strip_prefix("variants.")?.split_once('.')?;
    let line = variant_lines.get(index.parse::<usize>().ok()?)?;
    Some((*line, rest))
}

/// A refusal that is about one product; what is about the shop as a whole ends the import.
pub(super) fn unless_broken(error: Error) -> Result<Error> {
    match error.code {
        ErrorCode::Internal | ErrorCode::Unavailable => Err(error.into()),
        _ => Ok(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_variant_is_told_of_its_line() {
        let mut refusal = Error::invalid("variants.1.price", "must not be negative");
        refusal.fields.insert("name".to_owned(), vec!["is too long".to_owned()]);
        let mut report = Report::default();
        report.refuse("mug", 2, &[2, 5], &refusal);
        let told: Vec<_> =
            report.errors.iter().map(|fault| (fault.line, fault.field.as_deref().unwrap())).collect();
        assert_eq!(told, [(2, "name"), (5, "price")]);
        assert_eq!(report.failed, 1);
    }

    #[test]
    fn a_file_of_nothing_but_faults_does_not_fill_the_memory() {
        let mut report = Report::default();
        for line in 0..1500 {
            report.fail(vec![Fault::of_line(line, "is damaged")]);
        }
        assert_eq!((report.failed, report.errors.len(), report.errors_left_out), (1500, 1000, 500));
    }
}
