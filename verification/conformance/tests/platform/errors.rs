//! What an error tells of the inside: nothing.

use crate::shared::{platform, token};
use bytes::Bytes;
use http::Request;
use std::fmt::Write;

/// Words that name the program's inside: software, versions, files, types.
const INSIDE: &[&str] = &[
    "axum",
    "hyper",
    "rustls",
    "tokio",
    "sqlx",
    "sqlite",
    "rust",
    ".rs:",
    "panicked",
    "/root",
    "/home",
    "/tmp",
    "/work",
    "sumun.db",
    "backtrace",
    "stack",
    "0.1.0",
    "select ",
    "os error",
];

#[tokio::test(flavor = "multi_thread")]
async fn pr_122_no_error_of_any_component_tells_of_its_inside() {
    let ready = platform().ready();
    let token = token().await;
    let (open, shown) = (ready.client(None), ready.client(Some(&ready.world.institutions[0].certificate)));
    let addresses = &ready.addresses;
    let pages = [&addresses.start, &addresses.authorization, &addresses.bank, &addresses.workbench];
    let apis = [&addresses.authorization_mtls, &addresses.gateway];
    let paths = [
        "/nothing",
        "/v1/nothing",
        "/.env",
        "/.git/config",
        "/server-status",
        "/test",
        "/debug/pprof",
        "/metrics",
        "/assets/nothing.css",
        "/assets/..%2f..%2fetc%2fpasswd",
        "/..%2f..%2fetc/passwd",
        "/%00",
        "/a/%ff%fe",
        "//",
        "/consents/cst_nothing",
        "/transfers/trf_x",
        "/engagements/x",
        "/api/v1/nothing",
        "/sign-in?next=%0d%0a",
        "/authorize?client_id=x",
        "/authorize?client_id=app_x&request_uri=urn%3Ax",
        "/v1/accounts/'%20or%201=1--/balance",
    ];
    let (mut faults, mut seen) = (String::new(), 0);
    let clients = pages.iter().map(|address| (&open, *address)).chain(apis.iter().map(|address| (&shown, *address)));
    for (client, address) in clients {
        for method in ["GET", "POST", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
            for path in paths {
                let request = Request::builder().method(method).uri(format!("{address}{path}"));
                let request = request.header("authorization", format!("Bearer {token}")).body(Bytes::new()).unwrap();
                let answer = client.request(request).await.unwrap();
                let status = answer.status().as_u16();
                if status < 400 {
                    continue;
                }
                seen += 1;
                let head = format!("{:?}", answer.headers()).to_lowercase();
                let body = String::from_utf8_lossy(answer.body()).to_lowercase();
                // Addresses of stylesheets carry a hash, in which any letters may stand by chance.
                let told = INSIDE.iter().filter(|word| head.contains(**word) || body.contains(**word));
                for word in told {
                    writeln!(faults, "{method} {address}{path}: {status} tells `{word}`").unwrap();
                }
                for header in ["server", "x-powered-by", "via"] {
                    if answer.headers().contains_key(header) {
                        writeln!(faults, "{method} {address}{path}: has the header {header}").unwrap();
                    }
                }
                if status >= 500 && status != 501 {
                    writeln!(faults, "{method} {address}{path}: {status}").unwrap();
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
    assert!(seen > 500, "only {seen} errors were looked at");
}
