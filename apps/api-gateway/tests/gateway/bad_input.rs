//! Requests that no client should send: each is answered, recorded and forgotten.

use crate::client::say;
use crate::raw::{DATA, END_HEADERS, END_STREAM, HEADERS, RawHttp2, block, frame};
use crate::world::*;
use sumun_transport::ClientTls;

/// A request by its bytes, and what must come of it.
struct Case {
    name: &'static str,
    bytes: Vec<u8>,
    status: u16,
    code: &'static str,
}

/// Sends every case over a connection of its own and looks at answer, record
/// and processor; an ordinary call in between shows that nothing stuck.
async fn every_case_is_refused(world: &World, tls: &ClientTls, cases: Vec<Case>) {
    for Case { name, bytes, status, code } in cases {
        world.records.taken.lock().unwrap().clear();
        let answer = say(world.address, tls, &bytes).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{name}: {answer}");
        assert!(answer.contains("content-type: application/problem+json"), "{name}: {answer}");
        assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{name}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{name}: one answer and the end: {answer}");
        let record = world.records(1).await.remove(0);
        let recorded = record.refused.as_ref().map(|refused| refused.code.as_ref());
        assert_eq!((recorded, record.status), (Some(code), Some(status)), "{name}: {record:?}");
        assert_eq!(record.institution, Some(INSTITUTION), "{name}");
        assert!(world.seen.lock().unwrap().is_empty(), "{name} reached the processor");
    }
    assert_eq!(world.caller().await.get(&balance(), &world.token()).await.status, 200);
}

/// A GET of `target` with a good token and `more` header lines.
fn get(world: &World, target: &str, more: &str) -> Vec<u8> {
    request(world, "GET", target, more)
}

fn request(world: &World, method: &str, target: &str, more: &str) -> Vec<u8> {
    let token = world.token();
    format!(
        "{method} {target} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         connection: close\r\n{more}\r\n"
    )
    .into_bytes()
}

/// A POST with a good token, JSON by its head, `more` header lines and `body` as it is.
fn post(world: &World, more: &str, body: &[u8]) -> Vec<u8> {
    let more = format!("content-type: application/json\r\n{more}");
    [&*request(world, "POST", "/v1/deposits", &more), body].concat()
}

/// The same with the body's true length.
fn json_post(world: &World, body: &[u8]) -> Vec<u8> {
    post(world, &format!("content-length: {}\r\n", body.len()), body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn request_lines_and_heads_that_are_none_are_refused() {
    let world = World::start().await;
    let tls = world.client_tls(Some(&world.certificate));
    let malformed = |name, line: &[u8]| Case {
        name,
        bytes: [line, b"\r\nhost: localhost\r\n\r\n"].concat(),
        status: 400,
        code: "malformed_request",
    };
    let head = |name, header: &str| Case {
        name,
        bytes: get(&world, &balance(), &format!("{header}\r\n")),
        status: 400,
        code: "malformed_request",
    };
    let too_large = |name, header: String| Case {
        name,
        bytes: get(&world, &balance(), &header),
        status: 431,
        code: "headers_too_large",
    };
    let cases = vec![
        malformed("no words", b"\x00\x01\x02"),
        malformed("no target", b"GET HTTP/1.1"),
        malformed("no version", b"GET /v1/accounts"),
        malformed("an unknown version", b"GET / HTTP/3.7"),
        malformed("a space in the target", b"GET /v1/ac counts HTTP/1.1"),
        malformed("a method with a slash", b"GE/T / HTTP/1.1"),
        malformed("a control character in the target", b"GET /v1/\x07 HTTP/1.1"),
        malformed("a TLS hello inside of TLS", &[22, 3, 1, 0, 63, 1, 0, 0, 59]),
        head("a space before the colon", "x-a : 1"),
        head("no colon", "x-a"),
        head("an empty name", ": 1"),
        head("a folded line", "x-a: 1\r\n 2"),
        head("a null in a value", "x-a: 1\u{0}2"),
        head("a name with a control character", "x-\u{7}: 1"),
        too_large("too many headers", (0..60).map(|place| format!("x-{place}: 1\r\n")).collect()),
        too_large("a header too long", format!("x: {}\r\n", "y".repeat(17_000))),
    ];
    every_case_is_refused(&world, &tls, cases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn targets_and_methods_that_the_contract_does_not_have_are_refused() {
    let world = World::start().await;
    let tls = world.client_tls(Some(&world.certificate));
    let unknown =
        |name, target: &str| Case { name, bytes: get(&world, target, ""), status: 404, code: "route_unknown" };
    let method = |method: &'static str| Case {
        name: method,
        bytes: request(&world, method, &balance(), "content-length: 0\r\n"),
        status: 405,
        code: "method_not_allowed",
    };
    let whole = balance();
    let cases = vec![
        unknown("an escaped slash", &whole.replacen("/balance", "%2Fbalance", 1)),
        unknown("an escaped letter", &whole.replace("balance", "b%61lance")),
        unknown("a dot segment", &whole.replace("/balance", "/./balance")),
        unknown("a segment back", &format!("/v1/../{}", &whole[1..])),
        unknown("an escaped segment back", &format!("/v1/%2e%2e/{}", &whole[1..])),
        unknown("a segment back that leaves the root", "/../../etc/passwd"),
        unknown("an empty segment", &format!("/{whole}")),
        unknown("a slash at the end", &format!("{whole}/")),
        unknown("a parameter of a segment", &format!("{whole};a=1")),
        unknown("capitals", &whole.to_uppercase()),
        unknown("an escaped null", &format!("{whole}%00")),
        unknown("escaped bytes that are no UTF-8", "/v1/accounts/%ff%fe/balance"),
        unknown("a backslash", "/v1\\accounts"),
        unknown("an account that is none", "/v1/accounts/'%20or%201=1/balance"),
        unknown("an account too long", &format!("/v1/accounts/{}/balance", "a".repeat(2_000))),
        unknown("the asterisk", "*"),
        method("TRACE"),
        method("OPTIONS"),
        method("PATCH"),
        method("get"),
        method("BREW"),
        method("XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"),
    ];
    every_case_is_refused(&world, &tls, cases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heads_that_can_be_read_in_two_ways_are_refused() {
    let world = World::start().await;
    let tls = world.client_tls(Some(&world.certificate));
    let unclear = |name, bytes| Case { name, bytes, status: 400, code: "host_unclear" };
    // Behind each stands a request that some reading finds; it must not be found here.
    let hidden = get(&world, &balance(), "");
    let framing = |name, header: &str| Case {
        name,
        bytes: post(&world, &format!("{header}\r\n"), &[b"2\r\n{}\r\n0\r\n\r\n", hidden.as_slice()].concat()),
        status: 400,
        code: "framing_unclear",
    };
    let host = |name, host: &str| Case {
        name,
        bytes: format!("GET {} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n", balance()).into_bytes(),
        status: 400,
        code: "host_unclear",
    };
    let foreign = |name, line: &str| Case {
        name,
        bytes: format!("{line}\r\nconnection: close\r\n\r\n").into_bytes(),
        status: 421,
        code: "host_foreign",
    };
    let bare = |head: &str| format!("{head}\r\nconnection: close\r\n\r\n").into_bytes();
    let cases = vec![
        unclear("no host", bare(&format!("GET {} HTTP/1.1", balance()))),
        unclear("an empty host", bare(&format!("GET {} HTTP/1.1\r\nhost: ", balance()))),
        unclear("the host twice", get(&world, &balance(), "host: localhost\r\n")),
        unclear("another host in the target", get(&world, &format!("https://other{}", balance()), "")),
        unclear("another scheme in the target", get(&world, &format!("http://localhost{}", balance()), "")),
        unclear("a user in the target", get(&world, &format!("https://a:b@localhost{}", balance()), "")),
        unclear("a tunnel to elsewhere", request(&world, "CONNECT", "other:443", "")),
        framing("two codings", "transfer-encoding: gzip, chunked"),
        framing("chunked twice", "transfer-encoding: chunked\r\ntransfer-encoding: chunked"),
        framing("chunked twice in one line", "transfer-encoding: chunked, chunked"),
        framing("an unknown coding", "transfer-encoding: gzip"),
        framing("a coding after chunked", "transfer-encoding: chunked, identity"),
        framing("a length and a coding", "content-length: 2\r\ntransfer-encoding: chunked"),
        framing("a coding and a length", "transfer-encoding: chunked\r\ncontent-length: 2"),
        framing("two lengths", "content-length: 2\r\ncontent-length: 3"),
        framing("two lengths in one line", "content-length: 2, 3"),
        framing("a length with a sign", "content-length: +2"),
        framing("a length below nothing", "content-length: -2"),
        framing("a length beyond counting", "content-length: 99999999999999999999999"),
        host("marks that delimit", "<>"),
        host("a path behind the host", "a/x"),
        host("a user before the host", "u@localhost"),
        host("a space in the host", "a b"),
        host("a port that is none", "localhost:x"),
        foreign("another's name", &format!("GET {} HTTP/1.1\r\nhost: other", balance())),
        foreign("another's name in both", &format!("GET https://other{} HTTP/1.1\r\nhost: other", balance())),
        foreign("another address", &format!("GET {} HTTP/1.1\r\nhost: 127.0.0.2:443", balance())),
        foreign("a tunnel to elsewhere", "CONNECT other:443 HTTP/1.1\r\nhost: other:443"),
    ];
    every_case_is_refused(&world, &tls, cases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rfc9112_3_2_2_a_target_with_scheme_and_host_is_read_as_its_path() {
    let world = World::start().await;
    let tls = world.client_tls(Some(&world.certificate));
    let bytes = get(&world, &format!("https://LOCALHOST{}", balance()), "");
    let answer = say(world.address, &tls, &bytes).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(world.seen.lock().unwrap()[0].line, format!("GET {}", balance()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_cannot_be_read_in_one_way_are_refused() {
    let world = World::start().await;
    let tls = world.client_tls(Some(&world.certificate));
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(5_000)).into_bytes();
    let chunked = |body: &[u8]| post(&world, "transfer-encoding: chunked\r\n", body);
    let in_chunks =
        |body: &[u8]| chunked(&[format!("{:x}\r\n", body.len()).as_bytes(), body, b"\r\n0\r\n\r\n"].concat());
    let account = format!("\"account_id\":\"{ACCOUNT}\"");
    let case = |name, status, code, bytes| Case { name, bytes, status, code };
    let json = |name, code, body: &str| case(name, 400, code, json_post(&world, body.as_bytes()));
    let broken = |name, body: &[u8]| case(name, 400, "body_broken", chunked(body));
    let cases = vec![
        case("too long by its length", 413, "body_too_large", json_post(&world, &large)),
        case("too long in chunks", 413, "body_too_large", in_chunks(&large)),
        case("a chunk of which nearly nothing comes", 408, "body_too_slow", chunked(b"7fffffffffffffff\r\nx")),
        broken("a chunk size that is none", b"xyz\r\n{}\r\n0\r\n\r\n"),
        broken("a chunk size too wide", b"fffffffffffffffffff\r\n{}"),
        broken("a chunk without its end", b"2\r\n{}}}}}\r\n0\r\n\r\n"),
        broken("a size with a sign", b"-2\r\n{}\r\n0\r\n\r\n"),
        json("no JSON", "json_malformed", "amount=1"),
        json("half of an object", "json_malformed", "{\"amount\":"),
        json("two objects", "json_malformed", "{} {}"),
        json("no object", "json_malformed", "[1]"),
        json("a number that is none", "json_malformed", "{\"amount\":NaN}"),
        json("a comma too many", "json_malformed", "{\"amount\":1,}"),
        json("a comment", "json_malformed", "{/* */}"),
        json("a mark of byte order", "json_malformed", "\u{feff}{}"),
        json("half of a pair", "json_malformed", "{\"a\":\"\\ud800\"}"),
        case("no UTF-8", 400, "json_malformed", json_post(&world, b"{\"a\":\"\xff\"}")),
        json("one name twice", "json_duplicate_name", &format!("{{{account},{account}}}")),
        json("one name twice, once escaped", "json_duplicate_name", "{\"amount\":1,\"\\u0061mount\":2}"),
        json("one name twice inside", "json_duplicate_name", &format!("{{{account},\"payee\":{{\"a\":1,\"a\":1}}}}")),
        json("too deep", "json_too_deep", &format!("{{\"a\":{}{}}}", "[".repeat(2_000), "]".repeat(2_000))),
        case("a body where none belongs", 400, "body_unexpected", {
            [get(&world, &balance(), "content-length: 2\r\n"), b"{}".to_vec()].concat()
        }),
    ];
    every_case_is_refused(&world, &tls, cases).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_of_another_type_and_tokens_in_two_places_are_refused() {
    let world = World::start().await;
    let tls = world.client_tls(Some(&world.certificate));
    let kind = |name, types: &str| Case {
        name,
        bytes: [&*request(&world, "POST", "/v1/deposits", &format!("{types}content-length: 2\r\n")), b"{}"].concat(),
        status: 415,
        code: "content_type_unsupported",
    };
    let token = |name, bytes| Case { name, bytes, status: 400, code: "token_placement" };
    let good = world.token();
    let alone = |authorization: &str| {
        let lines = format!("host: localhost\r\nconnection: close\r\nauthorization: {authorization}\r\n\r\n");
        format!("GET {} HTTP/1.1\r\n{lines}", balance()).into_bytes()
    };
    let cases = vec![
        kind("no type", ""),
        kind("a form", "content-type: application/x-www-form-urlencoded\r\n"),
        kind("text", "content-type: text/plain\r\n"),
        kind("a type that begins alike", "content-type: application/jsonp\r\n"),
        kind("another set of characters", "content-type: application/json; charset=euc-kr\r\n"),
        kind("two types", "content-type: application/json\r\ncontent-type: application/json\r\n"),
        kind("two types in one line", "content-type: application/json, text/plain\r\n"),
        kind("compressed", "content-type: application/json\r\ncontent-encoding: gzip\r\n"),
        token("two tokens", get(&world, &balance(), &format!("authorization: Bearer {good}\r\n"))),
        token("two schemes", get(&world, &balance(), "authorization: Basic YTpi\r\n")),
        token("two tokens in one line", alone(&format!("Bearer {good}, Bearer {good}"))),
        token("a token with a space", alone(&format!("Bearer {good} x"))),
        token("no token after the scheme", alone("Bearer ")),
        token("a token in the query too", get(&world, &format!("{}?access_token={good}", balance()), "")),
    ];
    every_case_is_refused(&world, &tls, cases).await;
    let denied = say(world.address, &tls, &alone("Bearer \u{ff}\u{fe}")).await;
    assert!(denied.starts_with("HTTP/1.1 4"), "{denied}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http2_requests_that_no_client_should_send_are_refused_on_their_stream_alone() {
    let world = World::start().await;
    let bearer = format!("Bearer {}", world.token());
    let whole = balance();
    let (slashes, back) = (whole.replacen("/balance", "%2Fbalance", 1), format!("/v1/../{}", &whole[1..]));
    let target =
        |scheme, path| vec![(":method", "GET"), (":scheme", scheme), (":authority", "localhost"), (":path", path)];
    let method = |name| vec![(":method", name), (":scheme", "https"), (":authority", "localhost"), (":path", &*whole)];
    let post = [(":method", "POST"), (":scheme", "https"), (":authority", "localhost"), (":path", "/v1/deposits")];
    let post = |more: &[(&'static str, &'static str)]| [&post, more].concat();
    let json = ("content-type", "application/json");
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(5_000));
    let cases = vec![
        ("an escaped slash", target("https", &slashes), "", "route_unknown"),
        ("a segment back", target("https", &back), "", "route_unknown"),
        ("another scheme", target("http", &whole), "", "host_unclear"),
        ("another host", [target("https", &*whole), vec![("host", "other")]].concat(), "", "host_unclear"),
        ("no host", vec![(":method", "GET"), (":scheme", "https"), (":path", &*whole)], "", "host_unclear"),
        ("two tokens", [target("https", &*whole), vec![("authorization", "Bearer x")]].concat(), "", "token_placement"),
        ("an unknown method", method("BREW"), "", "method_not_allowed"),
        ("a trace", method("TRACE"), "", "method_not_allowed"),
        ("a body that is too long", post(&[json]), &large, "body_too_large"),
        ("another type", post(&[("content-type", "text/plain")]), "{}", "content_type_unsupported"),
        ("one name twice", post(&[json]), "{\"a\":1,\"a\":1}", "json_duplicate_name"),
    ];
    let mut raw = RawHttp2::connect(&world).await;
    let expected: Vec<_> = cases.iter().map(|case| case.3).collect();
    for (stream, (name, head, body, code)) in (1..).step_by(2).zip(cases) {
        let head = block(&[head, vec![("authorization", &*bearer)]].concat());
        let flags = if body.is_empty() { END_HEADERS | END_STREAM } else { END_HEADERS };
        raw.send(&frame(HEADERS, flags, stream, &head)).await;
        if !body.is_empty() {
            raw.send(&frame(DATA, END_STREAM, stream, body.as_bytes())).await;
        }
        let answer = raw.body_of(stream).await;
        assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{name}: {answer}");
    }
    raw.get(101, &whole, &world.token()).await;
    assert!(raw.body_of(101).await.contains("\"balance\":1000"), "the connection lives");
    let records = world.records(expected.len() + 1).await;
    let codes: Vec<_> =
        records.iter().filter_map(|record| record.refused.as_ref()).map(|refused| &*refused.code).collect();
    assert_eq!(codes, expected);
    assert_eq!(world.seen.lock().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_that_speak_for_the_gateway_are_dropped_also_when_they_come_twice() {
    let world = World::start().await;
    let tls = world.client_tls(Some(&world.certificate));
    let names =
        ["sumun-customer-id", "sumun-accounts", "Sumun-Scope", "sumun-new", "dpop", "forwarded", "x-request-id"];
    let evil: String = names.iter().map(|name| format!("{name}: evil\r\n{name}: evil, evil\r\n")).collect();
    let answer = say(world.address, &tls, &get(&world, &balance(), &evil)).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let mut raw = RawHttp2::connect(&world).await;
    let evil: Vec<_> = ["sumun-customer-id", "dpop"].into_iter().flat_map(|name| [(name, "evil"); 2]).collect();
    let head =
        crate::raw::get(&balance(), &[&evil[..], &[("authorization", &format!("Bearer {}", world.token()))]].concat());
    raw.send(&frame(HEADERS, END_HEADERS | END_STREAM, 1, &head)).await;
    assert!(raw.body_of(1).await.contains("\"balance\":1000"));
    let seen = world.seen.lock().unwrap().clone();
    assert_eq!(seen.len(), 2);
    for Seen { headers, .. } in seen {
        assert!(!format!("{headers:?}").contains("evil"), "{headers:?}");
        assert_eq!(headers["sumun-customer-id"], CUSTOMER.to_string().as_str());
    }
}
