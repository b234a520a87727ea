//! Categories: adding, reading, changing, moving and hiding them.

use domain::{
    audit::Action,
    catalog::category::{Category, CategoryStatus, CategoryTree},
    id::{CategoryId, Handle, kind},
    text::Slug,
};
use ports::{
    RepoError,
    categories::{CategoryFilter, CategorySort},
    list::{Count, Slice, Sort, Window},
};

use crate::{Change, Context, Core, Error, Result, audit, slug};

mod storefront;

pub use storefront::{CategoryNode, shown, shown_tree};

/// What a merchant says of a new category.
#[derive(Debug, Clone, Default)]
pub struct NewCategory {
    /// What it is called.
    pub name: String,
    /// Its slug; made from the name when absent.
    pub slug: Option<String>,
    /// The category that it is in; at the top when absent.
    pub parent: Option<CategoryId>,
    /// What there is to say about it.
    pub description: Option<String>,
    /// Address of a picture.
    pub image_url: Option<String>,
    /// Title for search engines.
    pub meta_title: Option<String>,
    /// Description for search engines.
    pub meta_description: Option<String>,
    /// Its place among its siblings, smaller first.
    pub sort_order: i32,
    /// Whether it is kept from shoppers to begin with.
    pub hidden: bool,
}

/// What a merchant wants changed about a category.
#[derive(Debug, Clone, Default)]
pub struct CategoryChanges {
    /// A new name.
    pub name: Option<String>,
    /// A new slug.
    pub slug: Option<String>,
    /// Another category to be in, or the top.
    pub parent: Change<CategoryId>,
    /// A new description, or none.
    pub description: Change<String>,
    /// Another picture, or none.
    pub image_url: Change<String>,
    /// Another title for search engines, or none.
    pub meta_title: Change<String>,
    /// Another description for search engines, or none.
    pub meta_description: Change<String>,
    /// Another place among its siblings.
    pub sort_order: Option<i32>,
    /// Whether shoppers see it.
    pub status: Option<CategoryStatus>,
    /// The version that the change was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

/// A category and how much is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedCategory {
    /// The category.
    pub category: Category,
    /// Published products in it and everything below it, each once.
    pub product_count: Count,
}

/// Adds a category.
pub async fn create(core: &Core, ctx: &Context, new: NewCategory) -> Result<CountedCategory> {
    let (slug, given) = slug::for_new(&new.name, new.slug.as_deref())?;
    let mut category = Category {
        id: core.ids.id(),
        parent_id: new.parent,
        slug,
        name: new.name.trim().to_owned(),
        description: new.description,
        image_url: new.image_url,
        meta_title: new.meta_title,
        meta_description: new.meta_description,
        sort_order: new.sort_order,
        status: if new.hidden { CategoryStatus::Hidden } else { CategoryStatus::Active },
        version: 1,
        created_at: ctx.now,
        updated_at: ctx.now,
    };
    Error::check(category.validate())?;
    let base = category.slug.clone();
    for attempt in slug::attempts(given) {
        category.slug = attempt.of(&base);
        let mut work = core.begin(ctx).await?;
        if category.parent_id.is_some() {
            check_parent(&work.categories().tree().await?, &category)?;
        }
        match work.categories().insert(&category).await {
            Ok(()) => {
                work.audit(Action::CategoryCreated, audit::created(&category));
                work.commit().await?;
                return Ok(CountedCategory { category, product_count: Count::exact(0) });
            }
            Err(RepoError::Conflict { constraint }) if constraint == "categories_slug" => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(slug::taken(&base))
}

/// One category, hidden or not.
pub async fn get(core: &Core, ctx: &Context, category: &Handle<kind::CategoryId>) -> Result<CountedCategory> {
    let category = find(core, ctx, category).await?;
    count(core, ctx, category).await
}

/// The store's categories as a flat list, hidden ones too.
pub async fn list(
    core: &Core,
    ctx: &Context,
    filter: &CategoryFilter,
    sort: Sort<CategorySort>,
    window: &Window,
) -> Result<Slice<CountedCategory>> {
    let slice = core.db.categories().categories(ctx.store, filter, sort, window).await?;
    let ids: Vec<CategoryId> = slice.items.iter().map(|category| category.id).collect();
    let counts = core.db.categories().product_counts(ctx.store, Some(&ids)).await?;
    Ok(slice.map(|category| {
        let product_count = counts.get(&category.id).copied().unwrap_or_default();
        CountedCategory { category, product_count }
    }))
}

/// Changes a category, or moves it with all that is below it.
pub async fn update(
    core: &Core,
    ctx: &Context,
    category: &Handle<kind::CategoryId>,
    changes: CategoryChanges,
) -> Result<CountedCategory> {
    let known = find(core, ctx, category).await?;
    let mut work = core.begin(ctx).await?;
    // The tree is locked before the category, in the order of every other move.
    let tree = match changes.parent {
        Change::Set(_) => Some(work.categories().tree().await?),
        Change::Keep | Change::Clear => None,
    };
    let found = work.categories().find(known.id).await?;
    let mut category = found.ok_or_else(|| Error::not_found("category"))?;
    Error::check_version(changes.if_version, category.version)?;
    let before = category.clone();
    apply(&mut category, changes)?;
    category.updated_at = ctx.now;
    Error::check(category.validate())?;
    if let Some(tree) = &tree {
        check_parent(tree, &category)?;
    }
    let slug = category.slug.clone();
    let written = work.categories().update(&mut category).await;
    written.map_err(|error| slug::or_taken(error, "categories_slug", &slug))?;
    work.audit(Action::CategoryUpdated, audit::changed(&before, &category));
    work.commit().await?;
    count(core, ctx, category).await
}

/// Takes a category from shoppers' sight. Its products stay for sale, and what is below it stays shown.
pub async fn hide(
    core: &Core,
    ctx: &Context,
    category: &Handle<kind::CategoryId>,
    if_version: Option<i32>,
) -> Result<()> {
    let known = find(core, ctx, category).await?;
    let mut work = core.begin(ctx).await?;
    let found = work.categories().find(known.id).await?;
    let mut category = found.ok_or_else(|| Error::not_found("category"))?;
    Error::check_version(if_version, category.version)?;
    if category.status == CategoryStatus::Hidden {
        return Ok(());
    }
    let before = category.clone();
    category.status = CategoryStatus::Hidden;
    category.updated_at = ctx.now;
    work.categories().update(&mut category).await?;
    work.audit(Action::CategoryHidden, audit::changed(&before, &category));
    work.commit().await
}

async fn find(core: &Core, ctx: &Context, category: &Handle<kind::CategoryId>) -> Result<Category> {
    let found = core.db.categories().category(ctx.store, category).await?;
    found.ok_or_else(|| Error::not_found("category"))
}

async fn count(core: &Core, ctx: &Context, category: Category) -> Result<CountedCategory> {
    let counts = core.db.categories().product_counts(ctx.store, Some(&[category.id])).await?;
    let product_count = counts.get(&category.id).copied().unwrap_or_default();
    Ok(CountedCategory { category, product_count })
}

fn apply(category: &mut Category, changes: CategoryChanges) -> Result<()> {
    let CategoryChanges {
        name,
        slug,
        parent,
        description,
        image_url,
        meta_title,
        meta_description,
        sort_order,
        status,
        if_version: _,
    } = changes;
    if let Some(name) = name {
        name.trim().clone_into(&mut category.name);
    }
    if let Some(slug) = slug {
        category.slug = Slug::parse(&slug).map_err(|error| Error::invalid("slug", error.to_string()))?;
    }
    parent.apply(&mut category.parent_id);
    description.apply(&mut category.description);
    image_url.apply(&mut category.image_url);
    meta_title.apply(&mut category.meta_title);
    meta_description.apply(&mut category.meta_description);
    category.sort_order = sort_order.unwrap_or(category.sort_order);
    category.status = status.unwrap_or(category.status);
    Ok(())
}

fn check_parent(tree: &CategoryTree, category: &Category) -> Result<()> {
    tree.check_parent(category.id, category.parent_id)
        .map_err(|error| Error::invalid("parentId", format!("The category cannot be put there: {error}.")))
}
