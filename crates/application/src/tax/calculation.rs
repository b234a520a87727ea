//! What tax a basket would owe, asked without a cart.

use domain::{
    catalog::product::ProductStatus,
    geography::CountryCode,
    id::{Handle, VariantId, kind},
    quote::Quote,
    shipping::Destination,
};
use ports::catalog::{Lookup, Wanted};

use crate::{Context, Core, Error, Result, pricing};

/// Something in the basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedItem {
    /// Id or slug of the product.
    pub product: Handle<kind::ProductId>,
    /// Id of the variant, as text; the product's only one when absent.
    pub variant: Option<String>,
    /// Units, at least one.
    pub quantity: u32,
}

/// A basket, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxQuestion {
    /// What is in it.
    pub items: Vec<WantedItem>,
    /// Code of the country.
    pub country: String,
    /// State or region.
    pub state: Option<String>,
    /// Postcode.
    pub postcode: Option<String>,
}

/// Prices the basket for the destination, without shipping and coupons. Whether so many are in stock
/// makes no difference.
pub async fn calculate(core: &Core, ctx: &Context, question: TaxQuestion) -> Result<Quote> {
    let config = crate::store_config(core, ctx).await?;
    let TaxQuestion { items, country, state, postcode } = question;
    let country = CountryCode::parse(&country);
    let country = country.map_err(|fault| Error::invalid("countryCode", fault.to_string()))?;
    // Rates go by the codes of states; whoever writes a name means the same place.
    let state = state.map(|text| country.state(&text).map_or(text, |(code, _)| code.to_owned()));
    let destination = Destination { country, state, postcode };
    let wanted: Vec<Wanted> = items.iter().enumerate().map(read).collect::<Result<_>>()?;
    let found = core.db.catalog().lookups(ctx.store, ctx.mode, &wanted).await?;
    let mut lines = Vec::with_capacity(items.len());
    for (index, (item, found)) in items.iter().zip(found).enumerate() {
        let sellable = match found {
            Lookup::Found(sellable) if sellable.status == ProductStatus::Published => sellable,
            Lookup::Found(_) | Lookup::Missing => {
                return Err(Error::invalid(format!("items.{index}.productId"), "is not sold by this store"));
            }
            Lookup::VariantRequired => {
                return Err(Error::invalid(format!("items.{index}.variantId"), "is needed for this product"));
            }
        };
        lines.push(pricing::quote_line(core.ids.id(), &sellable, item.quantity, ctx.now)?);
    }
    pricing::basket(&config, &lines, None, None, Some(&destination), ctx.now)
}

fn read((index, item): (usize, &WantedItem)) -> Result<Wanted> {
    let variant = item.variant.as_deref().map(str::parse::<VariantId>).transpose();
    let variant = variant.map_err(|_| {
        Error::invalid(format!("items.{index}.variantId"), "is not a variant of this product")
    })?;
    Ok(Wanted { product: item.product.clone(), variant })
}
