//! People who log in, and what each of them may do in which store.
//!
//! A [`Person`] has one address and one password and may belong to several stores; a [`Membership`] is
//! their place in one of them.

use chrono::{DateTime, Utc};

use crate::{
    access::{Scope, ScopeSet},
    address::Email,
    id::{PersonId, StaffId, StoreId},
    text::{Fault, Faults},
};

pub mod lockout;
pub mod password;

/// Characters of a person's name.
pub const NAME_MAX: usize = 120;

crate::text_enum! {
    /// What somebody is in a store.
    pub enum Role {
        /// May do everything, and decides who else owns the store.
        Owner = "owner",
        /// May do everything that there is a scope for, but has no say over owners.
        Admin = "admin",
        /// Does the daily work: goods, orders, customers, promotions; no settings, keys or webhooks.
        Staff = "staff",
    }
}

/// What [`Role::Staff`] has no part in: who may do what, where the money goes, and where data is sent to.
const BEYOND_DAILY_WORK: [Scope; 5] = [
    Scope::ReadSettings,
    Scope::WriteSettings,
    Scope::ReadWebhooks,
    Scope::WriteWebhooks,
    Scope::WriteReports,
];

impl Role {
    /// What the role may do.
    pub fn scopes(self) -> ScopeSet {
        let named = || Scope::ALL.iter().copied().filter(|scope| *scope != Scope::Admin);
        match self {
            Self::Owner => ScopeSet::admin(),
            Self::Admin => named().collect(),
            Self::Staff => named().filter(|scope| !BEYOND_DAILY_WORK.contains(scope)).collect(),
        }
    }
}

crate::text_enum! {
    /// How far somebody has come in a store.
    pub enum MembershipStatus {
        /// Asked to join; can do nothing yet.
        Invited = "invited",
        /// Works here.
        Active = "active",
        /// Shut out until somebody lets them in again.
        Suspended = "suspended",
    }
}

/// Somebody who logs in. The password is kept apart from this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Identity.
    pub id: PersonId,
    /// Where they get mail, and what they log in with; nobody else has it, in whatever case.
    pub email: Email,
    /// What they are called.
    pub name: Option<String>,
    /// When they were first invited.
    pub created_at: DateTime<Utc>,
    /// When they were last changed.
    pub updated_at: DateTime<Utc>,
}

impl Person {
    /// What is wrong with the person's fields, by the API's names.
    pub fn validate(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        if let Some(name) = &self.name {
            faults.text("name", name, NAME_MAX);
        }
        faults.into_vec()
    }
}

/// A person's place in one store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Identity within the store.
    pub id: StaffId,
    /// The store.
    pub store: StoreId,
    /// Whose place it is.
    pub person: PersonId,
    /// What they are there.
    pub role: Role,
    /// How far they have come.
    pub status: MembershipStatus,
    /// Grows by one with every change.
    pub version: i32,
    /// When they were invited.
    pub created_at: DateTime<Utc>,
    /// When this was last changed.
    pub updated_at: DateTime<Utc>,
}

impl Membership {
    /// Whether the place opens the store.
    pub fn is_active(&self) -> bool {
        self.status == MembershipStatus::Active
    }

    /// Whether this is somebody who can act as an owner now. A store keeps at least one of them.
    pub fn is_ruling(&self) -> bool {
        self.is_active() && self.role == Role::Owner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_more_than_the_next_one() {
        let [owner, admin, staff] = [Role::Owner, Role::Admin, Role::Staff].map(Role::scopes);
        assert!(owner.covers(&admin) && admin.covers(&staff));
        assert!(!admin.covers(&owner) && !staff.covers(&admin));
    }

    #[test]
    fn an_administrator_has_every_scope_but_the_one_that_makes_owners() {
        let scopes = Role::Admin.scopes();
        for scope in Scope::ALL {
            assert_eq!(scopes.allows(*scope), *scope != Scope::Admin, "{scope}");
        }
    }

    #[test]
    fn daily_work_is_goods_and_people_but_neither_settings_nor_where_data_goes() {
        let scopes = Role::Staff.scopes();
        for scope in ["write:catalog", "write:orders", "write:customers", "read:reports", "write:inventory"] {
            assert!(scopes.allows(Scope::parse(scope).unwrap()), "{scope}");
        }
        for scope in ["read:settings", "write:settings", "read:webhooks", "write:webhooks", "admin:*"] {
            assert!(!scopes.allows(Scope::parse(scope).unwrap()), "{scope}");
        }
    }

    #[test]
    fn only_an_active_owner_rules() {
        let place = |role, status| Membership {
            id: StaffId::from_bytes([1; 16]),
            store: StoreId::from_bytes([2; 16]),
            person: PersonId::from_bytes([3; 16]),
            role,
            status,
            version: 1,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        };
        assert!(place(Role::Owner, MembershipStatus::Active).is_ruling());
        assert!(!place(Role::Owner, MembershipStatus::Invited).is_ruling());
        assert!(!place(Role::Owner, MembershipStatus::Suspended).is_ruling());
        assert!(!place(Role::Admin, MembershipStatus::Active).is_ruling());
    }
}
