//! What no honest client sends: refused in the form of RFC 9457 or by closing,
//! never a crash.

use crate::shared::{account, platform, token};
use std::fs;
use std::time::{Duration, Instant};
use sumun_conformance::{App, RawAnswer, Ready, Wire, random_text};

fn connect(ready: &Ready) -> Wire {
    Wire::connect(ready, &ready.addresses.gateway, Some(&ready.world.institutions[0].certificate))
}

/// The platform still answers, in the same process, and has complained of nothing.
async fn assert_unharmed() {
    let running = platform();
    let answer =
        App::of(running.ready(), 0).get(&format!("/v1/accounts/{}/balance", account().await), token().await).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(fs::exists(format!("/proc/{}", running.ready().pid)).unwrap());
    assert!(!running.stderr().contains("panicked"), "{}", running.stderr());
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_http_is_refused_and_the_gateway_goes_on() {
    let (ready, token) = (platform().ready(), token().await);
    let path = format!("/v1/accounts/{}/balance", account().await);
    let head = |more: &str| {
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n{more}\r\n").into_bytes()
    };
    let post = |more: &str, body: &str| {
        let head = format!(
            "POST /v1/account-holder-inquiries HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n"
        );
        format!("{head}content-type: application/json\r\nidempotency-key: k\r\n{more}\r\n{body}").into_bytes()
    };
    let table: Vec<(&str, Vec<u8>, &[u16])> = vec![
        ("noise", (0..=255).cycle().take(2_000).collect(), &[400]),
        ("an empty request line", b"\r\n\r\n\r\n\r\nx\r\n\r\n".to_vec(), &[400]),
        ("a version of the future", format!("GET {path} HTTP/9.9\r\nhost: a\r\n\r\n").into_bytes(), &[400, 505]),
        ("HTTP/0.9", format!("GET {path}\r\n\r\n").into_bytes(), &[400]),
        ("a target with a blank", b"GET /a b HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec(), &[400]),
        ("a target that is no path", b"GET relative HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec(), &[400, 404]),
        ("a header without a colon", head("nonsense\r\n"), &[400]),
        ("a header with a blank in its name", head("a b: c\r\n"), &[400]),
        ("a NUL in a header", head("a: \0\r\n"), &[400]),
        ("a bare CR in a header", head("a: b\rc\r\n"), &[400]),
        ("a folded header", head("a: b\r\n c\r\n"), &[400]),
        ("no host", format!("GET {path} HTTP/1.1\r\n\r\n").into_bytes(), &[400]),
        ("two hosts", head("host: other\r\n"), &[400]),
        ("a length that is no number", post("content-length: abc\r\n", "{}"), &[400]),
        ("a negative length", post("content-length: -1\r\n", "{}"), &[400]),
        ("two lengths", post("content-length: 2\r\ncontent-length: 3\r\n", "{}"), &[400]),
        ("a length beyond all numbers", post("content-length: 99999999999999999999999\r\n", "{}"), &[400, 413]),
        ("length and chunks", post("content-length: 2\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n"), &[400]),
        ("an unknown coding", post("transfer-encoding: gzip\r\n", "{}"), &[400, 415, 501]),
        ("a broken chunk", post("transfer-encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n"), &[400]),
        (
            "a long target",
            format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "a".repeat(70_000)).into_bytes(),
            &[400, 414, 431],
        ),
        ("a long header", head(&format!("a: {}\r\n", "b".repeat(70_000))), &[431]),
        ("many headers", head(&"a: b\r\n".repeat(300)), &[431]),
        ("a body where none belongs", head("content-length: 2\r\n"), &[400]),
        ("an unknown method", String::from_utf8(head("")).unwrap().replacen("GET", "FLY", 1).into(), &[405]),
    ];
    let (mut faults, mut closed) = (Vec::new(), Vec::new());
    for (name, bytes, statuses) in table {
        let answer = match connect(ready).try_exchange(&bytes) {
            Ok(Some(answer)) => answer,
            // A server that closes without a word has refused too.
            Ok(None) => {
                closed.push(name);
                continue;
            }
            Err(silence) => {
                faults.push(format!("{name}: {silence}"));
                continue;
            }
        };
        if !statuses.contains(&answer.status) {
            faults.push(format!("{name}: {answer:?}"));
        } else if serde_json::from_str::<serde_json::Value>(&answer.body).is_err() {
            faults.push(format!("{name}: no problem details: {answer:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(closed.len() <= 2, "a refusal says why; closed without a word: {closed:?}");
    assert_unharmed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_the_wrong_kind_size_or_depth_are_refused_by_name() {
    let (ready, token) = (platform().ready(), token().await);
    let app = App::of(ready, 0);
    let good = r#"{"bank_code":"902","account_number":"302-555-127702"}"#;
    let deep = |depth: usize| format!("{}{}", r#"{"a":"#.repeat(depth), "1".to_owned() + &"}".repeat(depth));
    let json = Some("application/json");
    let table: Vec<BodyCase<'_>> = vec![
        ("no type", None, good.into(), &[(415, "content_type_unsupported")]),
        ("plain text", Some("text/plain"), good.into(), &[(415, "content_type_unsupported")]),
        ("a form", Some("application/x-www-form-urlencoded"), b"a=b".to_vec(), &[(415, "content_type_unsupported")]),
        ("nearly JSON", Some("application/jsonx"), good.into(), &[(415, "content_type_unsupported")]),
        ("nothing", json, Vec::new(), &[(400, "json_malformed"), (415, "content_type_unsupported")]),
        ("half of it", json, good[..20].into(), &[(400, "json_malformed")]),
        ("something after it", json, format!("{good}x").into(), &[(400, "json_malformed")]),
        ("two of it", json, format!("{good}{good}").into(), &[(400, "json_malformed")]),
        ("a comment", json, format!("// hi\n{good}").into(), &[(400, "json_malformed")]),
        ("broken UTF-8", json, b"{\"bank_code\":\"\xff\xfe\"}".to_vec(), &[(400, "json_malformed")]),
        ("a lone surrogate", json, br#"{"bank_code":"\ud800"}"#.to_vec(), &[(400, "json_malformed")]),
        ("a name twice", json, good.replace('}', r#","bank_code":"901"}"#).into(), &[(400, "json_duplicate_name")]),
        (
            "a name twice, escaped",
            json,
            good.replace('}', r#","bank\u005fcode":"901"}"#).into(),
            &[(400, "json_duplicate_name")],
        ),
        ("too deep", json, deep(200).into(), &[(400, "json_too_deep")]),
        ("deep lists", json, "[".repeat(2_000).into(), &[(400, "json_too_deep")]),
        ("a list", json, b"[]".to_vec(), &[(400, "json_malformed"), (422, "invalid_field")]),
        ("null", json, b"null".to_vec(), &[(400, "json_malformed"), (422, "invalid_field")]),
        ("too long", json, format!("{good}{}", " ".repeat(5_000)).into(), &[(413, "body_too_large")]),
        ("much too long", json, vec![b' '; 3_000_000], &[(413, "body_too_large")]),
        ("an unknown field", json, good.replace('}', r#","x":1}"#).into(), &[(422, "unknown_field")]),
        ("a field too few", json, br#"{"bank_code":"902"}"#.to_vec(), &[(422, "invalid_field")]),
        (
            "another type",
            json,
            br#"{"bank_code":902,"account_number":1e999}"#.to_vec(),
            &[(400, "json_malformed"), (422, "invalid_field")],
        ),
    ];
    let mut faults = Vec::new();
    for (name, kind, body, expected) in table {
        let key = random_text();
        let mut headers = vec![("idempotency-key", key.as_str())];
        headers.extend(kind.map(|kind| ("content-type", kind)));
        let refusal = refusal_over_wire(ready, token, &headers, &body);
        if !expected.iter().any(|(status, code)| (*status, (*code).to_owned()) == refusal) {
            faults.push(format!("{name}: {refusal:?} instead of {expected:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let headers = [("content-type", "application/json; charset=utf-8"), ("idempotency-key", "k")];
    let answer = app.post_raw("/v1/account-holder-inquiries", token, &headers, good.into()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_unharmed().await;
}

/// Name, content type, body, and the refusals that fit.
type BodyCase<'a> = (&'a str, Option<&'a str>, Vec<u8>, &'a [(u16, &'a str)]);

/// Sends a body by its length and once more in chunks; both must be refused alike.
fn refusal_over_wire(ready: &Ready, token: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, String) {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!(
        "POST /v1/account-holder-inquiries HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n{lines}"
    );
    let by_length = [format!("{head}content-length: {}\r\n\r\n", body.len()).as_bytes(), body].concat();
    let mut chunks = format!("{head}transfer-encoding: chunked\r\n\r\n").into_bytes();
    for part in body.chunks(1_000) {
        chunks.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
        chunks.extend_from_slice(part);
        chunks.extend_from_slice(b"\r\n");
    }
    chunks.extend_from_slice(b"0\r\n\r\n");
    let one = connect(ready).exchange(&by_length).map(|answer| answer.refusal());
    let other = connect(ready).exchange(&chunks).map(|answer| answer.refusal());
    // Nothing at all by its length is no body; in chunks it is an empty one.
    if one == other || body.is_empty() {
        return one.unwrap_or((0, "closed without a word".to_owned()));
    }
    (0, format!("{one:?} by length, {other:?} in chunks"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_the_wrong_place_or_shape_is_refused() {
    let (ready, token) = (platform().ready(), token().await);
    let path = format!("/v1/accounts/{}/balance", account().await);
    let ask = |target: &str, headers: &str| -> RawAnswer {
        let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n");
        connect(ready).exchange(request.as_bytes()).unwrap()
    };
    let bearer = format!("authorization: Bearer {token}\r\n");
    for (name, answer, status) in [
        ("none", ask(&path, ""), 401),
        ("in the query", ask(&format!("{path}?access_token={token}"), ""), 400),
        ("in both places", ask(&format!("{path}?access_token={token}"), &bearer), 400),
        ("twice", ask(&path, &format!("{bearer}{bearer}")), 400),
        ("as Basic", ask(&path, "authorization: Basic YTpi\r\n"), 401),
        ("as DPoP", ask(&path, &format!("authorization: DPoP {token}\r\n")), 401),
        ("no JWT", ask(&path, "authorization: Bearer abc\r\n"), 401),
        ("unsigned", ask(&path, &format!("authorization: Bearer {}.\r\n", token.rsplit_once('.').unwrap().0)), 401),
    ] {
        assert_eq!(answer.refusal().0, status, "{name}: {answer:?}");
        assert!(
            answer.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer")),
            "{name}: {answer:?}"
        );
        assert!(!answer.body.contains(token), "{name}");
    }
    assert_unharmed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_sent_at_once_are_answered_in_order() {
    let (ready, token) = (platform().ready(), token().await);
    let mut wire = connect(ready);
    let call = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n");
    let good = call(&format!("/v1/accounts/{}/balance", account().await));
    wire.send(format!("{good}{}{good}", call("/v1/nothing")).as_bytes()).unwrap();
    let statuses: Vec<u16> = (0..3).filter_map(|_| wire.answer()).map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 404, 200]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_and_tokens_ends_refuse_what_they_cannot_read() {
    let ready = platform().ready();
    let institution = Some(&ready.world.institutions[0].certificate);
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let long = format!("a={}", "b".repeat(3_000_000));
    for (address, path, certificate) in [
        (&ready.addresses.authorization, "/sign-in", None),
        (&ready.addresses.bank, "/sign-in", None),
        (&ready.addresses.workbench, "/sign-in", None),
        (&ready.addresses.authorization_mtls, "/par", institution),
        (&ready.addresses.authorization_mtls, "/token", institution),
    ] {
        let send = |headers: &str, body: &[u8]| {
            let head =
                format!("POST {path} HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {}\r\n\r\n", body.len());
            Wire::connect(ready, address, certificate).exchange(&[head.as_bytes(), body].concat())
        };
        let status = |answer: Option<RawAnswer>| answer.map_or(0, |answer| answer.status);
        let place = format!("{address}{path}");
        assert_eq!(status(send("content-type: application/json\r\n", b"{}")), 415, "{place}");
        assert_eq!(status(send("", b"a=b")), 415, "{place}");
        let too_long = status(send(form, long.as_bytes()));
        assert!(too_long == 413 || too_long == 0, "{place}: {too_long}");
        for body in [&b"%zz=%"[..], b"\xff=\xfe", b"a=1&a=2", b"&&&&", b"csrf=x"] {
            let found = status(send(form, body));
            assert!((400..=422).contains(&found), "{place}: {found} for {body:?}");
        }
        let noise = Wire::connect(ready, address, certificate).exchange(b"\x16\x03\x01 hello\r\n\r\n");
        assert!(noise.is_none_or(|answer| answer.status == 400), "{place}");
    }
    assert_unharmed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_says_nothing_is_let_go() {
    let ready = platform().ready();
    let started = Instant::now();
    let socket = ready.addresses.gateway.strip_prefix("https://").unwrap();
    let stream = std::net::TcpStream::connect(socket).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut said = [0; 16];
    let read = std::io::Read::read(&mut &stream, &mut said);
    assert!(matches!(read, Ok(0)), "not let go: {read:?}");
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}
