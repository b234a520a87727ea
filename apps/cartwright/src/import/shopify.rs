//! Shopify's product CSV: several rows a product, one a variant or picture, joined by their handle.

use std::{io::Read, iter::Peekable};

use csv::{ByteRecordsIntoIter, Position, ReaderBuilder};
use domain::money::Currency;

pub(super) use self::product::NO_OPTION;
use self::{columns::Columns, product::product, row::Row};
use super::item::{Fault, Item};

pub(super) mod columns;
mod product;
mod row;
#[cfg(test)]
mod tests;

/// The products of a file, one after the other; no more than one of them is in memory.
pub struct ShopifyProducts<R: Read> {
    rows: Peekable<Rows<R>>,
    currency: Currency,
}

struct Rows<R: Read> {
    records: ByteRecordsIntoIter<R>,
    columns: Columns,
    /// What to add to a record's line. The reader takes the end of a row for reached at the carriage
    /// return, so in files that end rows with two characters it is a line behind.
    behind: u64,
}

impl<R: Read> ShopifyProducts<R> {
    /// Reads the first line. Amounts are taken to be in `currency`.
    ///
    /// # Errors
    /// When it does not have the columns of such a file.
    pub fn new(file: R, currency: Currency) -> Result<Self, Fault> {
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(file);
        let names = reader.byte_headers().map_err(|error| Fault::of_line(1, error.to_string()))?;
        let columns = Columns::of(names)?;
        let breaks = names.iter().flatten().filter(|byte| **byte == b'\n').count() as u64;
        let behind = breaks.saturating_add(2).saturating_sub(reader.position().line());
        Ok(Self { rows: Rows { records: reader.into_byte_records(), columns, behind }.peekable(), currency })
    }
}

impl<R: Read> Rows<R> {
    fn line(&self, position: Option<&Position>) -> u64 {
        position.map_or(0, |position| position.line().saturating_add(self.behind))
    }
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let record = match self.records.next()? {
                Ok(record) => record,
                Err(error) => {
                    let line = self.line(error.position());
                    return Some(Err(Fault::of_line(line, error.to_string())));
                }
            };
            // Spreadsheets leave rows of commas behind the last product.
            if record.iter().any(|cell| !cell.trim_ascii().is_empty()) {
                return Some(Row::read(&record, self.line(record.position()), &self.columns));
            }
        }
    }
}

impl<R: Read> Iterator for ShopifyProducts<R> {
    /// A product, or what is wrong with its rows.
    type Item = Result<Item, Vec<Fault>>;

    fn next(&mut self) -> Option<Self::Item> {
        let first = match self.rows.next()? {
            Ok(row) => row,
            Err(fault) => return Some(Err(vec![fault])),
        };
        let mut rows = vec![first];
        let mut faults = Vec::new();
        let handle = rows[0].handle().to_owned();
        // A row that cannot be read between rows of one product is taken to be one of them.
        while let Some(next) = self.rows.next_if(|row| {
            row.as_ref()
                .map_or_else(|fault| fault.handle.as_ref() == Some(&handle), |row| row.handle() == handle)
        }) {
            match next {
                Ok(row) => rows.push(row),
                Err(fault) => faults.push(fault),
            }
        }
        let read = product(&rows, self.currency, &mut faults);
        Some(match read {
            Some(item) if faults.is_empty() => Ok(item),
            _ => {
                for fault in &mut faults {
                    fault.handle = Some(handle.clone());
                }
                Err(faults)
            }
        })
    }
}
