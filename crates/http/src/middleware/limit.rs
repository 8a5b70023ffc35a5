//! The limit for all requests of one address.

use actix_web::{
    Error,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web,
};
use instainstru_domain::ports::rate_limiter::{LimitKey, Quota};

use crate::{
    application::Application,
    limits::{GENERAL, Standing, is_exempt, of_address},
    origin,
};

/// Lets a request through, or answers 429; tells on every answer how its sender stands.
pub(crate) async fn limit<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let standing = match request.app_data::<web::Data<Application>>() {
        Some(app) if !is_exempt(request.path()) => count(app).await,
        _ => None,
    };
    let Some((standing, is_allowed)) = standing else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let mut response = if is_allowed {
        next.call(request).await?.map_into_left_body()
    } else {
        let (request, _payload) = request.into_parts();
        ServiceResponse::from_err(standing.refusal(), request).map_into_right_body()
    };
    standing.apply(response.headers_mut());
    Ok(response)
}

/// How the sender stands after this request, and whether it may go on; `None` without limits.
async fn count(app: &Application) -> Option<(Standing, bool)> {
    let limiter = app.edge.limiter.as_ref()?;
    let quota = Quota::per_minute(app.settings.limits.general_per_minute);
    let key = LimitKey::new(GENERAL, &of_address(origin::current().address));
    let verdict = limiter.spend(&key, quota).await;
    Some((Standing::new(quota, verdict, &*app.clock), verdict.is_allowed))
}
