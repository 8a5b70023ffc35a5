//! The OpenAPI document and the pages to read it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::Api;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

fn document() -> Value {
    serde_json::from_str(&instainstru_http::document_json().unwrap()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| -> Vec<(String, Value)> {
        METHODS
            .iter()
            .filter_map(|method| {
                Some((format!("{} {path}", method.to_uppercase()), item.get(*method)?.clone()))
            })
            .collect()
    };
    paths.iter().flat_map(of_path).collect()
}

#[test]
fn every_operation_is_documented() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let operations = operations(&document);
    assert_eq!(operations.len(), 125);
    let mut ids = BTreeSet::new();
    for (name, operation) in &operations {
        for member in ["summary", "description", "operationId"] {
            assert!(
                operation[member].as_str().is_some_and(|text| !text.is_empty()),
                "{name} has no {member}"
            );
        }
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name}");
        assert!(operation["security"].is_array(), "{name} says nothing about security");
        assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{name}");
        let responses = operation["responses"].as_object().unwrap();
        let success =
            responses.iter().find(|(status, _)| status.starts_with('2')).unwrap_or_else(|| panic!("{name}"));
        if success.0 != "204" {
            assert!(success.1["content"]["application/json"]["schema"].is_object(), "{name}");
        }
        for (status, response) in responses.iter().filter(|(status, _)| status.starts_with(['4', '5'])) {
            let response = response["$ref"].as_str().map_or(response, |name| {
                document.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name}"))
            });
            let schema = &response["content"]["application/json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/ErrorBody", "{name} {status}");
        }
        for status in ["500", "503"] {
            assert!(responses.contains_key(status), "{name} {status}");
        }
        // Where signing in is optional, one of the schemes is none.
        let schemes = operation["security"].as_array().unwrap();
        let by_key = schemes.iter().any(|scheme| scheme.get("monitoring_key").is_some());
        if !schemes.is_empty() && !by_key && !schemes.contains(&serde_json::json!({})) {
            assert!(responses.contains_key("401"), "{name}");
        }
        if by_key {
            assert!(responses.contains_key("403") && !responses.contains_key("401"), "{name}");
        }
        if operation.get("requestBody").is_some() {
            for status in ["413", "415", "422"] {
                assert!(responses.contains_key(status), "{name} {status}");
            }
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member.as_str() {
                        Some(target) if name == "$ref" => found.push(target),
                        _ => references(member, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100);
    for target in found {
        assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target} leads nowhere");
    }
}

#[test]
fn the_committed_document_is_fresh() {
    let committed = include_str!("../../../../docs/openapi.json");
    assert!(
        committed == instainstru_http::document_json().unwrap(),
        "docs/openapi.json is stale: run `cargo run -p instainstru-server -- openapi > docs/openapi.json` or \
         `cargo run -p instainstru-http --example openapi > docs/openapi.json`"
    );
}

#[actix_web::test]
async fn every_documented_path_is_served_on_both_mounts_and_both_slash_forms() {
    let api = Api::start().await;
    for (name, _) in operations(&document()) {
        let (method, path) = name.split_once(' ').unwrap();
        let segments = path.split('/').map(|segment| match segment {
            "{job_name}" => "sweep",
            "{alert_type}" => "high_memory_usage",
            name if name.starts_with('{') => "1",
            other => other,
        });
        let path = segments.collect::<Vec<_>>().join("/");
        let has_two_mounts = |rest: &&str| !rest.starts_with("/admin/") && !rest.starts_with("/me");
        let unversioned = path.strip_prefix("/api/v1").filter(has_two_mounts).map(|rest| {
            let below_api =
                ["/public/", "/search/", "/monitoring/"].iter().any(|prefix| rest.starts_with(prefix));
            if below_api { format!("/api{rest}") } else { rest.to_owned() }
        });
        for path in [Some(path.clone()), unversioned].into_iter().flatten() {
            for path in [path.clone(), format!("{}/", path.trim_end_matches('/'))] {
                let answer = api.call(method, &path).send().await;
                let no_route = answer.status == 404 && answer.json()["detail"] == "Not Found";
                assert!(!no_route && answer.status != 405, "{method} {path}: {}", answer.status);
                assert!(answer.status < 500, "{method} {path}: {}", answer.status);
            }
        }
    }
}

#[actix_web::test]
async fn the_document_and_its_pages_are_served_from_the_binary() {
    let api = Api::start().await;
    assert_eq!(api.get("/openapi.json").send().await.expect(200), document());
    for path in ["/docs", "/docs/", "/redoc"] {
        let answer = api.get(path).send().await;
        assert_eq!((answer.status, answer.header("location")), (307, Some("/docs/index.html")), "{path}");
    }
    let page = api.get("/docs/index.html").send().await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'self'"));
    let page = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(!page.contains("https://"), "nothing is fetched from elsewhere");
    for asset in ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-initializer.js"] {
        assert!(page.contains(asset));
        assert_eq!(api.get(&format!("/docs/{asset}")).send().await.status, 200);
    }
    api.get("/docs/nothing").send().await.refused(404, "NOT_FOUND");
}
