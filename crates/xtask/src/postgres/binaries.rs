//! Where the programs of a Postgres server are.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

const PROGRAMS: [&str; 3] = ["initdb", "pg_ctl", "postgres"];

/// Parents of versioned installations, as `VERSION/bin` or `NAME-VERSION/bin` below them.
const PARENTS: [(&str, &str); 5] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql"),
    ("/usr/local/opt", "postgresql"),
    ("/Applications/Postgres.app/Contents/Versions", ""),
];

/// The folder that holds the programs of one installed server.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Binaries(PathBuf);

impl Binaries {
    pub(super) fn folder(&self) -> &Path {
        &self.0
    }

    /// The installation in this folder, if every program needed is there and can be executed.
    /// Links are followed, since some systems link single programs into `/usr/local/bin`.
    pub(super) fn in_folder(folder: &Path) -> Option<Self> {
        let home = fs::canonicalize(folder.join(PROGRAMS[0])).ok()?.parent()?.to_owned();
        PROGRAMS.iter().all(|program| is_executable(&home.join(program))).then_some(Self(home))
    }

    /// Searches the PATH, then what `pg_config` says, then the usual places, newest version first.
    pub(super) fn find() -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path)
            .chain(told_by_pg_config())
            .chain(PARENTS.iter().flat_map(|(parent, prefix)| installed_below(Path::new(parent), prefix)))
            .find_map(|folder| Self::in_folder(&folder))
    }
}

fn is_executable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

fn told_by_pg_config() -> Option<PathBuf> {
    let answer = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = String::from_utf8(answer.stdout).ok()?;
    answer.status.success().then(|| PathBuf::from(folder.trim()))
}

fn installed_below(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| (version(&entry.file_name().to_string_lossy()), entry.path().join("bin")))
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// The first number in a name such as `16`, `9.6` or `postgresql@17`; 0 when there is none.
fn version(name: &str) -> u32 {
    name.split(|letter: char| !letter.is_ascii_digit())
        .find_map(|digits| digits.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::cluster::PrivateFolder;

    fn install(folder: &Path, programs: &[&str]) {
        fs::create_dir_all(folder).unwrap();
        for program in programs {
            let file = folder.join(program);
            fs::write(&file, "#!/bin/sh\n").unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    #[test]
    fn the_newest_version_comes_first() {
        let parent = PrivateFolder::create().unwrap();
        for version in ["9.6", "15", "100"] {
            install(&parent.path().join(version).join("bin"), &PROGRAMS);
        }
        let order: Vec<PathBuf> = ["100", "15", "9.6"].map(|v| parent.path().join(v).join("bin")).into();
        assert_eq!(installed_below(parent.path(), ""), order);
    }

    #[test]
    fn a_folder_without_the_server_program_is_passed_over() {
        let folder = PrivateFolder::create().unwrap();
        install(folder.path(), &["initdb", "pg_ctl"]);
        assert_eq!(Binaries::in_folder(folder.path()), None);
        install(folder.path(), &["postgres"]);
        assert!(Binaries::in_folder(folder.path()).is_some());
    }

    #[test]
    fn links_lead_to_the_real_folder() {
        let folder = PrivateFolder::create().unwrap();
        let (real, linked) = (folder.path().join("real"), folder.path().join("linked"));
        install(&real, &PROGRAMS);
        fs::create_dir(&linked).unwrap();
        std::os::unix::fs::symlink(real.join("initdb"), linked.join("initdb")).unwrap();
        let found = Binaries::in_folder(&linked).expect("the link is followed");
        assert_eq!(found.folder(), fs::canonicalize(&real).unwrap());
    }
}
