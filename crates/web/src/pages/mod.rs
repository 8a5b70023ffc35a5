//! The pages: one file or folder each, with its handlers and view models. [`configure`] is the map of the site.

mod account;
mod admin;
mod book;
mod catalogue;
mod credentials;
mod home;
mod lessons;
mod moved;
mod not_found;
mod onboarding;
mod plumbing;
mod profile;
mod recovery;
mod search;
mod session;
mod statics;
mod styleguide;
mod teach;
mod theme;

#[cfg(test)]
mod render_tests;

use std::sync::Arc;

use actix_web::{guard::fn_guard, web};
use instainstru_http::pages::{is_asked_by_a_browser, is_no_api_path};

use crate::{assets, site::Site};

/// Adds the pages to a server. They go before the API's paths, see ADR 0009.
pub fn configure(site: Arc<Site>) -> impl FnOnce(&mut web::ServiceConfig) {
    move |cfg| {
        let site = web::Data::from(site);
        cfg.app_data(web::Data::new(Site::error_pages(&site))).app_data(site.clone());
        plumbing(cfg);
        public(cfg);
        booking(cfg);
        teaching(cfg);
        session(cfg);
        account(cfg);
        administration(cfg);
        moved(cfg);
        if site.settings.styleguide {
            showcase(cfg);
        }
        cfg.default_service(web::to(not_found::not_found));
    }
}

fn plumbing(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/assets/{file}").get(assets::asset))
        .service(web::resource("/favicon.svg").get(assets::favicon))
        .service(web::resource("/robots.txt").get(plumbing::robots))
        .service(web::resource("/sitemap.xml").get(plumbing::sitemap))
        .service(web::resource("/site.webmanifest").get(plumbing::manifest))
        .service(web::resource("/theme").post(theme::choose));
}

fn public(cfg: &mut web::ServiceConfig) {
    // The API answers at the root as well, to everybody who does not read HTML.
    cfg.service(web::resource("/").guard(fn_guard(is_asked_by_a_browser)).get(home::show))
        .service(web::resource("/services").guard(fn_guard(is_no_api_path)).get(catalogue::all))
        .service(
            web::resource("/services/{category}").guard(fn_guard(is_no_api_path)).get(catalogue::category),
        );
    cfg.service(web::resource("/search").get(search::show))
        // Mails lead here, as to the web client of 2025.
        .service(
            web::resource("/instructors").guard(fn_guard(is_asked_by_a_browser)).get(catalogue::instructors),
        )
        // The API has numbers alone here, see ADR 0009.
        .service(web::resource("/instructors/{id:[0-9]+}-{slug:[^/]*}").get(profile::show));
    cfg.service(web::resource("/@{handle}").get(profile::direct));
    for page in statics::PAGES {
        cfg.service(web::resource(page.path).get(statics::show));
    }
}

fn showcase(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/styleguide").get(styleguide::show))
        .service(web::resource("/styleguide/error/{status}").get(styleguide::error))
        .service(web::resource("/styleguide/door/signed-in").get(styleguide::signed_in))
        .service(web::resource("/styleguide/door/student").get(styleguide::student))
        .service(web::resource("/styleguide/door/instructor").get(styleguide::instructor))
        .service(web::resource("/styleguide/door/admin").get(styleguide::admin));
}

fn booking(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/book/{id}").get(book::review).post(book::reserve))
        .service(web::resource("/lessons").get(lessons::list::list))
        .service(web::resource("/lessons/{ref}.ics").get(lessons::calendar::file))
        .service(web::resource("/lessons/{ref}").get(lessons::show::show))
        .service(web::resource("/lessons/{ref}/print").get(lessons::show::print))
        .service(web::resource("/lessons/{ref}/rebook").get(lessons::show::rebook))
        .service(
            web::resource("/lessons/{ref}/cancel")
                .get(lessons::cancel::cancel_form)
                .post(lessons::cancel::cancel),
        )
        .service(
            web::resource("/lessons/{ref}/reschedule")
                .get(lessons::reschedule::reschedule_form)
                .post(lessons::reschedule::reschedule),
        );
}

fn teaching(cfg: &mut web::ServiceConfig) {
    use teach::{availability, bookings, profile, services, stats, time_off, today};
    cfg.service(web::resource("/teach").get(today::show))
        .service(web::resource("/teach/bookings").get(bookings::list::list))
        // Before the page, whose address would take this as a number.
        .service(web::resource("/teach/bookings/{ref}.ics").get(bookings::calendar::file))
        .service(
            web::resource("/teach/bookings/{ref}").get(bookings::show::show).post(bookings::show::change),
        )
        .service(
            web::resource("/teach/bookings/{ref}/cancel")
                .get(bookings::cancel::cancel_form)
                .post(bookings::cancel::cancel),
        )
        .service(
            web::resource("/teach/availability")
                .get(availability::week::show)
                .post(availability::week::change),
        )
        .service(
            web::resource("/teach/availability/repeat")
                .get(availability::repeat::preview)
                .post(availability::repeat::repeat),
        )
        .service(web::resource("/teach/time-off").get(time_off::show).post(time_off::change))
        .service(web::resource("/teach/profile").get(profile::show).post(profile::change))
        .service(web::resource("/teach/services").get(services::list::show))
        .service(web::resource("/teach/services/new").get(services::add::show).post(services::add::add))
        .service(web::resource("/teach/services/{id}").get(services::edit::show).post(services::edit::change))
        .service(web::resource("/teach/stats").get(stats::show))
        .service(web::resource("/become-instructor").get(onboarding::show).post(onboarding::save));
}

/// Addresses of 2025 that stand in mails and bookmarks.
fn moved(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/dashboard/instructor").get(moved::teach))
        .service(web::resource("/dashboard/instructor/bookings/{ref}").get(moved::taught))
        .service(web::resource("/dashboard/student/bookings").get(moved::lessons))
        .service(web::resource("/dashboard/student/bookings/{ref}").get(moved::lesson));
}

fn session(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/login").get(session::log_in_form).post(session::log_in))
        .service(web::resource("/signup").get(session::sign_up_form).post(session::sign_up))
        .service(web::resource("/logout").post(session::log_out))
        .service(web::resource("/forgot-password").get(recovery::forgot_form).post(recovery::forgot))
        .service(web::resource("/reset-password").get(recovery::reset_form).post(recovery::reset));
}

fn account(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/account").get(account::show::show).post(account::show::rename))
        .service(web::resource("/account/data").get(account::show::data))
        .service(
            web::resource("/account/password")
                .get(account::password::password_form)
                .post(account::password::change_password),
        )
        .service(
            web::resource("/account/delete").get(account::delete::delete_form).post(account::delete::delete),
        );
}

fn administration(cfg: &mut web::ServiceConfig) {
    use admin::{
        accounts, alerts, analytics, audit, bookings, catalogue, jobs, limits, outbox, overview, search,
    };
    cfg.service(web::resource("/admin").get(overview::show))
        .service(web::resource("/admin/instructors").get(accounts::list::instructors))
        .service(web::resource("/admin/users").get(accounts::list::everybody))
        .service(web::resource("/admin/users/{id}").get(accounts::show::show))
        .service(
            web::resource("/admin/users/{id}/switch-off")
                .get(accounts::switch::off_form)
                .post(accounts::switch::off),
        )
        .service(
            web::resource("/admin/users/{id}/switch-on")
                .get(accounts::switch::on_form)
                .post(accounts::switch::on),
        )
        .service(web::resource("/admin/bookings").get(bookings::list::list))
        .service(web::resource("/admin/bookings/{ref}").get(bookings::show::show))
        .service(
            web::resource("/admin/bookings/{ref}/cancel")
                .get(bookings::cancel::cancel_form)
                .post(bookings::cancel::cancel),
        )
        .service(web::resource("/admin/analytics").get(analytics::show))
        .service(web::resource("/admin/catalogue").get(catalogue::list::list).post(catalogue::list::switch))
        .service(
            web::resource("/admin/catalogue/words")
                .get(catalogue::words::show)
                .post(catalogue::words::change),
        )
        .service(
            web::resource("/admin/catalogue/services/{id}")
                .get(catalogue::service::show)
                .post(catalogue::service::change),
        )
        .service(web::resource("/admin/search").get(search::show))
        .service(web::resource("/admin/outbox").get(outbox::list).post(outbox::decide))
        .service(web::resource("/admin/jobs").get(jobs::list).post(jobs::run))
        .service(web::resource("/admin/jobs/{name}").get(jobs::show))
        .service(web::resource("/admin/alerts").get(alerts::list).post(alerts::acknowledge))
        .service(web::resource("/admin/limits").get(limits::list).post(limits::forget))
        .service(web::resource("/admin/audit").get(audit::show));
}
