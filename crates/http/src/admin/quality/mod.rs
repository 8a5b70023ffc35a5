//! How well searches go.

mod dto;
mod requests;

use actix_web::{HttpResponse, get};
use utoipa_actix_web::service_config::ServiceConfig;

use self::{dto::SearchQualityResponse, requests::QualityParams};
use crate::{
    act::Read,
    error::{ApiError, ErrorBody},
    extract::{AdminUser, Query},
    reply::Reply,
};

/// Paths below `/admin/search`.
pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(search_quality);
}

/// Get search quality
///
/// How many searches there were on each day, how many found nothing or had words that meant nothing to us, and which queries these
/// were. Nobody's name is attached to them. Searches of the last seconds are still on their way.
#[utoipa::path(
    tag = "admin",
    security(("bearer" = [])),
    params(QualityParams),
    responses(
        (status = 200, description = "How searches went", body = SearchQualityResponse),
        (status = 403, description = "The caller is not an administrator", body = ErrorBody),
    )
)]
#[get("/quality")]
async fn search_quality(
    _admin: AdminUser,
    read: Read,
    days: Query<QualityParams>,
) -> Result<HttpResponse, ApiError> {
    let quality = read.run(move |app| app.search_history.quality(days.0)).await?;
    Reply::ok(&SearchQualityResponse::from(&quality))?.into_response()
}
