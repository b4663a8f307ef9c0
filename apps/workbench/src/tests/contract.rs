//! The API and its document are one truth: every route is an operation, every
//! operation is a route, and [`check`] holds every answer in every test of the
//! API to the schema that the document has for it.

use super::world::{Answer, World};
use crate::api::contract::DOCUMENT;
use crate::router::{Access, ROUTES};
use http::{Method, StatusCode, header};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::LazyLock;

static CONTRACT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(DOCUMENT).unwrap());

/// Where something is wrong in a value, as a JSON pointer and what was expected there.
type Fault = String;

/// Follows a `$ref`, if there is one.
fn resolved(schema: &'static Value) -> &'static Value {
    match schema["$ref"].as_str() {
        Some(reference) => CONTRACT.pointer(&reference[1..]).unwrap_or_else(|| panic!("{reference} leads nowhere")),
        None => schema,
    }
}

/// Checks a value against a schema. A keyword that this does not know fails
/// the test: what is not checked must not look as if it were.
fn validate(value: &Value, schema: &'static Value, at: &str) -> Result<(), Fault> {
    let schema = resolved(schema);
    for (keyword, rule) in schema.as_object().unwrap() {
        let wrong = |expected: &str| Err(format!("{at}: expected {expected}, found {value}"));
        match keyword.as_str() {
            "description" | "x-description-en" | "format" | "required" | "additionalProperties" => {}
            "type" if is_of_type(value, rule.as_str().unwrap()) => {}
            "type" => return wrong(&rule.to_string()),
            "const" if value == rule => {}
            "const" => return wrong(&rule.to_string()),
            "enum" if rule.as_array().unwrap().contains(value) => {}
            "enum" => return wrong(&rule.to_string()),
            "pattern" if fits_pattern(value.as_str().unwrap_or_default(), rule.as_str().unwrap()) => {}
            "pattern" => return wrong(&rule.to_string()),
            "minimum" if value.as_i64().is_none_or(|number| number >= rule.as_i64().unwrap()) => {}
            "maximum" if value.as_i64().is_none_or(|number| number <= rule.as_i64().unwrap()) => {}
            "minItems" if value.as_array().is_none_or(|all| all.len() as u64 >= rule.as_u64().unwrap()) => {}
            "minimum" | "maximum" | "minItems" => return wrong(&format!("{keyword} {rule}")),
            "items" => {
                for (place, one) in value.as_array().into_iter().flatten().enumerate() {
                    validate(one, rule, &format!("{at}/{place}"))?;
                }
            }
            "properties" => {
                if let Some(object) = value.as_object() {
                    members(object, schema, at)?;
                }
            }
            "anyOf" | "oneOf" => {
                let fits = rule.as_array().unwrap().iter().filter(|one| validate(value, one, at).is_ok()).count();
                if fits == 0 || keyword == "oneOf" && fits > 1 {
                    return wrong(&format!("{keyword} {rule}"));
                }
            }
            other => panic!("{at}: the test does not know `{other}`"),
        }
    }
    Ok(())
}

fn members(object: &Map<String, Value>, schema: &'static Value, at: &str) -> Result<(), Fault> {
    let properties = schema["properties"].as_object().unwrap();
    for name in schema["required"].as_array().into_iter().flatten() {
        if !object.contains_key(name.as_str().unwrap()) {
            return Err(format!("{at}: {name} is missing"));
        }
    }
    for (name, value) in object {
        match properties.get(name) {
            Some(schema) => validate(value, schema, &format!("{at}/{name}"))?,
            None if schema["additionalProperties"] == true => {}
            None => return Err(format!("{at}/{name} is not in the document")),
        }
    }
    Ok(())
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the test does not know the type `{other}`"),
    }
}

/// The few patterns of the document: `^`, then classes with how often, or letters, then `$`.
fn fits_pattern(text: &str, pattern: &str) -> bool {
    let mut rest = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')).unwrap();
    let mut text = text.chars();
    while let Some(next) = rest.chars().next() {
        if next == '[' {
            let (class, after) = rest[1..].split_once(']').unwrap();
            let (count, after) = after.strip_prefix('{').unwrap().split_once('}').unwrap();
            let class: Vec<char> = class.chars().collect();
            let in_class = |letter: char| {
                class.iter().enumerate().any(|(place, one)| match (class.get(place + 1), class.get(place + 2)) {
                    (Some('-'), Some(last)) => (*one..=*last).contains(&letter),
                    _ => *one == letter && *one != '-',
                })
            };
            if !(0..count.parse::<u32>().unwrap()).all(|_| text.next().is_some_and(in_class)) {
                return false;
            }
            rest = after;
        } else {
            if text.next() != Some(next) {
                return false;
            }
            rest = &rest[next.len_utf8()..];
        }
    }
    text.next().is_none()
}

/// The operation of the document that a request is, with its path.
fn operation(method: &Method, path: &str) -> Option<(&'static str, &'static Value)> {
    let fits = |template: &str| {
        let (asked, template): (Vec<_>, Vec<_>) = (path.split('/').collect(), template.split('/').collect());
        asked.len() == template.len()
            && asked.iter().zip(&template).all(|(asked, part)| part.starts_with('{') || asked == part)
    };
    let name = method.as_str().to_ascii_lowercase();
    let mut paths: Vec<_> = CONTRACT["paths"].as_object().unwrap().iter().filter(|(path, _)| fits(path)).collect();
    // A path without names in it stands before one with them.
    paths.sort_by_key(|(path, _)| path.matches('{').count());
    paths.into_iter().find_map(|(path, operations)| Some((path.as_str(), operations.get(&name)?)))
}

/// Holds an answer of the API to the document.
pub fn check(method: &Method, path: &str, answer: &Answer) {
    let Some((_, operation)) = operation(method, path) else { return };
    let (shown, status) = (format!("{method} {path}"), answer.status.as_str().to_owned());
    let response = operation["responses"].get(&status);
    let response = resolved(response.unwrap_or_else(|| panic!("{shown}: {status} is not in the document")));
    let Some(content) = response["content"].as_object() else {
        return assert!(answer.body.is_empty(), "{shown}: {status} has a body");
    };
    let media_type = answer.headers[header::CONTENT_TYPE].to_str().unwrap().split(';').next().unwrap();
    let schema = content.get(media_type).or_else(|| content.get("*/*"));
    let schema = schema.unwrap_or_else(|| panic!("{shown}: {status} as {media_type} is not in the document"));
    if media_type.ends_with("json") && schema["schema"]["format"] != "binary" {
        let fault = validate(&answer.json(), &schema["schema"], "");
        assert!(fault.is_ok(), "{shown}: {status}: {}", fault.unwrap_err());
    }
}

/// Holds a body that was taken to the document.
pub fn check_request(method: &Method, path: &str, body: &Value) {
    let Some((_, operation)) = operation(method, path) else { return };
    if operation.get("requestBody").is_none() {
        return;
    }
    let fault = validate(body, &operation["requestBody"]["content"]["application/json"]["schema"], "");
    assert!(fault.is_ok(), "{method} {path} took {body}: {}", fault.unwrap_err());
}

#[test]
fn every_route_of_the_api_is_in_its_document_and_every_operation_is_a_route() {
    let routes: BTreeSet<(String, String)> = ROUTES
        .iter()
        .filter(|route| route.path.starts_with("/api/"))
        .map(|route| (route.path.to_owned(), route.method.to_ascii_lowercase()))
        .collect();
    let mut operations = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for (path, all) in CONTRACT["paths"].as_object().unwrap() {
        for (method, operation) in all.as_object().unwrap() {
            operations.insert((path.clone(), method.clone()));
            assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{path} {method}: the id is there twice");
            let named: BTreeSet<_> =
                path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let parameters: BTreeSet<_> = parameters.map(|one| resolved(one)["name"].as_str().unwrap()).collect();
            assert_eq!(named, parameters, "{path} {method}");
        }
    }
    assert_eq!(routes, operations);
}

#[test]
fn the_document_says_who_may_come() {
    for route in ROUTES.iter().filter(|route| route.path.starts_with("/api/")) {
        let (_, operation) = operation(&route.method.parse().unwrap(), route.path).unwrap();
        let open = operation.get("security").is_some_and(|security| security.as_array().unwrap().is_empty());
        assert_eq!(open, route.access == Access::Anybody, "{} {}", route.method, route.path);
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_text_is_in_both_languages() {
    fn walk(value: &'static Value, at: &str, used: &mut BTreeSet<&'static str>) {
        match value {
            Value::Object(object) => {
                if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                    resolved(value);
                    used.insert(reference);
                }
                for (name, english) in
                    [("summary", "x-summary-en"), ("description", "x-description-en"), ("title", "x-title-en")]
                {
                    if object.get(name).is_some_and(Value::is_string) {
                        assert!(object.get(english).is_some_and(Value::is_string), "{at}: {english} is missing");
                    }
                }
                object.iter().for_each(|(name, inner)| walk(inner, &format!("{at}/{name}"), used));
            }
            Value::Array(all) => all.iter().for_each(|inner| walk(inner, at, used)),
            _ => {}
        }
    }
    let mut used = BTreeSet::new();
    walk(&CONTRACT, "", &mut used);
    for kind in ["schemas", "responses", "parameters"] {
        for name in CONTRACT["components"][kind].as_object().unwrap().keys() {
            assert!(used.contains(format!("#/components/{kind}/{name}").as_str()), "{kind}/{name} is used by nobody");
        }
    }
}

#[tokio::test]
async fn the_document_is_served_to_anybody() {
    let world = World::new().await;
    let answer = world.api(Method::GET, "/openapi.json", None, None).await;
    assert_eq!(
        (answer.status, &answer.headers[header::CONTENT_TYPE]),
        (StatusCode::OK, &"application/json".parse().unwrap())
    );
    assert_eq!(answer.json(), *CONTRACT);
    assert_eq!(CONTRACT["openapi"], "3.1.0");
}

#[test]
fn the_check_of_answers_finds_what_the_document_does_not_say() {
    let sample = |name: &str| &CONTRACT["components"]["schemas"][name];
    let day = |text: &str| validate(&Value::from(text), sample("Day"), "").is_ok();
    assert!(day("2026-11-23") && !day("2026-11-2") && !day("2026-11-233") && !day("x026-11-23"));
    let text = |value: Value| validate(&value, sample("Text"), "").is_ok();
    assert!(text(serde_json::json!({"ko": "가", "en": "a"})));
    for wrong in [
        serde_json::json!({"ko": "가"}),
        serde_json::json!({"ko": "가", "en": "a", "fr": "a"}),
        serde_json::json!({"ko": 1, "en": "a"}),
        serde_json::json!([]),
    ] {
        assert!(!text(wrong.clone()), "{wrong}");
    }
    assert!(validate(&Value::from("no_stage"), sample("Stage"), "").is_err());
    assert!(validate(&Value::from(-1), &sample("Counts")["properties"]["partial"], "").is_err());
}
