//! What full-text search looks at. Text is cut into words of ASCII letters and digits here, so that both
//! engines see the same words whatever their own tokenizers would make of them, and so that nothing a
//! caller types can be an operator of their query languages.

use std::collections::HashSet;

use deunicode::deunicode;
use domain::catalog::{product::Product, variant::Variant};
use uuid::Uuid;

/// Characters of a word that count.
const WORD_MAX: usize = 64;
/// Words of a query that count.
const QUERY_WORDS_MAX: usize = 12;
/// Characters of a query that are looked at.
const QUERY_MAX: usize = 1000;

/// The text to search for a product: its words, each once and with the store's mark.
pub(crate) fn search_text(store: Uuid, product: &Product, variants: &[Variant]) -> String {
    let texts = [Some(&product.name), product.summary.as_ref(), product.description.as_ref()];
    let codes = [product.sku.as_ref(), product.barcode.as_ref()];
    let of_variants =
        variants.iter().flat_map(|each| [Some(&each.name), each.sku.as_ref(), each.barcode.as_ref()]);
    let all = texts.into_iter().chain(codes).chain(of_variants).flatten().chain(&product.tags);
    let words = all.flat_map(|each| words(each)).chain(product.tags.iter().map(|tag| tag_word(tag)));
    let mut seen = HashSet::new();
    let mark = mark(store);
    let marked: Vec<_> =
        words.filter(|word| seen.insert(word.clone())).map(|word| format!("{mark}{word}")).collect();
    marked.join(" ")
}

/// The words of a query, of which the last may be unfinished; `None` when there is no word in it.
pub(crate) fn query_words(text: &str) -> Option<Vec<String>> {
    let text: String = text.chars().take(QUERY_MAX).collect();
    let found: Vec<_> = words(&text).take(QUERY_WORDS_MAX).collect();
    (!found.is_empty()).then_some(found)
}

/// What all words of a store begin with. One index serves all stores, and what stands in it under the beginning of
/// a word is collected before any of it is looked at: with the mark that is what this store has, and that of the
/// next store only where the last digits of their ids are the same.
pub(crate) fn mark(store: Uuid) -> String {
    let [.., a, b, c, d] = *store.as_bytes();
    hex::encode([a, b, c, d])
}

/// A word that the products with a tag have, whatever signs and blanks the tag is made of.
pub(crate) fn tag_word(tag: &str) -> String {
    format!("tag0{}", hex::encode(tag.trim().to_lowercase()))
}

/// The words of a text in lower case without accents; other scripts are written in Latin letters.
fn words(text: &str) -> impl Iterator<Item = String> {
    let plain = deunicode(text).to_ascii_lowercase();
    let parts: Vec<String> = plain
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD_MAX).collect())
        .collect();
    parts.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_signs_and_scripts_fold_into_plain_words() {
        let found = query_words("Crème-brûlée TS-WHT \"; DROP *(日本)").unwrap();
        assert_eq!(found, ["creme", "brulee", "ts", "wht", "drop", "ri", "ben"]);
        assert_eq!(query_words(" !? — *"), None);
    }

    #[test]
    fn a_query_without_end_is_cut() {
        let words = query_words(&"abc ".repeat(5000)).unwrap();
        assert_eq!(words.len(), QUERY_WORDS_MAX);
        assert_eq!(query_words(&"x".repeat(5000)).unwrap()[0].len(), WORD_MAX);
    }

    #[test]
    fn tags_are_told_apart_to_the_letter_but_not_by_capitals() {
        assert_eq!(tag_word(" Summer Sale"), tag_word("summer sale"));
        assert_ne!(tag_word("summer-sale"), tag_word("summer sale"));
    }
}
