//! What is written down of a call.

use serde_json::Value;
use std::fs;
use std::path::Path;
use sumun_conformance::{App, Person, Running};

#[tokio::test(flavor = "multi_thread")]
async fn m_5_2_da_9_what_was_provided_is_recorded_with_its_date_items_and_basis() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let running = Running::start(&data);
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let token = haneul.consent(&app, "balance transactions", &[&account]).await;
    for path in ["balance", "transactions"] {
        assert_eq!(app.get(&format!("/v1/accounts/{account}/{path}"), &token).await.status, 200);
    }
    // The basis is the consent, whose reason the customer can read under its id.
    let list = haneul.page(&format!("{}/consents", ready.addresses.authorization)).await;
    let consent = list.link("/withdraw").unwrap();
    let consent = consent.trim_start_matches("/consents/").trim_end_matches("/withdraw").to_owned();
    let detail = haneul.page(&format!("{}/consents/{consent}", ready.addresses.authorization)).await;
    assert!(detail.says("정기 저축을 대신 이체"), "{}", detail.html);
    let institution = ready.world.institutions[0].id.clone();
    running.stop_well();

    let provided: Vec<Value> = records(&data).into_iter().filter(|record| record["status"] == 200).collect();
    let items: Vec<&str> = provided.iter().map(|record| record["route"].as_str().unwrap()).collect();
    assert_eq!(items, ["GET /v1/accounts/{account_id}/balance", "GET /v1/accounts/{account_id}/transactions"]);
    for record in &provided {
        let at = record["at"].as_str().unwrap();
        assert!(at.len() >= 20 && at.ends_with('Z') && at.as_bytes()[10] == b'T', "{record}");
        assert_eq!(
            (&record["consent"], &record["institution"]),
            (&consent.as_str().into(), &institution.as_str().into())
        );
        assert_eq!(record["app"], app.client_id.as_str());
    }
}

/// Every access record of a stopped platform, in order.
fn records(data: &Path) -> Vec<Value> {
    let files = fs::read_dir(data.join("records")).unwrap().map(|file| file.unwrap().path());
    let mut segments: Vec<_> = files.filter(|path| path.extension().is_some_and(|ending| ending == "log")).collect();
    segments.sort();
    let lines = segments.iter().map(|path| fs::read_to_string(path).unwrap()).collect::<String>();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
