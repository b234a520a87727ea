//! Comparisons of single fields of a product.

use domain::id::ProductId;
use ports::{
    catalog::ProductField,
    list::SortValue,
    search::{Comparison, Condition as Compared},
};
use sea_orm::{
    Value,
    sea_query::{Expr, ExprTrait as _},
};

use super::filter::product;
use crate::{stored::uuid, window};

/// The value as the column holds it; `None` where it can be nobody's.
fn comparable(condition: &Compared<ProductField>) -> Option<Value> {
    match (condition.field, &condition.value) {
        (ProductField::Id, SortValue::Text(text)) => text.parse::<ProductId>().ok().map(|id| uuid(id).into()),
        (_, value) => Some(window::value(value)),
    }
}

/// Whether a product passes.
pub(super) fn compared(condition: &Compared<ProductField>) -> Expr {
    let Some(value) = comparable(condition).map(Expr::val) else {
        return Expr::val(condition.comparison == Comparison::NotEqual).eq(true);
    };
    let column = match condition.field {
        ProductField::Id => "id",
        ProductField::Name => "name",
        ProductField::Slug => "slug",
        ProductField::Sku => "sku",
        ProductField::Status => "status",
        ProductField::ProductType => "product_type",
        ProductField::Price => "price",
        ProductField::Cost => "cost",
        ProductField::WeightGrams => "weight_grams",
        ProductField::SortOrder => "sort_order",
        ProductField::CreatedAt => "created_at",
        ProductField::UpdatedAt => "updated_at",
    };
    match condition.comparison {
        Comparison::Equal => product(column).eq(value),
        Comparison::NotEqual => product(column).ne(value).or(product(column).is_null()),
        Comparison::Less => product(column).lt(value),
        Comparison::Greater => product(column).gt(value),
        Comparison::AtLeast => product(column).gte(value),
        Comparison::AtMost => product(column).lte(value),
    }
}
