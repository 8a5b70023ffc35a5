//! Suspending, deactivating and reactivating the own account.

use actix_web::{HttpResponse, get, post};
use instainstru_domain::{account::AccountStatus, ids::UserId};
use instainstru_service::instructors::{AccountOverview, StatusChange};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    act::{Act, Read},
    auth::RoleName,
    error::{ApiError, ErrorBody},
    extract::{CurrentUser, Digest, PathId},
    reply::Reply,
};

/// What an owner made of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AccountStatus)]
enum StatusName {
    /// Everything works.
    Active,
    /// Hidden from the public.
    Suspended,
    /// Hidden, and nobody can log in.
    Deactivated,
}

impl From<AccountStatus> for StatusName {
    fn from(status: AccountStatus) -> Self {
        match status {
            AccountStatus::Active => Self::Active,
            AccountStatus::Suspended => Self::Suspended,
            AccountStatus::Deactivated => Self::Deactivated,
        }
    }
}

/// A change of account status that took place.
#[derive(Debug, Serialize, ToSchema)]
struct StatusChangeResponse {
    /// Always true: failures have other statuses.
    success: bool,
    /// What happened, for people.
    message: &'static str,
    /// Status before.
    previous_status: StatusName,
    /// Status now.
    new_status: StatusName,
}

impl StatusChangeResponse {
    fn new(change: StatusChange, message: &'static str) -> Self {
        Self {
            success: true,
            message,
            previous_status: change.previous.into(),
            new_status: change.current.into(),
        }
    }
}

/// What an account is, and what its owner may make of it.
#[derive(Debug, Serialize, ToSchema)]
struct AccountStatusResponse {
    /// Whose account.
    user_id: i32,
    /// Side of the marketplace.
    role: RoleName,
    /// Status.
    account_status: StatusName,
    /// Whether its owner can log in.
    can_login: bool,
    /// Whether lessons can be booked.
    can_receive_bookings: bool,
    /// Whether the status is `active`.
    is_active: bool,
    /// Whether the status is `suspended`.
    is_suspended: bool,
    /// Whether the status is `deactivated`.
    is_deactivated: bool,
    /// Whether lessons are ahead; null for students.
    has_future_bookings: Option<bool>,
    /// How many; null for students.
    future_bookings_count: Option<u64>,
    /// Whether it may be suspended; null for students.
    can_suspend: Option<bool>,
    /// Whether it may be deactivated; null for students.
    can_deactivate: Option<bool>,
    /// Whether it may be reactivated; null for students.
    can_reactivate: Option<bool>,
}

impl From<AccountOverview> for AccountStatusResponse {
    fn from(overview: AccountOverview) -> Self {
        let status = overview.status;
        let role = RoleName::from(overview.role);
        Self {
            user_id: overview.user_id.get(),
            role,
            account_status: status.into(),
            can_login: status != AccountStatus::Deactivated,
            can_receive_bookings: role == RoleName::Instructor && status == AccountStatus::Active,
            is_active: status == AccountStatus::Active,
            is_suspended: status == AccountStatus::Suspended,
            is_deactivated: status == AccountStatus::Deactivated,
            has_future_bookings: overview.future_bookings.map(|ahead| ahead > 0),
            future_bookings_count: overview.future_bookings,
            can_suspend: overview.can_suspend(),
            can_deactivate: overview.can_deactivate(),
            can_reactivate: overview.can_reactivate(),
        }
    }
}

/// Suspend the account
///
/// Hides the caller from the public; nobody can book. Possible while no lessons are ahead.
#[utoipa::path(
    tag = "instructors",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The change", body = StatusChangeResponse),
        (status = 403, description = "Another's account, or not an instructor", body = ErrorBody),
        (status = 409, description = "Lessons are ahead", body = ErrorBody),
    )
)]
#[post("/{instructor_id}/suspend")]
pub(super) async fn suspend_account(
    user: CurrentUser,
    id: PathId<UserId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    let actor = user.0.clone();
    act.run(&user.0, Digest::empty(), move |app| {
        let change = app.instructors.suspend(&actor, id.0)?;
        Reply::ok(&StatusChangeResponse::new(change, "Account suspended"))
    })
    .await
}

/// Deactivate the account
///
/// Hides the caller from the public and ends every session. Possible while no lessons are ahead.
#[utoipa::path(
    tag = "instructors",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The change", body = StatusChangeResponse),
        (status = 403, description = "Another's account, or not an instructor", body = ErrorBody),
        (status = 409, description = "Lessons are ahead", body = ErrorBody),
    )
)]
#[post("/{instructor_id}/deactivate")]
pub(super) async fn deactivate_account(
    user: CurrentUser,
    id: PathId<UserId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    let actor = user.0.clone();
    act.run(&user.0, Digest::empty(), move |app| {
        let change = app.instructors.deactivate(&actor, id.0)?;
        Reply::ok(&StatusChangeResponse::new(change, "Account deactivated"))
    })
    .await
}

/// Reactivate the account
///
/// Shows the caller to the public again.
#[utoipa::path(
    tag = "instructors",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The change", body = StatusChangeResponse),
        (status = 400, description = "The account is active already", body = ErrorBody),
        (status = 403, description = "Another's account, or not an instructor", body = ErrorBody),
    )
)]
#[post("/{instructor_id}/reactivate")]
pub(super) async fn reactivate_account(
    user: CurrentUser,
    id: PathId<UserId>,
    act: Act,
) -> Result<HttpResponse, ApiError> {
    let actor = user.0.clone();
    act.run(&user.0, Digest::empty(), move |app| {
        let change = app.instructors.reactivate(&actor, id.0)?;
        Reply::ok(&StatusChangeResponse::new(change, "Account reactivated"))
    })
    .await
}

/// Get the account status
///
/// What the caller's account is and what may be made of it. Students may ask as well.
#[utoipa::path(
    tag = "instructors",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The status", body = AccountStatusResponse),
        (status = 403, description = "Another's account", body = ErrorBody),
    )
)]
#[get("/{instructor_id}/can-change-status")]
pub(super) async fn account_overview(
    user: CurrentUser,
    id: PathId<UserId>,
    read: Read,
) -> Result<HttpResponse, ApiError> {
    let overview = read.run(move |app| app.instructors.account_overview(&user.0, id.0)).await?;
    Reply::ok(&AccountStatusResponse::from(overview))?.into_response()
}
