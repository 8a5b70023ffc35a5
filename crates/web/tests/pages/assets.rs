//! Files that browsers fetch, and what robots ask for.

use crate::support::Site;

#[actix_web::test]
async fn assets_are_named_by_their_content_compressed_once_and_kept_forever() {
    let site = Site::start().await;
    let browser = site.browser();
    let home = browser.get("/").await;
    let sheet = home.tags("<link rel=\"stylesheet\"")[0].split('"').nth(1).unwrap().to_owned();
    for (accept, encoding) in [("br, gzip", "br"), ("gzip", "gzip"), ("identity", "")] {
        let shown = browser.get_with(&sheet, "Accept-Encoding", accept).await;
        assert_eq!((shown.status, shown.header("content-encoding")), (200, encoding), "{accept}");
        assert_eq!(shown.header("cache-control"), "public, max-age=31536000, immutable");
        let tag = shown.header("etag").to_owned();
        let request = actix_web::test::TestRequest::get()
            .uri(&sheet)
            .insert_header(("Accept-Encoding", accept))
            .insert_header(("If-None-Match", tag));
        assert_eq!(site.call(request.to_request()).await.status, 304);
    }
    assert_eq!(browser.get("/assets/site.000000000000.css").await.status, 404);
    assert_eq!(browser.get("/assets/..%2Fbuild.rs").await.status, 404);
}

#[actix_web::test]
async fn a_first_visit_takes_six_requests_at_most() {
    let site = Site::start().await;
    let home = site.browser().get("/").await;
    let mut files: std::collections::BTreeSet<String> = home
        .body
        .split('"')
        .filter(|text| text.starts_with("/assets/") || *text == "/favicon.svg")
        .map(|text| text.split('#').next().unwrap().to_owned())
        .collect();
    files.insert("/".to_owned());
    assert!(files.len() <= 6, "{files:?}");
}

#[actix_web::test]
async fn robots_find_the_public_pages() {
    let site = Site::with(|settings| settings.origin = Some("https://example.com".to_owned())).await;
    let browser = site.browser();
    let robots = browser.get("/robots.txt").await;
    assert!(
        robots.body.contains("Disallow: /api/")
            && robots.body.contains("Sitemap: https://example.com/sitemap.xml"),
        "{}",
        robots.body
    );
    let map = browser.get("/sitemap.xml").await;
    for path in ["/", "/services", "/trust"] {
        assert!(map.body.contains(&format!("<loc>https://example.com{path}</loc>")), "{path}: {}", map.body);
        assert_eq!(browser.get(path).await.status, 200);
    }
    assert_eq!(browser.get("/site.webmanifest").await.header("content-type"), "application/manifest+json");
    assert_eq!(browser.get("/favicon.svg").await.header("content-type"), "image/svg+xml");
}
