//! HTTP/2 by hand (RFC 9113, RFC 7541), for what no client library would send.

use crate::client::tls_stream;
use crate::world::World;
use std::collections::HashMap;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RESET: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GO_AWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;
pub const END_STREAM: u8 = 1;
pub const ACKNOWLEDGED: u8 = 1;
pub const END_HEADERS: u8 = 4;
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A frame that came.
#[derive(Debug, Clone)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

/// A connection on which HTTP/2 is spoken by hand.
pub struct RawHttp2 {
    stream: TlsStream<TcpStream>,
    bodies: HashMap<u32, (Vec<u8>, bool)>,
}

impl RawHttp2 {
    /// A connection whose preface and settings were sent.
    pub async fn connect(world: &World) -> Self {
        let mut raw = Self::silent(world).await;
        raw.send(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).await;
        raw
    }

    /// The same over a window of no bytes: the gateway may answer with heads alone (RFC 9113 section 6.5.2).
    pub async fn connect_without_window(world: &World) -> Self {
        let mut raw = Self::silent(world).await;
        raw.send(&[PREFACE, &frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0])].concat()).await;
        raw
    }

    /// A connection on which nothing was said.
    pub async fn silent(world: &World) -> Self {
        let tls = world.client_tls(Some(&world.certificate));
        Self { stream: tls_stream(world.address, &tls, b"h2").await.unwrap(), bodies: HashMap::new() }
    }

    /// A GET with a token.
    pub async fn get(&mut self, stream: u32, path: &str, token: &str) {
        let head = get(path, &[("authorization", &format!("Bearer {token}"))]);
        self.send(&frame(HEADERS, END_STREAM | END_HEADERS, stream, &head)).await;
    }

    /// The head of a POST of JSON with a token; its body follows.
    pub async fn post(&mut self, stream: u32, path: &str, token: &str) {
        let head = block(&[
            (":method", "POST"),
            (":scheme", "https"),
            (":authority", "localhost"),
            (":path", path),
            ("content-type", "application/json"),
            ("authorization", &format!("Bearer {token}")),
        ]);
        self.send(&frame(HEADERS, END_HEADERS, stream, &head)).await;
    }

    /// The body of the answer on one stream, whatever comes in between on others.
    pub async fn body_of(&mut self, stream: u32) -> String {
        while !self.bodies.get(&stream).is_some_and(|(_, ended)| *ended) {
            let frame = self.frame().await.expect("an answer");
            let (body, ended) = self.bodies.entry(frame.stream).or_default();
            if frame.kind == DATA {
                body.extend_from_slice(&frame.payload);
            }
            *ended |= frame.kind == RESET || matches!(frame.kind, DATA | HEADERS) && frame.flags & END_STREAM > 0;
        }
        let (body, _) = self.bodies.remove(&stream).unwrap();
        String::from_utf8(body).unwrap()
    }

    /// Sends bytes, as far as the gateway takes them.
    pub async fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    /// The next frame; acknowledges pings. Nothing after an end that was told by `close_notify`.
    pub async fn frame(&mut self) -> Option<Frame> {
        loop {
            let mut head = [0; 9];
            if self.stream.read(&mut head[..1]).await.expect("close_notify before the end") == 0 {
                return None;
            }
            self.stream.read_exact(&mut head[1..]).await.unwrap();
            let [high, middle, low, kind, flags, id @ ..] = head;
            let mut payload = vec![0; u32::from_be_bytes([0, high, middle, low]) as usize];
            self.stream.read_exact(&mut payload).await.unwrap();
            if kind == PING && flags & ACKNOWLEDGED == 0 {
                self.send(&frame(PING, ACKNOWLEDGED, 0, &payload)).await;
                continue;
            }
            return Some(Frame { kind, flags, stream: u32::from_be_bytes(id), payload });
        }
    }

    /// All frames until the gateway has closed in order.
    pub async fn frames(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        let all = async {
            while let Some(frame) = self.frame().await {
                frames.push(frame);
            }
        };
        tokio::time::timeout(Duration::from_secs(8), all).await.expect("closes");
        frames
    }
}

/// One frame (RFC 9113 section 4.1).
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A header block without compression (RFC 7541 section 6.2.2).
pub fn block(headers: &[(&str, &str)]) -> Vec<u8> {
    let text = |text: &str| {
        let mut bytes = Vec::new();
        match text.len() {
            length @ 0..127 => bytes.push(length as u8),
            length => {
                bytes.push(127);
                let mut rest = length - 127;
                while rest >= 128 {
                    bytes.push((rest % 128 + 128) as u8);
                    rest /= 128;
                }
                bytes.push(rest as u8);
            }
        }
        [bytes.as_slice(), text.as_bytes()].concat()
    };
    headers.iter().flat_map(|(name, value)| [vec![0], text(name), text(value)].concat()).collect()
}

/// The header block of a GET.
pub fn get(path: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let head = [(":method", "GET"), (":scheme", "https"), (":authority", "localhost"), (":path", path)];
    block(&[&head, more].concat())
}
