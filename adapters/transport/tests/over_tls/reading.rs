//! The rules of HTTP at every listener that this crate serves.

use super::*;

/// A request that stands behind another and must not be found in a faulty one.
const HIDDEN: &str = "GET /peer HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[tokio::test]
async fn rfc9112_6_3_unclear_framing_is_answered_once_and_ends_the_connection() {
    let server = start(false).await;
    let body = "5\r\n12345\r\n0\r\n\r\n";
    for framing in [
        "transfer-encoding: chunked, chunked",
        "transfer-encoding: gzip, chunked",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked",
        "content-length: 5\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 5",
        "content-length: 5\r\ncontent-length: 5",
    ] {
        let head = format!("POST /echo HTTP/1.1\r\nhost: localhost\r\n{framing}\r\n\r\n");
        for before in ["", HIDDEN] {
            let answer = server.say(format!("{before}{head}{body}{HIDDEN}").as_bytes()).await;
            let answers = answer.matches("HTTP/1.1 ").count();
            assert_eq!(answers, if before.is_empty() { 1 } else { 2 }, "{framing}: {answer}");
            assert!(answer.contains("HTTP/1.1 400") && answer.contains("\"framing_unclear\""), "{framing}: {answer}");
            assert!(answer.contains("connection: close"), "{answer}");
        }
    }
}

#[tokio::test]
async fn rfc9112_2_2_a_lone_lf_ends_no_line() {
    let server = start(false).await;
    for head in [
        "GET /peer HTTP/1.1\nhost: localhost\n\n",
        "GET /peer HTTP/1.1\r\nhost: localhost\nx: y\r\n\r\n",
        "GET /peer HTTP/1.1\r\nhost: localhost\r\n\n",
    ] {
        let answer = server.say(format!("{head}{HIDDEN}").as_bytes()).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("malformed_request"), "{answer}");
    }
}

#[tokio::test]
async fn rfc9112_7_1_a_lone_lf_in_a_chunk_breaks_the_body() {
    let server = start(false).await;
    let head = "POST /read HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n";
    for chunks in ["1\nx\r\n0\r\n\r\n", "1\r\nx\n0\r\n\r\n", "0\r\na: b\nc: d\r\n\r\n", "1;a\nb\r\nx\r\n0\r\n\r\n"] {
        let answer = server.say(format!("{head}{chunks}{HIDDEN}").as_bytes()).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{chunks:?}: {answer}");
        assert!(answer.starts_with("HTTP/1.1 400"), "{chunks:?}: {answer}");
    }
}

#[tokio::test]
async fn rfc9112_3_2_and_rfc9110_7_4_one_host_that_is_ours() {
    let server = start(false).await;
    for (hosts, status, code) in [
        ("", "400", "host_unclear"),
        ("host:\r\n", "400", "host_unclear"),
        ("host: localhost\r\nhost: localhost\r\n", "400", "host_unclear"),
        ("host: <>\r\n", "400", "host_unclear"),
        ("host: a/x\r\n", "400", "host_unclear"),
        ("host: u@localhost\r\n", "400", "host_unclear"),
        ("host: a b\r\n", "400", "host_unclear"),
        ("host: evil.example\r\n", "421", "host_foreign"),
        ("host: [::1]\r\n", "421", "host_foreign"),
        ("host: LOCALHOST:1\r\n", "200", ""),
        ("host: 127.0.0.1:65535\r\n", "200", ""),
    ] {
        let answer = server.say(format!("GET /peer HTTP/1.1\r\n{hosts}connection: close\r\n\r\n").as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.contains(code), "{hosts}: {answer}");
    }
}

/// A head in pieces, a byte at a time, and many in one piece are read as they are sent.
#[tokio::test]
async fn heads_are_read_in_whatever_pieces_they_come() {
    let server = start(false).await;
    let post = "POST /echo HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let last = "GET /peer HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let at_once = server.say(format!("{}{post}{last}", HIDDEN.repeat(50)).as_bytes()).await;
    assert_eq!(at_once.matches("HTTP/1.1 200").count(), 52, "{at_once}");
    let mut stream = server.raw(None, b"http/1.1").await.unwrap();
    for byte in format!("{HIDDEN}{post}{last}").as_bytes() {
        stream.write_all(&[*byte]).await.unwrap();
        stream.flush().await.unwrap();
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert_eq!(answer.matches("HTTP/1.1 200").count(), 3, "{answer}");
    assert!(answer.contains("\r\n\r\nabcHTTP/1.1"), "{answer}");
}

/// A fault behind a call that still runs waits for the answer of that call.
#[tokio::test]
async fn a_fault_does_not_overtake_the_answers_before_it() {
    let server = start(false).await;
    let pause = "GET /pause HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let answer = server.say(format!("{pause}GET / HTTP/1.1\nhost: localhost\n\n").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(answer.matches("HTTP/1.1 400").count(), 1, "{answer}");
}

#[tokio::test]
async fn rfc9113_8_2_2_and_8_3_1_http2_has_one_host_and_no_headers_of_a_connection() {
    let server = start(false).await;
    let stream = server.raw(None, b"h2").await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    for (uri, host, status) in [
        ("https://localhost/peer", None, 200),
        ("https://LOCALHOST:7/peer", Some("localhost:7"), 200),
        ("https://localhost/peer", Some("127.0.0.1"), 400),
        ("https://localhost/peer", Some("localhost:7"), 400),
        ("https://u@localhost/peer", None, 400),
        ("https://evil.example/peer", None, 421),
        ("https://evil.example/peer", Some("evil.example"), 421),
    ] {
        let mut request = Request::get(uri);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        let answer = sender.send_request(request.body(Full::new(Bytes::new())).unwrap()).await.unwrap();
        assert_eq!(answer.status(), status, "{uri} {host:?}");
    }
    let twice = Request::get("https://localhost/peer").header("host", "localhost").header("host", "localhost");
    let answer = sender.send_request(twice.body(Full::new(Bytes::new())).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 400);
}

#[tokio::test]
async fn rfc9113_8_2_2_a_header_of_a_connection_makes_a_stream_malformed() {
    let server = start(false).await;
    for (name, value) in [
        ("connection", "close"),
        ("transfer-encoding", "chunked"),
        ("keep-alive", "1"),
        ("proxy-connection", "close"),
        ("upgrade", "h3"),
        ("te", "gzip"),
        ("Host", "localhost"),
    ] {
        let mut stream = server.raw(None, b"h2").await.unwrap();
        let literal = |name: &str, value: &str| {
            [&[0, name.len() as u8], name.as_bytes(), &[value.len() as u8], value.as_bytes()].concat()
        };
        // :method GET, :scheme https (RFC 7541 appendix A), and the rest as letters.
        let block =
            [vec![0x82, 0x87], literal(":authority", "localhost"), literal(":path", "/peer"), literal(name, value)];
        let block = block.concat();
        let head = [&[0, 0, block.len() as u8, 1, 5, 0, 0, 0, 1], block.as_slice()].concat();
        let hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".as_slice();
        stream.write_all(&[hello, &head].concat()).await.unwrap();
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await.expect("ends");
        // RST_STREAM of stream 1 for PROTOCOL_ERROR, or the same for the connection by GOAWAY.
        let reset = [0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 1];
        let ended = answer.windows(13).any(|window| window == reset);
        let compression_or_protocol = answer.windows(9).any(|window| window[3] == 7 && window[..3] != [0, 0, 0]);
        assert!(ended || compression_or_protocol, "{name}: {answer:?}");
        assert!(!answer.windows(11).any(|window| window == b"0 127.0.0.1"), "{name}: it was answered");
    }
}

#[tokio::test]
async fn clear_text_gets_one_plain_answer_and_no_other_byte() {
    let (browsers, mutual) = (start(false).await, start(true).await);
    let ask = async |server: &Server, bytes: &[u8]| {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = String::new();
        tokio::time::timeout(Duration::from_secs(5), stream.read_to_string(&mut answer)).await.expect("ends").unwrap();
        answer
    };
    let request = format!("GET /a?b HTTP/1.1\r\nhost: {}\r\n\r\n", browsers.address);
    let moved = ask(&browsers, request.as_bytes()).await;
    assert!(moved.starts_with("HTTP/1.1 308 Permanent Redirect\r\n"), "{moved}");
    assert!(moved.contains(&format!("\r\nlocation: https://{}/a?b\r\n", browsers.address)), "{moved}");
    assert!(moved.ends_with("\r\n\r\n") && moved.matches("HTTP/1.1").count() == 1, "{moved}");
    // Two at once are one connection and one answer.
    assert_eq!(ask(&browsers, request.repeat(2).as_bytes()).await, moved);
    let foreign = ask(&browsers, b"GET / HTTP/1.1\r\nhost: evil.example\r\n\r\n").await;
    assert!(foreign.starts_with("HTTP/1.1 421") && !foreign.contains("location"), "{foreign}");
    let body = format!("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 90000\r\n\r\n{}", "x".repeat(90_000));
    let posted = ask(&browsers, body.as_bytes()).await;
    assert!(posted.starts_with("HTTP/1.1 400") && posted.contains("tls_wanted"), "{posted}");
    let refused = ask(&mutual, request.as_bytes()).await;
    assert!(refused.starts_with("HTTP/1.1 400") && refused.contains("tls_wanted"), "{refused}");
    // A head that does not end is let go in the time of a handshake.
    assert_eq!(ask(&browsers, b"GET / HTTP/1.1\r\nhost: localhost\r\n").await, "");
}

#[tokio::test]
async fn half_open_connections_give_way_to_those_that_speak() {
    let limits = Limits {
        handshake_timeout: Duration::from_secs(60),
        header_timeout: Duration::from_secs(60),
        peer_silent_max: 8,
        ..Limits::with_connections(40)
    };
    let server = start_with(false, Limits { peer_connections_max: 10, ..limits }).await;
    // More than one address may hold, none of which says a word, before and during the calls below.
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(TcpStream::connect(server.address).await.unwrap());
        let client = server.client(None);
        assert_eq!(server.fetch(&client, "/peer").await.unwrap().status(), StatusCode::OK);
    }
    let mut closed = 0;
    for stream in &mut silent[..20] {
        closed += usize::from(tokio::time::timeout(Duration::from_secs(5), stream.read(&mut [0; 1])).await.is_ok());
    }
    assert_eq!(closed, 20, "the oldest gave way");
}
