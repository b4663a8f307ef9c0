//! One record for each call.

use crate::client::Caller;
use crate::world::*;
use http::Method;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use sumun_api_gateway::RecordSink;
use sumun_journal::{Entry, JournalStore, StoreFailure};
use sumun_journal_files::{SegmentSettings, SegmentWriter};
use sumun_records::{AccessRecord, Record};
use sumun_system::SystemClock;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pr_018_every_call_leaves_one_record_whatever_becomes_of_it() {
    let world = World::start().await;
    let mut caller = world.caller().await;
    let token = world.token();
    caller.get(&balance(), &token).await;
    caller.call(Method::GET, &balance(), &[], "").await;
    caller.get("/v1/unknown", &token).await;
    let records = world.records(3).await;
    let shown: Vec<_> = records
        .iter()
        .map(|record| {
            let refused = record.refused.as_ref().map(|refused| refused.code.to_string());
            (record.route.as_deref().map(str::to_owned), record.status, refused)
        })
        .collect();
    let route = Some("GET /v1/accounts/{account_id}/balance".to_owned());
    assert_eq!(
        shown,
        [
            (route.clone(), Some(200), None),
            (route, Some(401), Some("token_missing".to_owned())),
            (None, Some(404), Some("route_unknown".to_owned())),
        ]
    );
    assert_eq!(
        (records[0].institution, records[0].app, records[0].consent),
        (Some(INSTITUTION), Some(APP), Some(CONSENT))
    );
    assert_eq!((records[1].institution, records[1].app), (Some(INSTITUTION), None), "nothing of an unbelieved token");
    assert!(records[0].duration_micros > 0 && records[0].bytes_sent > 0);
    let counts = |place: usize| {
        let refused = records[place].refused.as_ref().unwrap();
        (refused.authentication_failures, refused.bad_requests)
    };
    assert_eq!((counts(1), counts(2)), ((1, 0), (1, 1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_leaves_is_recorded_too() {
    let world = World::start().await;
    let mut caller = world.caller().await;
    let (path, token) = (format!("{}?mode=hang", balance()), world.token());
    let call = caller.get(&path, &token);
    assert!(tokio::time::timeout(Duration::from_millis(200), call).await.is_err());
    drop(caller);
    let records = world.records(1).await;
    let code = records[0].refused.as_ref().map(|refused| refused.code.as_ref());
    assert_eq!(code, Some("caller_left"), "{:?}", records[0]);
    assert!(records[0].status.is_none() && records[0].duration_micros < 600_000, "{:?}", records[0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_outlasts_the_grace_of_a_stop_is_recorded_as_cut_by_us() {
    let mut plan = Plan::default();
    plan.settings.limits.grace = Duration::from_millis(200);
    plan.settings.upstream.answer_timeout = Duration::from_secs(10);
    let mut world = World::with(plan).await;
    let tls = world.client_tls(Some(&world.certificate));
    let callers = [world.caller().await, Caller::connect_http2(world.address, &tls).await.unwrap()];
    let calls = callers.map(|mut caller| {
        let (path, token) = (format!("{}?mode=hang", balance()), format!("Bearer {}", world.token()));
        tokio::spawn(async move { caller.try_call(Method::GET, &path, &[("authorization", &token)], "").await })
    });
    world.processor_saw(2).await;
    world.shutdown.begin();
    let ended = world.running.take().unwrap().ended();
    tokio::time::timeout(Duration::from_secs(3), ended).await.expect("ends soon");
    for call in calls {
        assert!(call.await.unwrap().is_err());
    }
    let records = world.records(2).await;
    let cut = records
        .iter()
        .filter(|record| record.refused.as_ref().is_some_and(|refused| refused.code == "gateway_stopped"));
    assert_eq!((records.len(), cut.count()), (2, 2), "{records:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pr_036_no_token_account_or_body_stands_in_any_record() {
    let world = World::start().await;
    let token = world.token();
    let mut caller = world.caller().await;
    let body = json!({"account_id": ACCOUNT, "amount": 31_337, "summary": "canary"}).to_string();
    caller.get(&balance(), &token).await;
    caller.get(&format!("{}?canary=1", balance()), &token).await;
    caller.get(&format!("{}?access_token={token}", balance()), &token).await;
    caller.post("/v1/withdrawals", &token, &body).await;
    caller.post("/v1/withdrawals", "not.a.token", &body).await;
    caller.get("/v1/canary/canary", &token).await;
    let mut thief = Caller::connect(world.address, &world.client_tls(Some(&world.other_certificate))).await.unwrap();
    thief.get(&balance(), &token).await;
    for record in world.records(7).await {
        let line = String::from_utf8(record.canonical_bytes()).unwrap();
        for part in token.split('.').chain([&*ACCOUNT.to_string(), &*CUSTOMER.to_string(), "31337", "canary", "not.a"])
        {
            assert!(!line.contains(part), "{line}");
        }
    }
}

/// Takes the entries that seal batches.
#[derive(Default)]
struct Sealed(Mutex<Vec<Entry>>);

#[async_trait::async_trait]
impl JournalStore for Sealed {
    async fn append(&self, entries: &[Entry]) -> Result<u64, StoreFailure> {
        let mut sealed = self.0.lock().unwrap();
        sealed.extend_from_slice(entries);
        Ok((sealed.len() - entries.len()) as u64)
    }
    async fn entries_from(&self, _: u64, _: u32) -> Result<Vec<(u64, Vec<u8>)>, StoreFailure> {
        Ok(Vec::new())
    }
    async fn size(&self) -> Result<u64, StoreFailure> {
        Ok(0)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_of_the_gateway_are_lines_of_a_segment_that_the_journal_seals() {
    let world = World::start().await;
    world.caller().await.get(&balance(), &world.token()).await;
    let record = world.records(1).await.remove(0);

    let (folder, sealed) = (tempfile::tempdir().unwrap(), Arc::new(Sealed::default()));
    let clock = Arc::new(SystemClock);
    let writer = SegmentWriter::start(folder.path(), Arc::clone(&sealed) as _, clock, SegmentSettings::default());
    let writer = writer.await.unwrap();
    let place = RecordSink::reserve(&writer.handle()).unwrap();
    place(Record::Access(record.clone()));
    writer.stop().await.unwrap();
    let segment = std::fs::read_dir(folder.path().join("records")).unwrap().map(|file| file.unwrap().path());
    let segment = segment.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "log")).unwrap();
    let text = std::fs::read(segment).unwrap();
    assert_eq!(AccessRecord::parse(text.strip_suffix(b"\n").unwrap()).unwrap(), record);
    assert_eq!(sealed.0.lock().unwrap().len(), 1);
}
