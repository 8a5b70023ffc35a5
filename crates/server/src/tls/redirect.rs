//! The way from HTTP to HTTPS.

use std::net::SocketAddr;

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::{Method, header},
    rt, web,
};
use anyhow::Context;

/// Port that addresses need not name.
const HTTPS: u16 = 443;

/// Listens without TLS and leads everybody to `secure_port` of the host they asked for.
pub(super) fn serve(
    host: &str,
    port: u16,
    secure_port: u16,
) -> anyhow::Result<(Vec<SocketAddr>, ServerHandle)> {
    let app = move || {
        let lead = move |request: HttpRequest| std::future::ready(lead(&request, secure_port));
        App::new().default_service(web::to(lead))
    };
    let server = HttpServer::new(app)
        .workers(1)
        .disable_signals()
        .bind((host, port))
        .with_context(|| format!("cannot listen on {host}:{port} (see HOST and TLS_REDIRECT_PORT)"))?;
    let addresses = server.addrs();
    let running = server.run();
    let handle = running.handle();
    rt::spawn(async move {
        if let Err(error) = running.await {
            tracing::error!(%error, "nobody is led to HTTPS any more");
        }
    });
    Ok((addresses, handle))
}

/// Whoever reads is led on. Whoever sends something is refused: it crossed the network in the clear, and should not do so again.
fn lead(request: &HttpRequest, secure_port: u16) -> HttpResponse {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).and_then(name_of);
    match (host, request.method()) {
        (Some(host), &(Method::GET | Method::HEAD)) => {
            let port = if secure_port == HTTPS { String::new() } else { format!(":{secure_port}") };
            let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
            let location = format!("https://{host}{port}{target}");
            HttpResponse::PermanentRedirect().insert_header((header::LOCATION, location)).finish()
        }
        (Some(_host), _) => HttpResponse::Forbidden().body("This server speaks HTTPS only.\n"),
        (None, _) => HttpResponse::BadRequest().body("The Host header names no host.\n"),
    }
}

/// The name in a Host header, without its port; `None` when it is none that could be part of an address.
fn name_of(host: &str) -> Option<&str> {
    let name = match host.strip_prefix('[') {
        Some(rest) => host.get(..rest.find(']')? + 2)?,
        None => host.split(':').next()?,
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '[' | ']' | ':');
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn led(request: TestRequest, port: u16) -> (u16, Option<String>) {
        let response = lead(&request.to_http_request(), port);
        let location = response.headers().get(header::LOCATION);
        (response.status().as_u16(), location.map(|location| location.to_str().unwrap().to_owned()))
    }

    #[test]
    fn readers_are_led_to_the_same_place_and_writers_are_refused() {
        let get = |host: &'static str| TestRequest::get().uri("/a?b=c").insert_header((header::HOST, host));
        let there = |location: &str| (308, Some(location.to_owned()));
        assert_eq!(led(get("example.com:80"), 443), there("https://example.com/a?b=c"));
        assert_eq!(led(get("[::1]:80"), 8443), there("https://[::1]:8443/a?b=c"));
        assert_eq!(led(TestRequest::post().insert_header((header::HOST, "example.com")), 443), (403, None));
        for host in ["", "evil.com/", "a b", "user@evil.com", "[::1", "a\\b"] {
            assert_eq!(led(get(host), 443), (400, None), "{host}");
        }
        assert_eq!(led(TestRequest::get().uri("/"), 443), (400, None));
    }
}
