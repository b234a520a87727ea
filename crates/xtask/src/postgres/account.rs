//! Whom the server runs as: Postgres refuses to run as root.

use std::fs;

use crate::Fault;

/// Accounts of a usual system that own nothing of ours, the best first.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

/// An unprivileged account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) user: u32,
    pub(super) group: u32,
}

impl Account {
    /// The account to change to when we are root.
    pub(super) fn unprivileged() -> Result<Self, Fault> {
        let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
        CANDIDATES.iter().find_map(|name| look_up(&accounts, name)).ok_or_else(|| {
            "Postgres refuses to run as root, and there is no account `postgres` or `nobody` to run it as"
                .to_owned()
        })
    }
}

fn look_up(accounts: &str, name: &str) -> Option<Account> {
    let mut fields = accounts
        .lines()
        .map(|line| line.split(':'))
        .find_map(|mut fields| (fields.next() == Some(name)).then_some(fields))?;
    let (_password, user, group) = (fields.next()?, fields.next()?, fields.next()?);
    let account = Account { user: user.parse().ok()?, group: group.parse().ok()? };
    (account.user != 0).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNTS: &str = "\
root:x:0:0:root:/root:/bin/bash
nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin
toor:x:0:0::/root:/bin/sh
broken
postgres2:x:9:9::/:/bin/sh
";

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        assert_eq!(look_up(ACCOUNTS, "nobody"), Some(Account { user: 65534, group: 65533 }));
        assert_eq!(look_up(ACCOUNTS, "postgres"), None);
    }

    #[test]
    fn another_name_for_root_is_not_unprivileged() {
        assert_eq!(look_up(ACCOUNTS, "toor"), None);
    }
}
