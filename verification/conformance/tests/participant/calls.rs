//! Who is registered may call, and nobody else.

use crate::desk::{Desk, REGISTRATION, openssl, second_registration};
use serde_json::Value;
use std::fs;
use std::path::Path;
use sumun_conformance::{App, Person, Running, Signer, verify_journal};

#[tokio::test(flavor = "multi_thread")]
async fn an_app_calls_with_the_certificate_that_its_registration_gave_it() {
    let desk = Desk::new();
    let before = verify_journal(&desk.data());
    let client = desk.registered(REGISTRATION, "given");
    assert_eq!(client["token_endpoint_auth_method"], "tls_client_auth");
    assert_eq!(client["scope"], "balance transactions");
    let subject = "CN=access1.hanbit.example,serialNumber=124-81-00998,O=Hanbit Fin Co.\\, Ltd.";
    assert_eq!(client["tls_client_auth_subject_dn"], subject, "no name is the request's but the server's");
    let metadata = client["metadata"].as_str().unwrap();
    assert!(metadata.ends_with("/.well-known/oauth-authorization-server"), "{metadata}");
    // The private key never left the fintech; what it got verifies with OpenSSL.
    openssl(&desk.path("given"), &["verify", "-CAfile", "../data/keys/open-authority.crt", "certificate.pem"]);
    assert!(!desk.read("given/certificate.pem").contains("PRIVATE"));

    let after = verify_journal(&desk.data());
    assert_eq!(after.entries, before.entries + 3, "institution, app, certificate");
    let journal = entries(&desk.data());
    for fact in ["institution_registered", "app_registered", "certificate_registered"] {
        let subject = if fact == "app_registered" { &client["client_id"] } else { &client["institution_id"] };
        let subject = subject.as_str().unwrap();
        assert!(journal.iter().any(|entry| entry.contains(fact) && entry.contains(subject)), "{fact} of {subject}");
    }

    let running = Running::start(&desk.data());
    let ready = running.ready();
    let app = desk.app(ready, &client, "given");
    let answer = app.push_with("balance", &"v".repeat(43), "s", &[]).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let mut haneul = Person::new(ready, "haneul");
    let account = haneul.accounts().await[0].clone();
    let token = haneul.consent(&app, "balance", &[&account]).await;
    let balance = app.get(&format!("/v1/accounts/{account}/balance"), &token).await;
    assert_eq!(balance.status, 200, "{}", balance.body);
    // A right that was not registered, and a certificate of another company.
    let more = app.push_with("transfer", &"v".repeat(43), "s", &[]).await;
    assert_eq!(more.oauth_refusal(), (400, "invalid_scope".to_owned()));
    let certificate = &ready.world.institutions[0].certificate;
    let thief = App::registered(ready, &app.client_id, &app.redirect_uri, certificate, None);
    let stolen = thief.push_with("balance", &"v".repeat(43), "s", &[]).await;
    assert_eq!(stolen.oauth_refusal(), (401, "invalid_client".to_owned()));
    running.stop_well();
    verify_journal(&desk.data());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_signs_is_the_second_of_its_institution() {
    let desk = Desk::new();
    let first = desk.registered(REGISTRATION, "first");
    let before = verify_journal(&desk.data());
    let second = desk.registered(&second_registration(), "second");
    assert_eq!(second["institution_id"], first["institution_id"], "one company, not two");
    assert_ne!(second["client_id"], first["client_id"]);
    assert_eq!(second["token_endpoint_auth_method"], "private_key_jwt");
    assert_eq!(verify_journal(&desk.data()).entries, before.entries + 2, "app and certificate");
    let list = desk.run(&["participant", "list", "--data", "data", "--format", "json"]).json();
    let hanbit: Vec<&Value> =
        list.as_array().unwrap().iter().filter(|one| one["business_number"] == "124-81-00998").collect();
    assert_eq!(hanbit.len(), 1, "{list}");
    assert_eq!(
        (hanbit[0]["apps"].as_array().unwrap().len(), hanbit[0]["certificates"].as_array().unwrap().len()),
        (2, 2)
    );
    let signing = hanbit[0]["apps"].as_array().unwrap().iter().find(|app| app["client_id"] == second["client_id"]);
    let key_set: Value = serde_json::from_str(&desk.read("fintech/jwks.json")).unwrap();
    assert_eq!(signing.unwrap()["keys"], serde_json::json!([key_set["keys"][0]["kid"]]));

    let running = Running::start(&desk.data());
    let ready = running.ready();
    let app = desk.app(ready, &second, "second");
    let answer = app.push_with("transactions", &"v".repeat(43), "s", &[]).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let mut doyun = Person::new(ready, "doyun");
    let account = doyun.accounts().await[0].clone();
    let token = doyun.consent(&app, "balance", &[&account]).await;
    assert_eq!(app.get(&format!("/v1/accounts/{account}/balance"), &token).await.status, 200);

    // The certificate alone does not do, nor does another key.
    let unsigned = serde_json::json!({
        "client_id": second["client_id"], "token_endpoint_auth_method": "tls_client_auth",
    });
    let refused = desk.app(ready, &unsigned, "second").push_with("balance", &"v".repeat(43), "s", &[]).await;
    assert_eq!(refused.oauth_refusal(), (401, "invalid_client".to_owned()));
    let other_key = Signer::new(&desk.read("fintech/key.pem"), &ready.issuer);
    let certificate = sumun_conformance::Certificate {
        certificate_pem: desk.read("second/certificate.pem"),
        key_pem: desk.read("fintech/key.pem"),
    };
    let forged = App::registered(ready, &app.client_id, &app.redirect_uri, &certificate, Some(other_key));
    let refused = forged.push_with("balance", &"v".repeat(43), "s", &[]).await;
    assert_eq!(refused.oauth_refusal(), (401, "invalid_client".to_owned()));
    running.stop_well();
    verify_journal(&desk.data());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_registration_the_same_authority_s_certificate_is_worth_nothing() {
    let (desk, other) = (Desk::new(), Desk::new());
    // A copy of the folder has the same authority, and knows nothing of what is registered here.
    let client = desk.registered(REGISTRATION, "given");
    let running = Running::start(&other.data());
    let app = desk.app(running.ready(), &client, "given");
    let refused = app.push_with("balance", &"v".repeat(43), "s", &[]).await;
    assert_eq!(refused.oauth_refusal(), (401, "invalid_client".to_owned()));
    let unknown = app.get("/v1/accounts/acc_x/balance", "token").await;
    assert_eq!(unknown.refusal().0, 403, "{}", unknown.body);
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_world_has_an_app_for_each_way_of_authentication() {
    let running = Running::fresh();
    let ready = running.ready();
    let ways: Vec<&str> = ready.world.institutions.iter().map(|one| one.client_authentication.as_str()).collect();
    assert_eq!(ways, ["tls_client_auth", "private_key_jwt"]);
    for (place, unsigned) in [(0, 201), (1, 401)] {
        let app = App::of(ready, place);
        assert_eq!(app.push_with("balance", &"v".repeat(43), "s", &[]).await.status, 201);
        let certificate = &ready.world.institutions[place].certificate;
        let silent = App::registered(ready, &app.client_id, &app.redirect_uri, certificate, None);
        let answer = silent.push_with("balance", &"v".repeat(43), "s", &[]).await;
        assert_eq!(answer.status, unsigned, "{} {}", ways[place], answer.body);
    }
    running.stop_well();
}

/// The entries of the journal's tiles as text, whatever their frame.
fn entries(data: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![data.join("journal/tile/entries")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.extend(bundle(&fs::read(path).unwrap()));
            }
        }
    }
    found
}

/// C2SP tlog-tiles: each entry of a bundle follows its length in two bytes.
fn bundle(mut bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    while let [high, low, rest @ ..] = bytes {
        let (entry, after) = rest.split_at(usize::from(u16::from_be_bytes([*high, *low])));
        found.push(String::from_utf8_lossy(entry).into_owned());
        bytes = after;
    }
    found
}
