//! JSON Lines: one product a line, with the fields of `POST /products`.

use std::io::{BufRead, Read as _};

use self::product::Product;
use super::item::{Fault, Item};

mod product;
#[cfg(test)]
mod tests;

/// Bytes of the longest line: as much as a request may have.
const LINE_MAX: u64 = 1 << 20;

/// The products of a file, one after the other; no more than one line of it is in memory.
pub struct JsonlProducts<R> {
    file: R,
    line: u64,
}

impl<R: BufRead> JsonlProducts<R> {
    /// Reads nothing yet.
    pub fn new(file: R) -> Self {
        Self { file, line: 0 }
    }

    /// The next line that is not empty.
    fn next_line(&mut self) -> Option<Result<Vec<u8>, Fault>> {
        loop {
            let mut bytes = Vec::new();
            self.line = self.line.saturating_add(1);
            let read = self.file.by_ref().take(LINE_MAX).read_until(b'\n', &mut bytes);
            match read {
                Ok(0) => return None,
                Ok(_) if bytes.last() != Some(&b'\n') && self.is_cut() => {
                    return Some(Err(self.skip_rest()));
                }
                Ok(_) => {}
                Err(error) => return Some(Err(Fault::of_line(self.line, error.to_string()))),
            }
            let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes).trim_ascii();
            if !text.is_empty() {
                return Some(Ok(text.to_vec()));
            }
        }
    }

    /// Whether the file goes on: the line was too long, rather than the last one.
    fn is_cut(&mut self) -> bool {
        self.file.fill_buf().is_ok_and(|rest| !rest.is_empty())
    }

    fn skip_rest(&mut self) -> Fault {
        let fault = Fault::of_line(self.line, format!("is longer than {LINE_MAX} bytes"));
        // What cannot be read now cannot be read by the next call either, which tells of it.
        drop(self.file.skip_until(b'\n'));
        fault
    }
}

impl<R: BufRead> Iterator for JsonlProducts<R> {
    /// A product, or what is wrong with its line.
    type Item = Result<Item, Vec<Fault>>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = match self.next_line()? {
            Ok(text) => text,
            Err(fault) => return Some(Err(vec![fault])),
        };
        Some(read(&text, self.line).map_err(|fault| vec![fault]))
    }
}

fn read(text: &[u8], line: u64) -> Result<Item, Fault> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let product: Product = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let field = (path != ".").then_some(path);
        Fault { line, handle: None, field, message: error.into_inner().to_string() }
    })?;
    json.end().map_err(|error| Fault::of_line(line, error.to_string()))?;
    product.into_item(line)
}
