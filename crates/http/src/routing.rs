//! Knows which paths there are and which methods they take, to tell 405 from 404 before a handler is looked for.
//!
//! Built from the OpenAPI document, so it cannot disagree with it.

use std::collections::BTreeMap;

use actix_web::http::Method;
use utoipa::openapi::{OpenApi, PathItem};

use crate::routes::unversioned_path;

/// A tree of path segments.
#[derive(Debug, Default)]
pub(crate) struct RouteTable {
    names: BTreeMap<String, RouteTable>,
    parameter: Option<Box<RouteTable>>,
    methods: Vec<Method>,
}

impl RouteTable {
    /// The paths of a document, each also in its unversioned form.
    pub(crate) fn of(document: &OpenApi) -> Self {
        let mut table = Self::default();
        for (path, item) in &document.paths.paths {
            let methods = methods_of(item);
            table.insert(path, &methods);
            if let Some(path) = unversioned_path(path) {
                table.insert(&path, &methods);
            }
        }
        table
    }

    /// The table with one more path, which the document does not describe.
    #[must_use]
    pub(crate) fn with(mut self, path: &str, method: Method) -> Self {
        self.insert(path, &[method]);
        self
    }

    /// The methods of a path; `None` when it is not in the table. Names win over parameters.
    pub(crate) fn methods(&self, path: &str) -> Option<&[Method]> {
        let mut node = self;
        for segment in segments(path) {
            node = node.names.get(segment).or(node.parameter.as_deref())?;
        }
        (!node.methods.is_empty()).then_some(&node.methods)
    }

    fn insert(&mut self, path: &str, methods: &[Method]) {
        let mut node = self;
        for segment in segments(path) {
            node = if segment.starts_with('{') {
                node.parameter.get_or_insert_default()
            } else {
                node.names.entry(segment.to_owned()).or_default()
            };
        }
        node.methods = methods.to_vec();
    }
}

/// The methods as an `Allow` header.
pub(crate) fn allow(methods: &[Method]) -> String {
    let mut names: Vec<&str> = methods.iter().map(Method::as_str).collect();
    if methods.contains(&Method::GET) {
        names.push("HEAD");
    }
    names.join(", ")
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

fn methods_of(item: &PathItem) -> Vec<Method> {
    [
        (&item.get, Method::GET),
        (&item.post, Method::POST),
        (&item.put, Method::PUT),
        (&item.patch, Method::PATCH),
        (&item.delete, Method::DELETE),
    ]
    .into_iter()
    .filter_map(|(operation, method)| operation.is_some().then_some(method))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_win_over_parameters_and_unknown_paths_are_unknown() {
        let mut table = RouteTable::default();
        table.insert("/a/{id}", &[Method::GET]);
        table.insert("/a/me", &[Method::PUT, Method::DELETE]);
        table.insert("/a/me/more", &[Method::POST]);
        assert_eq!(table.methods("/a/7"), Some(&[Method::GET][..]));
        assert_eq!(table.methods("/a/me/"), Some(&[Method::PUT, Method::DELETE][..]));
        assert_eq!(table.methods("/a"), None);
        assert_eq!(table.methods("/a/7/more"), None);
        assert_eq!(allow(&[Method::GET, Method::POST]), "GET, POST, HEAD");
    }
}
