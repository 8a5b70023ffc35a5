//! Which deliveries to list.

use instainstru_domain::delivery::DeliveryState;
use instainstru_service::deliveries::ListDeliveries;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    error::{FieldErrors, Place},
    extract::IntoCommand,
    wire::{NotInteger, read_bounded, read_integer},
};

const MAX_DELIVERIES: u32 = 100;
const USUAL_DELIVERIES: u32 = 50;

/// Which deliveries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListDeliveriesParams {
    /// Only deliveries in this state: `pending`, `delivered`, `dead` or `discarded`.
    #[param(nullable = false, pattern = "^(pending|delivered|dead|discarded)$", example = "dead")]
    state: Option<String>,
    /// Greatest number of deliveries.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100, default = 50)]
    limit: Option<String>,
    /// Only deliveries with an id above this: the `next_after` of the page before.
    #[param(value_type = Option<i64>, nullable = false, minimum = 0, maximum = 999999999999999999_i64)]
    after: Option<String>,
}

impl IntoCommand for ListDeliveriesParams {
    type Command = ListDeliveries;

    fn into_command(self) -> Result<ListDeliveries, FieldErrors> {
        let mut errors = FieldErrors::new(Place::Query);
        let state = errors.take_optional(
            "state",
            self.state.map(|text| text.to_ascii_lowercase().parse::<DeliveryState>()),
        );
        let limit =
            errors.take_optional("limit", self.limit.map(|text| read_bounded(&text, 1, MAX_DELIVERIES)));
        let after = errors.take_optional("after", self.after.map(|text| read_after(&text)));
        let query = match (state, limit, after) {
            (Some(state), Some(limit), Some(after)) => Some(ListDeliveries {
                state,
                limit: limit.unwrap_or(USUAL_DELIVERIES),
                after: after.unwrap_or(0),
            }),
            _ => None,
        };
        errors.finish(query)
    }
}

/// The number to go on after; none is negative.
fn read_after(text: &str) -> Result<i64, NotInteger> {
    read_integer(text).and_then(|after| if after < 0 { Err(NotInteger) } else { Ok(after) })
}
