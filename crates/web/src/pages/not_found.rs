//! Addresses that lead nowhere.

use actix_web::{FromRequest as _, HttpRequest, HttpResponse, dev::Payload};
use instainstru_http::{ApiError, error::ErrorCode, pages::reads_html};

use crate::visit::Visit;

/// Everything that is neither a page nor of the API.
pub(super) async fn not_found(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    if reads_html(request.headers()) && !request.path().starts_with("/api/") {
        // So that the frame of the error knows who is signed in.
        let _frame = Visit::from_request(&request, &mut Payload::None).await?;
    }
    Err(ApiError::new(ErrorCode::NotFound, "Not Found"))
}
