//! Categories as shoppers see them: without the hidden ones. What lies in a hidden category is shown in
//! its place, so that hiding a category takes away that one and nothing else.

use std::collections::HashMap;

use domain::{
    catalog::category::{Category, CategoryStatus, CategoryTree},
    id::{CategoryId, Handle, kind},
};
use ports::list::Count;

use super::{CountedCategory, find};
use crate::{Context, Core, Error, Result};

/// A category that shoppers see, with what is below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryNode {
    /// The category, with the nearest shown category above it as its parent.
    pub counted: CountedCategory,
    /// The shown categories below it, in their owner's order.
    pub children: Vec<Self>,
}

/// The categories at the top, with everything below them.
pub async fn shown_tree(core: &Core, ctx: &Context) -> Result<Vec<CategoryNode>> {
    let tree = core.db.categories().tree(ctx.store).await?;
    let counts = core.db.categories().product_counts(ctx.store, None).await?;
    Ok(nodes(&tree, &counts, None, None))
}

/// One category that shoppers see.
pub async fn shown(
    core: &Core,
    ctx: &Context,
    category: &Handle<kind::CategoryId>,
) -> Result<CountedCategory> {
    let category = find(core, ctx, category).await?;
    if category.status == CategoryStatus::Hidden {
        return Err(Error::not_found("category"));
    }
    let parent_id = match category.parent_id {
        Some(_) => nearest_shown(&core.db.categories().tree(ctx.store).await?, category.id),
        None => None,
    };
    super::count(core, ctx, Category { parent_id, ..category }).await
}

/// The shown categories below `parent`, as children of `shown_parent`.
fn nodes(
    tree: &CategoryTree,
    counts: &HashMap<CategoryId, Count>,
    parent: Option<CategoryId>,
    shown_parent: Option<CategoryId>,
) -> Vec<CategoryNode> {
    let mut found = Vec::new();
    for category in tree.children(parent) {
        let id = category.id;
        match category.status {
            CategoryStatus::Active => {
                let counted = CountedCategory {
                    category: Category { parent_id: shown_parent, ..category.clone() },
                    product_count: counts.get(&id).copied().unwrap_or_default(),
                };
                let children = nodes(tree, counts, Some(id), Some(id));
                found.push(CategoryNode { counted, children });
            }
            CategoryStatus::Hidden => found.extend(nodes(tree, counts, Some(id), shown_parent)),
        }
    }
    found
}

fn nearest_shown(tree: &CategoryTree, category: CategoryId) -> Option<CategoryId> {
    tree.ancestors(category)
        .into_iter()
        .find(|above| tree.get(*above).is_some_and(|above| above.status == CategoryStatus::Active))
}
