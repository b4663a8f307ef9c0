//! Readers that take nothing, at every listener: what they hold stays small.

use crate::shared::EVERY_SCOPE;
use rustls::{ClientConnection, StreamOwned};
use rustls_pki_types::ServerName;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::Duration;
use sumun_conformance::{App, Certificate, Person, Ready, Running};

/// Streams of one slow connection.
pub const STREAMS: u32 = 40;
/// What one reader may cost, whatever it reads.
pub const READER_BYTES_MAX: u64 = 256 * 1024;
/// How often memory is looked at while a server may still take on more.
const LOOKS: u32 = 20;

/// What a slow reader tells the server that it has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// One byte of each stream.
    OneByte,
    /// All that there is, and then the socket is not read any more.
    All,
}

/// What a slow reader asks for, on all its streams alike.
pub struct Slow<'a> {
    /// Base address of the listener.
    pub address: &'a str,
    /// What it shows.
    pub certificate: Option<&'a Certificate>,
    /// Path of the answer.
    pub path: &'a str,
    /// Bearer token; empty for none.
    pub token: &'a str,
    /// Status of every answer; nothing where some are refused because of the others.
    pub status: Option<Status>,
}

/// A status that stands in HPACK's static table (RFC 7541 appendix A), as one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 200.
    Ok = 0x88,
    /// 404.
    NotFound = 0x8d,
}

/// A header as HPACK writes it without compression (RFC 7541 section 6.2.2).
fn literal(name: &str, value: &str) -> Vec<u8> {
    let mut bytes = vec![0];
    for text in [name, value] {
        match u8::try_from(text.len()).ok().filter(|length| *length < 127) {
            Some(length) => bytes.push(length),
            None => {
                let mut more = text.len() - 127;
                bytes.push(127);
                while more > 127 {
                    bytes.push((more & 127) as u8 | 128);
                    more >>= 7;
                }
                bytes.push(more as u8);
            }
        }
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

impl Slow<'_> {
    /// One connection that asks for the same again and again, and reads no
    /// more than what tells that every stream was answered.
    pub fn read(&self, ready: &Ready, window: Window) -> StreamOwned<ClientConnection, TcpStream> {
        let mut config = (*ready.tls(self.certificate).config()).clone();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let address: SocketAddr = self.address.strip_prefix("https://").unwrap().parse().unwrap();
        let connection = ClientConnection::new(config.into(), ServerName::from(address.ip())).unwrap();
        let socket = TcpStream::connect(address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut stream = StreamOwned::new(connection, socket);
        let mut head = vec![0x82, 0x87];
        for (name, value) in [(":authority", address.to_string().as_str()), (":path", self.path)] {
            head.extend(literal(name, value));
        }
        if !self.token.is_empty() {
            head.extend(literal("authorization", &format!("Bearer {}", self.token)));
        }
        let mut sent = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), window.announced()].concat();
        for place in 0..STREAMS {
            sent.extend(frame(1, 5, 2 * place + 1, &head));
        }
        stream.write_all(&sent).unwrap();
        stream.flush().unwrap();
        let (mut answered, mut head) = (0, [0; 9]);
        while answered < STREAMS {
            stream.read_exact(&mut head).unwrap();
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
            let mut payload = vec![0; length];
            stream.read_exact(&mut payload).unwrap();
            if head[3] == 1 {
                // Where it begins, a change of the table's size may stand before it.
                let status = payload.iter().find(|byte| **byte >> 5 != 1).copied();
                assert!(
                    self.status.is_none_or(|expected| status == Some(expected as u8)),
                    "{}{}: {status:?}",
                    self.address,
                    self.path
                );
                answered += 1;
            }
        }
        stream
    }

    /// By how much the memory of the platform grows at most while the connection is held.
    pub fn grown(&self, running: &Running, window: Window) -> u64 {
        let before = running.resident_bytes();
        let held = self.read(running.ready(), window);
        let most = (0..LOOKS).map(|_| {
            sleep(Duration::from_millis(50));
            running.resident_bytes()
        });
        let most = most.max().unwrap();
        drop(held);
        most.saturating_sub(before)
    }
}

impl Window {
    fn announced(self) -> Vec<u8> {
        let size: u32 = if self == Self::OneByte { 1 } else { i32::MAX as u32 };
        // SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113 section 6.5.2).
        let settings = frame(4, 0, 0, &[&[0, 4], size.to_be_bytes().as_slice()].concat());
        let more = i32::MAX as u32 - 65_535;
        let connection = (self == Self::All).then(|| frame(8, 0, 0, &more.to_be_bytes()));
        [settings, connection.unwrap_or_default()].concat()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_that_take_nothing_cost_little_at_every_listener() {
    let running = Running::fresh();
    let ready = running.ready();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let granted = haneul.consent(&app, EVERY_SCOPE, &[&account]).await;
    let balance = format!("/v1/accounts/{account}/balance");
    let certificate = Some(&ready.world.institutions[0].certificate);
    let metadata = "/.well-known/oauth-authorization-server";
    let addresses = &ready.addresses;
    for (address, certificate, path, token, status) in [
        (&addresses.start, None, "/", "", Status::Ok),
        (&addresses.authorization, None, "/sign-in", "", Status::Ok),
        (&addresses.authorization, None, metadata, "", Status::Ok),
        // Nothing can be read there: what is refused is an answer too.
        (&addresses.authorization_mtls, certificate, metadata, "", Status::NotFound),
        (&addresses.gateway, certificate, balance.as_str(), granted.as_str(), Status::Ok),
        (&addresses.bank, None, "/sign-in", "", Status::Ok),
        (&addresses.workbench, None, "/sign-in", "", Status::Ok),
    ] {
        let slow = Slow { address, certificate, path, token, status: Some(status) };
        for window in [Window::OneByte, Window::All] {
            // What the first calls of a kind leave for good, such as caches and threads, is no reader's.
            drop(tokio::task::block_in_place(|| slow.read(ready, window)));
            let grown = tokio::task::block_in_place(|| slow.grown(&running, window));
            let allowed = u64::from(STREAMS) * READER_BYTES_MAX;
            assert!(grown < allowed, "{address}{path}, {window:?}: {STREAMS} readers cost {grown} bytes");
        }
        // Meanwhile one more connection is held, and whoever reads is answered.
        let held = tokio::task::block_in_place(|| slow.read(ready, Window::OneByte));
        let answer = app.get(&balance, &granted).await;
        assert_eq!(answer.status, 200, "{address}{path}: {}", answer.body);
        drop(held);
    }
}
