//! Building the catalogue.

pub mod brand;
pub mod category;
pub mod product;
pub mod variant;
