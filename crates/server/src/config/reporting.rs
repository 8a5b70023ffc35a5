//! Whom traces and errors are sent to.

use instainstru_reporting::{ErrorSettings, TraceSettings};

use super::{
    Environment,
    http::web_address,
    reader::{Reader, quoted},
    secret::Secret,
};

/// All traces, in millionths.
const ALL: u32 = 1_000_000;

/// Whom traces and errors are sent to: nobody, unless somebody is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportingConfig {
    /// The collector of traces.
    pub traces: Option<TracesConfig>,
    /// Where errors are reported.
    pub errors: Option<ErrorSettings>,
}

/// A collector of traces, and which it gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracesConfig {
    /// Its address, to which `/v1/traces` is added.
    pub endpoint: String,
    /// Headers of every request to it.
    pub headers: Vec<(String, Secret)>,
    /// What this service is called there.
    pub service_name: String,
    /// What this installation is for.
    pub environment: Environment,
    /// Which part of all traces is sent, in millionths.
    pub sampled_millionths: u32,
}

impl ReportingConfig {
    /// Reads the part about traces and errors.
    pub(super) fn read(reader: &Reader<'_>, environment: Environment) -> Self {
        Self { traces: traces(reader, environment), errors: errors(reader, environment) }
    }

    /// Whether anything is sent to anybody.
    #[must_use]
    pub const fn is_wanted(&self) -> bool {
        self.traces.is_some() || self.errors.is_some()
    }
}

impl TracesConfig {
    /// The same for whoever sends traces.
    #[must_use]
    pub fn settings(&self) -> TraceSettings {
        let headers = self.headers.iter().map(|(name, value)| (name.clone(), value.reveal().to_owned()));
        TraceSettings {
            endpoint: self.endpoint.clone(),
            headers: headers.collect(),
            service_name: self.service_name.clone(),
            environment: self.environment.as_str().to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            sampled: f64::from(self.sampled_millionths) / f64::from(ALL),
        }
    }
}

fn traces(reader: &Reader<'_>, environment: Environment) -> Option<TracesConfig> {
    let endpoint = reader.parsed("OTEL_EXPORTER_OTLP_ENDPOINT", None, |text| match web_address(text) {
        Some(address) => Ok(Some(address.text)),
        None => Err(format!("must be an address such as http://localhost:4318, not {}", quoted(text))),
    });
    // Others are common, and would not be understood.
    reader.choice("OTEL_EXPORTER_OTLP_PROTOCOL", &[("http/protobuf", ())], ());
    let headers = reader.parsed("OTEL_EXPORTER_OTLP_HEADERS", Vec::new(), headers);
    let sampled_millionths = reader.parsed("OTEL_TRACES_SAMPLER_ARG", ALL, |text| {
        millionths(text).ok_or_else(|| {
            format!("must be a part of all traces from 0 to 1, such as 0.05, not {}", quoted(text))
        })
    });
    let service_name = reader.text("OTEL_SERVICE_NAME").unwrap_or_else(|| "instainstru".to_owned());
    Some(TracesConfig { endpoint: endpoint?, headers, service_name, environment, sampled_millionths })
}

/// Pairs such as `authorization=Bearer x,tenant=studio`. They may be secrets, so a mistake does not repeat them.
fn headers(text: &str) -> Result<Vec<(String, Secret)>, String> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let is_fine = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
            && value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        is_fine.then(|| (name.to_owned(), Secret::new(value.to_owned())))
    };
    let pairs: Option<Vec<_>> = text.split(',').map(pair).collect();
    pairs.ok_or_else(|| "must be headers such as authorization=Bearer KEY,tenant=studio".to_owned())
}

/// A decimal number from 0 to 1 with at most six places.
fn millionths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !is_number(whole) || !is_number(part) || part.len() > 6 {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    let part: u32 = format!("{part:0<6}").parse().ok()?;
    whole.checked_mul(ALL)?.checked_add(part).filter(|millionths| *millionths <= ALL)
}

fn errors(reader: &Reader<'_>, environment: Environment) -> Option<ErrorSettings> {
    let environment = reader.text("SENTRY_ENVIRONMENT").unwrap_or_else(|| environment.as_str().to_owned());
    reader.parsed("SENTRY_DSN", None, |text| {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        ErrorSettings::new(text, environment, version).map(Some).map_err(|error| error.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_all_traces_are_decimal_numbers() {
        for (text, expected) in [
            ("0", Some(0)),
            ("1", Some(ALL)),
            ("1.0", Some(ALL)),
            ("0.05", Some(50_000)),
            ("0.000001", Some(1)),
            ("0.0000001", None),
            ("1.1", None),
            ("2", None),
            ("-0.1", None),
            (".5", None),
            ("1e-3", None),
            ("", None),
        ] {
            assert_eq!(millionths(text), expected, "{text}");
        }
    }
}
