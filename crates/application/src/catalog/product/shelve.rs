//! Variants coming into being: as described one by one, or as the options make them; and the stock that
//! starts with each.

use std::collections::HashMap;

use domain::{
    catalog::{
        options::{OptionValues, ProductOption, VARIANTS_MAX, matrix},
        product::Product,
        variant::{Variant, VariantError, check_unique, in_product_order, name_of},
    },
    id::VariantId,
    inventory::STOCK_MAX,
    money::Currency,
    pricing::VariantPrice,
    text::Fault,
};
use ports::UnitOfWork;

use super::{
    cause,
    sale::{NewSale, amount},
};
use crate::{Context, Core, Error, ErrorCode, Result};

/// What a merchant says of a new variant.
#[derive(Debug, Clone, Default)]
pub struct NewVariant {
    /// What tells it from its siblings; made from its choices when absent.
    pub name: Option<String>,
    /// Stock keeping unit.
    pub sku: Option<String>,
    /// UPC, EAN or ISBN.
    pub barcode: Option<String>,
    /// Its own price in minor units.
    pub price: Option<i64>,
    /// Its own compare-at price in minor units.
    pub compare_at_price: Option<i64>,
    /// Its own sale.
    pub sale: NewSale,
    /// What it costs the shop, in minor units.
    pub cost: Option<i64>,
    /// Its own weight in grams.
    pub weight_grams: Option<u32>,
    /// What it is of each option of the product.
    pub option_values: OptionValues,
    /// Its place among its siblings; behind them when absent.
    pub position: Option<i32>,
    /// Whether it becomes the default.
    pub is_default: bool,
    /// Which of the product's media shows it.
    pub media_id: Option<String>,
    /// Units that both modes start with.
    pub stock: Option<u32>,
}

/// Variants that are not stored yet, and what each starts with.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    pub(crate) variants: Vec<Variant>,
    pub(crate) stock: HashMap<VariantId, u32>,
}

/// A plain variant of `product` that stands for `choices`.
pub(crate) fn plain(
    core: &Core,
    ctx: &Context,
    product: &Product,
    choices: OptionValues,
    position: i32,
) -> Variant {
    Variant {
        id: core.ids.id(),
        product_id: product.id,
        name: name_of(&choices, &product.name),
        sku: None,
        barcode: None,
        price: VariantPrice::default(),
        cost: None,
        weight_grams: None,
        option_values: choices,
        position,
        is_default: false,
        media_id: None,
        version: 1,
        created_at: ctx.now,
        updated_at: ctx.now,
    }
}

/// The variant that `new` describes. Its choices are spelled as the product spells them.
pub(crate) fn described(
    core: &Core,
    ctx: &Context,
    product: &Product,
    new: NewVariant,
    position: i32,
) -> Result<Variant> {
    let currency: Currency = product.price.price.currency();
    // Choices that do not fit are kept as they are: the check of the variant names the fault.
    let choices = in_product_order(&product.options, &new.option_values).unwrap_or(new.option_values);
    let bare = plain(core, ctx, product, choices, new.position.unwrap_or(position));
    Ok(Variant {
        name: new.name.map_or_else(|| bare.name.clone(), |name| name.trim().to_owned()),
        sku: new.sku,
        barcode: new.barcode,
        price: VariantPrice {
            price: amount(new.price, currency),
            compare_at: amount(new.compare_at_price, currency),
            sale: new.sale.into_sale(currency)?,
        },
        cost: amount(new.cost, currency),
        weight_grams: new.weight_grams,
        media_id: new.media_id,
        ..bare
    })
}

/// The variants of a new product: the described ones, else those that its options make. `stock` is what
/// a variant starts with that does not say so itself.
pub(crate) fn stock_up(
    core: &Core,
    ctx: &Context,
    product: &Product,
    described_ones: Vec<NewVariant>,
    stock: u32,
) -> Result<Shelf> {
    check_stock("stock", stock)?;
    let mut shelf = Shelf::default();
    if described_ones.is_empty() {
        let combinations =
            matrix(&product.options).map_err(|error| Error::invalid("options", error.to_string()))?;
        for (position, choices) in (0..).zip(combinations) {
            let variant = plain(core, ctx, product, choices, position);
            shelf.stock.insert(variant.id, stock);
            shelf.variants.push(variant);
        }
    }
    check_number(described_ones.len())?;
    let default = described_ones.iter().position(|new| new.is_default).unwrap_or_default();
    for (position, new) in (0..).zip(described_ones) {
        let index = shelf.variants.len();
        let field = |name: &str| format!("variants.{index}.{name}");
        let units = new.stock.unwrap_or(stock);
        check_stock(&field("stock"), units)?;
        let variant =
            described(core, ctx, product, new, position).map_err(|error| error.below(&field("")))?;
        check(product, &variant, &field(""))?;
        check_unique(&shelf.variants, &variant).map_err(|error| refused(error, &field("optionValues")))?;
        shelf.stock.insert(variant.id, units);
        shelf.variants.push(variant);
    }
    for (index, variant) in shelf.variants.iter_mut().enumerate() {
        variant.is_default = index == default;
    }
    Ok(shelf)
}

/// Refuses a variant that cannot be saved; fields are named below `prefix`.
pub(crate) fn check(product: &Product, variant: &Variant, prefix: &str) -> Result<()> {
    let faults = variant.validate(product).into_iter();
    Error::check(faults.map(|fault| Fault { field: format!("{prefix}{}", fault.field), ..fault }).collect())
}

/// Refuses more units than a store can hold.
pub(crate) fn check_stock(field: &str, units: u32) -> Result<()> {
    if units > STOCK_MAX {
        return Err(Error::invalid(field, format!("must be at most {STOCK_MAX}")));
    }
    Ok(())
}

/// Refuses more variants than a product may have.
pub(crate) fn check_number(count: usize) -> Result<()> {
    if count > VARIANTS_MAX {
        return Err(Error::invalid("variants", format!("must hold at most {VARIANTS_MAX} variants")));
    }
    Ok(())
}

/// A refusal of the rules for variants.
pub(crate) fn refused(error: VariantError, field: &str) -> Error {
    match error {
        VariantError::Unknown => Error::not_found("variant"),
        VariantError::LastOne => {
            Error::new(ErrorCode::InvalidState, "The last variant of a product cannot be removed.")
        }
        VariantError::SameChoices => {
            Error::new(ErrorCode::Duplicate, "Another variant has the same option values.").on_field(field)
        }
    }
}

/// Starts the stock of new variants in both modes.
pub(crate) async fn start_stock(
    ctx: &Context,
    work: &mut dyn UnitOfWork,
    product: &Product,
    stock: &HashMap<VariantId, u32>,
) -> Result<()> {
    for (variant, units) in stock {
        work.stock().start(*variant, product.id, *units, None, &cause(ctx)).await?;
    }
    Ok(())
}

/// The options that described variants choose from, in the order they first appear, for a product that
/// does not list its options.
pub(crate) fn options_of(variants: &[NewVariant]) -> Vec<ProductOption> {
    let mut options: Vec<ProductOption> = Vec::new();
    for (name, value) in variants.iter().flat_map(|variant| &variant.option_values) {
        match options.iter_mut().find(|option| option.name == *name) {
            Some(option) if option.values.contains(value) => {}
            Some(option) => option.values.push(value.clone()),
            None => options.push(ProductOption { name: name.clone(), values: vec![value.clone()] }),
        }
    }
    options
}
