//! Room on the pages of carts, which are written several times each: a new version of a row that finds a place
//! beside the old one costs no entry in any index.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0013_room_in_carts", up: UP };

const UP: &str = "
--postgres alter table carts set (fillfactor = 50);
";
