//! What many operations have in common, added in one place: path ids, idempotency keys, errors, no security.

use utoipa::{
    PartialSchema as _,
    openapi::{
        ContentBuilder, HeaderBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Required, Response,
        ResponseBuilder, Schema, Type,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::{KnownFormat, SchemaFormat},
        security::SecurityRequirement,
    },
};

use crate::{
    act::{IDEMPOTENCY_KEY, MAX_KEY_CHARS},
    limits,
};

/// Unsafe in form, but they change nothing that could happen twice, or are harmless when repeated.
const WITHOUT_KEY: &[&str] = &[
    "log_in",
    "register",
    "log_out",
    "request_password_reset",
    "confirm_password_reset",
    "change_password",
    "delete_my_account",
    "check_availability",
    "validate_week_changes",
    "run_analytics",
    "acknowledge_alert",
    "reset_cache_stats",
];

/// An error many operations share.
struct Shared {
    status: &'static str,
    name: &'static str,
    description: &'static str,
}

const UNAUTHORIZED: Shared =
    Shared { status: "401", name: "Unauthorized", description: "Nobody is logged in, or the token is void" };
const INACTIVE: Shared = Shared {
    status: "400",
    name: "BadRequest",
    description: "A rule about the input is broken, or the account is switched off",
};
const TOO_LARGE: Shared =
    Shared { status: "413", name: "PayloadTooLarge", description: "The body is longer than 1 MiB" };
const MEDIA_TYPE: Shared = Shared {
    status: "415",
    name: "UnsupportedMediaType",
    description: "The body is not of the documented type",
};
const INVALID: Shared = Shared {
    status: "422",
    name: "Invalid",
    description: "The input does not have the documented form, or a rule of the marketplace forbids it",
};
const TOO_MANY: Shared = Shared { status: "429", name: "TooManyRequests", description: "Too many requests" };
const INTERNAL: Shared =
    Shared { status: "500", name: "InternalError", description: "A mistake of the server" };
const UNAVAILABLE: Shared = Shared {
    status: "503",
    name: "Unavailable",
    description: "Cannot be done now; try again after `Retry-After` seconds",
};
const ALL: [Shared; 8] =
    [UNAUTHORIZED, INACTIVE, TOO_LARGE, MEDIA_TYPE, INVALID, TOO_MANY, INTERNAL, UNAVAILABLE];

/// Completes every operation.
pub(super) fn complete(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for shared in ALL {
        components.responses.insert(shared.name.to_owned(), RefOr::T(shared.response()));
    }
    for (path, item) in &mut document.paths.paths {
        let unsafe_ones = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in unsafe_ones.into_iter().flatten() {
            let id = operation.operation_id.as_deref().unwrap_or_default();
            if !WITHOUT_KEY.contains(&id) {
                operation.parameters.get_or_insert_default().push(idempotency_key().into());
            }
            complete_operation(path, operation);
        }
        if let Some(operation) = &mut item.get {
            complete_operation(path, operation);
        }
    }
}

fn complete_operation(path: &str, operation: &mut Operation) {
    let ids: Vec<Parameter> = path
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(path_parameter)
        .collect();
    let parameters = operation.parameters.get_or_insert_default();
    parameters.splice(0..0, ids.into_iter().map(RefOr::T));
    let takes_input = !parameters.is_empty() || operation.request_body.is_some();
    if parameters.is_empty() {
        operation.parameters = None;
    }
    // The key of monitoring is not somebody who logged in.
    let by_key = operation.tags.iter().flatten().any(|tag| tag == "monitoring");
    // Who may sign in but need not has the empty requirement among theirs, and never gets 401.
    let security = operation.security.get_or_insert_default();
    let secured = !by_key && !security.is_empty() && !security.contains(&SecurityRequirement::default());
    let mut add = |shared: Shared| {
        operation.responses.responses.entry(shared.status.to_owned()).or_insert_with(|| shared.reference());
    };
    if secured {
        add(UNAUTHORIZED);
        add(INACTIVE);
    }
    if operation.request_body.is_some() {
        add(TOO_LARGE);
        add(MEDIA_TYPE);
    }
    if takes_input {
        add(INVALID);
    }
    if !limits::is_exempt(path) {
        add(TOO_MANY);
    }
    add(INTERNAL);
    add(UNAVAILABLE);
}

impl Shared {
    fn response(&self) -> Response {
        let schema = RefOr::Ref(Ref::from_schema_name("ErrorBody"));
        let mut response = ResponseBuilder::new()
            .description(self.description)
            .content("application/json", ContentBuilder::new().schema(Some(schema)).build());
        let header = |description: &str| {
            HeaderBuilder::new().description(Some(description)).schema(Some(String::schema())).build()
        };
        response = match self.status {
            "401" => response.header("WWW-Authenticate", header("`Bearer`")),
            "429" | "503" => {
                response.header("Retry-After", header("Seconds after which trying again makes sense"))
            }
            _ => response,
        };
        response.build()
    }

    fn reference(&self) -> RefOr<Response> {
        RefOr::Ref(Ref::from_response_name(self.name))
    }
}

fn path_parameter(name: &str) -> Parameter {
    match name {
        "token" => path_text(name, "The token of a mail", "Jq0vXkJ1kG0y3cV5tWb7nR9pL2mD4fH6sA8uE1oI3zQ"),
        id => path_id(id),
    }
}

fn path_text(name: &str, description: &str, example: &str) -> Parameter {
    let schema = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).build();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(description))
        .example(Some(example.into()))
        .schema(Some(Schema::Object(schema)))
        .build()
}

fn path_id(name: &str) -> Parameter {
    if name == "job_name" {
        return path_name(name, "job", "reminders");
    }
    if name == "alert_type" {
        return path_name(name, "kind of alert", "extremely_slow_query");
    }
    let (what, of) = match name {
        "instructor_id" => ("instructor (of the account, not of the profile)", 7),
        "user_id" => ("account", 7),
        "booking_id" => ("booking", 31),
        "window_id" => ("stretch of free time", 12),
        "blackout_id" => ("blocked day", 3),
        "delivery_id" => ("delivery", 4711),
        "category_id" => ("category", 1),
        "service_id" => ("service of the catalogue", 1),
        "alias_id" => ("alias", 1),
        "group_id" => ("group of services", 1),
        "place_id" => ("place", 1),
        _ => ("thing", 1),
    };
    let schema = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
        .minimum(Some(1))
        .maximum(Some(i32::MAX))
        .build();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(format!("Id of the {what}")))
        .example(Some(of.into()))
        .schema(Some(Schema::Object(schema)))
        .build()
}

/// A parameter that names something in lower case.
fn path_name(name: &str, what: &str, example: &str) -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(60))
        .pattern(Some("^[a-z][a-z_-]*$"))
        .build();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(format!("Name of the {what}")))
        .example(Some(example.into()))
        .schema(Some(Schema::Object(schema)))
        .build()
}

fn idempotency_key() -> Parameter {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(MAX_KEY_CHARS))
        .pattern(Some(format!("^[!-~]{{1,{MAX_KEY_CHARS}}}$")))
        .build();
    ParameterBuilder::new()
        .name(IDEMPOTENCY_KEY)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "A name for this request, new for each intention. Sent again within 24 hours, the request gets the first \
             answer and has no further effect.",
        ))
        .schema(Some(Schema::Object(schema)))
        .build()
}
