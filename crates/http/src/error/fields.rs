//! What is wrong with the fields of a request, collected so that people can mend everything at once.

use std::fmt::Display;

use super::{ApiError, ErrorCode};

/// Part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The body.
    Body,
    /// The query.
    Query,
    /// The path.
    Path,
    /// The headers.
    Header,
}

impl Place {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Query => "query",
            Self::Path => "path",
            Self::Header => "header",
        }
    }
}

/// One field that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    place: Place,
    path: String,
    message: String,
    kind: &'static str,
}

impl FieldError {
    /// A field, named by the way to it such as `services.0.hourly_rate`, and what is wrong with it.
    pub fn new(place: Place, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place, path: path.into(), message: message.into(), kind: "value_error" }
    }

    /// The same error of another kind.
    #[must_use]
    pub(crate) const fn of_kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// Part of the request.
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }

    /// The way to the field.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The field's own name: the last step that is not a place in a list.
    #[must_use]
    pub fn name(&self) -> &str {
        let is_name = |step: &&str| !step.is_empty() && step.bytes().any(|b| !b.is_ascii_digit());
        self.path.rsplit('.').find(is_name).unwrap_or(self.place.as_str())
    }

    /// What is wrong.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Kind of error.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.kind
    }
}

/// Collects what is wrong with the fields of one part of a request.
#[derive(Debug, PartialEq, Eq)]
pub struct FieldErrors {
    place: Place,
    prefix: String,
    errors: Vec<FieldError>,
}

impl FieldErrors {
    /// Nothing wrong so far.
    #[must_use]
    pub const fn new(place: Place) -> Self {
        Self { place, prefix: String::new(), errors: Vec::new() }
    }

    /// This one thing is wrong.
    pub(crate) fn of(place: Place, error: FieldError) -> Self {
        Self { place, prefix: String::new(), errors: vec![error] }
    }

    /// One thing that is wrong.
    pub fn one(place: Place, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::of(place, FieldError::new(place, path, message))
    }

    /// Keeps the value, or what is wrong with the field.
    pub fn take<T, E: Display>(&mut self, field: &str, result: Result<T, E>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.push(field, error.to_string());
                None
            }
        }
    }

    /// Keeps the value of a field that may be absent, or what is wrong with it. The outer `None` means wrong.
    pub fn take_optional<T, E: Display>(
        &mut self,
        field: &str,
        result: Option<Result<T, E>>,
    ) -> Option<Option<T>> {
        match result {
            None => Some(None),
            Some(result) => self.take(field, result).map(Some),
        }
    }

    /// Keeps the value of a field that must be there.
    pub fn require<T>(&mut self, field: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            let error = FieldError::new(self.place, self.path_of(field), format!("{field} is required"));
            self.errors.push(error.of_kind("missing"));
        }
        value
    }

    /// Adds something that is wrong.
    pub fn push(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError::new(self.place, self.path_of(field), message));
    }

    /// Collects the errors of one entry of a list under `list.index`.
    pub fn within<T>(&mut self, step: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let inner = self.path_of(step);
        let outer = std::mem::replace(&mut self.prefix, inner);
        let value = read(self);
        self.prefix = outer;
        value
    }

    /// The value when nothing is wrong.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            Some(_) | None => Err(self),
        }
    }

    fn path_of(&self, field: &str) -> String {
        if self.prefix.is_empty() { field.to_owned() } else { format!("{}.{field}", self.prefix) }
    }
}

impl From<FieldErrors> for ApiError {
    fn from(errors: FieldErrors) -> Self {
        let texts: Vec<String> = errors
            .errors
            .iter()
            .map(|error| {
                if error.message.contains(error.name()) {
                    error.message.clone()
                } else {
                    format!("{}: {}", error.name(), error.message)
                }
            })
            .collect();
        let mut api_error = Self::new(ErrorCode::Validation, texts.join("; "));
        api_error.0.fields = errors.errors;
        api_error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_wrong_is_collected_with_its_place() {
        let mut errors = FieldErrors::new(Place::Body);
        assert_eq!(errors.take::<u8, _>("age", "x".parse::<u8>()), None);
        errors.within("services.2", |inner| inner.require::<u8>("hourly_rate", None));
        let error = ApiError::from(errors);
        assert_eq!(
            error.fields().iter().map(FieldError::path).collect::<Vec<_>>(),
            ["age", "services.2.hourly_rate"]
        );
        assert_eq!(error.fields()[1].name(), "hourly_rate");
        assert_eq!(error.detail(), "age: invalid digit found in string; hourly_rate is required");
    }

    #[test]
    fn a_list_entry_is_named_after_its_list() {
        assert_eq!(FieldError::new(Place::Body, "areas_of_service.3", "").name(), "areas_of_service");
        assert_eq!(FieldError::new(Place::Body, "", "").name(), "body");
    }
}
