//! Reading the audit log.

use actix_web::{HttpResponse, get};

use super::dto::{AuditPageResponse, AuditParams, Listing};
use crate::{
    act::Read,
    error::{ApiError, ErrorBody},
    extract::{AdminUser, Query},
    reply::Reply,
};

/// List audit entries
///
/// Who did what, newest first: logins, passwords, accounts that were switched off, and everything administrators do. Entries are
/// never changed and never deleted. A change of the filter begins a new list; do not take `after` along.
#[utoipa::path(
    tag = "admin",
    params(AuditParams),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The entries", body = AuditPageResponse),
        (status = 403, description = "Not an administrator", body = ErrorBody),
    )
)]
#[get("/audit")]
pub(super) async fn list_audit_entries(
    admin: AdminUser,
    query: Query<AuditParams>,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let Listing { filter, limit } = query.0;
    let page = read.run(move |app| app.audit.entries(&admin.0, &filter, limit)).await?;
    Reply::ok(&AuditPageResponse::from(page))?.into_response()
}
