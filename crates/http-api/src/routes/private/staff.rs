//! The store's staff.

use actix_web::{HttpResponse, delete, get, patch, post, web::Path};
use application::{
    Error,
    staff::{self, Delivery},
};
use domain::id::StaffId;
use serde::Deserialize;

use self::body::{ChangeStaffBody, InvitedBody, NewStaffBody, StaffBody, StaffList};
use crate::{
    auth::{Secret, scope},
    body::Body,
    error::{ApiError, ApiResult},
    etag::IfMatch,
    list::{List, ListBody},
    respond::{self, Data},
    routes::Routes,
    view::View,
};

pub(super) mod body;

pub(super) fn configure(config: &mut Routes) {
    config.service(list).service(invite).service(show).service(change).service(remove).service(invite_again);
}

#[derive(Debug, Deserialize)]
struct StaffPath {
    staff: String,
}

impl StaffPath {
    fn id(&self) -> Result<StaffId, ApiError> {
        self.staff.parse().map_err(|_| Error::not_found("staff member").into())
    }
}

/// List staff
///
/// Newest first, those who are invited or suspended too.
#[utoipa::path(
    operation_id = "listStaff",
    tag = "Access",
    params(List<StaffList>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "One page of staff.", body = ListBody<StaffBody>))
)]
#[get("/staff")]
async fn list(caller: Secret<scope::ReadSettings>, list: List<StaffList>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let slice = staff::list(&caller.core, &caller.context, &list.window).await?;
    list.answer(slice.map(StaffBody::from))
}

/// Invite somebody
///
/// A mail with a token goes to the address. Where the installation has no mail server, the token is in
/// this answer, and only here, to be handed over. Nobody invites somebody mightier than themselves.
#[utoipa::path(
    operation_id = "inviteStaff",
    tag = "Access",
    request_body = NewStaffBody,
    security(("secretKey" = ["write:settings"])),
    responses(
        (status = 201, description = "Who was invited.", body = Data<InvitedBody>),
        (status = 409, description = "`duplicate`: somebody with this address is on the staff already."),
    )
)]
#[post("/staff")]
async fn invite(caller: Secret<scope::WriteSettings>, body: Body<NewStaffBody>) -> ApiResult {
    let (by, new) = (caller.principal.grantor(), body.into_inner().into());
    let invited = staff::invite(&caller.core, &caller.context, by, new, Delivery::Mail).await?;
    let (id, version) = (invited.row.membership.id, invited.row.membership.version);
    respond::created(format!("/v1/private/staff/{id}"), id, version, InvitedBody::from(invited))
}

/// Get one of the staff
///
/// By the id of their place in this store.
#[utoipa::path(
    operation_id = "getStaff",
    tag = "Access",
    params(("staff" = String, Path, description = "Id of the staff member.", example = "stf_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), View<StaffBody>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "The staff member.", body = Data<StaffBody>))
)]
#[get("/staff/{staff}")]
async fn show(
    caller: Secret<scope::ReadSettings>,
    path: Path<StaffPath>,
    view: View<StaffBody>,
) -> ApiResult {
    let row = staff::get(&caller.core, &caller.context, path.id()?).await?;
    view.answer(row.membership.id, row.membership.version, &row.into())
}

/// Change somebody's role, or shut them out
///
/// It takes hold on every server at once. A store keeps at least one active owner, and nobody changes
/// somebody mightier than themselves.
#[utoipa::path(
    operation_id = "updateStaff",
    tag = "Access",
    params(("staff" = String, Path, description = "Id of the staff member.", example = "stf_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    request_body = ChangeStaffBody,
    security(("secretKey" = ["write:settings"])),
    responses(
        (status = 200, description = "The staff member as they are now.", body = Data<StaffBody>),
        (status = 409, description = "`invalid_state`: the last owner, or an invitation that was not accepted."),
    )
)]
#[patch("/staff/{staff}")]
async fn change(
    caller: Secret<scope::WriteSettings>,
    path: Path<StaffPath>,
    if_match: IfMatch,
    body: Body<ChangeStaffBody>,
) -> ApiResult {
    let (by, changes) = (caller.principal.grantor(), body.into_inner().into_changes(if_match.version()?));
    let row = staff::update(&caller.core, &caller.context, by, path.id()?, changes).await?;
    respond::changed(row.membership.id, row.membership.version, StaffBody::from(row))
}

/// Remove somebody, or take an invitation back
///
/// It takes hold on every server at once. Their account stays, for other stores they work for.
#[utoipa::path(
    operation_id = "removeStaff",
    tag = "Access",
    params(("staff" = String, Path, description = "Id of the staff member.", example = "stf_01HXYZ6R9M3K8Q2B7V5N4C1D0E"), IfMatch),
    security(("secretKey" = ["write:settings"])),
    responses(
        (status = 204, description = "They are gone."),
        (status = 409, description = "`invalid_state`: the last owner."),
    )
)]
#[delete("/staff/{staff}")]
async fn remove(
    caller: Secret<scope::WriteSettings>,
    path: Path<StaffPath>,
    if_match: IfMatch,
) -> ApiResult<HttpResponse> {
    let by = caller.principal.grantor();
    staff::remove(&caller.core, &caller.context, by, path.id()?, if_match.version()?).await?;
    Ok(respond::no_content())
}

/// Invite somebody again
///
/// Sends another token to somebody who has not accepted yet; the earlier one stops working.
#[utoipa::path(
    operation_id = "inviteStaffAgain",
    tag = "Access",
    params(("staff" = String, Path, description = "Id of the staff member.", example = "stf_01HXYZ6R9M3K8Q2B7V5N4C1D0E")),
    security(("secretKey" = ["write:settings"])),
    responses(
        (status = 200, description = "Who was invited.", body = Data<InvitedBody>),
        (status = 409, description = "`invalid_state`: they have accepted already."),
    )
)]
#[post("/staff/{staff}/invite")]
async fn invite_again(caller: Secret<scope::WriteSettings>, path: Path<StaffPath>) -> ApiResult {
    let by = caller.principal.grantor();
    let invited = staff::invite_again(&caller.core, &caller.context, by, path.id()?, Delivery::Mail).await?;
    respond::changed(invited.row.membership.id, invited.row.membership.version, InvitedBody::from(invited))
}
