//! Brands: adding, reading, changing and removing them.

use domain::{
    audit::Action,
    catalog::brand::Brand,
    id::{Handle, kind},
    text::Slug,
};
use ports::{
    RepoError,
    brands::BrandSort,
    list::{Slice, Sort, Window},
};

use crate::{Change, Context, Core, Error, ErrorCode, Result, audit, slug};

/// What a merchant says of a new brand.
#[derive(Debug, Clone, Default)]
pub struct NewBrand {
    /// What it is called.
    pub name: String,
    /// Its slug; made from the name when absent.
    pub slug: Option<String>,
    /// What there is to say about it.
    pub description: Option<String>,
    /// Address of its logo.
    pub logo_url: Option<String>,
    /// Address of its website.
    pub website: Option<String>,
}

/// What a merchant wants changed about a brand.
#[derive(Debug, Clone, Default)]
pub struct BrandChanges {
    /// A new name.
    pub name: Option<String>,
    /// A new slug.
    pub slug: Option<String>,
    /// A new description, or none.
    pub description: Change<String>,
    /// A new logo, or none.
    pub logo_url: Change<String>,
    /// A new website, or none.
    pub website: Change<String>,
    /// The version that the change was decided on; refused as stale when there is a newer one.
    pub if_version: Option<i32>,
}

/// Adds a brand.
pub async fn create(core: &Core, ctx: &Context, new: NewBrand) -> Result<Brand> {
    let (slug, given) = slug::for_new(&new.name, new.slug.as_deref())?;
    let mut brand = Brand {
        id: core.ids.id(),
        slug,
        name: new.name.trim().to_owned(),
        description: new.description,
        logo_url: new.logo_url,
        website: new.website,
        version: 1,
        created_at: ctx.now,
        updated_at: ctx.now,
    };
    Error::check(brand.validate())?;
    let base = brand.slug.clone();
    for attempt in slug::attempts(given) {
        brand.slug = attempt.of(&base);
        let mut work = core.begin(ctx).await?;
        match work.brands().insert(&brand).await {
            Ok(()) => {
                work.audit(Action::BrandCreated, audit::created(&brand));
                work.commit().await?;
                return Ok(brand);
            }
            Err(RepoError::Conflict { constraint }) if constraint == "brands_slug" => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(slug::taken(&base))
}

/// One brand.
pub async fn get(core: &Core, ctx: &Context, brand: &Handle<kind::BrandId>) -> Result<Brand> {
    core.db.brands().brand(ctx.store, brand).await?.ok_or_else(|| Error::not_found("brand"))
}

/// The store's brands.
pub async fn list(
    core: &Core,
    ctx: &Context,
    sort: Sort<BrandSort>,
    window: &Window,
) -> Result<Slice<Brand>> {
    Ok(core.db.brands().brands(ctx.store, sort, window).await?)
}

/// Changes a brand.
pub async fn update(
    core: &Core,
    ctx: &Context,
    brand: &Handle<kind::BrandId>,
    changes: BrandChanges,
) -> Result<Brand> {
    let known = get(core, ctx, brand).await?;
    let mut work = core.begin(ctx).await?;
    let mut brand = work.brands().find(known.id).await?.ok_or_else(|| Error::not_found("brand"))?;
    Error::check_version(changes.if_version, brand.version)?;
    let before = brand.clone();
    if let Some(name) = changes.name {
        name.trim().clone_into(&mut brand.name);
    }
    if let Some(slug) = changes.slug {
        brand.slug = Slug::parse(&slug).map_err(|error| Error::invalid("slug", error.to_string()))?;
    }
    changes.description.apply(&mut brand.description);
    changes.logo_url.apply(&mut brand.logo_url);
    changes.website.apply(&mut brand.website);
    brand.updated_at = ctx.now;
    Error::check(brand.validate())?;
    let slug = brand.slug.clone();
    work.brands().update(&mut brand).await.map_err(|error| slug::or_taken(error, "brands_slug", &slug))?;
    work.audit(Action::BrandUpdated, audit::changed(&before, &brand));
    work.commit().await?;
    Ok(brand)
}

/// Removes a brand that no product carries.
pub async fn delete(
    core: &Core,
    ctx: &Context,
    brand: &Handle<kind::BrandId>,
    if_version: Option<i32>,
) -> Result<()> {
    let known = get(core, ctx, brand).await?;
    let mut work = core.begin(ctx).await?;
    let brand = work.brands().find(known.id).await?.ok_or_else(|| Error::not_found("brand"))?;
    Error::check_version(if_version, brand.version)?;
    work.brands().delete(brand.id).await.map_err(|error| match error {
        RepoError::Conflict { .. } => Error::new(ErrorCode::InUse, "Products still carry this brand."),
        other => other.into(),
    })?;
    work.audit(Action::BrandDeleted, audit::deleted(&brand));
    work.commit().await
}
