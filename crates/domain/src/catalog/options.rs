//! Options of a product (size, colour) and the variants they make.

use std::collections::{HashMap, HashSet};

use thiserror::Error;

use crate::text::{TextError, check_text};

/// Options a product may have.
pub const OPTIONS_MAX: usize = 5;
/// Variants that options may make.
pub const VARIANTS_MAX: usize = 1000;
/// Characters of an option's name or value.
const TEXT_MAX: usize = 80;

/// Something a shopper chooses: a name, and the values to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductOption {
    /// What is chosen: `Size`.
    pub name: String,
    /// What there is to choose from, in the order shown: `Small`, `Large`.
    pub values: Vec<String>,
}

impl ProductOption {
    /// What was chosen of this option, in its own spelling; `None` when nothing it offers was.
    pub fn choice_among(&self, choices: &[(String, String)]) -> Option<(String, String)> {
        let (_, chosen) = choices.iter().find(|(name, _)| same(name, &self.name))?;
        let value = self.values.iter().find(|offered| same(offered, chosen))?;
        Some((self.name.clone(), value.clone()))
    }
}

/// One choice for each option, `[("Size", "Small"), ("Colour", "Red")]`, in the product's order.
pub type OptionValues = Vec<(String, String)>;

/// Why options cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OptionsError {
    /// More options than a product may have.
    #[error("a product can have at most {OPTIONS_MAX} options")]
    TooManyOptions,
    /// The options make more variants than a product may have.
    #[error("the options make {count} variants, at most {VARIANTS_MAX} are possible")]
    TooManyVariants {
        /// Variants the options would make.
        count: usize,
    },
    /// Two options have the same name, capitals aside.
    #[error("the option {name} is there twice")]
    DuplicateOption {
        /// The name.
        name: String,
    },
    /// An option has the same value twice, capitals aside.
    #[error("the option {option} has the value {value} twice")]
    DuplicateValue {
        /// Name of the option.
        option: String,
        /// The value.
        value: String,
    },
    /// An option offers nothing to choose from.
    #[error("the option {name} has no values")]
    NoValues {
        /// Name of the option.
        name: String,
    },
    /// A name or a value is empty, too long or broken.
    #[error("an option's names and values {0}")]
    Text(#[from] TextError),
}

/// Every combination of the values, the first option changing slowest. Without options there is one
/// empty combination: the hidden default variant of a simple product.
pub fn matrix(options: &[ProductOption]) -> Result<Vec<OptionValues>, OptionsError> {
    check(options)?;
    let mut combinations: Vec<OptionValues> = vec![Vec::new()];
    for option in options {
        combinations = combinations
            .iter()
            .flat_map(|start| {
                option.values.iter().map(|value| {
                    let mut longer = start.clone();
                    longer.push((option.name.clone(), value.clone()));
                    longer
                })
            })
            .collect();
    }
    Ok(combinations)
}

/// Whether the options can be, without making their combinations.
pub fn check(options: &[ProductOption]) -> Result<(), OptionsError> {
    if options.len() > OPTIONS_MAX {
        return Err(OptionsError::TooManyOptions);
    }
    for (index, option) in options.iter().enumerate() {
        check_text(&option.name, TEXT_MAX)?;
        if options.iter().take(index).any(|earlier| same(&earlier.name, &option.name)) {
            return Err(OptionsError::DuplicateOption { name: option.name.clone() });
        }
        check_values(option)?;
    }
    let count = options.iter().fold(1_usize, |count, option| count.saturating_mul(option.values.len()));
    if count > VARIANTS_MAX { Err(OptionsError::TooManyVariants { count }) } else { Ok(()) }
}

fn check_values(option: &ProductOption) -> Result<(), OptionsError> {
    if option.values.is_empty() {
        return Err(OptionsError::NoValues { name: option.name.clone() });
    }
    let mut seen = HashSet::new();
    for value in &option.values {
        check_text(value, TEXT_MAX)?;
        if !seen.insert(folded(value)) {
            let (option, value) = (option.name.clone(), value.clone());
            return Err(OptionsError::DuplicateValue { option, value });
        }
    }
    Ok(())
}

/// Names and values that differ only in capitals and outer blanks are the same to a shopper.
fn same(a: &str, b: &str) -> bool {
    folded(a) == folded(b)
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// A text that two sets of choices share exactly when they are the same to a shopper, whatever the order
/// of the options: what a uniqueness constraint over the variants of a product goes by.
pub fn option_key(choices: &[(String, String)]) -> String {
    let mut pairs: Vec<(String, String)> =
        choices.iter().map(|(name, value)| (folded(name), folded(value))).collect();
    pairs.sort();
    // Names and values hold no control characters, so that these cannot be mistaken for parts of them.
    pairs.iter().map(|(name, value)| format!("{name}\u{1f}{value}")).collect::<Vec<_>>().join("\u{1e}")
}

/// Whether each option is chosen exactly once, with a value it offers.
pub fn chooses_from(options: &[ProductOption], choices: &[(String, String)]) -> bool {
    choices.len() == options.len() && options.iter().all(|option| option.choice_among(choices).is_some())
}

/// What has to happen to the variants of a product when its options change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciliation<K> {
    /// Variants that stay, with the choices as the new options spell them.
    pub keep: Vec<(K, OptionValues)>,
    /// Combinations that no variant stands for yet.
    pub create: Vec<OptionValues>,
    /// Variants whose combination is no more.
    pub remove: Vec<K>,
}

/// Compares the variants there are with the combinations there should be. A variant stays when its
/// choices are among the combinations; of several that stand for the same one, the first stays.
pub fn reconcile<K: Copy>(existing: &[(K, OptionValues)], wanted: Vec<OptionValues>) -> Reconciliation<K> {
    let mut standing: HashMap<_, K> = HashMap::new();
    let mut remove = Vec::new();
    let keys: HashSet<_> = wanted.iter().map(|choices| option_key(choices)).collect();
    for (variant, choices) in existing {
        let key = option_key(choices);
        if !keys.contains(&key) || standing.contains_key(&key) {
            remove.push(*variant);
        } else {
            standing.insert(key, *variant);
        }
    }
    let (mut keep, mut create) = (Vec::new(), Vec::new());
    for choices in wanted {
        match standing.get(&option_key(&choices)) {
            Some(variant) => keep.push((*variant, choices)),
            None => create.push(choices),
        }
    }
    Reconciliation { keep, create, remove }
}

#[cfg(test)]
mod tests;
