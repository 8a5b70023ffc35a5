//! Profiles of instructors.

use actix_web::{HttpResponse, delete, get, post, put};
use instainstru_domain::{
    ids::UserId,
    ports::response_cache::{AnswerKind, Topic},
};

use super::{
    dto::ProfileResponse,
    list::{ListInstructorsParams, ListResponse},
    requests::{CreateProfileRequest, UpdateProfileRequest},
};
use crate::{
    act::{Act, Read},
    error::{ApiError, ErrorBody},
    etag::{REVALIDATE, Sharing},
    extract::{Body, CurrentUser, Digest, InstructorUser, PathId, Query},
    kept::{self, HOT, Kept},
    reply::Reply,
};

/// List instructors
///
/// Bookable instructors. Without filters the answer is a plain list; with any filter it is an object with the list and
/// figures about it.
#[utoipa::path(
    tag = "instructors",
    params(ListInstructorsParams),
    responses(
        (status = 200, description = "The instructors", body = ListResponse, headers(("ETag" = String, description = "Version of the answer"))),
        (status = 304, description = "Unchanged since the answer named by `If-None-Match`"),
        (status = 400, description = "max_price is less than min_price, or a filter is out of bounds", body = ErrorBody),
    )
)]
#[get("")]
pub(super) async fn list_instructors(
    kept: Kept,
    params: Query<ListInstructorsParams>,
) -> Result<HttpResponse, ApiError> {
    let (query, page, filters) = params.0.checked()?;
    let about = [Topic::Instructors, Topic::Catalogue];
    let key = kept::key(AnswerKind::Instructors, &filters.question(page), &about, HOT);
    kept.answer(&key, Sharing::Public(REVALIDATE), move |app| {
        app.instructors.list(&query, page).map(|found| ListResponse::new(&found, page, filters))
    })
    .await
}

/// Get an instructor
///
/// One bookable instructor, by the id of the account.
#[utoipa::path(
    tag = "instructors",
    responses(
        (status = 200, description = "The instructor", body = ProfileResponse, headers(("ETag" = String, description = "Version of the answer"))),
        (status = 304, description = "Unchanged since the answer named by `If-None-Match`"),
        (status = 404, description = "No such instructor", body = ErrorBody),
    )
)]
#[get("/{instructor_id}")]
pub(super) async fn get_instructor(kept: Kept, id: PathId<UserId>) -> Result<HttpResponse, ApiError> {
    // Services carry the names of the catalogue.
    let about = [Topic::Instructor(id.0), Topic::Catalogue];
    let key = kept::key(AnswerKind::Profile, &id.0.to_string(), &about, HOT);
    kept.answer(&key, Sharing::Public(REVALIDATE), move |app| {
        app.instructors.get(id.0).map(|instructor| ProfileResponse::from(&instructor))
    })
    .await
}

/// Create a profile
///
/// Turns the caller into an instructor. Somebody who registered as an instructor has a profile already and completes it with
/// `PUT`.
#[utoipa::path(
    tag = "instructors",
    security(("bearer" = [])),
    request_body = CreateProfileRequest,
    responses(
        (status = 201, description = "The profile", body = ProfileResponse),
        (status = 400, description = "The caller has a profile already", body = ErrorBody),
    )
)]
#[post("/profile")]
pub(super) async fn create_profile(
    user: CurrentUser,
    act: Act,
    body: Body<CreateProfileRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = user.0.clone();
    act.run(&user.0, body.digest, move |app| {
        Reply::created(&ProfileResponse::from(&app.instructors.create_profile(&actor, &body.command)?))
    })
    .await
}

/// Get the own profile
///
/// The caller's profile, whatever the state of the account.
#[utoipa::path(
    tag = "instructors",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The profile", body = ProfileResponse),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
        (status = 404, description = "The caller has no profile", body = ErrorBody),
    )
)]
#[get("/profile")]
pub(super) async fn get_my_profile(user: InstructorUser, read: Read) -> Result<HttpResponse, ApiError> {
    let instructor = read.run(move |app| app.instructors.my_profile(&user.0)).await?;
    Reply::ok(&ProfileResponse::from(&instructor))?.into_response()
}

/// Change the own profile
///
/// What is absent or null stays. `services`, when given, is the full set: a service that is missing in it is removed, or kept
/// inactive while bookings refer to it.
#[utoipa::path(
    tag = "instructors",
    security(("bearer" = [])),
    request_body = UpdateProfileRequest,
    responses(
        (status = 200, description = "The profile", body = ProfileResponse),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
        (status = 404, description = "The caller has no profile", body = ErrorBody),
    )
)]
#[put("/profile")]
pub(super) async fn update_profile(
    user: InstructorUser,
    act: Act,
    body: Body<UpdateProfileRequest>,
) -> Result<HttpResponse, ApiError> {
    let body = body.read().await?;
    let actor = user.0.clone();
    act.run(&user.0, body.digest, move |app| {
        Reply::ok(&ProfileResponse::from(&app.instructors.update_profile(&actor, &body.command)?))
    })
    .await
}

/// Delete the own profile
///
/// The account becomes a student. Past bookings keep their history; while lessons are ahead the answer is 409.
#[utoipa::path(
    tag = "instructors",
    security(("bearer" = [])),
    responses(
        (status = 204, description = "It is gone"),
        (status = 403, description = "The caller is not an instructor", body = ErrorBody),
        (status = 404, description = "The caller has no profile", body = ErrorBody),
        (status = 409, description = "Lessons are ahead", body = ErrorBody),
    )
)]
#[delete("/profile")]
pub(super) async fn delete_profile(user: InstructorUser, act: Act) -> Result<HttpResponse, ApiError> {
    let actor = user.0.clone();
    act.run(&user.0, Digest::empty(), move |app| {
        app.instructors.delete_profile(&actor)?;
        Ok(Reply::nothing())
    })
    .await
}
