//! Staff on the wire.

use application::staff::{Invited, NewStaff, StaffChanges};
use domain::staff::{MembershipStatus, Role};
use ports::{list::Sort, staff::StaffRow};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::{fields::Resource, list::ListSpec, patch::not_null, timestamp::Timestamp};

/// What somebody is in a store.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = StaffRole)]
pub(in crate::routes::private) enum RoleBody {
    /// May do everything, and decides who else owns the store.
    Owner,
    /// May do everything but handle owners and keys that can.
    Admin,
    /// Does the daily work; no settings, keys or webhooks.
    Staff,
}

impl From<Role> for RoleBody {
    fn from(role: Role) -> Self {
        match role {
            Role::Owner => Self::Owner,
            Role::Admin => Self::Admin,
            Role::Staff => Self::Staff,
        }
    }
}

impl From<RoleBody> for Role {
    fn from(role: RoleBody) -> Self {
        match role {
            RoleBody::Owner => Self::Owner,
            RoleBody::Admin => Self::Admin,
            RoleBody::Staff => Self::Staff,
        }
    }
}

/// How far somebody has come in a store.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = StaffStatus)]
enum StatusBody {
    /// Asked to join; can do nothing yet.
    Invited,
    /// Works here.
    Active,
    /// Shut out.
    Suspended,
}

/// One of a store's staff.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Staff)]
pub(super) struct StaffBody {
    /// Identity of the place in this store.
    #[schema(examples("stf_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    id: String,
    /// Identity of the person, the same in every store.
    #[schema(examples("per_01HXYZ6R9M3K8Q2B7V5N4C1D0E"))]
    person_id: String,
    /// Their address.
    #[schema(examples("sam@example.com"))]
    email: String,
    /// What they are called.
    #[schema(required, examples("Sam Seller"))]
    name: Option<String>,
    /// What they are here.
    role: RoleBody,
    /// How far they have come.
    status: StatusBody,
    /// When they were invited.
    created_at: Timestamp,
    /// When this was last changed.
    updated_at: Timestamp,
}

impl Resource for StaffBody {}

impl From<StaffRow> for StaffBody {
    fn from(StaffRow { membership, person }: StaffRow) -> Self {
        Self {
            id: membership.id.to_string(),
            person_id: person.id.to_string(),
            email: person.email.as_str().to_owned(),
            name: person.name,
            role: membership.role.into(),
            status: match membership.status {
                MembershipStatus::Invited => StatusBody::Invited,
                MembershipStatus::Active => StatusBody::Active,
                MembershipStatus::Suspended => StatusBody::Suspended,
            },
            created_at: membership.created_at.into(),
            updated_at: membership.updated_at.into(),
        }
    }
}

/// Somebody who was invited.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InvitedStaff)]
pub(super) struct InvitedBody {
    #[serde(flatten)]
    staff: StaffBody,
    /// The token to hand over, where no mail was sent; shown in this answer only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("inv_9c02…"))]
    invite_token: Option<String>,
    /// The page of the dashboard that takes it, where one is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("https://admin.example.com/accept-invite#token=inv_9c02…"))]
    invite_url: Option<String>,
}

impl From<Invited> for InvitedBody {
    fn from(Invited { row, token, url }: Invited) -> Self {
        Self {
            staff: row.into(),
            invite_token: token.map(|token| token.expose_secret().to_owned()),
            invite_url: url.map(|url| url.expose_secret().to_owned()),
        }
    }
}

/// The list of staff; it has one order.
#[derive(Debug)]
pub(super) struct StaffList;

impl ListSpec for StaffList {
    type Row = StaffBody;
    type By = ();
    const NAME: &'static str = "staff";
    const SORTS: &'static [(&'static str, ())] = &[];
    const DEFAULT: Sort<()> = Sort { by: (), descending: true };
}

/// Somebody to be invited.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewStaff)]
pub(super) struct NewStaffBody {
    /// Where they get mail.
    #[validate(length(min = 1, max = 254))]
    #[schema(min_length = 1, max_length = 254, examples("sam@example.com"))]
    email: String,
    /// What they are called.
    #[validate(length(min = 1, max = 120))]
    #[schema(min_length = 1, max_length = 120, examples("Sam Seller"))]
    name: Option<String>,
    /// What they are to be.
    role: RoleBody,
}

impl From<NewStaffBody> for NewStaff {
    fn from(NewStaffBody { email, name, role }: NewStaffBody) -> Self {
        Self { email, name, role: role.into() }
    }
}

/// What somebody's place can be changed to.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ChangedStaffStatus)]
enum ChangedStatusBody {
    /// Let in again.
    Active,
    /// Shut out.
    Suspended,
}

/// What to change of somebody's place.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = ChangeStaff)]
pub(super) struct ChangeStaffBody {
    /// Another role.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    role: Option<RoleBody>,
    /// Shut out, or let in again.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(nullable = false)]
    status: Option<ChangedStatusBody>,
}

impl ChangeStaffBody {
    pub(super) fn into_changes(self, if_version: Option<i32>) -> StaffChanges {
        let Self { role, status } = self;
        StaffChanges {
            role: role.map(Into::into),
            suspended: status.map(|status| matches!(status, ChangedStatusBody::Suspended)),
            if_version,
        }
    }
}
