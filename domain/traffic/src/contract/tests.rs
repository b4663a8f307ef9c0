use super::*;
use proptest::prelude::*;
use serde_json::json;

const OPEN_BANKING: &[u8] = include_bytes!("../../../../contracts/open-banking/v1.json");

fn document() -> Value {
    serde_json::from_slice(OPEN_BANKING).unwrap()
}

fn parse(document: &Value) -> Result<Contract, ContractError> {
    Contract::parse(&serde_json::to_vec(document).unwrap())
}

#[test]
fn the_open_banking_contract_has_the_eight_operations_with_their_rules() {
    let contract = Contract::parse(OPEN_BANKING).unwrap();
    let mut shown: Vec<String> = contract
        .routes()
        .iter()
        .map(|route| {
            let account = match &route.account {
                Some(AccountLocation::Path(_)) => "path",
                Some(AccountLocation::Body(_)) => "body",
                None => "-",
            };
            let scope = route.scope.map_or("-", Scope::name);
            format!("{} {scope} {account} {}", route.name, route.confirmation)
        })
        .collect();
    shown.sort();
    assert_eq!(
        shown,
        [
            "GET /v1/accounts - - false",
            "GET /v1/accounts/{account_id}/balance balance path false",
            "GET /v1/accounts/{account_id}/transactions transactions path false",
            "GET /v1/transfers/{transfer_id} transfer - false",
            "POST /v1/account-holder-inquiries account-holder - false",
            "POST /v1/deposits transfer body true",
            "POST /v1/transfers/{transfer_id}/execution transfer body true",
            "POST /v1/withdrawals transfer body true",
        ]
    );
}

#[test]
fn every_text_of_the_contract_stands_in_both_languages() {
    fn walk(value: &Value, pointer: &str) {
        if let Value::Object(members) = value {
            for name in ["description", "summary", "title"] {
                let english = format!("x-{name}-en");
                let korean = members.get(name).and_then(Value::as_str);
                assert_eq!(korean.is_some(), members.contains_key(&english), "{pointer}/{name}");
                let is_hangul = |letter: char| ('가'..='힣').contains(&letter);
                assert!(korean.is_none_or(|text| text.contains(is_hangul)), "{pointer}/{name} is not Korean");
                let english = members.get(&english).and_then(Value::as_str);
                assert!(english.is_none_or(|text| !text.contains(is_hangul)), "{pointer}/x-{name}-en");
            }
            for (name, value) in members {
                // Names of members are not texts, and examples are what a program sends.
                if !["properties", "value", "example"].contains(&name.as_str()) {
                    walk(value, &format!("{pointer}/{name}"));
                }
            }
        }
    }
    walk(&document(), "");
}

/// Puts `value` at `pointer` (removes it for null) and tells what the loader says.
fn broken(pointer: &str, value: Value) -> String {
    let mut document = document();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}")).as_object_mut().unwrap();
    let name = name.replace("~1", "/");
    if value.is_null() {
        parent.remove(&name).unwrap();
    } else {
        parent.insert(name, value);
    }
    parse(&document).unwrap_err().to_string()
}

#[test]
fn a_broken_contract_names_the_place_and_what_was_expected() {
    let balance = "/paths/~1v1~1accounts~1{account_id}~1balance/get";
    let rules = format!("{balance}/x-sumun");
    let withdrawal = "/paths/~1v1~1withdrawals/post";
    let cases = [
        ("/openapi".to_owned(), json!("3.0.3"), "/openapi: expected version 3.1 of OpenAPI"),
        ("/security".to_owned(), json!([{"mutual_tls": []}]), "/security: expected mutual_tls and access_token"),
        ("/security".to_owned(), json!([]), "/security: expected mutual_tls and access_token"),
        (format!("{balance}/security"), json!([]), "/get/security: expected nothing"),
        (format!("{rules}/scope"), json!("everything"), "/x-sumun/scope: expected a scope: expected account-holder,"),
        (format!("{rules}/scop"), json!("balance"), "/x-sumun/scop: expected only scope, account_parameter"),
        (format!("{rules}/scope"), Value::Null, "/x-sumun/scope: expected a value, but there is none"),
        (format!("{rules}/account_parameter/name"), json!("account"), "/name: expected a parameter of the path"),
        (format!("{rules}/limit/tokens"), json!(0), "/limit/tokens: expected a whole number from 1 to 1000"),
        (format!("{rules}/limit/body_bytes_max"), json!(10), "/body_bytes_max: expected 0 without a requestBody"),
        (format!("{rules}/confirmation"), json!("sms"), "/confirmation: expected none or out-of-band"),
        (format!("{balance}/operationId"), json!("readTransfer"), "/operationId: expected a name that no other"),
        (format!("{balance}/x-summary-en"), Value::Null, "/x-summary-en: expected a value"),
        ("/paths/~1v1~1withdrawals/fetch".to_owned(), json!({}), "/fetch: expected a method"),
        ("/paths/~1v1~1../x".replace("/x", ""), json!({}), "/paths/~1v1~1..: expected a path such as"),
        ("/paths/~1v1~1%41".to_owned(), json!({}), "/paths/~1v1~1%41: expected a path such as"),
        ("/paths/~1v1~1accounts~1{id}~1balance".to_owned(), json!({}), "expected a path that matches no request"),
        (format!("{withdrawal}/x-sumun/account_parameter/in"), json!("header"), "/in: expected path or body"),
        (format!("{withdrawal}/x-sumun/account_parameter/name"), json!("payer"), "/name: expected a member that every"),
        ("/components/schemas/WithdrawalTerms".to_owned(), Value::Null, "expected a reference to a place"),
        ("/components/parameters/IdempotencyKey/name".to_owned(), json!("sumun-accounts"), "expected a header name"),
        ("/components/parameters/IdempotencyKey/name".to_owned(), json!("authorization"), "expected a header name"),
        (
            "/components/parameters/From/name".to_owned(),
            json!("fr%6Fm"),
            "/From/name: expected a name of small letters",
        ),
        ("/components/parameters/From/name".to_owned(), json!("access_token"), "/From/name: expected a name of small"),
        ("/x-sumun/limits/institution/burst_tokens".to_owned(), json!(-1), "/burst_tokens: expected a whole number"),
    ];
    for (pointer, value, expected) in cases {
        let error = broken(&pointer, value);
        assert!(error.contains(expected), "{pointer}: {error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn an_account_in_the_path_cannot_be_left_unchecked() {
    let mut document = document();
    document["paths"]["/v1/accounts/{account_id}/balance"]["get"]["x-sumun"]["account_parameter"] = Value::Null;
    let error = parse(&document).unwrap_err();
    assert!(error.pointer.ends_with("/x-sumun/account_parameter"), "{error}");
}

#[test]
fn an_operation_without_a_scope_reads_and_names_no_account() {
    let accounts = "/paths/~1v1~1accounts/get/x-sumun";
    let without_scope = |pointer: &str| {
        let mut document = document();
        document.pointer_mut(pointer).unwrap()["x-sumun"]["scope"] = Value::Null;
        parse(&document).unwrap_err()
    };
    for place in ["balance/get", "transactions/get"] {
        let error = without_scope(&format!("/paths/~1v1~1accounts~1{{account_id}}~1{place}"));
        assert!(error.pointer.ends_with("/scope"), "{error}");
    }
    for place in ["withdrawals", "deposits", "account-holder-inquiries", "transfers~1{transfer_id}~1execution"] {
        let error = without_scope(&format!("/paths/~1v1~1{place}/post"));
        assert!(error.pointer.ends_with("/scope"), "{error}");
    }
    let error = broken(&format!("{accounts}/confirmation"), json!("out-of-band"));
    assert!(error.contains("/scope: expected a scope, since only"), "{error}");
}

#[test]
fn a_circle_of_references_is_refused() {
    let mut document = document();
    document["components"]["schemas"]["Won"] = json!({"$ref": "#/components/schemas/Won"});
    assert!(parse(&document).unwrap_err().expected.contains("circle"));
}

#[test]
fn broken_json_says_where() {
    let error = Contract::parse(b"{\"openapi\": \"3.1.0\",\n\"openapi\": 1}").unwrap_err().to_string();
    assert!(error.contains("twice") && error.contains("line 2"), "{error}");
}

fn paths(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| {
                paths(value, &format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            });
        }
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(place, value)| paths(value, &format!("{pointer}/{place}"), found));
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Contract::parse(&bytes).is_err());
    }

    /// Whatever is changed at one place of a good contract, reading it ends,
    /// and no operation of it ever loses its limit, or
    /// the check of an account that its path names.
    #[test]
    fn one_change_anywhere_never_opens_an_operation(place: prop::sample::Index, with in prop::sample::select(vec![
        json!(null), json!(true), json!(0), json!(-1), json!(1.5), json!(""), json!("x"), json!([]), json!({}),
        json!([{}]), json!({"$ref": "#"}), json!({"$ref": "#/info"}), json!({"$ref": 1}),
    ])) {
        let mut document = document();
        let mut places = Vec::new();
        paths(&document, "", &mut places);
        *document.pointer_mut(place.get::<String>(&places)).unwrap() = with;
        if let Ok(contract) = parse(&document) {
            for route in contract.routes() {
                prop_assert!(route.tokens > 0);
                prop_assert!(!route.template.contains("account_id") || route.account.is_some(), "{}", route.name);
            }
        }
    }

    #[test]
    fn any_path_is_found_or_not(path in "[/a-z0-9{}%._~-]{0,60}") {
        let contract = Contract::parse(OPEN_BANKING).unwrap();
        if let Ok(found) = crate::filter::route::find(&contract, &path) {
            let doubtful = path.contains(['%', '{', '}', '~', '.']) || path.contains("//");
            prop_assert!(!doubtful && !found.operations.is_empty());
        }
    }
}
