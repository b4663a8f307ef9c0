//! The contract as a tool of another maker takes it: schemathesis reads it,
//! makes requests that fit it and requests that do not, and holds each answer
//! against it. An app's certificate and token go with every request.

use crate::shared::EVERY_SCOPE;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use sumun_conformance::program::run_to_end;
use sumun_conformance::{App, Person, Running, random_text};

const CONTRACT: &str = include_str!("../../../../contracts/open-banking/v1.json");

/// What every answer must be. `positive_data_acceptance` is not among them: that
/// there is no such payee, or not enough money, no document can say beforehand.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,negative_data_rejection,\
                      missing_required_header,unsupported_method,allow_header_conformance,ignored_auth";

fn schemathesis() -> PathBuf {
    std::env::var_os("SUMUN_SCHEMATHESIS").map_or_else(|| PathBuf::from("schemathesis"), PathBuf::from)
}

/// The contract with an account and a transfer that are there, so that not all
/// requests end at their consent.
fn contract_about(account: &str, transfer: &str) -> Value {
    let mut document: Value = serde_json::from_str(CONTRACT).unwrap();
    let components = &mut document["components"];
    components["parameters"]["AccountId"]["schema"] = json!({"type": "string", "enum": [account]});
    components["parameters"]["TransferId"]["schema"] = json!({"type": "string", "enum": [transfer]});
    components["parameters"]["AccountId"]["example"] = account.into();
    components["parameters"]["TransferId"]["example"] = transfer.into();
    for terms in ["WithdrawalTerms", "DepositTerms"] {
        let property = &mut components["schemas"][terms]["properties"]["account_id"];
        *property = json!({"type": "string", "enum": [account]});
    }
    with_account(&mut document, account);
    document
}

/// Puts `account` in the place of the account of every example.
fn with_account(value: &mut Value, account: &str) {
    match value {
        Value::Object(members) => {
            if members.contains_key("amount") && members.get("account_id").is_some_and(Value::is_string) {
                members.insert("account_id".to_owned(), account.into());
            }
            members.values_mut().for_each(|value| with_account(value, account));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| with_account(value, account)),
        _ => {}
    }
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Each example of the contract against the schema beside it, and how many there are.
const EXAMPLES: &str = r#"
import json, sys, jsonschema_rs
document = json.load(open(sys.argv[1]))
count = 0
def check(value, schema, place):
    global count
    count += 1
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": document["components"], **schema}
    for error in jsonschema_rs.validator_for(whole).iter_errors(value):
        sys.exit(f"{place}: {error.message}")
def walk(node, place):
    if isinstance(node, dict):
        if "schema" in node and "example" in node:
            check(node["example"], node["schema"], place)
        if "schema" in node and "examples" in node:
            for name, example in node["examples"].items():
                check(example["value"], node["schema"], f"{place}/examples/{name}")
        for name, child in node.items():
            walk(child, f"{place}/{name}")
walk(document, "")
print(count)
"#;

#[test]
fn openapi_3_1_4_8_every_call_has_an_example_and_each_fits_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    let contract = write(folder.path(), "contract.json", CONTRACT);
    let examples = write(folder.path(), "examples.py", EXAMPLES);
    let mut checking = Command::new(schemathesis().with_file_name("python"));
    let outcome = run_to_end(checking.arg(examples).arg(contract), Duration::from_secs(60));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    let document: Value = serde_json::from_str(CONTRACT).unwrap();
    let mut calls = 0;
    for operation in document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values())
    {
        calls += 1;
        let name = &operation["operationId"];
        if let Some(body) = operation.get("requestBody") {
            let examples = body["content"]["application/json"]["examples"].as_object();
            assert!(examples.is_some_and(|examples| !examples.is_empty()), "{name}");
        }
        let answered = operation["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2'));
        for (status, response) in answered {
            assert!(response["content"]["application/json"]["example"].is_object(), "{name} {status}");
        }
    }
    assert!(outcome.stdout.trim().parse::<usize>().unwrap() >= 2 * calls, "{}", outcome.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn openapi_3_1_the_gateway_answers_as_the_contract_says_under_schemathesis() {
    let running = Running::fresh();
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let token = haneul.consent(&app, EVERY_SCOPE, &[&account]).await;
    let terms = json!({"account_id": account, "amount": 1, "summary": "x"});
    let transfer = app.post("/v1/deposits", &token, &random_text(), &terms).await.text("transfer_id");

    let folder = tempfile::tempdir().unwrap();
    let certificate = &ready.world.institutions[0].certificate;
    let contract = write(folder.path(), "contract.json", &contract_about(&account, &transfer).to_string());
    let mut trial = Command::new(schemathesis());
    trial.current_dir(folder.path()).arg("run").arg(&contract).args(["--url", &ready.addresses.gateway]);
    trial.arg("--tls-verify").arg(write(folder.path(), "ca.pem", &ready.ca.certificate_pem));
    trial.arg("--request-cert").arg(write(folder.path(), "certificate.pem", &certificate.certificate_pem));
    trial.arg("--request-cert-key").arg(write(folder.path(), "key.pem", &certificate.key_pem));
    trial.args(["-H", &format!("Authorization: Bearer {token}"), "--checks", CHECKS]);
    trial.args(["--phases", "examples,coverage,fuzzing", "--max-examples", "12", "--seed", "1", "--workers", "1"]);
    trial.args(["--generation-database", "none", "--no-color", "--no-shrink"]);
    trial.args(["--request-timeout", "20", "--rate-limit", "auto"]);
    let outcome = run_to_end(&mut trial, Duration::from_secs(240));
    assert_eq!(outcome.code, Some(0), "{}\n{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stdout.contains("8 selected / 8 total"), "{}", outcome.stdout);
    running.stop_well();
}
