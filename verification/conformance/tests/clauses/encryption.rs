//! What somebody on the way sees, and which algorithms are agreed on.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;
use sumun_conformance::program::run_to_end;
use sumun_conformance::{App, Browser, Person, Ready, Running, Wire};

/// Somebody on the way who passes everything on and keeps a copy of both directions.
struct Tap {
    address: String,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Tap {
    fn before(address: &str) -> Self {
        let target: SocketAddr = address.strip_prefix("https://").unwrap().parse().unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = format!("https://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (client, server) = (stream.unwrap(), TcpStream::connect(target).unwrap());
                pass_on(client.try_clone().unwrap(), server.try_clone().unwrap(), Arc::clone(&kept));
                pass_on(server, client, Arc::clone(&kept));
            }
        });
        Self { address, heard }
    }

    #[track_caller]
    fn assert_heard_none_of(&self, secrets: &[&str]) {
        let heard = self.heard.lock().unwrap();
        assert!(heard.len() > 2_000, "only {} bytes went this way", heard.len());
        for secret in secrets {
            assert!(!holds(&heard, secret), "`{secret}` went over the wire in clear");
        }
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, kept: Arc<Mutex<Vec<u8>>>) {
    thread::spawn(move || {
        let mut buffer = [0; 4_096];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            kept.lock().unwrap().extend_from_slice(&buffer[..length]);
            if to.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _closed = to.shutdown(Shutdown::Write);
    });
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A platform that no test of this file changes.
fn platform() -> &'static Ready {
    static PLATFORM: OnceLock<Running> = OnceLock::new();
    PLATFORM.get_or_init(Running::fresh).ready()
}

fn sockets(ready: &Ready) -> [SocketAddr; 7] {
    let addresses = &ready.addresses;
    [
        &addresses.start,
        &addresses.authorization,
        &addresses.authorization_mtls,
        &addresses.gateway,
        &addresses.bank,
        &addresses.workbench,
        &addresses.processor,
    ]
    .map(|address| address.strip_prefix("https://").unwrap().parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn obw_03_what_a_customer_sends_and_is_shown_cannot_be_read_on_the_wire() {
    let running = Running::fresh();
    let ready = running.ready();
    let (tap, made) = (Tap::before(&ready.addresses.bank), ready.customer("haneul"));
    let mut browser = Browser::new(ready);
    let page = browser.page(&format!("{}/accounts", tap.address)).await;
    let fields = [("login", made.login.as_str()), ("password", made.password.as_str())];
    let page = browser.send(&page, &fields).await.page();
    assert!(page.address.starts_with(&tap.address) && page.says("월급통장"), "{}", page.html);
    let secrets = [made.password.as_str(), "login=", "password=", "월급통장", "3,200,000", "__Host-", "text/html"];
    tap.assert_heard_none_of(&secrets);
    // What is said in clear would have been heard.
    let mut plain = TcpStream::connect(tap.address.strip_prefix("https://").unwrap()).unwrap();
    plain.write_all(b"GET /canary HTTP/1.1\r\n\r\n").unwrap();
    let _closed = plain.read_to_end(&mut Vec::new());
    assert!(holds(&tap.heard.lock().unwrap(), "canary"));
    running.stop_well();
}

#[tokio::test(flavor = "multi_thread")]
async fn m_5_4_na_7_no_token_and_no_credit_information_of_a_call_can_be_read_on_the_wire() {
    let running = Running::fresh();
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let token = haneul.consent(&app, "balance transactions", &[&account]).await;
    let tap = Tap::before(&ready.addresses.gateway);
    let certificate = &ready.world.institutions[0].certificate;
    let mut wire = Wire::connect(ready, &tap.address, Some(certificate));
    let head = format!("host: localhost\r\nauthorization: Bearer {token}\r\n\r\n");
    let balance = wire.exchange(format!("GET /v1/accounts/{account}/balance HTTP/1.1\r\n{head}").as_bytes()).unwrap();
    assert!(balance.status == 200 && balance.body.contains("3200000"), "{balance:?}");
    let list = wire.exchange(format!("GET /v1/accounts/{account}/transactions HTTP/1.1\r\n{head}").as_bytes()).unwrap();
    assert_eq!(list.status, 200);
    let signature = token.rsplit('.').next().unwrap();
    tap.assert_heard_none_of(&[signature, &account, "3200000", "월급통장", "account_number", "Bearer", "HTTP/1.1"]);
    running.stop_well();
}

/// A CLIENT-HELLO of SSL 2.0, which DROWN (CVE-2016-0800) needs an answer to.
fn sslv2_hello(version: [u8; 2]) -> Vec<u8> {
    const CIPHERS: [u8; 21] = [1, 0, 0x80, 2, 0, 0x80, 3, 0, 0x80, 4, 0, 0x80, 5, 0, 0x80, 6, 0, 0x40, 7, 0, 0xc0];
    let mut message = vec![1, version[0], version[1], 0, 21, 0, 0, 0, 16];
    message.extend_from_slice(&CIPHERS);
    message.extend_from_slice(&[0x5a; 16]);
    let length = u16::try_from(message.len()).unwrap() | 0x8000;
    [&length.to_be_bytes()[..], &message].concat()
}

#[test]
fn v_03_an_sslv2_hello_is_refused_on_every_port() {
    for socket in sockets(platform()) {
        for version in [[0, 2], [3, 1], [3, 3]] {
            let mut stream = TcpStream::connect(socket).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
            stream.write_all(&sslv2_hello(version)).unwrap();
            let mut said = Vec::new();
            let _closed = stream.read_to_end(&mut said);
            // An alert at most: content type 21, never a SERVER-HELLO of either form.
            assert!(said.len() <= 7 && said.first().is_none_or(|kind| *kind == 21), "{socket} {version:?}: {said:?}");
        }
    }
}

#[test]
fn m_5_4_na_17_every_port_agrees_on_safe_algorithms_alone() {
    for socket in sockets(platform()) {
        for weak in [
            ["-ciphersuites", "TLS_AES_128_CCM_8_SHA256"],
            ["-groups", "ffdhe2048"],
            ["-groups", "P-521"],
            ["-sigalgs", "RSA+SHA1"],
        ] {
            assert!(!agrees(socket, weak), "{socket} {weak:?}");
        }
        for safe in [
            ["-ciphersuites", "TLS_AES_128_GCM_SHA256"],
            ["-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"],
            ["-groups", "X25519"],
            ["-groups", "P-256"],
            ["-sigalgs", "ECDSA+SHA256"],
        ] {
            assert!(agrees(socket, safe), "{socket} {safe:?}");
        }
    }
}

/// Whether a handshake of another maker's client with this setting comes about.
fn agrees(socket: SocketAddr, setting: [&str; 2]) -> bool {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-connect", &socket.to_string(), "-tls1_3"]).args(setting);
    run_to_end(&mut command, Duration::from_secs(20)).stdout.contains("Cipher is TLS_")
}
