//! Adding many products at once, as an import does.

use domain::{
    audit::{Action, Facts, Subject, SubjectType, Value},
    id::ProductId,
};

use super::{
    NewProduct,
    create::{Draft, draft, put},
};
use crate::{Context, Core, Result, audit::Record, slug};

/// Adds products, each with its variants and their stock, and answers for each in the order given.
///
/// All that are sound are written in one transaction. When that is refused for the sake of one of them,
/// each is written by itself, so that a product is never kept out by its neighbours. A slug is taken as
/// it is or not at all. A trial goes through all of it and keeps nothing.
pub async fn create_many(
    core: &Core,
    ctx: &Context,
    new: Vec<NewProduct>,
    is_trial: bool,
) -> Vec<Result<ProductId>> {
    let mut drafts = Vec::with_capacity(new.len());
    for each in new {
        drafts.push(draft(core, ctx, each).await);
    }
    let sound: Vec<&Draft> = drafts.iter().flatten().collect();
    let together = put_all(core, ctx, &sound, is_trial).await.is_ok();
    let mut answers = Vec::with_capacity(drafts.len());
    for draft in drafts {
        answers.push(match draft {
            Ok(draft) if together => Ok(draft.product.id),
            Ok(draft) => put_all(core, ctx, &[&draft], is_trial).await.map(|()| draft.product.id),
            Err(refusal) => Err(refusal),
        });
    }
    answers
}

async fn put_all(core: &Core, ctx: &Context, drafts: &[&Draft], is_trial: bool) -> Result<()> {
    if drafts.is_empty() {
        return Ok(());
    }
    let mut work = core.begin(ctx).await?;
    for Draft { product, shelf, tier, .. } in drafts {
        if !put(core, ctx, *tier, &mut *work, product, shelf).await? {
            return Err(slug::taken(&product.slug));
        }
    }
    if !is_trial {
        work.audit(Action::ProductsImported, imported(ctx, drafts));
        work.commit().await?;
    }
    Ok(())
}

/// One entry for all of them: an import of thousands would bury everything else in the log.
fn imported(ctx: &Context, drafts: &[&Draft]) -> Record {
    let ids: Vec<_> = drafts.iter().map(|draft| draft.product.id).collect();
    let made = Facts::default()
        .with("count", u64::try_from(ids.len()).unwrap_or(u64::MAX))
        .with("productIds", Value::list(ids));
    Record { subject: Subject::new(SubjectType::Store, ctx.store), before: None, after: Some(made) }
}
