//! What calls over the limit cost: their caller a token each, us a count a second.

use crate::client::{Caller, say};
use crate::world::*;
use http::Method;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use sumun_records::Occasion;
use sumun_time::Span;
use sumun_traffic::Standing;
use sumun_traffic::filter::limit::LimitRule;

/// How many calls the hostile client makes; the trial from outside made 211,150 in ten seconds.
const FLOOD: usize = 3_000;

fn limited(tokens_per_second: u32, burst_tokens: u32) -> Plan {
    let mut plan = Plan::default();
    plan.settings.institution_limit = Some(LimitRule { tokens_per_second, burst_tokens });
    plan
}

async fn nothing(caller: &mut Caller) -> String {
    caller.call(Method::GET, "/x", &[], "").await.code().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pr_018_refusals_without_end_leave_a_record_and_a_count_and_others_are_served() {
    let world = World::with(limited(50, 50)).await;
    // The other institution, with a certificate, token and consent of its own, calls all the while.
    let mut other = world.caller_with(&world.other_certificate).await;
    let (mut hostile, flooding) = (world.caller().await, Arc::new(AtomicBool::new(true)));
    let flood = tokio::spawn({
        let flooding = Arc::clone(&flooding);
        async move {
            let mut codes = Vec::new();
            for _ in 0..FLOOD {
                let answer = hostile.call(Method::GET, "/x", &[], "").await;
                assert_eq!(answer.header("retry-after").is_empty(), answer.status == 404, "{answer:?}");
                codes.push(answer.code().to_owned());
            }
            flooding.store(false, Ordering::SeqCst);
            codes
        }
    });
    let mut served = 0;
    while flooding.load(Ordering::SeqCst) && served < 50 {
        assert_eq!(nothing(&mut other).await, "route_unknown", "another institution's limit is its own");
        served += 1;
    }
    assert!(served > 0);
    let codes = flood.await.unwrap();
    // The clock of this world stands still, so nothing comes back.
    assert!(codes[..50].iter().all(|code| code == "route_unknown"), "{codes:?}");
    assert!(codes[50..].iter().all(|code| code == "limit_exceeded"), "{codes:?}");

    world.clock.advance(Span::from_seconds(1));
    until("the second is over, and its count is recorded", || !world.records.counts.lock().unwrap().is_empty()).await;
    let counts = world.records.counts.lock().unwrap().clone();
    assert_eq!((counts.len(), counts[0].institution), (1, Some(INSTITUTION)));
    assert_eq!(counts[0].count as usize, FLOOD - 51);
    let records = world.records(51 + served).await;
    let whole: Vec<_> = records.iter().filter(|record| record.institution == Some(INSTITUTION)).collect();
    let over = whole.iter().filter(|record| record.refused.as_ref().is_some_and(|it| it.code == "limit_exceeded"));
    assert_eq!((whole.len(), over.count()), (51, 1), "the first over the limit is recorded whole");
    assert_eq!(records.len(), 51 + served);
    assert_eq!(world.running.as_ref().unwrap().counters().calls.load(Ordering::SeqCst) as usize, FLOOD + served);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pr_058_every_call_of_a_known_certificate_costs_whatever_is_wrong_with_it() {
    let tls = |world: &World| world.client_tls(Some(&world.certificate));
    let bearer = "authorization: Bearer x\r\n";
    for (line, headers, code) in [
        ("GET /x", "host: localhost\r\n", "route_unknown"),
        ("DELETE /v1/withdrawals", "host: localhost\r\n", "method_not_allowed"),
        ("GET /x", "host: localhost\r\nhost: localhost\r\n", "host_unclear"),
        ("GET /x", &format!("host: localhost\r\nlong: {}\r\n", "x".repeat(17_000)), "headers_too_large"),
        (&format!("GET {}", balance()), "host: localhost\r\n", "token_missing"),
        (&format!("GET {}", balance()), &format!("host: localhost\r\n{bearer}"), "token_malformed"),
    ] {
        let world = World::with(limited(1, 3)).await;
        let request = format!("{line} HTTP/1.1\r\n{headers}connection: close\r\n\r\n");
        for expected in [code, code, code, "limit_exceeded"] {
            let answer = say(world.address, &tls(&world), request.as_bytes()).await;
            // A head that hyper cuts short is no call; its connection pays as one.
            let is_cut = code == "headers_too_large" && answer.contains(" 431 ");
            assert!(is_cut || answer.contains(&format!("\"code\":\"{expected}\"")), "{line}: {expected}: {answer}");
        }
        assert_eq!(world.records(4).await.len(), 4, "{line}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_breaks_http_pays_as_a_call_does() {
    let world = World::with(limited(1, 2)).await;
    let tls = world.client_tls(Some(&world.certificate));
    let refused = || world.running.as_ref().unwrap().counters().refused.load(Ordering::SeqCst);
    for connection in 1..=10 {
        say(world.address, &tls, b"no http at all\r\n\r\n").await;
        until("the connection is recorded or counted", || refused() == connection).await;
    }
    world.clock.advance(Span::from_seconds(1));
    until("a count", || !world.records.counts.lock().unwrap().is_empty()).await;
    assert_eq!(world.records.counts.lock().unwrap()[0].count, 7);
    let records = world.records(3).await;
    assert!(records.len() == 3 && records.iter().all(|record| record.occasion == Occasion::Malformed), "{records:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_call_cannot_fill_the_disk_either() {
    let world = World::with(limited(1, 3)).await;
    let (mut stopped, thumbprint) = (world.caller().await, world.certificate.thumbprint());
    world.change(|authority| authority.certificates.get_mut(&thumbprint).unwrap().holder = Standing::Stopped).await;
    for expected in ["institution_stopped", "institution_stopped", "institution_stopped", "limit_exceeded"] {
        assert_eq!(nothing(&mut stopped).await, expected);
    }
    // Of our authority, but registered for nobody: all of these have one small limit together.
    let stranger = client_certificate(&world.open_authority, (-1, 30));
    let mut stranger = world.caller_with(&stranger).await;
    let mut codes = Vec::new();
    for _ in 0..300 {
        codes.push(nothing(&mut stranger).await);
    }
    let answered = codes.iter().take_while(|code| *code == "certificate_unknown").count();
    assert_eq!(answered, 100);
    assert!(codes[100..].iter().all(|code| code == "limit_exceeded"), "{codes:?}");
    assert_eq!(world.records(105).await.len(), 105);
    let mut other = world.caller_with(&world.other_certificate).await;
    assert_eq!(nothing(&mut other).await, "route_unknown", "others are served");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_count_that_runs_is_recorded_when_the_gateway_stops() {
    let mut world = World::with(limited(1, 1)).await;
    let mut caller = world.caller().await;
    for expected in ["route_unknown", "limit_exceeded", "limit_exceeded", "limit_exceeded"] {
        assert_eq!(nothing(&mut caller).await, expected);
    }
    drop(caller);
    assert!(world.records.counts.lock().unwrap().is_empty(), "its second has not passed");
    world.shutdown.begin();
    world.running.take().unwrap().ended().await;
    let counts = world.records.counts.lock().unwrap();
    assert_eq!((counts.len(), counts[0].count), (1, 2));
}
