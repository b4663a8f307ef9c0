//! How connections end: in order, and in time.

use super::*;
use std::process::Stdio;
use std::time::Instant;
use tokio::process::Command;

/// An HTTP/2 client's first bytes: the preface and empty settings.
const HTTP2_HELLO: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// Reads to the end, which must be told: a bare end of the TCP stream is `UnexpectedEof` here.
async fn told_end(stream: &mut TlsStream<TcpStream>) -> String {
    let mut answer = Vec::new();
    let end = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await.expect("ends");
    end.expect("close_notify before the end");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn connected(server: &Server, alpn: &[u8], hello: &[u8]) -> TlsStream<TcpStream> {
    let mut stream = server.raw(None, alpn).await.unwrap();
    stream.write_all(hello).await.unwrap();
    stream
}

#[tokio::test]
async fn rfc8446_6_1_every_orderly_close_sends_close_notify() {
    let server = start(false).await;
    // A connection that rests before, between and after calls.
    let mut silent = connected(&server, b"http/1.1", b"").await;
    assert_eq!(told_end(&mut silent).await, "");
    let mut once = connected(&server, b"http/1.1", b"GET /peer HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(told_end(&mut once).await.starts_with("HTTP/1.1 200"));
    let mut resting = connected(&server, b"h2", HTTP2_HELLO).await;
    told_end(&mut resting).await;
    // An answer that ends the connection, by the caller's will or for a fault.
    let mut last =
        connected(&server, b"http/1.1", b"GET /peer HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    assert!(told_end(&mut last).await.starts_with("HTTP/1.1 200"));
    let mut malformed = connected(&server, b"http/1.1", b"nonsense\r\n\r\n").await;
    assert!(told_end(&mut malformed).await.starts_with("HTTP/1.1 400"));
    let mut broken = connected(&server, b"h2", b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    told_end(&mut broken).await;
    // A stop, also over a call that does not end in the grace.
    let mut hanging = connected(&server, b"http/1.1", b"GET /hang HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let mut resting = [connected(&server, b"http/1.1", b"").await, connected(&server, b"h2", HTTP2_HELLO).await];
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.shutdown.begin();
    for stream in &mut resting {
        told_end(stream).await;
    }
    told_end(&mut hanging).await;
}

#[tokio::test]
async fn openssl_reads_the_close_notify_of_a_rested_connection() {
    let server = start(false).await;
    for alpn in ["http/1.1", "h2"] {
        let mut openssl = Command::new("openssl");
        openssl.args(["s_client", "-msg", "-connect", &server.address.to_string(), "-alpn", alpn]);
        // Its input stays open: it is the server that ends the connection.
        openssl.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut client = openssl.spawn().expect("openssl is needed (Debian package openssl)");
        let mut input = client.stdin.take().unwrap();
        if alpn == "h2" {
            input.write_all(HTTP2_HELLO).await.unwrap();
        }
        let output = tokio::time::timeout(Duration::from_secs(8), client.wait_with_output()).await;
        let output = String::from_utf8_lossy(&output.expect("ends").unwrap().stdout).into_owned();
        let told = output.lines().any(|line| line.starts_with("<<<") && line.ends_with("warning close_notify"));
        assert!(told, "{alpn}: {output}");
        drop(input);
    }
}

#[tokio::test]
async fn a_peer_that_never_closes_does_not_hold_the_close() {
    let limits = short_limits();
    for (alpn, hello) in [(b"http/1.1".as_slice(), b"".as_slice()), (b"h2", HTTP2_HELLO)] {
        let server = start(false).await;
        let dead = connected(&server, alpn, hello).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        let begun = Instant::now();
        server.shutdown.begin();
        tokio::time::timeout(limits.drain_timeout(), server.task).await.expect("ends").unwrap().unwrap();
        assert!(begun.elapsed() >= limits.close_timeout, "the peer had time to close");
        drop(dead);
    }
}

#[tokio::test]
async fn a_peer_that_says_nothing_does_not_hold_a_stop() {
    let patient = Limits { close_timeout: Duration::from_millis(300), ..Limits::default() };
    let server = start_with(false, patient).await;
    let silent = TcpStream::connect(server.address).await.unwrap();
    let resting = connected(&server, b"h2", HTTP2_HELLO).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let begun = Instant::now();
    server.shutdown.begin();
    tokio::time::timeout(Duration::from_secs(5), server.task).await.expect("ends").unwrap().unwrap();
    assert!(begun.elapsed() < patient.grace / 2, "nothing ran that the grace is for: {:?}", begun.elapsed());
    drop((silent, resting));
}

#[tokio::test]
async fn rfc9112_9_6_an_early_answer_survives_what_the_peer_still_sends() {
    let server = start(false).await;
    let head = b"POST /read HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4000000\r\n\r\n";
    let mut stream = connected(&server, b"http/1.1", head).await;
    for _ in 0..20 {
        // The answer is there long before; a reset would be an error here or below.
        stream.write_all(&[b'x'; 10_000]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let answer = told_end(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("body_too_large"), "{answer}");
}
