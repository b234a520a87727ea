//! Brands and categories that a file names: found, or made the first time they are named.

use std::collections::HashMap;

use anyhow::Result;
use application::{
    Context, Core,
    catalog::{
        brand::{self, NewBrand},
        category::{self, NewCategory},
    },
};
use domain::{
    id::{BrandId, CategoryId},
    text::Slug,
};

use super::{
    item::{Fault, Item, Place},
    plan::Places,
    report::unless_broken,
};
use crate::present;

/// What was found so far; `None` for what a trial would make.
pub(super) struct Directory {
    is_trial: bool,
    brands: HashMap<Place, Option<BrandId>>,
    categories: HashMap<Place, Option<CategoryId>>,
}

/// Names remembered at once; a file with more is read more slowly.
const REMEMBERED: usize = 10_000;

impl Directory {
    pub(super) fn new(is_trial: bool) -> Self {
        Self { is_trial, brands: HashMap::new(), categories: HashMap::new() }
    }

    /// The brand and categories of an item, or what is wrong with their names.
    pub(super) async fn find(
        &mut self,
        core: &Core,
        ctx: &Context,
        item: &Item,
    ) -> Result<Result<Places, Fault>> {
        let mut places = Places::default();
        if let Some(name) = &item.brand {
            match self.brand(core, ctx, name).await? {
                Ok(Some(brand)) => places.brand = Some(brand),
                Ok(None) => places.is_pending = true,
                Err(message) => return Ok(Err(Fault::new(item.line, "brand", message))),
            }
        }
        for name in &item.categories {
            match self.category(core, ctx, name).await? {
                Ok(Some(category)) => places.categories.push(category),
                Ok(None) => places.is_pending = true,
                Err(message) => return Ok(Err(Fault::new(item.line, "category", message))),
            }
        }
        Ok(Ok(places))
    }

    async fn brand(&mut self, core: &Core, ctx: &Context, place: &Place) -> Result<Found<BrandId>> {
        if let Some(known) = self.brands.get(place) {
            return Ok(Ok(*known));
        }
        let handle = match handle(place) {
            Ok(handle) => handle,
            Err(message) => return Ok(Err(message)),
        };
        let found = present(brand::get(core, ctx, &handle.as_str().into()).await)?.map(|brand| brand.id);
        let id = match (found, place) {
            (Some(id), _) => Some(id),
            (None, Place::Handle(_)) => return Ok(Err(format!("{handle} is not a brand of this store"))),
            (None, Place::Name(_)) if self.is_trial => None,
            (None, Place::Name(name)) => {
                let new = NewBrand { name: name.clone(), slug: Some(handle), ..NewBrand::default() };
                match brand::create(core, ctx, new).await {
                    Ok(brand) => Some(brand.id),
                    Err(refusal) => return Ok(Err(unless_broken(refusal)?.message)),
                }
            }
        };
        remember(&mut self.brands, place, id);
        Ok(Ok(id))
    }

    async fn category(&mut self, core: &Core, ctx: &Context, place: &Place) -> Result<Found<CategoryId>> {
        if let Some(known) = self.categories.get(place) {
            return Ok(Ok(*known));
        }
        let handle = match handle(place) {
            Ok(handle) => handle,
            Err(message) => return Ok(Err(message)),
        };
        let found = category::get(core, ctx, &handle.as_str().into()).await;
        let found = present(found)?.map(|counted| counted.category.id);
        let id = match (found, place) {
            (Some(id), _) => Some(id),
            (None, Place::Handle(_)) => return Ok(Err(format!("{handle} is not a category of this store"))),
            (None, Place::Name(_)) if self.is_trial => None,
            (None, Place::Name(name)) => {
                let new = NewCategory { name: name.clone(), slug: Some(handle), ..NewCategory::default() };
                match category::create(core, ctx, new).await {
                    Ok(counted) => Some(counted.category.id),
                    Err(refusal) => return Ok(Err(unless_broken(refusal)?.message)),
                }
            }
        };
        remember(&mut self.categories, place, id);
        Ok(Ok(id))
    }
}

/// What was found, nothing where it would only be made, or what is wrong with the name.
type Found<T> = Result<Option<T>, String>;

fn handle(place: &Place) -> Result<String, String> {
    match place {
        Place::Handle(handle) => Ok(handle.clone()),
        Place::Name(name) => Slug::from_name(name)
            .map(|slug| slug.as_str().to_owned())
            .ok_or_else(|| format!("{name} has no letter or digit that an address can hold")),
    }
}

fn remember<T>(known: &mut HashMap<Place, Option<T>>, place: &Place, id: Option<T>) {
    if known.len() >= REMEMBERED {
        known.clear();
    }
    known.insert(place.clone(), id);
}
