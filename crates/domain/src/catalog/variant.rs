//! Variants: what actually lies on the shelf.

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::{
    catalog::{
        options::{OptionValues, ProductOption, chooses_from, option_key},
        product::{Product, code, cost, weight},
    },
    id::{ProductId, VariantId},
    money::Money,
    pricing::VariantPrice,
    text::{Fault, Faults},
};

/// Characters of a variant's name.
const NAME_MAX: usize = 250;

/// One thing that can be put into a cart. Stock is counted for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Identity.
    pub id: VariantId,
    /// The product that it is a variant of.
    pub product_id: ProductId,
    /// What tells it from its siblings: `Small / White`; the product's name on a simple product.
    pub name: String,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// UPC, EAN or ISBN.
    pub barcode: Option<String>,
    /// Where its price differs from the product's.
    pub price: VariantPrice,
    /// What it costs the shop, where that differs from the product's.
    pub cost: Option<Money>,
    /// Weight in grams, where that differs from the product's.
    pub weight_grams: Option<u32>,
    /// What it is of each of the product's options; empty on a simple product.
    pub option_values: OptionValues,
    /// Its place among its siblings.
    pub position: i32,
    /// Whether it is the one chosen to begin with. Exactly one variant of a product is.
    pub is_default: bool,
    /// Which of the product's media shows it.
    pub media_id: Option<String>,
    /// Grows by one with every change.
    pub version: i32,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Variant {
    /// What is wrong with the variant as one of `product`, by the API's names; nothing when it can be
    /// saved.
    pub fn validate(&self, product: &Product) -> Vec<Fault> {
        let mut faults = Faults::default();
        faults.text("name", &self.name, NAME_MAX);
        code("sku", self.sku.as_deref(), &mut faults);
        code("barcode", self.barcode.as_deref(), &mut faults);
        let own_currency =
            self.price.price.is_none_or(|own| own.currency() == product.price.price.currency());
        faults.require(own_currency, "price", "must be in the currency of the product");
        for error in self.price.over(&product.price).faults() {
            faults.add(error.field(), error);
        }
        cost("cost", self.cost, product.price.price, &mut faults);
        weight(self.weight_grams, &mut faults);
        let chosen = chooses_from(&product.options, &self.option_values);
        faults.require(chosen, "optionValues", "must name each option of the product with one of its values");
        if let Some(media_id) = &self.media_id {
            let known = product.media.iter().any(|media| media.id == *media_id);
            faults.require(known, "mediaId", "must be one of the product's media");
        }
        faults.into_vec()
    }

    /// What must be unique among the variants of a product: see [`option_key`].
    pub fn option_key(&self) -> String {
        option_key(&self.option_values)
    }
}

/// What a variant is called by its choices: `Small / White`; `fallback` when it has none.
pub fn name_of(choices: &[(String, String)], fallback: &str) -> String {
    if choices.is_empty() {
        return fallback.to_owned();
    }
    choices.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" / ")
}

/// Why the variants of a product cannot be changed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VariantError {
    /// There is no such variant of the product.
    #[error("the product has no such variant")]
    Unknown,
    /// A product keeps at least one variant.
    #[error("the last variant of a product cannot be removed")]
    LastOne,
    /// Another variant stands for the same choices.
    #[error("another variant has the same option values")]
    SameChoices,
}

/// Makes one variant the default and every other one not. Returns the ids whose flag changed, so that
/// only those need to be written.
pub fn promote(variants: &mut [Variant], chosen: VariantId) -> Result<Vec<VariantId>, VariantError> {
    if !variants.iter().any(|variant| variant.id == chosen) {
        return Err(VariantError::Unknown);
    }
    let mut changed = Vec::new();
    for variant in variants {
        let is_default = variant.id == chosen;
        if variant.is_default != is_default {
            variant.is_default = is_default;
            changed.push(variant.id);
        }
    }
    Ok(changed)
}

/// Takes a variant away. When it was the default, the oldest of the rest becomes it. Returns the variant
/// and the id of the new default, if that changed.
pub fn remove(
    variants: &mut Vec<Variant>,
    gone: VariantId,
) -> Result<(Variant, Option<VariantId>), VariantError> {
    let index = variants.iter().position(|variant| variant.id == gone).ok_or(VariantError::Unknown)?;
    if variants.len() == 1 {
        return Err(VariantError::LastOne);
    }
    let removed = variants.remove(index);
    Ok((removed, settle_default(variants)))
}

/// Sees to it that one variant is the default: without one, the oldest becomes it (of equally old ones
/// the one with the smaller id). Returns its id if that changed anything.
pub fn settle_default(variants: &mut [Variant]) -> Option<VariantId> {
    if variants.iter().any(|variant| variant.is_default) {
        return None;
    }
    let oldest = variants.iter_mut().min_by_key(|variant| (variant.created_at, variant.id))?;
    oldest.is_default = true;
    Some(oldest.id)
}

/// Whether no other variant of the product stands for the same choices.
pub fn check_unique(variants: &[Variant], candidate: &Variant) -> Result<(), VariantError> {
    let key = candidate.option_key();
    let taken = variants.iter().any(|other| other.id != candidate.id && other.option_key() == key);
    if taken { Err(VariantError::SameChoices) } else { Ok(()) }
}

/// The order variants are shown in: the default first, then by position, then the oldest first.
pub fn sort(variants: &mut [Variant]) {
    variants.sort_by_key(|variant| (!variant.is_default, variant.position, variant.created_at, variant.id));
}

/// The choices in the order and spelling of the product's options; `None` when they do not fit.
pub fn in_product_order(options: &[ProductOption], choices: &[(String, String)]) -> Option<OptionValues> {
    if !chooses_from(options, choices) {
        return None;
    }
    options.iter().map(|option| option.choice_among(choices)).collect()
}

#[cfg(test)]
pub(crate) mod tests;
