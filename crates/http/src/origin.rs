//! Where a request came from, at hand for whatever is done on its behalf.

use std::{future::Future, net::IpAddr, sync::Once};

use actix_web::dev::ServiceRequest;
use instainstru_domain::audit::Origin;

use crate::application::HttpSettings;

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

/// Network address of the client, by the one rule about proxies.
pub(crate) fn client_address(request: &ServiceRequest, settings: &HttpSettings) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let proxies = &settings.trusted_proxies;
    if settings.secure && proxies.is_forwarded_by_a_stranger(peer, request.headers()) {
        static WARNING: Once = Once::new();
        WARNING.call_once(|| {
            tracing::warn!(
                %peer,
                "requests are forwarded by somebody whom TRUSTED_PROXIES does not name; they all count as his own"
            );
        });
    }
    Some(proxies.client(peer, request.headers()))
}
