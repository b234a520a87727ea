//! What a promotion is limited to: products and categories of the store.

use std::fmt::Display;

use domain::id::{CategoryId, Entity, Id, ProductId};

use crate::{Context, Core, Error, Result};

/// Reads ids; one that is malformed is a fault of its place in `field`. An id named twice is kept once.
pub(super) fn read<T: Entity>(field: &str, texts: &[String]) -> Result<Vec<Id<T>>> {
    let mut ids = Vec::with_capacity(texts.len());
    let mut faults = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        match text.parse::<Id<T>>() {
            Ok(id) if ids.contains(&id) => {}
            Ok(id) => ids.push(id),
            Err(fault) => faults.push((format!("{field}.{index}"), fault.to_string())),
        }
    }
    Error::from_faults(faults).map_or(Ok(ids), Err)
}

/// Refuses products and categories that the store does not have.
pub(super) async fn check(
    core: &Core,
    ctx: &Context,
    products: &[ProductId],
    categories: &[CategoryId],
) -> Result<()> {
    let (no_products, no_categories) =
        core.db.promotions().unknown_targets(ctx.store, products, categories).await?;
    let products = missing("productIds", "product", products, &no_products);
    let categories = missing("categoryIds", "category", categories, &no_categories);
    Error::from_faults(products.into_iter().chain(categories)).map_or(Ok(()), Err)
}

fn missing<I: Display + PartialEq>(
    field: &str,
    thing: &str,
    given: &[I],
    unknown: &[I],
) -> Vec<(String, String)> {
    let places = given.iter().enumerate().filter(|(_, id)| unknown.contains(id));
    places.map(|(index, _)| (format!("{field}.{index}"), format!("is not a {thing} of this store"))).collect()
}
