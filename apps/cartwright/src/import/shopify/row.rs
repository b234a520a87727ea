//! One row of the file, as text.

use std::collections::HashMap;

use csv::ByteRecord;

use super::columns::{Column, Columns};
use crate::import::item::Fault;

/// A row. An empty cell says nothing.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: u64,
    cells: HashMap<Column, String>,
}

impl Row {
    pub(super) fn read(record: &ByteRecord, line: u64, columns: &Columns) -> Result<Self, Fault> {
        if record.len() > columns.count {
            let (found, expected) = (record.len(), columns.count);
            let message = format!("has {found} cells under {expected} columns; is a quotation mark missing?");
            return Err(Fault::of_line(line, message));
        }
        let mut cells = HashMap::new();
        let mut fault = None;
        for column in Column::ALL {
            let Some(bytes) = columns.place(*column).and_then(|place| record.get(place)) else { continue };
            match std::str::from_utf8(bytes) {
                Ok(text) if text.trim().is_empty() => {}
                // The body is kept as it is; blanks around everything else mean nothing.
                Ok(text) if *column == Column::Body => drop(cells.insert(*column, text.to_owned())),
                Ok(text) => drop(cells.insert(*column, text.trim().to_owned())),
                Err(_) => fault = Some(Fault::new(line, column.title(), "is not text in UTF-8")),
            }
        }
        let row = Self { line, cells };
        match fault {
            Some(fault) => Err(Fault { handle: Some(row.handle().to_owned()), ..fault }),
            None => Ok(row),
        }
    }

    /// The product that it belongs to; empty if it does not say.
    pub(super) fn handle(&self) -> &str {
        self.get(Column::Handle).unwrap_or_default()
    }

    pub(super) fn get(&self, column: Column) -> Option<&str> {
        self.cells.get(&column).map(String::as_str)
    }

    pub(super) fn owned(&self, column: Column) -> Option<String> {
        self.cells.get(&column).cloned()
    }

    /// The cell read by `read`; a cell that cannot be read is a fault, and says nothing.
    pub(super) fn parse<T>(
        &self,
        column: Column,
        faults: &mut Vec<Fault>,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        match read(self.get(column)?) {
            Ok(value) => Some(value),
            Err(message) => {
                faults.push(Fault::new(self.line, column.title(), message));
                None
            }
        }
    }

    /// Whether it says anything of a variant, rather than only of a picture.
    pub(super) fn has_variant(&self) -> bool {
        [Column::Option1Value, Column::Price, Column::Sku, Column::Quantity, Column::Barcode]
            .iter()
            .any(|column| self.cells.contains_key(column))
    }
}
