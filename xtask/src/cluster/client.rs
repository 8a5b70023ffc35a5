//! Speaking to a node, or to the balancer, over a connection of one's own each time.

use anyhow::{Context, Result};
use serde_json::Value;

/// The body of an answer, which must be a success.
pub(super) fn get(url: &str) -> Result<String> {
    Ok(ureq::get(url).call()?.body_mut().read_to_string()?)
}

/// What somebody with a token is told, which must be a success.
pub(super) fn get_as(url: &str, token: &str) -> Result<Value> {
    let mut response = ureq::get(url).header("Authorization", format!("Bearer {token}")).call()?;
    response.body_mut().read_json().context("an answer is no JSON")
}

/// Status and body of the answer to whatever somebody with a token sends, under a key that makes repeating it harmless.
pub(super) fn post(url: &str, token: &str, key: Option<&str>, body: &Value) -> Result<(u16, String)> {
    let mut request = ureq::post(url).header("Authorization", format!("Bearer {token}"));
    if let Some(key) = key {
        request = request.header("Idempotency-Key", key);
    }
    let mut response = request.config().http_status_as_error(false).build().send_json(body)?;
    let status = response.status().as_u16();
    Ok((status, response.body_mut().read_to_string()?))
}
