//! Cursors: a place in a list that a client can hold but neither read nor make up.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::DateTime;
use domain::id::StoreId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ports::list::{Keyset, SortValue};
use sha2::Sha256;

/// First byte of every cursor; another encoding gets another one, so that old cursors are refused
/// instead of misread.
const VERSION: u8 = 1;
/// Bytes of the authentication code that are kept.
const CODE_LEN: usize = 12;
/// Longer texts are no cursors of ours: sort values are bounded by the columns they come from.
const TEXT_MAX: usize = 8192;

/// Authenticates cursors. Servers of one installation share it, or a cursor only works on the server
/// that made it.
#[derive(Clone, Default)]
pub struct CursorKey([u8; 32]);

impl CursorKey {
    /// A key from random bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey(..)")
    }
}

/// A place in a list, and the order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    /// API name of the column that the list is sorted by.
    pub(super) sort: String,
    /// Largest first.
    pub(super) descending: bool,
    /// The last row that was answered.
    pub(super) last: Keyset,
}

impl Cursor {
    /// The cursor as text, good for this list of this store only.
    pub(super) fn seal(&self, key: &CursorKey, list: &str, store: StoreId) -> String {
        let (kind, value) = match &self.last.value {
            SortValue::Int(number) => (0, number.to_be_bytes().to_vec()),
            SortValue::Text(text) => (1, text.clone().into_bytes()),
            SortValue::Time(time) => (2, time.timestamp_micros().to_be_bytes().to_vec()),
        };
        let sort_len = u8::try_from(self.sort.len()).expect("names of sort columns are short constants");
        let mut bytes = vec![VERSION, u8::from(self.descending), kind, sort_len];
        bytes.extend_from_slice(self.sort.as_bytes());
        bytes.extend_from_slice(&self.last.id);
        bytes.extend(value);
        let code = code(key, list, store, &bytes).finalize().into_bytes();
        bytes.extend_from_slice(&code[..CODE_LEN]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor; `None` when it is damaged or was made for something else.
    pub(super) fn open(text: &str, key: &CursorKey, list: &str, store: StoreId) -> Option<Self> {
        if text.len() > TEXT_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (payload, given) = bytes.split_at_checked(bytes.len().checked_sub(CODE_LEN)?)?;
        code(key, list, store, payload).verify_truncated_left(given).ok()?;
        let ([VERSION, descending, kind, sort_len], rest) = payload.split_first_chunk()? else {
            return None;
        };
        let (sort, rest) = rest.split_at_checked(usize::from(*sort_len))?;
        let (id, value) = rest.split_first_chunk()?;
        let value = match kind {
            0 => SortValue::Int(i64::from_be_bytes(value.try_into().ok()?)),
            1 => SortValue::Text(String::from_utf8(value.to_vec()).ok()?),
            2 => {
                SortValue::Time(DateTime::from_timestamp_micros(i64::from_be_bytes(value.try_into().ok()?))?)
            }
            _ => return None,
        };
        let sort = String::from_utf8(sort.to_vec()).ok()?;
        Some(Self { sort, descending: *descending == 1, last: Keyset { value, id: *id } })
    }
}

fn code(key: &CursorKey, list: &str, store: StoreId, payload: &[u8]) -> Hmac<Sha256> {
    let mut code = Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes keys of any length");
    code.update(b"cartwright list cursor");
    code.update(store.as_bytes());
    code.update(list.as_bytes());
    // The list's name has no fixed length; its end must be told from the payload's start.
    code.update(&[0]);
    code.update(payload);
    code
}

#[cfg(test)]
mod tests {
    use chrono::Utc;
    use rstest::rstest;

    use super::*;

    const STORE: StoreId = StoreId::from_bytes([1; 16]);

    fn cursor(value: SortValue) -> Cursor {
        Cursor { sort: "createdAt".to_owned(), descending: true, last: Keyset { value, id: [9; 16] } }
    }

    #[rstest]
    #[case(SortValue::Int(i64::MIN))]
    #[case(SortValue::Text("Čaj \u{1f375}".to_owned()))]
    #[case(SortValue::Text(String::new()))]
    #[case(SortValue::Time(DateTime::<Utc>::from_timestamp_micros(1_790_000_000_123_456).unwrap()))]
    fn what_was_sealed_is_opened(#[case] value: SortValue) {
        let key = CursorKey::new([7; 32]);
        let text = cursor(value.clone()).seal(&key, "brands", STORE);
        assert_eq!(Cursor::open(&text, &key, "brands", STORE), Some(cursor(value)));
    }

    #[test]
    fn a_cursor_works_for_its_own_list_store_and_installation_only() {
        let key = CursorKey::new([7; 32]);
        let text = cursor(SortValue::Int(5)).seal(&key, "brands", STORE);
        assert!(Cursor::open(&text, &key, "pages", STORE).is_none());
        assert!(Cursor::open(&text, &key, "brands", StoreId::from_bytes([2; 16])).is_none());
        assert!(Cursor::open(&text, &CursorKey::new([8; 32]), "brands", STORE).is_none());
    }

    #[test]
    fn no_bit_of_a_cursor_can_be_changed() {
        let key = CursorKey::new([7; 32]);
        let text = cursor(SortValue::Text("Tea".to_owned())).seal(&key, "brands", STORE);
        let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        for position in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[position / 8] ^= 1 << (position % 8);
            let damaged = URL_SAFE_NO_PAD.encode(damaged);
            assert!(Cursor::open(&damaged, &key, "brands", STORE).is_none(), "bit {position}");
        }
        for short in 0..text.len() {
            assert!(Cursor::open(&text[..short], &key, "brands", STORE).is_none());
        }
    }
}
