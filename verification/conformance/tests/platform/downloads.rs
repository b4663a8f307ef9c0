//! Readers that take nothing: what they hold does not grow with the files.

use bytes::Bytes;
use futures_util::future::join_all;
use http::Request;
use rustls::{ClientConnection, StreamOwned};
use rustls_pki_types::ServerName;
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use sumun_conformance::{Ready, Running};
use sumun_transport::{Client, ClientLimits};

const FILE_BYTES: usize = 20_000_000;
const STREAMS: u32 = 40;
/// As many as one member of staff may have at once.
const DOWNLOADS_OF_ONE: usize = 8;
/// What one reader may cost, whatever it reads.
const READER_BYTES_MAX: u64 = 256 * 1024;
const BOUNDARY: &str = "sumun-conformance-5b1c";

/// A member of staff at the API of the workbench.
struct Staff<'a> {
    client: Client,
    workbench: &'a str,
    token: String,
}

impl<'a> Staff<'a> {
    async fn sign_in(ready: &'a Ready, login: &str) -> Self {
        let limits = ClientLimits { body_bytes_max: 2 * FILE_BYTES, ..ClientLimits::default() };
        let client = Client::new(&ready.tls(None), limits);
        let mut staff = Self { client, workbench: &ready.addresses.workbench, token: String::new() };
        let account = ready.staff(login);
        let body = json!({ "login": account.login, "password": account.password }).to_string();
        let session = staff.send("POST", "/session", Some("application/json"), body.into()).await;
        staff.token = session["token"].as_str().unwrap().to_owned();
        staff
    }

    async fn raw(&self, method: &str, path: &str, content_type: Option<&str>, body: Bytes) -> (u16, Bytes) {
        let mut request = Request::builder().method(method).uri(format!("{}/api/v1{path}", self.workbench));
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let response = self.client.request(request.body(body).unwrap()).await.unwrap();
        (response.status().as_u16(), response.into_body())
    }

    async fn send(&self, method: &str, path: &str, content_type: Option<&str>, body: Bytes) -> Value {
        let (status, body) = self.raw(method, path, content_type, body).await;
        assert!((200..300).contains(&status), "{method} {path}: {status} {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }
}

/// A form with one file of evidence of `length` bytes.
fn form(length: usize) -> Bytes {
    let mut body = String::new();
    for (name, value) in [("item", "OBI-01"), ("number", "1.1.1"), ("title", "큰 파일")] {
        body.push_str(&format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    body.push_str(&format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF"
    ));
    let mut body = body.into_bytes();
    body.resize(body.len() + length - 4, b'x');
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body.into()
}

/// A header as HPACK writes it without compression (RFC 7541 section 6.2.2).
fn literal(name: &str, value: &str) -> Vec<u8> {
    let mut bytes = vec![0];
    for text in [name, value] {
        match u8::try_from(text.len()).ok().filter(|length| *length < 127) {
            Some(length) => bytes.push(length),
            None => {
                let more = text.len() - 127;
                bytes.extend([127, (more & 127) as u8 | 128, (more >> 7) as u8]);
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

/// One connection with a window of one byte that asks for the file again and
/// again, and reads no more than what tells that every stream was answered.
fn greedy(ready: &Ready, path: &str, token: &str) -> StreamOwned<ClientConnection, TcpStream> {
    let mut config = (*ready.tls(None).config()).clone();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let address: SocketAddr = ready.addresses.workbench.strip_prefix("https://").unwrap().parse().unwrap();
    let connection = ClientConnection::new(config.into(), ServerName::from(address.ip())).unwrap();
    let socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut stream = StreamOwned::new(connection, socket);
    // SETTINGS_INITIAL_WINDOW_SIZE of one byte (RFC 9113 section 6.5.2).
    let settings = frame(4, 0, 0, &[0, 4, 0, 0, 0, 1]);
    let mut head = vec![0x82, 0x87];
    for (name, value) in [(":authority", address.to_string().as_str()), (":path", path)] {
        head.extend(literal(name, value));
    }
    head.extend(literal("authorization", &format!("Bearer {token}")));
    let mut sent = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), settings].concat();
    for place in 0..STREAMS {
        sent.extend(frame(1, 5, 2 * place + 1, &head));
    }
    stream.write_all(&sent).unwrap();
    stream.flush().unwrap();
    let (mut answered, mut head) = (0, [0; 9]);
    while answered < STREAMS {
        stream.read_exact(&mut head).unwrap();
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        stream.read_exact(&mut vec![0; length]).unwrap();
        answered += u32::from(head[3] == 1);
    }
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_that_take_nothing_cost_no_memory_and_leave_places_to_others() {
    let running = Running::fresh();
    let ready = running.ready();
    let applicant = Staff::sign_in(ready, "jian").await;
    let known = applicant.send("GET", "/institutions", None, Bytes::new()).await;
    let opening = json!({ "institution": known["institutions"][0]["id"], "kind": "other" }).to_string();
    let opened = applicant.send("POST", "/engagements", Some("application/json"), opening.into()).await;
    let evidence = format!("/engagements/{}/evidence", opened["id"].as_str().unwrap());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let one = applicant.send("POST", &evidence, Some(&kind), form(FILE_BYTES)).await;
    let file = format!("{evidence}/{}/file", one["id"].as_str().unwrap());
    let whole = async |who: &Staff<'_>| {
        let (status, body) = who.raw("GET", &file, None, Bytes::new()).await;
        assert_eq!((status, body.len()), (200, FILE_BYTES));
    };
    // The threads that many downloads at once need are there before it is measured.
    join_all((0..DOWNLOADS_OF_ONE).map(|_| whole(&applicant))).await;
    let before = running.resident_bytes();
    let (path, token) = (format!("/api/v1{file}"), applicant.token.clone());
    let held = tokio::task::block_in_place(|| greedy(ready, &path, &token));
    let grown = running.resident_bytes().saturating_sub(before);
    assert!(grown < u64::from(STREAMS) * READER_BYTES_MAX, "{STREAMS} readers cost {grown} bytes");
    // Meanwhile another member is served, and payments are.
    let inspector = ready.world.staff.iter().find(|person| !["jian", "yuna"].contains(&person.login.as_str())).unwrap();
    whole(&Staff::sign_in(ready, &inspector.login).await).await;
    let metadata = format!("{}/.well-known/oauth-authorization-server", ready.addresses.authorization);
    let answer = ready.client(None).request(Request::get(metadata).body(Bytes::new()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
    drop(held);
}
