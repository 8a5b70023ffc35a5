//! The route table, mounted twice: under `/api/v1` and, for clients of 2025, without a version.

use actix_web::web;
use utoipa_actix_web::{scope, service_config::ServiceConfig};

use crate::{
    admin, auth, availability, bookings, catalogue, instructors, me, metrics, monitoring, passwords, public,
    root, search,
};

/// Prefix of the canonical paths.
pub(crate) const VERSIONED: &str = "/api/v1";
/// Prefix of the unversioned public paths. Besides these and those of search, unversioned paths have none.
const UNVERSIONED_PUBLIC: &str = "/api/public";
/// Prefix of the unversioned search paths.
const UNVERSIONED_SEARCH: &str = "/api/search";
/// Prefix of the unversioned paths of monitoring.
const UNVERSIONED_MONITORING: &str = "/api/monitoring";

/// Prefix of the public paths below the version.
const PUBLIC: &str = "/public";
/// Prefix of the search paths below the version.
const SEARCH: &str = "/search";
/// Prefix of the paths of monitoring below the version.
const MONITORING: &str = "/monitoring";
/// Prefix of the administrators' paths below the version.
const ADMIN: &str = "/admin";
/// Prefix of the paths about oneself below the version.
const ME: &str = "/me";
/// What clients of 2025 do not know, and what has no unversioned form therefore.
const VERSIONED_ONLY: [&str; 2] = [ADMIN, ME];

/// Everything, each path once: what OpenAPI describes.
pub(crate) fn canonical(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(root::routes);
    cfg.service(scope(VERSIONED).configure(|cfg| {
        cfg.service(scope(PUBLIC).configure(public::routes));
        cfg.service(scope(SEARCH).configure(search::routes));
        cfg.service(scope(MONITORING).configure(monitoring::routes));
        cfg.service(scope(ADMIN).configure(admin::routes));
        cfg.service(scope(ME).configure(me::routes));
        resources(cfg);
    }));
}

/// The same handlers once more where clients of 2025 look for them.
pub(crate) fn unversioned(cfg: &mut web::ServiceConfig) {
    let public = web::scope(UNVERSIONED_PUBLIC);
    cfg.service(public.configure(|cfg| public::routes(&mut ServiceConfig::new(cfg))));
    let search = web::scope(UNVERSIONED_SEARCH);
    cfg.service(search.configure(|cfg| search::routes(&mut ServiceConfig::new(cfg))));
    let monitoring = web::scope(UNVERSIONED_MONITORING);
    cfg.service(monitoring.configure(|cfg| monitoring::routes(&mut ServiceConfig::new(cfg))));
    // Before the scope that its path is below.
    cfg.service(metrics::series);
    resources(&mut ServiceConfig::new(cfg));
}

/// The unversioned form of a canonical path.
pub(crate) fn unversioned_path(path: &str) -> Option<String> {
    let path = path.strip_prefix(VERSIONED)?;
    let is_below =
        |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if VERSIONED_ONLY.into_iter().any(is_below) {
        return None;
    }
    let below_api =
        [(PUBLIC, UNVERSIONED_PUBLIC), (SEARCH, UNVERSIONED_SEARCH), (MONITORING, UNVERSIONED_MONITORING)];
    let moved = below_api
        .iter()
        .find_map(|(prefix, unversioned)| Some(format!("{unversioned}{}", path.strip_prefix(prefix)?)));
    Some(moved.unwrap_or_else(|| path.to_owned()))
}

/// Longer prefixes first: the first scope that fits gets the request.
fn resources(cfg: &mut ServiceConfig<'_>) {
    cfg.service(scope("/bookings").configure(bookings::routes))
        .service(scope("/instructors/availability-windows").configure(availability::routes))
        .service(scope("/instructors").configure(instructors::routes))
        .service(scope("/services").configure(catalogue::routes))
        .service(scope("/metrics").configure(metrics::routes))
        .service(scope("/auth").configure(auth::routes).configure(passwords::routes));
}
