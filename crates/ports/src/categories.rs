//! Categories: the tree, changed under one lock, and how much is in each.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    catalog::category::{Category, CategoryStatus, CategoryTree},
    id::{CategoryId, Handle, StoreId, kind},
};

use crate::{
    RepoError,
    list::{Count, Slice, Sort, Window},
    records::Records,
};

/// Categories inside a unit of work.
#[async_trait]
pub trait Categories: Records<Category> {
    /// Reads the whole tree and keeps every other unit of work from doing the same until this one ends.
    /// A category is put in its place only after this, so that two moves never make a circle together.
    async fn tree(&mut self) -> Result<CategoryTree, RepoError>;
}

/// Which categories to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CategoryFilter {
    /// The one with this slug.
    pub slug: Option<String>,
    /// Those directly in this category.
    pub parent: Option<CategoryId>,
    /// Those that are shown, or those that are hidden.
    pub status: Option<CategoryStatus>,
}

/// What categories can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CategorySort {
    /// By the place that the owner gave them.
    SortOrder,
    /// By name.
    Name,
    /// By age.
    CreatedAt,
}

/// Reads categories outside a transaction.
#[async_trait]
pub trait CategoryReader: Send + Sync {
    /// One category, by id or slug.
    async fn category(
        &self,
        store: StoreId,
        category: &Handle<kind::CategoryId>,
    ) -> Result<Option<Category>, RepoError>;

    /// The store's categories as a flat list, hidden ones too.
    async fn categories(
        &self,
        store: StoreId,
        filter: &CategoryFilter,
        sort: Sort<CategorySort>,
        window: &Window,
    ) -> Result<Slice<Category>, RepoError>;

    /// All of the store's categories, hidden ones too.
    async fn tree(&self, store: StoreId) -> Result<CategoryTree, RepoError>;

    /// How many published products there are in each category and everything below it, each product
    /// once; of the given categories, or of all. Counting a category ends at a thousand or so. Empty
    /// categories may be left out.
    async fn product_counts(
        &self,
        store: StoreId,
        of: Option<&[CategoryId]>,
    ) -> Result<HashMap<CategoryId, Count>, RepoError>;
}
