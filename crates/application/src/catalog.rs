//! Building the catalogue.

pub mod brand;
pub mod category;
