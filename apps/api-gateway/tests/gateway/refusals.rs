//! Every refusal there is, reached over real sockets.

use crate::client::{Answer, Caller, say};
use crate::world::*;
use http::Method;
use serde_json::json;
use std::collections::BTreeSet;
use sumun_events::Event;
use sumun_ids::*;
use sumun_jose::Algorithm;
use sumun_keys::SoftwareKey;
use sumun_time::Span;
use sumun_traffic::filter::limit::LimitRule;
use sumun_traffic::{Refusal, Standing};

/// The codes that were met; each answer is looked at as it is noted.
#[derive(Default)]
struct Met(BTreeSet<String>);

impl Met {
    fn note(&mut self, code: &str, answer: &Answer) {
        assert_eq!(answer.code(), code, "{answer:?}");
        let expected = Refusal::every().into_iter().map(|refusal| refusal.outside()).find(|found| found.code == code);
        let expected = expected.unwrap();
        assert_eq!(answer.status, expected.status, "{answer:?}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json["type"], format!("urn:sumun:problem:{code}"));
        assert_eq!(answer.json["status"], expected.status);
        assert_eq!(answer.json["title"], expected.title_ko);
        assert_eq!(answer.json["title_en"], expected.title_en);
        assert_eq!(answer.json["request_id"], answer.header("x-request-id"));
        assert!(answer.header("x-request-id").parse::<RequestId>().is_ok());
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(
            answer.header("www-authenticate").is_empty(),
            answer.status != 401 && expected.bearer_error.is_none()
        );
        self.0.insert(code.to_owned());
    }

    /// The same for an answer that was read as raw text.
    fn note_raw(&mut self, code: &str, answer: &str) {
        assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{answer}");
        assert!(answer.contains("application/problem+json"), "{answer}");
        self.0.insert(code.to_owned());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refusal_is_reached_over_real_sockets() {
    let mut met = Met::default();
    token_faults(&mut met).await;
    consent_faults(&mut met).await;
    request_faults(&mut met).await;
    raw_faults(&mut met).await;
    certificate_faults(&mut met).await;
    platform_faults(&mut met).await;
    let every: BTreeSet<String> = Refusal::every().iter().map(|refusal| refusal.outside().code.to_owned()).collect();
    let missing: Vec<_> = every.difference(&met.0).collect();
    assert!(missing.is_empty(), "not reached: {missing:?}");
}

async fn token_faults(met: &mut Met) {
    let world = World::start().await;
    let mut caller = world.caller().await;
    let bare = caller.call(Method::GET, &balance(), &[], "").await;
    assert_eq!(bare.header("www-authenticate"), "Bearer realm=\"sumun\"");
    met.note("token_missing", &bare);
    let twice = [("authorization", "Bearer a"), ("authorization", "Bearer b")];
    met.note("token_placement", &caller.call(Method::GET, &balance(), &twice, "").await);
    let in_query = format!("{}?access_token={}", balance(), world.token());
    met.note("token_placement", &caller.get(&in_query, &world.token()).await);
    met.note("token_malformed", &caller.get(&balance(), "a.b.c").await);
    let stranger = SoftwareKey::generate(Algorithm::Es256).unwrap();
    let forged = sumun_jose::sign_compact(&stranger, "at+jwt", &world.claims()).unwrap();
    met.note("token_untrusted", &caller.get(&balance(), &forged).await);
    met.note("token_foreign", &caller.get(&balance(), &world.token_with("aud", json!("https://x.example"))).await);
    let past = sumun_system::Clock::now(&*world.clock).seconds() - 1;
    met.note("token_expired", &caller.get(&balance(), &world.token_with("exp", json!(past))).await);
    met.note("token_untimely", &caller.get(&balance(), &world.token_with("exp", json!(past + 3_600))).await);

    let (id, expires_at) = (TokenId::from_random([77; 16]), now().plus(Span::from_minutes(5)));
    let token = world.token_with("jti", json!(id));
    assert_eq!(caller.get(&balance(), &token).await.status, 200);
    world.bus.publish(&Event::TokenRevoked { id, expires_at });
    met.note("token_revoked", &caller.get(&balance(), &token).await);

    let mut other = world.caller_with(&world.other_certificate).await;
    met.note("token_certificate_mismatch", &other.get(&balance(), &world.token()).await);
    let of_other = world.token_with("institution_id", json!(OTHER_INSTITUTION));
    met.note("token_institution_mismatch", &caller.get(&balance(), &of_other).await);
}

async fn consent_faults(met: &mut Met) {
    let world = World::start().await;
    let mut caller = world.caller().await;
    let unknown = world.token_with("consent_id", json!(ConsentId::from_random([0; 16])));
    met.note("consent_ended", &caller.get(&balance(), &unknown).await);
    let of_another = world.token_with("sub", json!(CustomerId::from_random([0; 16])));
    met.note("consent_mismatch", &caller.get(&balance(), &of_another).await);
    let scope = caller.get(&balance(), &world.token_with("scope", json!("transfer"))).await;
    assert!(scope.header("www-authenticate").ends_with("scope=\"balance\""), "{scope:?}");
    met.note("scope_insufficient", &scope);
    let foreign = format!("/v1/accounts/{OTHER_ACCOUNT}/balance");
    met.note("account_not_consented", &caller.get(&foreign, &world.token()).await);
    let body = json!({"account_id": OTHER_ACCOUNT}).to_string();
    met.note("account_not_consented", &caller.post("/v1/deposits", &world.token(), &body).await);
    met.note("account_missing", &caller.post("/v1/deposits", &world.token(), "{}").await);
    // The certificate lives longer than the consent, so the consent ends first.
    world.clock.advance(Span::from_days(10));
    met.note("consent_expired", &caller.get(&balance(), &world.token()).await);
}

async fn request_faults(met: &mut Met) {
    let world = World::start().await;
    let (mut caller, token) = (world.caller().await, world.token());
    met.note("route_unknown", &caller.get("/v1/everything", &token).await);
    let wrong_method = caller.call(Method::DELETE, &balance(), &[], "").await;
    assert_eq!(wrong_method.header("allow"), "GET");
    met.note("method_not_allowed", &wrong_method);
    for (query, code, field) in [
        ("form=2026-01-01", "parameter_unknown", "form"),
        ("%6Dode=x", "parameter_unknown", "%6Dode"),
        ("mode[]=x", "parameter_unknown", "mode[]"),
        ("Mode=x", "parameter_unknown", "Mode"),
        ("=x", "parameter_unknown", ""),
        ("mode=x&mode=x", "parameter_repeated", "mode"),
        ("mode&x=1&mode", "parameter_unknown", "x"),
    ] {
        let refused = caller.get(&format!("{}?{query}", balance()), &token).await;
        assert_eq!((refused.status.as_u16(), refused.json["field"].as_str()), (400, Some(field)), "{query}");
        met.note(code, &refused);
    }
    let authorization = ("authorization", &*format!("Bearer {token}"));
    met.note("body_unexpected", &caller.call(Method::GET, &balance(), &[authorization], "{}").await);
    let tls = world.client_tls(Some(&world.certificate));
    let mut caller = Caller::connect_http2(world.address, &tls).await.unwrap();
    let long = [authorization, ("x-long", &*"y".repeat(20_000))];
    met.note("headers_too_large", &caller.call(Method::GET, &balance(), &long, "").await);
    let mut caller = world.caller().await;
    let text = [authorization, ("content-type", "text/plain")];
    met.note("content_type_unsupported", &caller.call(Method::POST, "/v1/deposits", &text, "{}").await);
    let mut caller = world.caller().await;
    let packed = [authorization, ("content-type", "application/json"), ("content-encoding", "gzip")];
    met.note("content_type_unsupported", &caller.call(Method::POST, "/v1/deposits", &packed, "{}").await);
    let mut caller = world.caller().await;
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(5_000));
    let too_large = caller.post("/v1/deposits", &token, &large).await;
    assert_eq!(too_large.json["bytes_max"], 4096);
    met.note("body_too_large", &too_large);
    let mut caller = world.caller().await;
    met.note("json_malformed", &caller.post("/v1/deposits", &token, "{\"amount\":").await);
    met.note("json_duplicate_name", &caller.post("/v1/deposits", &token, "{\"amount\":1,\"amount\":2}").await);
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(40), "]".repeat(40));
    met.note("json_too_deep", &caller.post("/v1/deposits", &token, &deep).await);
    assert!(world.seen.lock().unwrap().is_empty(), "nothing of this may reach the processor");
}

async fn raw_faults(met: &mut Met) {
    let world = World::start().await;
    let tls = world.client_tls(Some(&world.certificate));
    let head = format!(
        "POST /v1/deposits HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\nconnection: close\r\n",
        world.token()
    );
    let slow = say(world.address, &tls, format!("{head}content-length: 9\r\n\r\n{{").as_bytes()).await;
    met.note_raw("body_too_slow", &slow);
    let chunks = format!("{head}transfer-encoding: chunked\r\n\r\nnonsense\r\n");
    met.note_raw("body_broken", &say(world.address, &tls, chunks.as_bytes()).await);
    let endless = format!("{head}transfer-encoding: chunked\r\n\r\n1400\r\n{}\r\n0\r\n\r\n", "x".repeat(0x1400));
    met.note_raw("body_too_large", &say(world.address, &tls, endless.as_bytes()).await);
    let coded = format!("{head}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
    met.note_raw("framing_unclear", &say(world.address, &tls, coded.as_bytes()).await);
    for hosts in ["", "host: a\r\nhost: a\r\n", "host: \r\n"] {
        let request = format!("GET {} HTTP/1.1\r\n{hosts}connection: close\r\n\r\n", balance());
        met.note_raw("host_unclear", &say(world.address, &tls, request.as_bytes()).await);
    }
    let foreign = format!("GET {} HTTP/1.1\r\nhost: other\r\nconnection: close\r\n\r\n", balance());
    met.note_raw("host_foreign", &say(world.address, &tls, foreign.as_bytes()).await);
}

async fn certificate_faults(met: &mut Met) {
    let world = World::start().await;
    let (mut caller, token) = (world.caller().await, world.token());
    assert_eq!(caller.get(&balance(), &token).await.status, 200);
    let unregistered = client_certificate(&world.open_authority, (-1, 30));
    met.note("certificate_unknown", &world.caller_with(&unregistered).await.get(&balance(), &token).await);

    let thumbprint = world.certificate.thumbprint();
    let set = async |caller: &mut Caller, certificate, holder| {
        world
            .change(|authority| {
                let facts = authority.certificates.get_mut(&thumbprint).unwrap();
                (facts.certificate, facts.holder) = (certificate, holder);
            })
            .await;
        caller.get(&balance(), &token).await
    };
    // All on the connection that was made while everything was in order.
    met.note("certificate_revoked", &set(&mut caller, Standing::Stopped, Standing::Active).await);
    met.note("institution_stopped", &set(&mut caller, Standing::Active, Standing::Stopped).await);
    assert_eq!(set(&mut caller, Standing::Active, Standing::Active).await.status, 200);
    world.clock.advance(Span::from_days(31));
    met.note("certificate_expired", &caller.get(&balance(), &token).await);
}

async fn platform_faults(met: &mut Met) {
    let mut plan = Plan::default();
    plan.settings.institution_limit = Some(LimitRule { tokens_per_second: 1, burst_tokens: 2 });
    let world = World::with(plan).await;
    let (mut caller, token) = (world.caller().await, world.token());
    for _ in 0..2 {
        assert_eq!(caller.get(&balance(), &token).await.status, 200);
    }
    let limited = world.caller().await.get(&balance(), &token).await;
    assert_eq!(limited.header("retry-after"), "1");
    met.note("limit_exceeded", &limited);

    let world = World::with(Plan { records_max: 1, ..Plan::default() }).await;
    let (mut caller, token) = (world.caller().await, world.token());
    assert_eq!(caller.get(&balance(), &token).await.status, 200);
    let unrecorded = caller.get(&balance(), &token).await;
    assert_eq!(unrecorded.header("retry-after"), "5");
    met.note("records_unavailable", &unrecorded);
    assert_eq!(world.seen.lock().unwrap().len(), 1, "a call that cannot be recorded is not carried out");

    let world = World::with(Plan { processor_is_down: true, ..Plan::default() }).await;
    met.note("processor_unreachable", &world.caller().await.get(&balance(), &world.token()).await);

    let world = World::start().await;
    let (mut caller, token) = (world.caller().await, world.token());
    for mode in ["break", "large"] {
        met.note("processor_broken", &caller.get(&format!("{}?mode={mode}", balance()), &token).await);
    }
    met.note("processor_timed_out", &caller.get(&format!("{}?mode=hang", balance()), &token).await);
    assert_eq!(caller.get(&balance(), &token).await.json, json!({"balance": 1_000}));
}
