//! Refuses methods a path of the API does not take, before a handler for something else sees them; answers HEAD like GET.

use actix_web::{
    Error,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
    web,
};

use crate::{
    error::ApiError,
    routing::{RouteTable, allow},
};

/// Lets a request through to its handler, or answers 405.
pub(crate) async fn gate<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let table = request.app_data::<web::Data<RouteTable>>().cloned();
    let methods = table.as_ref().and_then(|table| table.methods(request.path()));
    if request.method() == Method::HEAD && methods.is_none_or(|methods| methods.contains(&Method::GET)) {
        // The server remembers that the client asked with HEAD, and sends no body.
        request.head_mut().method = Method::GET;
    } else if let Some(methods) = methods
        && !methods.contains(request.method())
    {
        let error = ApiError::method_not_allowed(allow(methods));
        let (request, _payload) = request.into_parts();
        return Ok(ServiceResponse::from_err(error, request).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}
