//! Compose and Render: services that exist, variables that are read, commands that there are.

use std::collections::BTreeSet;

use yaml_rust2::{Yaml, YamlLoader};

use crate::files::{assert_command, assert_variables, read, root};

/// Variables that the image of PostgreSQL reads.
const OF_POSTGRES: [&str; 3] = ["POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_USER"];

fn load(path: &str) -> Yaml {
    let mut documents =
        YamlLoader::load_from_str(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert_eq!(documents.len(), 1, "{path}");
    documents.remove(0)
}

/// The member of a service, its own or that of the mapping it is merged with.
fn member<'a>(service: &'a Yaml, name: &str) -> &'a Yaml {
    match &service[name] {
        Yaml::BadValue => &service["<<"][name],
        own => own,
    }
}

fn keys(mapping: &Yaml) -> Vec<&str> {
    mapping.as_hash().into_iter().flat_map(|hash| hash.keys()).filter_map(Yaml::as_str).collect()
}

fn strings(list: &Yaml) -> Vec<&str> {
    list.as_vec().into_iter().flatten().filter_map(Yaml::as_str).collect()
}

/// The names in `${NAME}`, `${NAME:-default}` and `${NAME:?reason}`.
fn interpolated(text: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_ascii_uppercase() || c == '_';
    text.split("${").skip(1).map(|rest| rest.split(|c| !is_part(c)).next().unwrap()).collect()
}

#[test]
fn compose_starts_what_exists_in_an_order_that_works() {
    let compose = load("deploy/docker/compose.yaml");
    let services = &compose["services"];
    assert_eq!(keys(services), ["migrate", "app", "postgres", "redis"]);
    for name in keys(services) {
        let service = &services[name];
        for other in keys(member(service, "depends_on")) {
            let condition = service["depends_on"][other]["condition"].as_str().unwrap();
            match condition {
                "service_healthy" => {
                    assert!(!services[other]["healthcheck"]["test"].is_badvalue(), "{other}")
                }
                "service_completed_successfully" => {
                    assert_eq!(services[other]["restart"].as_str(), Some("no"))
                }
                condition => panic!("{name} waits for {other} to be {condition}"),
            }
        }
        for volume in strings(member(service, "volumes")) {
            let volume = volume.split(':').next().unwrap();
            assert!(keys(&compose["volumes"]).contains(&volume), "{name}: {volume}");
        }
    }
    for name in ["migrate", "app"] {
        let service = &services[name];
        assert_variables(keys(member(service, "environment")));
        assert_eq!(member(service, "read_only").as_bool(), Some(true), "{name}");
        assert_eq!(strings(member(service, "cap_drop")), ["ALL"], "{name}");
        let build = member(service, "build");
        let context = root().join("deploy/docker").join(build["context"].as_str().unwrap());
        assert!(context.join(build["dockerfile"].as_str().unwrap()).is_file(), "{name}");
        let command = strings(member(service, "command"));
        if !command.is_empty() {
            assert_command(&command);
        }
    }
    // The data is where the image puts it.
    let image = read("deploy/docker/Dockerfile");
    for volume in strings(&services["app"]["volumes"]) {
        let (_name, path) = volume.split_once(':').unwrap();
        assert!(image.contains(&format!("VOLUME {path}\n")), "{path}");
    }
    // Whoever starts it is told what to set; nothing secret has a default, and nothing is reachable from elsewhere.
    let text = read("deploy/docker/compose.yaml");
    let settings: Vec<&str> =
        interpolated(&text).into_iter().filter(|name| !OF_POSTGRES.contains(name)).collect();
    assert_variables(settings);
    for secret in ["SECRET_KEY", "POSTGRES_PASSWORD"] {
        assert!(
            text.contains(&format!("${{{secret}:?")) && !text.contains(&format!("${{{secret}:-")),
            "{secret}"
        );
    }
    assert!(strings(&services["app"]["ports"]).iter().all(|port| port.starts_with("127.0.0.1:")));
    assert!(keys(&services["postgres"]["environment"]).iter().all(|name| OF_POSTGRES.contains(name)));
    assert!(services["postgres"]["ports"].is_badvalue() && services["redis"]["ports"].is_badvalue());
}

#[test]
fn render_names_what_there_is() {
    let render = load("deploy/render.yaml");
    let names = |list: &Yaml| -> Vec<String> {
        list.as_vec().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    let (services, databases) = (names(&render["services"]), names(&render["databases"]));
    let web = &render["services"][0];
    let variables = web["envVars"].as_vec().unwrap();
    assert_variables(variables.iter().map(|variable| variable["key"].as_str().unwrap()));
    for variable in variables {
        if let Some(database) = variable["fromDatabase"]["name"].as_str() {
            assert!(databases.iter().any(|name| name == database), "{database}");
        }
        if let Some(service) = variable["fromService"]["name"].as_str() {
            assert!(services.iter().any(|name| name == service), "{service}");
        }
    }
    let given: Vec<&str> = variables.iter().filter_map(|variable| variable["key"].as_str()).collect();
    for needed in ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "TRUSTED_PROXIES", "FRONTEND_URL"] {
        assert!(given.contains(&needed), "{needed}");
    }
    let context = root().join(web["dockerContext"].as_str().unwrap());
    assert!(context.join(web["dockerfilePath"].as_str().unwrap()).is_file());
    let command: Vec<&str> = web["preDeployCommand"].as_str().unwrap().split(' ').collect();
    assert_eq!(command[0], "instainstru");
    assert_command(&command[1..]);
    // As long as a stopping server may take.
    assert!(web["maxShutdownDelaySeconds"].as_i64().unwrap() > 25);
}
