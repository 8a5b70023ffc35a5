//! Where a request came from, at hand for whatever is done on its behalf.

use std::{future::Future, net::IpAddr};

use actix_web::dev::ServiceRequest;
use instainstru_domain::audit::Origin;

tokio::task_local! {
    static ORIGIN: Origin;
}

/// Works on a request from `origin`.
pub(crate) async fn scope<F: Future>(origin: Origin, work: F) -> F::Output {
    ORIGIN.scope(origin, work).await
}

/// Where the request comes from that is being worked on.
pub(crate) fn current() -> Origin {
    ORIGIN.try_with(Clone::clone).unwrap_or_default()
}

/// Network address of the client.
pub(crate) fn client_address(request: &ServiceRequest) -> Option<IpAddr> {
    request.peer_addr().map(|address| address.ip().to_canonical())
}
