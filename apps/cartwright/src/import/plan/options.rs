//! What shoppers choose between, when a file has other values than the product.

use domain::catalog::{options::ProductOption, product::Product};

use crate::import::item::{Fault, Item};

/// The product's options with the file's new values behind them; `None` when nothing is new. A product
/// is never given other options than it has: that would take variants away.
pub(super) fn merged_options(item: &Item, product: &Product) -> Result<Option<Vec<ProductOption>>, Fault> {
    if item.options.is_empty() && product.is_simple() {
        return Ok(None);
    }
    if product.is_simple() {
        return Ok(Some(item.options.clone()));
    }
    let same_names = item.options.len() == product.options.len()
        && product.options.iter().all(|option| find(&item.options, &option.name).is_some());
    if !same_names {
        // Nothing of the variants was said, so nothing of them is to change.
        if item.options.is_empty() && item.variants.iter().all(|variant| variant.price.is_none()) {
            return Ok(None);
        }
        let names = |options: &[ProductOption]| {
            let names: Vec<_> = options.iter().map(|option| option.name.as_str()).collect();
            if names.is_empty() { "none".to_owned() } else { names.join(", ") }
        };
        let message = format!(
            "differ: the file has {}, the shop has {}; change one of them first",
            names(&item.options),
            names(&product.options)
        );
        return Err(Fault::new(item.line, "options", message));
    }
    let mut merged = product.options.clone();
    let mut grown = false;
    for option in &mut merged {
        let said = find(&item.options, &option.name).map(|said| said.values.as_slice()).unwrap_or_default();
        for value in said {
            if !option.values.iter().any(|known| same(known, value)) {
                option.values.push(value.clone());
                grown = true;
            }
        }
    }
    Ok(grown.then_some(merged))
}

fn find<'a>(options: &'a [ProductOption], name: &str) -> Option<&'a ProductOption> {
    options.iter().find(|option| same(&option.name, name))
}

/// As the shop compares them: capitals and outer blanks aside.
fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
