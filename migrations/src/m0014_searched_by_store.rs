//! What is searched, with the store's mark on every word instead of a word of its own before them: the index is one
//! for all stores, and a word's beginning led to whoever had it in any of them.

use crate::dialect::Migration;

pub(crate) const MIGRATION: Migration = Migration { name: "m0014_searched_by_store", up: UP };

// The store's word and the blank after it are 34 characters; nothing follows where a product has no words.
const UP: &str = "
--postgres drop index products_search;
--postgres update products set search_text = case when length(search_text) < 35 then '' else
    right(store_id::text, 8) || replace(substr(search_text, 35), ' ', ' ' || right(store_id::text, 8)) end;
--sqlite update products set search_text = case when length(search_text) < 35 then '' else
    lower(substr(hex(store_id), 25)) || replace(substr(search_text, 35), ' ', ' ' || lower(substr(hex(store_id), 25))) end;
--postgres create index products_search on products using gin (search);
";
