//! Ids in paths.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use instainstru_domain::{
    delivery::DeliveryId,
    ids::{
        AliasId, BlackoutId, BookingId, CatalogueServiceId, CategoryId, GroupId, InvalidId, PlaceId, UserId,
        WindowId,
    },
};

use crate::{
    error::{ApiError, Place},
    wire::read_integer,
};

/// An id that appears in paths.
pub(crate) trait PathKey: Sized {
    /// Name of the segment.
    const NAME: &'static str;

    /// The id with this number.
    fn from_number(number: i64) -> Result<Self, InvalidId>;
}

macro_rules! path_keys {
    ($($id:ident => $name:literal,)+) => {$(
        impl PathKey for $id {
            const NAME: &'static str = $name;

            fn from_number(number: i64) -> Result<Self, InvalidId> {
                Self::new(number)
            }
        }
    )+};
}

path_keys! {
    UserId => "instructor_id",
    BookingId => "booking_id",
    WindowId => "window_id",
    BlackoutId => "blackout_id",
    DeliveryId => "delivery_id",
    CategoryId => "category_id",
    CatalogueServiceId => "service_id",
    AliasId => "alias_id",
    GroupId => "group_id",
    PlaceId => "place_id",
}

/// An account in the paths of administrators, where it is not called an instructor.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AccountId(pub(crate) UserId);

impl PathKey for AccountId {
    const NAME: &'static str = "user_id";

    fn from_number(number: i64) -> Result<Self, InvalidId> {
        UserId::new(number).map(Self)
    }
}

/// The secret in the path, as the client wrote it: whether it is a good one, only a use case can tell.
pub(crate) struct PathToken(pub(crate) String);

impl FromRequest for PathToken {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Self(request.match_info().get("token").unwrap_or_default().to_owned())))
    }
}

/// The id in the path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PathId<K>(pub(crate) K);

impl<K: PathKey> FromRequest for PathId<K> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let text = request.match_info().get(K::NAME).unwrap_or_default();
        let wrong = |error: String| ApiError::field(Place::Path, K::NAME, error);
        let id = read_integer(text)
            .map_err(|error| wrong(error.to_string()))
            .and_then(|number| K::from_number(number).map_err(|error| wrong(error.to_string())));
        ready(id.map(Self))
    }
}
