//! Peers that break a protocol below any call: each is on record, once.

use crate::client::{Caller, say, tls_stream};
use crate::raw::*;
use crate::world::*;
use http::Method;
use std::time::Duration;
use sumun_records::{AccessRecord, Occasion};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The one record of a broken protocol that the world has, looked at a moment after it came.
async fn the_record(world: &World) -> AccessRecord {
    let is_fault = |record: &&AccessRecord| record.occasion != Occasion::Call;
    for _ in 0..200 {
        if world.records.taken.lock().unwrap().iter().any(|record| is_fault(&record)) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut faults = world.records.taken.lock().unwrap().clone();
    faults.retain(|record| is_fault(&record));
    assert_eq!(faults.len(), 1, "{faults:?}");
    world.records.taken.lock().unwrap().clear();
    faults.remove(0)
}

fn told(record: &AccessRecord) -> (&str, Option<u16>) {
    assert_eq!((record.route.is_none(), record.app, record.consent), (true, None, None), "{record:?}");
    (&record.refused.as_ref().unwrap().code, record.status)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rfc9113_5_4_every_broken_http2_connection_leaves_one_record() {
    let world = World::start().await;
    let request = get(&balance(), &[]);
    let long = "y".repeat(15_000);
    let pieces: Vec<_> = (0..3).map(|place| block(&[(&format!("x-{place}"), &long)])).collect();
    let too_large = [
        frame(HEADERS, END_STREAM, 1, &request),
        frame(CONTINUATION, 0, 1, &pieces[0]),
        frame(CONTINUATION, 0, 1, &pieces[1]),
        frame(CONTINUATION, END_HEADERS, 1, &pieces[2]),
    ];
    let endless: Vec<_> = (0..50).flat_map(|_| frame(CONTINUATION, 0, 1, &[])).collect();
    let reset_at_once: Vec<_> = (0..400u32)
        .flat_map(|place| {
            let stream = place * 2 + 1;
            let open = frame(HEADERS, END_STREAM | END_HEADERS, stream, &request);
            [open, frame(RESET, 0, stream, &8u32.to_be_bytes())].concat()
        })
        .collect();
    // CVE-2025-8671: a window that is too wide makes the server reset the stream.
    let made_to_reset: Vec<_> = (0..150u32)
        .flat_map(|place| {
            let stream = place * 2 + 1;
            let open = frame(HEADERS, END_STREAM | END_HEADERS, stream, &request);
            [open, frame(WINDOW_UPDATE, 0, stream, &[0x7f, 255, 255, 255])].concat()
        })
        .collect();
    let connect = block(&[(":method", "CONNECT"), (":authority", "localhost"), ("content-length", "9")]);
    let whole = END_STREAM | END_HEADERS;
    for (name, bytes, code, status) in [
        ("a head on stream 0", frame(HEADERS, whole, 0, &request), "http2_protocol_error", None),
        ("data of no stream", frame(DATA, 0, 1, b"x"), "http2_protocol_error", None),
        ("a frame too long", frame(DATA, 0, 1, &[0; 20_000]), "http2_frame_size_error", None),
        ("a window of no bytes", frame(WINDOW_UPDATE, 0, 0, &[0; 4]), "http2_protocol_error", None),
        ("a window too wide", frame(WINDOW_UPDATE, 0, 0, &[0x7f, 255, 255, 255]), "http2_flow_control_error", None),
        ("no header block", frame(HEADERS, whole, 1, &[0xff; 9]), "http2_protocol_error", None),
        ("a head without a path", frame(HEADERS, whole, 1, &get("", &[])), "http2_protocol_error", None),
        ("a name in capitals", frame(HEADERS, whole, 1, &get("/", &[("X-A", "1")])), "http2_protocol_error", None),
        (
            "a header of one hop",
            frame(HEADERS, whole, 1, &get("/", &[("connection", "x")])),
            "http2_protocol_error",
            None,
        ),
        ("a body for a tunnel", frame(HEADERS, END_HEADERS, 1, &connect), "http2_internal_error", None),
        ("headers too large", too_large.concat(), "headers_too_large", Some(431)),
        ("a head without end", [frame(HEADERS, 0, 1, &request), endless].concat(), "http2_enhance_your_calm", None),
        ("resets that we are made to send", made_to_reset, "http2_enhance_your_calm", None),
        ("rapid reset", reset_at_once, "http2_enhance_your_calm", None),
    ] {
        let mut raw = RawHttp2::connect(&world).await;
        raw.send(&bytes).await;
        let frames = raw.frames().await;
        drop(raw);
        let record = the_record(&world).await;
        assert_eq!(told(&record), (code, status), "{name}: {frames:?}");
        assert_eq!((record.occasion, record.institution), (Occasion::Malformed, Some(INSTITUTION)), "{name}");
    }
    let mut raw = RawHttp2::silent(&world).await;
    raw.send(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    raw.frames().await;
    drop(raw);
    assert_eq!(told(&the_record(&world).await), ("http2_protocol_error", None));
    assert!(world.seen.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_beyond_the_bound_are_on_record_and_the_others_go_on() {
    let mut plan = Plan::default();
    plan.settings.limits.streams_max = 2;
    let world = World::with(plan).await;
    let mut raw = RawHttp2::connect(&world).await;
    let token = format!("Bearer {}", world.token());
    let slow = get(&format!("{}?mode=slow", balance()), &[("authorization", &token)]);
    for stream in [1, 3, 5, 7] {
        raw.send(&frame(HEADERS, END_STREAM | END_HEADERS, stream, &slow)).await;
    }
    let (mut refused, mut answered) = (Vec::new(), Vec::new());
    while refused.len() + answered.len() < 4 {
        let frame = raw.frame().await.unwrap();
        match frame.kind {
            RESET => refused.push((frame.stream, frame.payload)),
            HEADERS => answered.push(frame.stream),
            _ => {}
        }
    }
    answered.sort_unstable();
    let refused_stream = 7u32.to_be_bytes().to_vec();
    assert_eq!(refused, [(5, refused_stream.clone()), (7, refused_stream)]);
    assert_eq!(answered, [1, 3], "RFC 9113 section 5.1.2: the others are not touched");
    drop(raw);
    assert_eq!(told(&the_record(&world).await), ("http2_refused_stream", None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_broken_http1_head_leaves_one_record() {
    let world = World::start().await;
    let tls = world.client_tls(Some(&world.certificate));
    let many: String = (0..100).map(|place| format!("x-{place}: 1\r\n")).collect();
    let target = "y".repeat(20_000);
    for (bytes, code, status) in [
        ("nonsense\r\n\r\n".to_owned(), "malformed_request", 400),
        ("GET / HTTP/1.1\r\nhost : x\r\n\r\n".to_owned(), "malformed_request", 400),
        ("GET / HTTP/2.0\r\nhost: x\r\n\r\n".to_owned(), "malformed_request", 400),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), "malformed_request", 400),
        (format!("GET / HTTP/1.1\r\nhost: x\r\n{many}\r\n"), "headers_too_large", 431),
        (format!("GET /{target} HTTP/1.1\r\nhost: x\r\n\r\n"), "target_too_long", 414),
        ("GET / HTTP/1.1\r\nhost: x\r\nx-slow".to_owned(), "head_too_slow", 408),
    ] {
        let answer = say(world.address, &tls, bytes.as_bytes()).await;
        let shown = &bytes[..bytes.len().min(40)];
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{shown}: {answer}");
        assert!(answer.contains(&format!("\"code\":\"{code}\"")) && answer.contains("problem+json"), "{answer}");
        let record = the_record(&world).await;
        assert_eq!(told(&record), (code, Some(status)), "{shown}");
        assert_eq!((record.occasion, record.institution), (Occasion::Malformed, Some(INSTITUTION)), "{shown}");
    }
    for close in [true, false] {
        let mut stream = tls_stream(world.address, &tls, b"http/1.1").await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x").await.unwrap();
        if close {
            stream.shutdown().await.unwrap();
        }
        drop(stream);
        assert_eq!(told(&the_record(&world).await), ("head_broken", None));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refused_handshake_leaves_one_record() {
    let world = World::start().await;
    let foreign = client_certificate(&authority("foreign"), (-1, 30));
    let expired = client_certificate(&world.open_authority, (-30, -1));
    for (certificate, code) in [
        (None, "certificate_missing"),
        (Some(&foreign), "certificate_unknown_authority"),
        (Some(&expired), "certificate_expired"),
    ] {
        let mut stream = tls_stream(world.address, &world.client_tls(certificate), b"http/1.1").await.unwrap();
        // The caller has sent its call before it can know; the alert that says why must still reach it.
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let error = stream.read_u8().await.unwrap_err().to_string();
        assert!(error.contains("fatal alert"), "{code}: {error}");
        let record = the_record(&world).await;
        assert_eq!((record.occasion, told(&record)), (Occasion::Handshake, (code, None)));
    }
    let distrustful =
        sumun_transport::ClientTls::new(&[authority("foreign").certificate_der().to_vec()], None).unwrap();
    assert!(tls_stream(world.address, &distrustful, b"http/1.1").await.is_err());
    assert_eq!(told(&the_record(&world).await), ("refused_by_client", None));

    let mut old = TcpStream::connect(world.address).await.unwrap();
    old.write_all(TLS_1_2_HELLO).await.unwrap();
    let mut alert = Vec::new();
    old.read_to_end(&mut alert).await.unwrap();
    // RFC 8446 section 6.2: fatal, protocol_version.
    assert_eq!(alert, [21, 3, 3, 0, 2, 2, 70]);
    assert_eq!(told(&the_record(&world).await), ("protocol_version", None));

    let silent = TcpStream::connect(world.address).await.unwrap();
    assert_eq!(told(&the_record(&world).await), ("handshake_timeout", None));
    drop(silent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_keeps_to_http_leaves_the_records_of_its_calls_alone() {
    let world = World::start().await;
    let tls = world.client_tls(Some(&world.certificate));
    let token = world.token();
    for mut caller in [world.caller().await, Caller::connect_http2(world.address, &tls).await.unwrap()] {
        assert_eq!(caller.get(&balance(), &token).await.status, 200);
        assert_eq!(caller.call(Method::GET, "/v1/unknown", &[], "").await.status, 404);
        // A refusal before the body was read leaves the rest of it on the stream.
        let large = "x".repeat(50_000);
        assert_eq!(caller.post("/v1/deposits", &token, &large).await.status, 413);
    }
    let mut rested = RawHttp2::connect(&world).await;
    rested.frames().await;
    drop(rested);
    drop(tls_stream(world.address, &tls, b"http/1.1").await.unwrap());
    tokio::time::sleep(Duration::from_millis(300)).await;
    let occasions: Vec<_> = world.records(6).await.iter().map(|record| record.occasion).collect();
    assert_eq!(occasions, [Occasion::Call; 6]);
}

/// A TLS 1.2 hello: there is no supported_versions extension.
#[rustfmt::skip]
const TLS_1_2_HELLO: &[u8] = &[
    22, 3, 1, 0, 63, // record: handshake, 63 bytes
    1, 0, 0, 59, 3, 3, // client hello, 59 bytes, version 1.2
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, // random
    17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
    0, // session id
    0, 2, 0xc0, 0x2b, // cipher suites: ECDHE-ECDSA-AES128-GCM-SHA256
    1, 0, // compression: none
    0, 16, // extensions, 16 bytes
    0, 10, 0, 4, 0, 2, 0, 23, // groups: P-256
    0, 13, 0, 4, 0, 2, 4, 3, // signature algorithms: ECDSA with SHA-256
];
