//! The server and client plumbing over real sockets on loopback.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod closing;
mod reading;

use axum::Router;
use axum::extract::{Extension, Request as AxumRequest};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls_pki_types::ServerName;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use sumun_transport::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    der: Vec<u8>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let der = params.self_signed(&key).unwrap().der().to_vec();
        Self { issuer: Issuer::new(params, key), der }
    }

    fn issue(&self, years: std::ops::RangeInclusive<i32>) -> (Identity, Vec<u8>) {
        let mut params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = rcgen::date_time_ymd(*years.start(), 1, 1);
        params.not_after = rcgen::date_time_ymd(*years.end(), 1, 1);
        let key = KeyPair::generate().unwrap();
        let der = params.signed_by(&key, &self.issuer).unwrap().der().to_vec();
        (Identity::from_der(vec![der.clone()], key.serialize_der()), der)
    }
}

/// What the HTTP library says on its own to a malformed head.
const MIMIC: &str = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

struct Server {
    address: SocketAddr,
    authority: Authority,
    tls: ServerTls,
    shutdown: Shutdown,
    task: tokio::task::JoinHandle<std::io::Result<()>>,
}

fn short_limits() -> Limits {
    Limits {
        handshake_timeout: Duration::from_millis(500),
        header_timeout: Duration::from_millis(400),
        body_timeout: Duration::from_millis(400),
        request_timeout: Duration::from_millis(800),
        body_bytes_max: 1_000,
        grace: Duration::from_secs(2),
        close_timeout: Duration::from_millis(600),
        ..Limits::default()
    }
}

fn router() -> Router {
    Router::new()
        .route(
            "/peer",
            get(|certificate: Option<Extension<PeerCertificate>>, Extension(address): Extension<PeerAddress>| async move {
                format!("{} {}", certificate.map_or(0, |found| found.der.len()), address.0.ip())
            }),
        )
        .route("/echo", post(|body: Bytes| async move { body }))
        .route(
            "/read",
            post(|request: AxumRequest| async move {
                match request.into_body().collect().await {
                    Ok(_) => StatusCode::OK,
                    Err(error) => match body_fault(&error) {
                        BodyFault::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
                        BodyFault::TooSlow => StatusCode::REQUEST_TIMEOUT,
                        BodyFault::Broken => StatusCode::BAD_REQUEST,
                    },
                }
            }),
        )
        .route("/pause", get(|| async { tokio::time::sleep(Duration::from_millis(300)).await }))
        .route("/hang", get(|| async { std::future::pending::<()>().await }))
        .route(
            "/mimic",
            get(|| async {
                let pieces = ["x", MIMIC].map(|piece| Ok::<_, std::io::Error>(Bytes::from_static(piece.as_bytes())));
                axum::body::Body::from_stream(futures_util::StreamExt::then(
                    futures_util::stream::iter(pieces),
                    |piece| async {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        piece
                    },
                ))
            }),
        )
        .route("/big", get(|| async { vec![b'x'; 10_000] }))
}

async fn start(mutual: bool) -> Server {
    start_with(mutual, short_limits()).await
}

async fn start_with(mutual: bool, limits: Limits) -> Server {
    let required = |root| if mutual { ClientCertificates::required(vec![root]) } else { ClientCertificates::None };
    start_asking(required, limits).await
}

async fn start_asking(clients: impl FnOnce(Vec<u8>) -> ClientCertificates, limits: Limits) -> Server {
    let authority = Authority::new("open");
    let clients = clients(authority.der.clone());
    let tls = ServerTls::new(authority.issue(2020..=2090).0, &clients, Protocols::Http2AndHttp1).unwrap();
    let listener = listen("127.0.0.1:0".parse().unwrap(), false).unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = Shutdown::new();
    let task = tokio::spawn(serve_router(listener, tls.clone(), router(), shutdown.clone(), limits));
    Server { address, authority, tls, shutdown, task }
}

impl Server {
    fn client_tls(&self, identity: Option<Identity>) -> ClientTls {
        ClientTls::new(std::slice::from_ref(&self.authority.der), identity).unwrap()
    }

    fn client(&self, identity: Option<Identity>) -> Client {
        Client::new(&self.client_tls(identity), ClientLimits { body_bytes_max: 5_000, ..ClientLimits::default() })
    }

    async fn fetch(&self, client: &Client, path: &str) -> Result<Response<Bytes>, ClientError> {
        client.request(Request::get(format!("https://{}{path}", self.address)).body(Bytes::new()).unwrap()).await
    }

    async fn raw(&self, identity: Option<Identity>, alpn: &[u8]) -> std::io::Result<TlsStream<TcpStream>> {
        let mut config = (*self.client_tls(identity).config()).clone();
        config.alpn_protocols = vec![alpn.to_vec()];
        let stream = TcpStream::connect(self.address).await?;
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    /// Sends bytes over TLS and reads until the server closes.
    async fn say(&self, bytes: &[u8]) -> String {
        let mut stream = self.raw(None, b"http/1.1").await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await.expect("closes");
        String::from_utf8(answer).unwrap()
    }
}

#[tokio::test]
async fn handlers_see_the_certificate_and_the_address_of_the_live_connection() {
    let server = start(true).await;
    let (identity, der) = server.authority.issue(2020..=2090);
    let response = server.fetch(&server.client(Some(identity)), "/peer").await.unwrap();
    assert_eq!(response.into_body(), format!("{} 127.0.0.1", der.len()));
}

#[tokio::test]
async fn a_client_without_a_fit_certificate_gets_no_answer() {
    let server = start(true).await;
    let foreign = Authority::new("foreign").issue(2020..=2090).0;
    let expired = server.authority.issue(2010..=2011).0;
    let early = server.authority.issue(2080..=2090).0;
    for identity in [None, Some(foreign), Some(expired), Some(early)] {
        let client = server.client(identity);
        assert!(server.fetch(&client, "/peer").await.is_err());
    }
}

#[tokio::test]
async fn rfc8446_4_4_2_4_a_requested_certificate_may_be_missing_but_not_wrong() {
    let server = start_asking(|root| ClientCertificates::requested(vec![root]), short_limits()).await;
    let (identity, der) = server.authority.issue(2020..=2090);
    for (identity, length) in [(None, 0), (Some(identity), der.len())] {
        let response = server.fetch(&server.client(identity), "/peer").await.unwrap();
        assert_eq!(response.into_body(), format!("{length} 127.0.0.1"));
    }
    let foreign = Authority::new("foreign").issue(2020..=2090).0;
    let expired = server.authority.issue(2010..=2011).0;
    for identity in [foreign, expired] {
        assert!(server.fetch(&server.client(Some(identity)), "/peer").await.is_err());
    }
}

#[tokio::test]
async fn the_reason_of_a_refused_handshake_is_told_apart() {
    let server = start(true).await;
    let foreign = Authority::new("foreign").issue(2020..=2090).0;
    let expired = server.authority.issue(2010..=2011).0;
    let cases = [
        (None, RefusedFor::CertificateMissing),
        (Some(foreign), RefusedFor::CertificateUnknownAuthority),
        (Some(expired), RefusedFor::CertificateExpired),
    ];
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    for (identity, expected) in cases {
        let tls = server.client_tls(identity);
        let client = tokio::spawn(async move {
            let stream = TcpStream::connect(address).await.unwrap();
            let mut stream = TlsConnector::from(tls.config())
                .connect(ServerName::try_from("localhost").unwrap(), stream)
                .await
                .unwrap();
            let _ = stream.read_u8().await;
        });
        let (stream, _) = listener.accept().await.unwrap();
        let refused = accept(stream, &server.tls, &short_limits()).await.unwrap_err();
        assert_eq!(refused.reason, expected);
        client.await.unwrap();
    }
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

#[tokio::test]
async fn pr_039_a_tls_1_2_hello_is_refused() {
    let server = start(false).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(TLS_1_2_HELLO).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    // A fatal alert: protocol_version (RFC 8446 section 6.2).
    assert_eq!(answer, [21, 3, 3, 0, 2, 2, 70]);
}

#[derive(Debug, Default)]
struct CountingSessions(AtomicUsize);

impl rustls::client::ClientSessionStore for CountingSessions {
    fn set_kx_hint(&self, _: ServerName<'static>, _: rustls::NamedGroup) {}
    fn kx_hint(&self, _: &ServerName<'_>) -> Option<rustls::NamedGroup> {
        None
    }
    fn set_tls12_session(&self, _: ServerName<'static>, _: rustls::client::Tls12ClientSessionValue) {}
    fn tls12_session(&self, _: &ServerName<'_>) -> Option<rustls::client::Tls12ClientSessionValue> {
        None
    }
    fn remove_tls12_session(&self, _: &ServerName<'static>) {}
    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: rustls::client::Tls13ClientSessionValue) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<rustls::client::Tls13ClientSessionValue> {
        None
    }
}

#[tokio::test]
async fn pr_041_no_session_ticket_is_given_so_there_is_nothing_to_send_early_data_with() {
    let server = start(false).await;
    let sessions = Arc::new(CountingSessions::default());
    let mut config = (*server.client_tls(None).config()).clone();
    config.resumption = rustls::client::Resumption::store(Arc::clone(&sessions) as _);
    config.enable_early_data = true;
    let stream = TcpStream::connect(server.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    stream.write_all(b"GET /peer HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(sessions.0.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn malformed_heads_get_problem_details() {
    let server = start(false).await;
    let many: String = (0..100).map(|place| format!("x-{place}: 1\r\n")).collect();
    let long = format!("GET /peer HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(20_000));
    let long_target = format!("GET /{} HTTP/1.1\r\n\r\n", "y".repeat(70_000));
    for (bytes, status) in [
        ("\u{1}\u{2} nonsense\r\n\r\n", "400"),
        ("GET /peer HTTP/1.1\r\nbad header\r\n\r\n", "400"),
        ("GET /peer HTTP/1.1\r\na: b\r\n c: folded\u{0}\r\n\r\n", "400"),
        ("GET /peer HTTP/9.9\r\n\r\n", "400"),
        ("POST /echo HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", "400"),
        ("POST /echo HTTP/1.1\r\ncontent-length: 1x\r\n\r\n", "400"),
        (&format!("GET /peer HTTP/1.1\r\n{many}\r\n"), "431"),
        (&long, "431"),
        (&long_target, "4"),
    ] {
        let answer = server.say(bytes.as_bytes()).await;
        let shown = &bytes[..bytes.len().min(60)];
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{shown}: {answer}");
        assert!(answer.contains("content-type: application/problem+json"), "{shown}: {answer}");
        assert!(answer.contains("urn:sumun:problem:"), "{shown}: {answer}");
    }
}

#[tokio::test]
async fn a_good_request_before_a_malformed_one_is_still_answered() {
    let server = start(false).await;
    let answer = server.say(b"GET /peer HTTP/1.1\r\nhost: localhost\r\n\r\nGET nonsense\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("HTTP/1.1 400") && answer.contains("malformed_request"), "{answer}");
}

#[tokio::test]
async fn a_body_that_looks_like_an_answer_of_the_library_is_left_alone() {
    let server = start(false).await;
    let answer = server.say(b"GET /mimic HTTP/1.0\r\nhost: localhost\r\n\r\n").await;
    assert!(answer.ends_with(&format!("x{MIMIC}")), "{answer}");
}

#[tokio::test]
async fn rfc9110_15_5_9_a_head_that_does_not_end_is_answered_and_a_silent_peer_is_not() {
    let server = start(false).await;
    let slow = server.say(b"GET /peer HTTP/1.1\r\nhost: localhost\r\n").await;
    assert!(slow.starts_with("HTTP/1.1 408") && slow.contains("head_too_slow"), "{slow}");
    let body = b"POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\n\r\nx";
    let rested = server.say(body).await;
    assert!(rested.starts_with("HTTP/1.1 200") && !rested.contains("408"), "{rested}");
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(silent.read(&mut [0; 16]).await.unwrap(), 0, "a handshake that does not begin is cut");
}

#[tokio::test]
async fn bodies_are_bounded_in_size_and_time() {
    let server = start(false).await;
    let head =
        |length: &str| format!("POST /read HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{length}\r\n\r\n");
    let declared = server.say(head("content-length: 1001").as_bytes()).await;
    assert!(declared.starts_with("HTTP/1.1 413") && declared.contains("body_too_large"), "{declared}");
    let chunk = format!("{}401\r\n{}\r\n0\r\n\r\n", head("transfer-encoding: chunked"), "x".repeat(0x401));
    let chunked = server.say(chunk.as_bytes()).await;
    assert!(chunked.starts_with("HTTP/1.1 413"), "{chunked}");
    let slow = server.say(format!("{}x", head("content-length: 2")).as_bytes()).await;
    assert!(slow.starts_with("HTTP/1.1 408"), "{slow}");
    let broken = server.say(format!("{}nonsense\r\n", head("transfer-encoding: chunked")).as_bytes()).await;
    assert!(broken.starts_with("HTTP/1.1 400"), "{broken}");
}

/// A body that keeps the least rate goes through, however long it takes: each
/// byte that came gives it a second more here. One that stops is ended with 408.
#[tokio::test]
async fn rfc9110_15_5_9_a_slow_body_goes_through_and_one_that_stops_does_not() {
    let patience = Duration::from_secs(2);
    let limits =
        Limits { body_timeout: patience, request_timeout: patience, body_bytes_per_second_min: 1, ..short_limits() };
    let server = start_with(false, limits).await;
    let head = "POST /read HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 30\r\n\r\n";
    let mut steady = server.raw(None, b"http/1.1").await.unwrap();
    steady.write_all(head.as_bytes()).await.unwrap();
    let begun = std::time::Instant::now();
    for _ in 0..30 {
        steady.write_all(b"x").await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(begun.elapsed() > patience, "it took longer than a body that rests may");
    let mut answer = Vec::new();
    let _ = steady.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let stopped = server.say(format!("{head}x").as_bytes()).await;
    assert!(stopped.starts_with("HTTP/1.1 408"), "{stopped}");
}

#[tokio::test]
async fn a_handler_that_hangs_is_given_up() {
    let server = start(false).await;
    let response = server.fetch(&server.client(None), "/hang").await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn http2_is_served_where_it_is_agreed_on() {
    let server = start(false).await;
    let stream = server.raw(None, b"h2").await.unwrap();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    for _ in 0..3 {
        let request = Request::get("https://localhost/peer").body(Full::new(Bytes::new())).unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
    }
    let mut many = Request::get("https://localhost/peer");
    for place in 0..70 {
        many = many.header(format!("x-{place}"), "1");
    }
    let many = sender.send_request(many.body(Full::new(Bytes::new())).unwrap()).await.unwrap();
    assert_eq!(many.status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    assert_eq!(many.headers()["content-type"], "application/problem+json");
    let big = Request::post("https://localhost/read").body(Full::new(Bytes::from(vec![0; 2_000]))).unwrap();
    assert_eq!(sender.send_request(big).await.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_client_bounds_time_and_size_of_answers_and_trusts_only_its_roots() {
    let server = start(false).await;
    assert!(matches!(server.fetch(&server.client(None), "/big").await, Err(ClientError::TooLarge)));
    let hasty = ClientLimits { answer_timeout: Duration::from_millis(50), ..ClientLimits::default() };
    let hasty = Client::new(&server.client_tls(None), hasty);
    assert!(matches!(server.fetch(&hasty, "/pause").await, Err(ClientError::TimedOut)));
    let stranger = ClientTls::new(&[Authority::new("other").der], None).unwrap();
    let stranger = Client::new(&stranger, ClientLimits::default());
    assert!(matches!(server.fetch(&stranger, "/peer").await, Err(ClientError::Connect(_))));
    let plain = Request::get(format!("http://{}/peer", server.address)).body(Bytes::new()).unwrap();
    assert!(matches!(stranger.request(plain).await, Err(ClientError::Connect(_))));
}

#[tokio::test]
async fn a_stop_lets_running_requests_finish_and_takes_no_new_ones() {
    let server = start(false).await;
    let client = server.client(None);
    let running = {
        let (client, uri) = (client.clone(), format!("https://{}/pause", server.address));
        tokio::spawn(async move { client.request(Request::get(uri).body(Bytes::new()).unwrap()).await })
    };
    tokio::time::sleep(Duration::from_millis(150)).await;
    server.shutdown.begin();
    assert_eq!(running.await.unwrap().unwrap().status(), StatusCode::OK);
    tokio::time::timeout(Duration::from_secs(1), server.task).await.expect("ends soon").unwrap().unwrap();
    let request = Request::get(format!("https://{}/peer", server.address)).body(Bytes::new()).unwrap();
    assert!(matches!(client.request(request).await, Err(ClientError::Connect(_))));
}

#[tokio::test]
async fn a_replaced_configuration_counts_for_the_next_handshake() {
    let server = start(false).await;
    assert!(server.fetch(&server.client(None), "/peer").await.is_ok());
    let clients = ClientCertificates::required(vec![server.authority.der.clone()]);
    server.tls.replace(server.authority.issue(2020..=2090).0, &clients, Protocols::Http1).unwrap();
    assert!(server.fetch(&server.client(None), "/peer").await.is_err());
}

#[test]
fn broken_pem_is_named() {
    let error = Identity::from_pem("nothing", "nothing").unwrap_err();
    assert_eq!(error.to_string(), "no readable certificate in the PEM text");
    let key = KeyPair::generate().unwrap();
    assert_eq!(private_key_from_pem(&key.serialize_pem()).unwrap(), key.serialize_der());
    let error = private_key_from_pem("nothing").unwrap_err();
    assert_eq!(error.to_string(), "no readable PKCS#8 private key in the PEM text");
}
