//! Addresses of 2025 lead to where things are now.

use crate::support::Site;

#[actix_web::test]
async fn addresses_in_old_mails_lead_on() {
    let site = Site::start().await;
    for (old, new) in [
        ("/dashboard/instructor", "/teach"),
        ("/dashboard/instructor/bookings/7", "/teach/bookings/7"),
        ("/dashboard/student/bookings", "/lessons"),
        ("/dashboard/student/bookings/7", "/lessons/7"),
    ] {
        let moved = site.browser().get(old).await;
        assert_eq!((moved.status, moved.location().as_deref()), (308, Some(new)), "{old}");
    }
    for nowhere in
        ["/dashboard", "/dashboard/student/bookings/x", "/dashboard/instructor/bookings/..%2F..%2Fevil"]
    {
        assert_eq!(site.browser().get(nowhere).await.status, 404, "{nowhere}");
    }
}
