//! The one way for a use case to begin a unit of work.

use std::{
    fmt,
    ops::{Deref, DerefMut},
};

use ports::UnitOfWork;

use crate::{Context, Core, Result};

/// A unit of work with the circumstances it is done in. Is a [`UnitOfWork`] wherever one is borrowed.
/// Dropping it without [`Work::commit`] undoes everything.
pub struct Work {
    unit: Box<dyn UnitOfWork>,
}

impl Core {
    /// Begins a unit of work for the store of `ctx`.
    pub async fn begin(&self, ctx: &Context) -> Result<Work> {
        Ok(Work { unit: self.db.begin(ctx.store).await? })
    }
}

impl Work {
    /// Makes everything since the beginning permanent.
    pub async fn commit(self) -> Result<()> {
        Ok(self.unit.commit().await?)
    }
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").finish_non_exhaustive()
    }
}

impl Deref for Work {
    type Target = dyn UnitOfWork;

    fn deref(&self) -> &Self::Target {
        self.unit.as_ref()
    }
}

impl DerefMut for Work {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.unit.as_mut()
    }
}
