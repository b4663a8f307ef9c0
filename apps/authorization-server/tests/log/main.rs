//! What the server never writes down. A program of its own: a subscriber of one
//! test would hear or miss what other tests of the same program do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};
use support::World;
use support::browser::Browser;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_of_the_flow_reaches_the_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let world = World::start().await;
    let mut browser = Browser::new(&world);
    let page = browser.open(&world.saeum.start(&world, VERIFIER).await, world.minsu).await;
    let session = browser.cookies["__Host-customer"].clone();
    let code = browser.approve(&page).await;
    let answer = world.saeum.exchange(&world, &code, VERIFIER, &[]).await;
    let token = answer.json["access_token"].as_str().unwrap().to_owned();
    let replay = world.saeum.exchange(&world, &code, VERIFIER, &[]).await;
    assert_eq!(replay.refusal(), (400, "invalid_grant"));
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("the code was used before"), "the refusal itself is logged: {logged}");
    for secret in [&code, &token, &session, &page.csrf(), support::PASSWORD, "minsu.kim", "김민수", VERIFIER] {
        assert!(!logged.contains(secret), "{secret}");
    }
}
