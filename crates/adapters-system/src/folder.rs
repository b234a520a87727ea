//! The folder that an installation keeps its files in.

use std::{
    io,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use ports::health::{Check, Condition};
use rustix::fs::{Access, access, statvfs};

/// Less free space than this, in bytes, and the next writes may fail.
const FULL: u64 = 16 * 1024 * 1024;
/// Less free space than this, in bytes, and somebody should look.
const SCARCE: u64 = 256 * 1024 * 1024;

/// Whether files can be written there: the folder of an embedded database.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder at `path`, there or not.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes that this user may still write there.
    ///
    /// # Errors
    /// When it is not there, or this user may not make files in it.
    pub fn free_bytes(&self) -> io::Result<u64> {
        access(&self.path, Access::WRITE_OK | Access::EXEC_OK)?;
        let volume = statvfs(&self.path)?;
        Ok(volume.f_bavail.saturating_mul(volume.f_frsize))
    }

    /// What so much free space means.
    pub const fn judge(free_bytes: u64) -> Condition {
        match free_bytes {
            0..FULL => Condition::Unavailable,
            FULL..SCARCE => Condition::Degraded,
            SCARCE.. => Condition::Ok,
        }
    }
}

#[async_trait]
impl Check for Folder {
    fn name(&self) -> &'static str {
        "storage"
    }

    async fn look(&self) -> Condition {
        let free = match self.free_bytes() {
            Ok(free) => free,
            Err(error) => {
                tracing::warn!(%error, folder = %self.path.display(), "the data folder cannot be written to");
                return Condition::Unavailable;
            }
        };
        let condition = Self::judge(free);
        if condition != Condition::Ok {
            tracing::warn!(free, folder = %self.path.display(), "the data folder's disk is nearly full");
        }
        condition
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[tokio::test]
    async fn a_folder_that_is_gone_is_unavailable() {
        let folder = tempfile::tempdir().unwrap();
        let check = Folder::at(folder.path().join("data"));
        assert_eq!(check.look().await, Condition::Unavailable);
        fs::create_dir(check.path()).unwrap();
        assert_eq!(check.look().await, Folder::judge(check.free_bytes().unwrap()));
        fs::remove_dir(check.path()).unwrap();
        assert!(check.free_bytes().is_err());
    }

    #[test]
    fn a_full_disk_is_no_place_to_write() {
        assert_eq!(Folder::judge(0), Condition::Unavailable);
        assert_eq!(Folder::judge(FULL), Condition::Degraded);
        assert_eq!(Folder::judge(SCARCE), Condition::Ok);
        assert_eq!(Folder::judge(u64::MAX), Condition::Ok);
    }
}
