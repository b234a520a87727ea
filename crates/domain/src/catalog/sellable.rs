//! What a cart needs to know of one variant, gathered from product, variant and stock.

use thiserror::Error;

use crate::{
    catalog::product::{Media, ORDER_QUANTITY_MAX, ProductStatus, ProductType},
    id::{CategoryId, ProductId, VariantId},
    money::Money,
    pricing::{PriceTag, VariantPrice},
    tax::TaxClass,
};

/// A variant as a shopper can buy it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sellable {
    /// The product.
    pub product_id: ProductId,
    /// The variant.
    pub variant_id: VariantId,
    /// What the product is called.
    pub product_name: String,
    /// Slug of the product.
    pub product_slug: String,
    /// What tells the variant from its siblings; `None` on a simple product.
    pub variant_name: Option<String>,
    /// Stock keeping unit of the variant, else of the product.
    pub sku: Option<String>,
    /// What shows the variant, else the product's main picture.
    pub image: Option<Media>,
    /// What sort of thing it is.
    pub product_type: ProductType,
    /// Whether the product is for sale.
    pub status: ProductStatus,
    /// Price of the product.
    pub price: PriceTag,
    /// Where the variant's price differs.
    pub variant_price: VariantPrice,
    /// The categories the product is in, and everything above them.
    pub category_ids: Vec<CategoryId>,
    /// Whether tax is charged.
    pub taxable: bool,
    /// Which tax rates apply.
    pub tax_class: TaxClass,
    /// Whether it has to be sent.
    pub requires_shipping: bool,
    /// Weight of one unit in grams; 0 where unknown.
    pub weight_grams: u32,
    /// What sending one unit costs, instead of what the shipping method would ask.
    pub fixed_shipping: Option<Money>,
    /// Units an order must hold at least.
    pub min_order_quantity: u32,
    /// Units an order may hold at most.
    pub max_order_quantity: Option<u32>,
    /// Whether stock is counted.
    pub track_inventory: bool,
    /// Units that can be sold now; without meaning where stock is not counted.
    pub available: u32,
}

/// Why so many cannot be sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum QuantityRefusal {
    /// The product is not for sale.
    #[error("this product is not for sale")]
    NotForSale,
    /// Fewer are left.
    #[error("only {left} left in stock")]
    OutOfStock {
        /// Units that are left.
        left: u32,
    },
    /// Fewer than an order must hold.
    #[error("at least {min} must be ordered")]
    BelowMinimum {
        /// The least.
        min: u32,
    },
    /// More than an order may hold.
    #[error("at most {max} can be ordered")]
    AboveMaximum {
        /// The most.
        max: u32,
    },
}

impl QuantityRefusal {
    /// The error code of the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotForSale => "not_for_sale",
            Self::OutOfStock { .. } => "out_of_stock",
            Self::BelowMinimum { .. } => "below_minimum_quantity",
            Self::AboveMaximum { .. } => "above_maximum_quantity",
        }
    }
}

impl Sellable {
    /// Whether `wanted` units, all that an order holds of it, can be sold now. The product's own rules
    /// come before stock: what can never be ordered is not a matter of waiting for more.
    pub fn check_quantity(&self, wanted: u32) -> Result<(), QuantityRefusal> {
        if self.status != ProductStatus::Published {
            return Err(QuantityRefusal::NotForSale);
        }
        let max = self.max_order_quantity.unwrap_or(ORDER_QUANTITY_MAX).min(ORDER_QUANTITY_MAX);
        if wanted > max {
            return Err(QuantityRefusal::AboveMaximum { max });
        }
        let min = self.min_order_quantity.max(1);
        if wanted < min {
            return Err(QuantityRefusal::BelowMinimum { min });
        }
        if self.track_inventory && wanted > self.available {
            return Err(QuantityRefusal::OutOfStock { left: self.available });
        }
        Ok(())
    }

    /// Whether any can be sold now.
    pub fn in_stock(&self) -> bool {
        !self.track_inventory || self.available > 0
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::catalog::{product::tests::product, variant::tests::variant};

    fn sellable() -> Sellable {
        let (product, variant) = (product(), variant(1));
        Sellable {
            product_id: product.id,
            variant_id: variant.id,
            product_name: product.name.clone(),
            product_slug: product.slug.to_string(),
            variant_name: None,
            sku: product.sku.clone(),
            image: product.media.first().cloned(),
            product_type: product.product_type,
            status: ProductStatus::Published,
            requires_shipping: product.requires_shipping(),
            price: product.price,
            variant_price: variant.price,
            category_ids: product.category_ids,
            taxable: product.taxable,
            tax_class: product.tax_class,
            weight_grams: 340,
            fixed_shipping: None,
            min_order_quantity: 2,
            max_order_quantity: Some(6),
            track_inventory: true,
            available: 4,
        }
    }

    #[rstest]
    #[case(1, Err(QuantityRefusal::BelowMinimum { min: 2 }))]
    #[case(2, Ok(()))]
    #[case(4, Ok(()))]
    #[case(5, Err(QuantityRefusal::OutOfStock { left: 4 }))]
    #[case(7, Err(QuantityRefusal::AboveMaximum { max: 6 }))]
    fn a_quantity_is_sold_within_its_bounds(
        #[case] wanted: u32,
        #[case] expected: Result<(), QuantityRefusal>,
    ) {
        assert_eq!(sellable().check_quantity(wanted), expected);
    }

    #[test]
    fn only_published_products_are_for_sale() {
        for status in [ProductStatus::Draft, ProductStatus::Archived] {
            let hidden = Sellable { status, ..sellable() };
            assert_eq!(hidden.check_quantity(2), Err(QuantityRefusal::NotForSale));
        }
    }

    #[test]
    fn what_is_not_counted_never_runs_out_but_has_a_ceiling() {
        let endless =
            Sellable { track_inventory: false, available: 0, max_order_quantity: None, ..sellable() };
        assert!(endless.in_stock());
        assert_eq!(endless.check_quantity(ORDER_QUANTITY_MAX), Ok(()));
        assert_eq!(
            endless.check_quantity(ORDER_QUANTITY_MAX.saturating_add(1)),
            Err(QuantityRefusal::AboveMaximum { max: ORDER_QUANTITY_MAX })
        );
        assert!(!Sellable { available: 0, ..sellable() }.in_stock());
    }

    #[test]
    fn nothing_can_be_ordered_of_nothing() {
        let lax = Sellable { min_order_quantity: 0, ..sellable() };
        assert_eq!(lax.check_quantity(0), Err(QuantityRefusal::BelowMinimum { min: 1 }));
    }
}
