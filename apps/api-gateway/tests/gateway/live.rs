//! What changes while connections live.

use crate::client::{Caller, say, tls_stream};
use crate::raw::{DATA, END_STREAM, GO_AWAY, RawHttp2, frame};
use crate::world::*;
use http::Method;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use sumun_consent::{Consent, ConsentDisclosure, DisclosureDraft, Grant, Scope};
use sumun_events::Event;
use sumun_ids::{ConsentId, TokenId};
use sumun_records::AccessRecord;
use sumun_time::Span;
use sumun_traffic::{ConsentFacts, Standing};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_counts_for_the_next_call_on_a_live_connection() {
    let world = World::start().await;
    let token = world.token();
    let mut callers = [world.caller().await, world.caller().await, world.caller().await];
    for caller in &mut callers {
        assert_eq!(caller.get(&balance(), &token).await.status, 200);
    }
    world.bus.publish(&Event::ConsentEnded(CONSENT));
    for caller in &mut callers {
        let answer = caller.get(&balance(), &token).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (401, "consent_ended"));
    }
    assert_eq!(world.seen.lock().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_counts_for_a_call_whose_body_is_still_coming() {
    let world = World::start().await;
    let body = json!({"account_id": ACCOUNT, "amount": 1}).to_string();
    let head = format!(
        "POST /v1/deposits HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        world.token(),
        body.len()
    );
    let tls = world.client_tls(Some(&world.certificate));
    for withdrawn in [false, true] {
        let mut stream = tls_stream(world.address, &tls, b"http/1.1").await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&body.as_bytes()[..9]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        if withdrawn {
            world.bus.publish(&Event::ConsentEnded(CONSENT));
        }
        stream.write_all(&body.as_bytes()[9..]).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        assert_eq!(answer.contains("consent_ended"), withdrawn, "{answer}");
        assert_eq!(answer.starts_with("HTTP/1.1 200"), !withdrawn, "{answer}");
    }
    assert_eq!(world.seen.lock().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_ends_the_tokens_of_its_consent_on_every_stream_of_a_live_connection() {
    let world = World::start().await;
    let other = ConsentId::from_random([42; 16]);
    world.bus.publish(&Event::ConsentGranted(Arc::new(consent(other))));
    let (token, of_other) = (world.token(), world.token_with("consent_id", json!(other)));
    let mut raw = RawHttp2::connect(&world).await;
    raw.get(1, &balance(), &token).await;
    assert!(raw.body_of(1).await.contains("balance"), "in order before the withdrawal");

    // On one connection: a call at the processor, one whose body is coming, and both again under another consent.
    let slow = format!("{}?mode=slow", balance());
    let body = json!({"account_id": ACCOUNT, "amount": 1}).to_string();
    let (begun, rest) = body.as_bytes().split_at(9);
    raw.get(3, &slow, &token).await;
    raw.get(5, &slow, &of_other).await;
    for (stream, token) in [(7, &token), (9, &of_other)] {
        raw.post(stream, "/v1/deposits", token).await;
        raw.send(&frame(DATA, 0, stream, begun)).await;
    }
    world.processor_saw(3).await;
    world.bus.publish(&Event::ConsentEnded(CONSENT));
    for stream in [7, 9] {
        raw.send(&frame(DATA, END_STREAM, stream, rest)).await;
    }
    raw.get(11, &balance(), &token).await;
    raw.get(13, &balance(), &of_other).await;
    for (stream, ended) in [(3, true), (5, false), (7, true), (9, false), (11, true), (13, false)] {
        let answer = raw.body_of(stream).await;
        assert_eq!(answer.contains("\"code\":\"consent_ended\""), ended, "{stream}: {answer}");
        assert_eq!(answer.contains("\"code\""), ended, "{stream}: {answer}");
    }
    assert_eq!(world.seen.lock().unwrap().len(), 5, "the ended ones did not reach the processor, but for the first");
    let ended = |record: &&AccessRecord| record.consent == Some(CONSENT) && record.refused.is_some();
    assert_eq!(world.records(7).await.iter().filter(ended).count(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_comes_after_the_withdrawal_is_withheld_unless_money_moved() {
    let body = json!({"account_id": ACCOUNT, "amount": 1}).to_string();
    for (end, code) in [(false, "token_revoked"), (true, "consent_ended")] {
        let world = World::start().await;
        let id = TokenId::from_random([77; 16]);
        let token = world.token_with("jti", json!(id));
        let (mut reader, mut payer) = (world.caller().await, world.caller().await);
        let read = format!("{}?mode=slow", balance());
        let reading = reader.get(&read, &token);
        let paying = payer.post("/v1/deposits?mode=slow", &token, &body);
        let withdrawing = async {
            world.processor_saw(2).await;
            let expires_at = now().plus(Span::from_minutes(5));
            world.bus.publish(&if end { Event::ConsentEnded(CONSENT) } else { Event::TokenRevoked { id, expires_at } });
        };
        let (read, paid, ()) = tokio::join!(reading, paying, withdrawing);
        assert_eq!((read.status.as_u16(), read.code()), (401, code), "{read:?}");
        assert_eq!(paid.status, 200, "{paid:?}");
        assert_eq!(world.seen.lock().unwrap().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_whose_event_was_lost_counts_when_the_stores_are_read_again() {
    let world = World::start().await;
    let (other, id) = (ConsentId::from_random([42; 16]), TokenId::from_random([77; 16]));
    let (token, of_other) = (world.token(), world.token_with("consent_id", json!(other)));
    let revoked = world.token_with("jti", json!(id));
    let mut caller = world.caller().await;
    assert_eq!(caller.get(&balance(), &token).await.status, 200);
    assert_eq!(caller.get(&balance(), &revoked).await.status, 200);
    assert_eq!(caller.get(&balance(), &of_other).await.code(), "consent_ended");
    // The stores know of a revocation and a grant that nobody told.
    world.known.revoked.lock().unwrap().push((id, now().plus(Span::from_minutes(5))));
    world.known.consents.lock().unwrap().push(ConsentFacts { id: other, ..consent_facts() });
    world.change(|_| {}).await;
    assert_eq!(caller.get(&balance(), &token).await.status, 200);
    assert_eq!(caller.get(&balance(), &revoked).await.code(), "token_revoked");
    assert_eq!(caller.get(&balance(), &of_other).await.status, 200);
    // And then of a withdrawal; an end that was told and is not in the stores yet stays one.
    world.known.consents.lock().unwrap().retain(|facts| facts.id != CONSENT);
    world.bus.publish(&Event::ConsentEnded(other));
    world.change(|_| {}).await;
    assert_eq!(caller.get(&balance(), &token).await.code(), "consent_ended");
    assert_eq!(caller.get(&balance(), &of_other).await.code(), "consent_ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_institution_is_refused_also_while_consents_cannot_be_read() {
    let world = World::start().await;
    let mut caller = world.caller().await;
    assert_eq!(caller.get(&balance(), &world.token()).await.status, 200);
    world.known.consents_fail.store(true, std::sync::atomic::Ordering::SeqCst);
    let thumbprint = world.certificate.thumbprint();
    world.change(|authority| authority.certificates.get_mut(&thumbprint).unwrap().holder = Standing::Stopped).await;
    assert_eq!(caller.get(&balance(), &world.token()).await.code(), "institution_stopped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_institution_that_is_stopped_while_its_body_is_coming_is_not_served() {
    let world = World::start().await;
    let mut raw = RawHttp2::connect(&world).await;
    let body = json!({"account_id": ACCOUNT, "amount": 1}).to_string();
    raw.post(1, "/v1/deposits", &world.token()).await;
    raw.send(&frame(DATA, 0, 1, &body.as_bytes()[..9])).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let thumbprint = world.certificate.thumbprint();
    world.change(|authority| authority.certificates.get_mut(&thumbprint).unwrap().holder = Standing::Stopped).await;
    raw.send(&frame(DATA, END_STREAM, 1, &body.as_bytes()[9..])).await;
    let answer = raw.body_of(1).await;
    assert!(answer.contains("\"code\":\"institution_stopped\""), "{answer}");
    assert!(world.seen.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grant_counts_for_the_next_call_on_a_live_connection() {
    let world = World::start().await;
    let mut caller = world.caller().await;
    let id = ConsentId::from_random([42; 16]);
    let token = world.token_with("consent_id", json!(id));
    assert_eq!(caller.get(&balance(), &token).await.code(), "consent_ended");
    world.bus.publish(&Event::ConsentGranted(Arc::new(consent(id))));
    assert_eq!(caller.get(&balance(), &token).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rfc8705_3_a_stolen_token_is_refused_also_when_it_was_verified_before() {
    let world = World::start().await;
    let token = world.token();
    let (mut owner, mut thief) = (world.caller().await, world.caller_with(&world.other_certificate).await);
    for _ in 0..3 {
        assert_eq!(owner.get(&balance(), &token).await.status, 200);
        let answer = thief.get(&balance(), &token).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (401, "token_certificate_mismatch"));
    }
    assert_eq!(world.seen.lock().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_that_are_withdrawn_kill_tokens_that_were_verified_before() {
    let world = World::start().await;
    let (mut caller, token) = (world.caller().await, world.token());
    assert_eq!(caller.get(&balance(), &token).await.status, 200);
    world.change(|authority| authority.keys = Default::default()).await;
    assert_eq!(caller.get(&balance(), &token).await.code(), "token_untrusted");
    world.change(|authority| authority.keys = sumun_jose::JwkSet::new(vec![world.key.public().clone()]).unwrap()).await;
    assert_eq!(caller.get(&balance(), &token).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_revoked_before_the_start_stays_revoked() {
    let id = TokenId::from_random([8; 16]);
    let world = World::with(Plan { revoked: Some(id), ..Plan::default() }).await;
    let mut caller = world.caller().await;
    assert_eq!(caller.get(&balance(), &world.token_with("jti", json!(id))).await.code(), "token_revoked");
    assert_eq!(caller.get(&balance(), &world.token()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http2_calls_pass_the_same_checks() {
    let world = World::start().await;
    let tls = world.client_tls(Some(&world.certificate));
    let mut caller = Caller::connect_http2(world.address, &tls).await.unwrap();
    assert_eq!(caller.get(&balance(), &world.token()).await.json, json!({"balance": 1_000}));
    assert_eq!(caller.call(Method::GET, &balance(), &[], "").await.code(), "token_missing");
    let body = json!({"account_id": ACCOUNT, "amount": 1}).to_string();
    assert_eq!(caller.post("/v1/deposits", &world.token(), &body).await.status, 200);
    world.bus.publish(&Event::ConsentEnded(CONSENT));
    assert_eq!(caller.get(&balance(), &world.token()).await.code(), "consent_ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_head_is_cut_and_does_not_hold_up_others() {
    let world = World::start().await;
    let tls = world.client_tls(Some(&world.certificate));
    let begun = Instant::now();
    let slow = tokio::spawn({
        let (address, tls) = (world.address, tls.clone());
        async move { say(address, &tls, b"GET /v1/x HTTP/1.1\r\nhost: localhost\r\nx-sl").await }
    });
    assert_eq!(world.caller().await.get(&balance(), &world.token()).await.status, 200);
    let answer = slow.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("head_too_slow"), "{answer}");
    assert!(begun.elapsed() >= Duration::from_millis(1_400), "cut too early");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_lets_running_calls_finish_and_ends_every_core() {
    let mut world = World::start().await;
    let (mut running, mut resting) = (world.caller().await, world.caller().await);
    let token = world.token();
    assert_eq!(resting.get(&balance(), &token).await.status, 200);
    let path = format!("{}?mode=slow", balance());
    let call = tokio::spawn(async move { running.get(&path, &token).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    world.shutdown.begin();
    assert_eq!(call.await.unwrap().status, 200);
    let ended = world.running.take().unwrap().ended();
    tokio::time::timeout(Duration::from_secs(2), ended).await.expect("ends soon");
    assert!(TcpStream::connect(world.address).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_is_told_to_resting_connections_before_they_are_closed() {
    let world = World::start().await;
    let (address, tls) = (world.address, world.client_tls(Some(&world.certificate)));
    let resting = tokio::spawn(async move { say(address, &tls, b"").await });
    let mut raw = RawHttp2::connect(&world).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    world.shutdown.begin();
    let frames = raw.frames().await;
    let last = frames.iter().rfind(|frame| frame.kind == GO_AWAY).expect("told");
    // RFC 9113 section 6.8: no stream was taken, nothing is wrong.
    assert_eq!((last.stream, last.payload.as_slice()), (0, [0; 8].as_slice()));
    assert_eq!(resting.await.unwrap(), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_is_told_on_the_internal_port_only() {
    let world = World::with(Plan { records_max: 1, ..Plan::default() }).await;
    let ask_with = async |path: &str, lines: &str| {
        let mut stream = TcpStream::connect(world.health).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\n{lines}connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    let ask = async |path: &str| ask_with(path, "host: localhost\r\n").await;
    assert_eq!(
        (ask("/livez").await, ask("/readyz").await, ask("/x").await),
        ("200".into(), "200".into(), "404".into())
    );
    let misread = ["", "host: a\r\n", "host: localhost\r\nhost: localhost\r\n", "host: localhost\r\nx : y\r\n"];
    for (lines, status) in misread.into_iter().zip(["400", "421", "400", "400"]) {
        assert_eq!(ask_with("/livez", lines).await, status, "the rules of HTTP hold here too: {lines}");
    }
    let mut caller = world.caller().await;
    for _ in 0..2 {
        assert_ne!(caller.get("/livez", &world.token()).await.status, 200, "not on the public port");
    }
    assert_eq!(ask("/readyz").await, "503", "the second call found no place for its record");
}

/// A consent of the world's customer that was granted just now.
fn consent(id: ConsentId) -> Consent {
    let disclosure = ConsentDisclosure::new(DisclosureDraft {
        purpose: "purpose".to_owned(),
        scopes: vec![Scope::Balance, Scope::Transfer],
        accounts: vec![ACCOUNT],
        expires_at: Some(now().plus(Span::from_days(5))),
        withdrawal: "withdrawal".to_owned(),
        outage_effect: "outage".to_owned(),
    });
    let grant = Grant { id, customer: CUSTOMER, institution: INSTITUTION, app: APP, disclosure: disclosure.unwrap() };
    Consent::grant(grant, now()).unwrap()
}
