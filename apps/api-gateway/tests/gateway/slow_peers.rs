//! Peers on either side that are slow, or take and never give.

use crate::client::{Caller, tls_stream};
use crate::raw::{DATA, HEADERS, RawHttp2, WINDOW_UPDATE, frame};
use crate::rogue::Rogue;
use crate::world::*;
use rustls_pki_types::ServerName;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};
use sumun_records::{AccessRecord, Occasion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio_rustls::TlsConnector;

/// How an only record ended.
async fn only_record(world: &World) -> (Occasion, Option<u16>, Option<String>) {
    let mut records: Vec<AccessRecord> = world.records(1).await;
    assert_eq!(records.len(), 1, "{records:?}");
    let AccessRecord { occasion, status, refused, .. } = records.remove(0);
    (occasion, status, refused.map(|refused| refused.code.into_owned()))
}

/// Sends `head`, then a byte now and then until the gateway has enough of it; its answer and how long it took.
async fn trickle(world: &World, head: &str) -> (String, Duration) {
    let tls = world.client_tls(Some(&world.certificate));
    let stream = tls_stream(world.address, &tls, b"http/1.1").await.unwrap();
    let (mut reading, mut writing) = tokio::io::split(stream);
    let begun = Instant::now();
    writing.write_all(head.as_bytes()).await.unwrap();
    let dripping = tokio::spawn(async move {
        while writing.write_all(b" ").await.is_ok() && writing.flush().await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let mut answer = String::new();
    let end = tokio::time::timeout(Duration::from_secs(5), reading.read_to_string(&mut answer)).await.expect("ends");
    end.expect("close_notify before the end");
    let took = begun.elapsed();
    dripping.abort();
    (answer, took)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_comes_drop_by_drop_is_cut_with_408() {
    let world = World::start().await;
    let (answer, took) = trickle(&world, "GET /v1/x HTTP/1.1\r\nhost: localhost\r\nx-slow: ").await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("\"code\":\"head_too_slow\""), "{answer}");
    assert!(took >= Duration::from_millis(1_400), "{took:?}: no byte may shorten or prolong the wait");
    assert_eq!(only_record(&world).await, (Occasion::Malformed, Some(408), Some("head_too_slow".to_owned())));
    world.nobody_is_connected(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_comes_drop_by_drop_is_cut_with_408() {
    let world = World::start().await;
    let head = format!(
        "POST /v1/deposits HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 4000\r\n\r\n",
        world.token()
    );
    let (answer, took) = trickle(&world, &head).await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("\"code\":\"body_too_slow\""), "{answer}");
    assert!(took >= Duration::from_millis(350), "{took:?}");
    let expected = (Occasion::Call, Some(408), Some("body_too_slow".to_owned()));
    assert_eq!(only_record(&world).await, expected);
    world.nobody_is_connected(2).await;

    let world = World::start().await;
    let mut raw = RawHttp2::connect(&world).await;
    raw.post(1, "/v1/deposits", &world.token()).await;
    raw.send(&frame(DATA, 0, 1, b"{")).await;
    assert!(raw.body_of(1).await.contains("\"code\":\"body_too_slow\""));
    drop(raw);
    world.nobody_is_connected(2).await;
    assert_eq!(only_record(&world).await, expected);
    assert!(world.seen.lock().unwrap().is_empty());
}

/// A world whose answers fill every buffer between gateway and caller.
async fn world_of_huge_answers() -> World {
    let mut plan = Plan::default();
    plan.settings.upstream.answer_bytes_max = 32_000_000;
    plan.settings.upstream.answer_timeout = Duration::from_secs(10);
    plan.settings.limits.write_stall_timeout = Duration::from_millis(500);
    plan.settings.limits.grace = Duration::from_secs(1);
    World::with(plan).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_never_reads_its_answer_is_let_go_of() {
    let world = world_of_huge_answers().await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let stream = socket.connect(world.address).await.unwrap();
    let tls = world.client_tls(Some(&world.certificate));
    let name = ServerName::try_from("localhost").unwrap();
    let mut mute = TlsConnector::from(tls.config()).connect(name, stream).await.unwrap();
    let request = format!(
        "GET {}?mode=huge HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\r\n",
        balance(),
        world.token()
    );
    mute.write_all(request.as_bytes()).await.unwrap();
    world.records(1).await;
    world.nobody_is_connected(5).await;
    assert_eq!(only_record(&world).await, (Occasion::Call, Some(200), None), "the call was carried out");
    drop(mute);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_http2_caller_that_never_opens_its_window_is_let_go_of() {
    let world = world_of_huge_answers().await;
    let mut raw = RawHttp2::connect_without_window(&world).await;
    raw.get(1, &balance(), &world.token()).await;
    // It stays polite otherwise: it reads and acknowledges all that comes.
    let frames = raw.frames().await;
    assert!(frames.iter().any(|frame| frame.kind == HEADERS && frame.stream == 1), "{frames:?}");
    assert!(frames.iter().all(|frame| frame.kind != DATA), "{frames:?}");
    drop(raw);
    world.nobody_is_connected(2).await;
    assert_eq!(only_record(&world).await, (Occasion::Call, Some(200), None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_http2_caller_that_takes_its_time_but_reads_is_not_let_go_of() {
    let world = world_of_huge_answers().await;
    let mut raw = RawHttp2::connect_without_window(&world).await;
    raw.get(1, &balance(), &world.token()).await;
    let body = json!({"balance": 1_000}).to_string();
    let begun = Instant::now();
    // A byte at a time, each in time, all in more time than a connection may rest.
    let mut answer = Vec::new();
    while answer.len() < body.len() {
        raw.send(&frame(WINDOW_UPDATE, 0, 1, &1u32.to_be_bytes())).await;
        let next = loop {
            let next = raw.frame().await.expect("the connection lives");
            if next.kind == DATA {
                break next;
            }
        };
        answer.extend_from_slice(&next.payload);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(answer, body.as_bytes());
    assert!(begun.elapsed() > Duration::from_millis(2_500), "longer than the rest and its grace");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_processor_that_answers_nothing_or_half_is_answered_for_in_time() {
    let half_head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-le".as_slice();
    let half_body = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{\"balance\"";
    let half_chunks = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{\"bala";
    let switched = b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n";
    let long_head = format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(1_000_000)).into_bytes();
    for (name, says, closes, status, code) in [
        ("nothing", b"".as_slice(), false, 504, "processor_timed_out"),
        ("nothing and an end", b"", true, 502, "processor_broken"),
        ("half of a head", half_head, false, 504, "processor_timed_out"),
        ("half of a head and an end", half_head, true, 502, "processor_broken"),
        ("half of a body", half_body, false, 504, "processor_timed_out"),
        ("half of a body and an end", half_body, true, 502, "processor_broken"),
        ("half of a chunk", half_chunks, false, 504, "processor_timed_out"),
        ("half of a chunk and an end", half_chunks, true, 502, "processor_broken"),
        ("another protocol", b"SSH-2.0-OpenSSH_9.2\r\n", false, 502, "processor_broken"),
        ("a switch of protocols", switched, false, 502, "processor_broken"),
        ("a head without end", &long_head, false, 502, "processor_broken"),
    ] {
        let rogue = Rogue { says: says.to_vec(), closes, ..Rogue::default() };
        let world = World::with(Plan { rogue: Some(rogue.clone()), ..Plan::default() }).await;
        let mut caller = world.caller().await;
        let answer = caller.get(&balance(), &world.token()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{name}: {answer:?}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{name}");
        assert_eq!(only_record(&world).await, (Occasion::Call, Some(status), Some(code.to_owned())), "{name}");
        rogue.nobody_is_connected().await;
        drop(caller);
        world.nobody_is_connected(2).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_processor_that_takes_a_connection_and_no_handshake_is_answered_for_in_time() {
    let rogue = Rogue { is_mute: true, ..Rogue::default() };
    let mut plan = Plan { rogue: Some(rogue.clone()), ..Plan::default() };
    plan.settings.upstream.connect_timeout = Duration::from_millis(300);
    let world = World::with(plan).await;
    let answer = world.caller().await.get(&balance(), &world.token()).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (503, "processor_unreachable"));
    assert_eq!(only_record(&world).await, (Occasion::Call, Some(503), Some("processor_unreachable".to_owned())));
    rogue.nobody_is_connected().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_that_leave_in_the_middle_leave_nothing_behind() {
    let world = World::start().await;
    let tls = world.client_tls(Some(&world.certificate));
    let path = format!("{}?mode=hang", balance());
    let token = Arc::new(world.token());
    let mut leaving = Vec::new();
    for place in 0..20 {
        let mut caller = match place % 2 {
            0 => world.caller().await,
            _ => Caller::connect_http2(world.address, &tls).await.unwrap(),
        };
        let (path, token) = (path.clone(), Arc::clone(&token));
        leaving.push(tokio::spawn(async move {
            let _ = tokio::time::timeout(Duration::from_millis(200), caller.get(&path, &token)).await;
        }));
    }
    for caller in leaving {
        caller.await.unwrap();
    }
    world.nobody_is_connected(3).await;
    assert_eq!(world.records(20).await.len(), 20);
    assert_eq!(world.caller().await.get(&balance(), &token).await.status, 200);
}
