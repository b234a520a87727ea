//! What is for sale: products, their variants and options, categories and brands.
pub mod brand;
pub mod category;
pub mod options;
pub mod product;
pub mod sellable;
pub mod variant;
