//! The audit log: who changed what.

use actix_web::get;
use application::audit;

use self::body::{AuditFilters, AuditLog, EntryBody};
use crate::{
    auth::{Secret, scope},
    error::ApiResult,
    list::{List, ListBody},
    routes::Routes,
};

mod body;

pub(super) fn configure(config: &mut Routes) {
    config.service(list);
}

/// List the audit log
///
/// Every change that was made with a secret key, by staff or at the command line: who, what, when, from
/// where, and what stood there before and after. Written with the change itself; refused requests are not
/// in it. The newest come first.
///
/// About what live and test mode share, such as products and settings, both modes see every entry, with
/// `livemode` for the key that was used; about orders and stock only those of their own. Secrets never
/// occur: `set` stands for one that is there, `changed` for one that took the place of another.
#[utoipa::path(
    operation_id = "listAuditLog",
    tag = "History",
    params(List<AuditLog, AuditFilters>),
    security(("secretKey" = ["read:settings"])),
    responses((status = 200, description = "One page of entries.", body = ListBody<EntryBody>))
)]
#[get("/audit-log")]
async fn list(caller: Secret<scope::ReadSettings>, list: List<AuditLog, AuditFilters>) -> ApiResult {
    let list = list.of(&caller.context)?;
    let filter = (&list.filters).into();
    let slice = audit::list(&caller.core, &caller.context, &filter, &list.window).await?;
    list.answer(slice.map(EntryBody::from))
}
