//! Taking a product off sale for good: it stays for the books and for those who bought it.

use domain::{audit::Action, catalog::product::ProductStatus};

use super::{ProductHandle, change::tell, find};
use crate::{
    Context, Core, Error, Result,
    audit::{self, Shelved},
};

/// Archives a product; one that is archived already stays so.
pub async fn archive(
    core: &Core,
    ctx: &Context,
    product: &ProductHandle,
    if_version: Option<i32>,
) -> Result<()> {
    let known = find(core, ctx, product).await?;
    let mut work = core.begin(ctx).await?;
    let found = work.products().find(known.id).await?;
    let (before, variants) = found.ok_or_else(|| Error::not_found("product"))?;
    Error::check_version(if_version, before.version)?;
    if before.status == ProductStatus::Archived {
        return Ok(());
    }
    let mut product = before.clone();
    product.change_status(ProductStatus::Archived, ctx.now);
    product.updated_at = ctx.now;
    let mut after = variants.clone();
    work.products().update(&mut product, &variants, &mut after).await?;
    tell(core, ctx, &mut *work, &before, &product).await?;
    let record = audit::changed(&Shelved(&before, &variants), &Shelved(&product, &after));
    work.audit(Action::ProductArchived, record);
    work.commit().await
}
