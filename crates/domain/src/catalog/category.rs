//! Categories: the tree that shoppers browse.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::{
    id::CategoryId,
    store::is_web_address,
    text::{Fault, Faults, Slug},
};

/// Levels a tree of categories may have; a top category is level 1.
pub const DEPTH_MAX: usize = 8;
/// Characters of a category's name.
const NAME_MAX: usize = 120;
/// Characters of a category's description.
const DESCRIPTION_MAX: usize = 10_000;
/// Characters of what search engines show.
const META_MAX: usize = 320;

crate::text_enum! {
    /// Whether shoppers see a category.
    pub enum CategoryStatus {
        /// Shown.
        Active = "active",
        /// Kept, but not shown; what deleting a category does.
        Hidden = "hidden",
    }
}

/// A place in the tree that shoppers browse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Identity.
    pub id: CategoryId,
    /// The category that this one is in; `None` at the top.
    pub parent_id: Option<CategoryId>,
    /// Unique among the store's categories.
    pub slug: Slug,
    /// What it is called.
    pub name: String,
    /// What there is to say about it, in Markdown.
    pub description: Option<String>,
    /// Address of a picture.
    pub image_url: Option<String>,
    /// Title for search engines.
    pub meta_title: Option<String>,
    /// Description for search engines.
    pub meta_description: Option<String>,
    /// Smaller comes first among siblings; equal ones go by name.
    pub sort_order: i32,
    /// Shown or hidden.
    pub status: CategoryStatus,
    /// Grows by one with every change.
    pub version: i32,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Category {
    /// What is wrong with the category's fields, by the API's names; nothing when it can be saved. Its
    /// place in the tree is checked by [`CategoryTree::check_parent`].
    pub fn validate(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        faults.text("name", &self.name, NAME_MAX);
        faults.optional_text("description", self.description.as_deref(), DESCRIPTION_MAX);
        faults.optional_text("metaTitle", self.meta_title.as_deref(), META_MAX);
        faults.optional_text("metaDescription", self.meta_description.as_deref(), META_MAX);
        let sound = self.image_url.as_deref().is_none_or(is_web_address);
        faults.require(sound, "imageUrl", "must be an http or https address");
        faults.into_vec()
    }
}

/// Why a category cannot have the parent it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ParentError {
    /// There is no such category.
    #[error("the parent category does not exist")]
    Unknown,
    /// The parent is the category itself or lies below it.
    #[error("a category cannot lie below itself")]
    Cycle,
    /// The tree would get too many levels.
    #[error("categories can be nested at most {DEPTH_MAX} deep")]
    TooDeep,
}

/// All categories of a store, by their places. A category whose parent is missing stands at the top, and
/// one that lies below itself (broken data) is not reached from the top but never makes a walk endless.
#[derive(Debug, Clone, Default)]
pub struct CategoryTree {
    by_id: HashMap<CategoryId, Category>,
    children: HashMap<Option<CategoryId>, Vec<CategoryId>>,
}

impl CategoryTree {
    /// Arranges categories; siblings by sort order, then name, then age.
    pub fn new(mut categories: Vec<Category>) -> Self {
        categories.sort_by(|a, b| (a.sort_order, &a.name, a.id).cmp(&(b.sort_order, &b.name, b.id)));
        let known: HashSet<CategoryId> = categories.iter().map(|category| category.id).collect();
        let mut children: HashMap<Option<CategoryId>, Vec<CategoryId>> = HashMap::new();
        for category in &categories {
            let parent = category.parent_id.filter(|parent| known.contains(parent));
            children.entry(parent).or_default().push(category.id);
        }
        let by_id = categories.into_iter().map(|category| (category.id, category)).collect();
        Self { by_id, children }
    }

    /// One category.
    pub fn get(&self, id: CategoryId) -> Option<&Category> {
        self.by_id.get(&id)
    }

    /// The categories directly below `parent`, or at the top, in order.
    pub fn children(&self, parent: Option<CategoryId>) -> impl Iterator<Item = &Category> {
        self.children.get(&parent).into_iter().flatten().filter_map(|id| self.by_id.get(id))
    }

    /// The category and everything below it, each once, parents before their children.
    pub fn subtree(&self, id: CategoryId) -> Vec<CategoryId> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let mut waiting = vec![id];
        while let Some(next) = waiting.pop() {
            if self.by_id.contains_key(&next) && seen.insert(next) {
                found.push(next);
                waiting.extend(self.children(Some(next)).map(|child| child.id));
            }
        }
        found
    }

    /// The categories above, the parent first, the top last.
    pub fn ancestors(&self, id: CategoryId) -> Vec<CategoryId> {
        let mut found = Vec::new();
        let mut next = self.parent_of(id);
        while let Some(above) = next.filter(|above| *above != id && !found.contains(above)) {
            found.push(above);
            next = self.parent_of(above);
        }
        found
    }

    /// The given categories and everything above them, each once: what a product in them counts as.
    pub fn with_ancestors(&self, ids: &[CategoryId]) -> Vec<CategoryId> {
        let mut found = Vec::new();
        for id in ids {
            for each in [*id].into_iter().chain(self.ancestors(*id)) {
                if !found.contains(&each) {
                    found.push(each);
                }
            }
        }
        found
    }

    /// Whether putting `id` below `new_parent` would make it lie below itself.
    pub fn would_cycle(&self, id: CategoryId, new_parent: CategoryId) -> bool {
        id == new_parent || self.ancestors(new_parent).contains(&id)
    }

    /// Whether a category, new or moved with all that is below it, may have this parent.
    pub fn check_parent(&self, id: CategoryId, parent: Option<CategoryId>) -> Result<(), ParentError> {
        let Some(parent) = parent else { return Ok(()) };
        if !self.by_id.contains_key(&parent) {
            return Err(ParentError::Unknown);
        }
        if self.would_cycle(id, parent) {
            return Err(ParentError::Cycle);
        }
        let above = self.ancestors(parent).len().saturating_add(1);
        if above.saturating_add(self.height(id)) > DEPTH_MAX { Err(ParentError::TooDeep) } else { Ok(()) }
    }

    /// Levels from the category down to the deepest below it; 1 for a category without children.
    fn height(&self, id: CategoryId) -> usize {
        let own_depth = self.ancestors(id).len();
        let deepest = self.subtree(id).into_iter().map(|below| self.ancestors(below).len()).max();
        deepest.unwrap_or(own_depth).saturating_sub(own_depth).saturating_add(1)
    }

    fn parent_of(&self, id: CategoryId) -> Option<CategoryId> {
        let parent = self.by_id.get(&id)?.parent_id?;
        self.by_id.contains_key(&parent).then_some(parent)
    }
}

#[cfg(test)]
mod tests;
