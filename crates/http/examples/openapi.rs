//! Prints the OpenAPI document: `cargo run -p instainstru-http --example openapi > docs/openapi.json`.

use std::io::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let document = instainstru_http::document_json()?;
    std::io::stdout().write_all(document.as_bytes())?;
    Ok(())
}
