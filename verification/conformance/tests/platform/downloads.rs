//! Readers that take nothing: what they hold does not grow with the files.

use crate::slow::{READER_BYTES_MAX, STREAMS, Slow, Window};
use bytes::Bytes;
use futures_util::future::join_all;
use http::Request;
use serde_json::{Value, json};
use sumun_conformance::{Ready, Running};
use sumun_transport::{Client, ClientLimits};

const FILE_BYTES: usize = 20_000_000;
/// As many as one member of staff may have at once.
const DOWNLOADS_OF_ONE: usize = 8;
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
    let path = format!("/api/v1{file}");
    let slow = Slow {
        address: &ready.addresses.workbench,
        certificate: None,
        path: &path,
        token: &applicant.token,
        status: None,
    };
    // Whether a stream has no room or the connection takes nothing any more.
    for window in [Window::OneByte, Window::All] {
        let grown = tokio::task::block_in_place(|| slow.grown(&running, window));
        assert!(grown < u64::from(STREAMS) * READER_BYTES_MAX, "{window:?}: {STREAMS} readers cost {grown} bytes");
    }
    let held = tokio::task::block_in_place(|| slow.read(ready, Window::OneByte));
    // Meanwhile another member is served, and payments are.
    let inspector = ready.world.staff.iter().find(|person| !["jian", "yuna"].contains(&person.login.as_str())).unwrap();
    whole(&Staff::sign_in(ready, &inspector.login).await).await;
    let metadata = format!("{}/.well-known/oauth-authorization-server", ready.addresses.authorization);
    let answer = ready.client(None).request(Request::get(metadata).body(Bytes::new()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
    drop(held);
}
