//! Connections that must not come about.

use crate::client::{Caller, tls_stream};
use crate::world::*;
use http::Method;
use std::sync::atomic::Ordering;
use sumun_records::Occasion;
use sumun_time::Span;
use sumun_transport::ClientTls;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Whether a call over such a connection is answered by the application.
async fn is_answered(world: &World, tls: &ClientTls) -> bool {
    match Caller::connect(world.address, tls).await {
        Ok(mut caller) => caller.try_call(Method::GET, &balance(), &[], "").await.is_ok(),
        Err(_) => false,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pr_040_without_a_certificate_of_our_authority_nothing_is_answered() {
    let world = World::start().await;
    let foreign = client_certificate(&authority("foreign"), (-1, 30));
    let expired = client_certificate(&world.open_authority, (-30, -1));
    let early = client_certificate(&world.open_authority, (1, 30));
    assert!(is_answered(&world, &world.client_tls(Some(&world.certificate))).await);
    for certificate in [None, Some(&foreign), Some(&expired), Some(&early)] {
        assert!(!is_answered(&world, &world.client_tls(certificate)).await);
    }
    // Refused handshakes are counted and recorded by their reason.
    let records = world.records(5).await;
    let mut codes: Vec<_> = records
        .iter()
        .filter(|record| record.occasion == Occasion::Handshake)
        .map(|record| record.refused.clone().unwrap())
        .collect();
    // The gateway may notice two refusals in another order than the callers made them; each counts one more.
    let mut failures: Vec<_> = codes.iter().map(|refused| refused.authentication_failures).collect();
    failures.sort_unstable();
    assert!(failures.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{failures:?}");
    codes.sort_by(|left, right| left.code.cmp(&right.code));
    let names: Vec<_> = codes.iter().map(|refused| refused.code.as_ref()).collect();
    let expected =
        ["certificate_expired", "certificate_expired", "certificate_missing", "certificate_unknown_authority"];
    assert_eq!(names, expected);
    assert_eq!(world.running.as_ref().unwrap().counters().handshakes_refused.load(Ordering::Relaxed), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_are_no_handshake_are_recorded_and_answered_by_an_alert_at_most() {
    let world = World::start().await;
    let ask = async |bytes: &[u8]| {
        let mut stream = TcpStream::connect(world.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        answer
    };
    let answer = ask(b"\x01\x02\x03 hello\r\n\r\n").await;
    assert!(answer.len() <= 7, "{answer:?}");
    assert_eq!(world.records(1).await[0].refused.as_ref().unwrap().code, "handshake_broken");
    let plain = ask(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let plain = String::from_utf8(plain).unwrap();
    assert!(plain.starts_with("HTTP/1.1 400 ") && plain.contains("\"code\":\"tls_wanted\""), "{plain}");
    assert_eq!(world.records(2).await[1].refused.as_ref().unwrap().code, "clear_text");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_cannot_use_up_the_places_of_records() {
    let world = World::start().await;
    for _ in 0..130 {
        drop(TcpStream::connect(world.address).await.unwrap());
    }
    let counters = world.running.as_ref().unwrap().counters();
    for _ in 0..100 {
        if counters.handshakes_refused.load(Ordering::Relaxed) == 130 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(counters.handshakes_refused.load(Ordering::Relaxed), 130);
    assert_eq!(world.records(100).await.len(), 100, "the clock of this world stands still");
    // Those that were left out stand in the count of the next record.
    world.clock.advance(Span::from_seconds(1));
    drop(TcpStream::connect(world.address).await.unwrap());
    let last = world.records(101).await.pop().unwrap();
    assert_eq!(last.refused.unwrap().authentication_failures, 131);
    assert_eq!(world.caller().await.get(&balance(), &world.token()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_leave_no_records_when_the_room_of_calls_runs_short() {
    let world = World::start().await;
    let counters = world.running.as_ref().unwrap().counters();
    world.records.runs_short.store(true, Ordering::SeqCst);
    drop(TcpStream::connect(world.address).await.unwrap());
    until("the handshake is refused", || counters.handshakes_refused.load(Ordering::Relaxed) == 1).await;
    assert_eq!(world.caller().await.get(&balance(), &world.token()).await.status, 200);
    let records = world.records(1).await;
    assert!(records.len() == 1 && records[0].occasion == Occasion::Call, "{records:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_foreign_protocol_name_is_not_agreed_on() {
    let world = World::start().await;
    let tls = world.client_tls(Some(&world.certificate));
    assert!(tls_stream(world.address, &tls, b"spdy/3").await.is_err());
}
