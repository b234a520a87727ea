//! Staff. Their passwords, logins and invitations are no part of them, so none can be written down.

use domain::{
    audit::{Facts, Subject, SubjectType},
    staff::{Membership, Person},
};
use ports::staff::StaffRow;

use super::Snapshot;

impl Snapshot for StaffRow {
    fn subject(&self) -> Subject {
        Subject::new(SubjectType::Staff, self.membership.id)
    }

    fn facts(&self) -> Facts {
        let Membership { id: _, store: _, person: _, role, status, version, created_at: _, updated_at: _ } =
            self.membership;
        let Person { id: _, email, name, created_at: _, updated_at: _ } = self.person.clone();
        Facts::default()
            .with("email", email.as_str())
            .with("name", name)
            .with("role", role.as_str())
            .with("status", status.as_str())
            .with("version", version)
    }
}
