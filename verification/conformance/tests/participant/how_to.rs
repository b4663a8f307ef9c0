//! The page that a newcomer copies from does what it says, word by word.

use crate::desk::{Desk, REDIRECT_URI};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use sumun_conformance::form::parameter;
use sumun_conformance::program::{program, run_to_end};
use sumun_conformance::{App, Certificate, Pending, Person, Ready, Running, verify_journal};

const PAGE: &str = include_str!("../../../../docs/how-to/register-an-app.md");

/// The blocks of the page in a row: those marked `sh` are for a platform that
/// is stopped, those marked `bash` for one that runs.
fn blocks(mark: &str) -> Vec<&'static str> {
    let begin = format!("```{mark}\n");
    PAGE.split(&begin).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

/// The shell that the page is copied into, with the program at hand.
fn shell(place: &Path, script: &str) -> Command {
    let folder = program().parent().unwrap().to_owned();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", script]).current_dir(place).env("PATH", path).env("LC_ALL", "C.UTF-8");
    command
}

fn run(place: &Path, script: &str) -> String {
    let outcome = run_to_end(&mut shell(place, script), Duration::from_secs(60));
    assert_eq!(outcome.code, Some(0), "{script}\n{}{}", outcome.stdout, outcome.stderr);
    outcome.stdout
}

/// The addresses of the page are those of a start with no options.
fn at(ready: &Ready, script: &str) -> String {
    let (issuer, mutual) = (&ready.addresses.authorization, &ready.addresses.authorization_mtls);
    script.replace("https://127.0.0.1:7401", issuer).replace("https://127.0.0.1:7402", mutual)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_leads_from_the_first_key_to_the_first_token() {
    let desk = Desk::new();
    std::fs::rename(desk.data(), desk.path("sumun-data")).unwrap();
    let (place, stopped, running_blocks) = (desk.path(""), blocks("sh"), blocks("bash"));
    assert_eq!((stopped.len(), running_blocks.len()), (4, 5), "the page has other blocks than this test knows");
    let said = run(&place, &stopped[..3].join("\n"));
    assert!(said.contains("client_id") && said.contains("124-81-00998"), "{said}");

    let running = Running::start(&desk.path("sumun-data"));
    let script = at(running.ready(), &running_blocks[..4].join("\n"));
    let mut child = shell(&place, &script).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let code = agree(&desk, running.ready()).await;
    let mut typed = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut typed, format!("{code}\n").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    let token: serde_json::Value = serde_json::from_str(&desk.read("hanbit/token.json")).unwrap();
    assert!(token["access_token"].is_string() && token["token_type"] == "Bearer", "{token}");
    running.stop_well();

    run(&place, stopped[3]);
    let running = Running::start(&desk.path("sumun-data"));
    let said = run(&place, &at(running.ready(), running_blocks[4]));
    assert!(said.contains("\"request_uri\""), "{said}");
    running.stop_well();
    verify_journal(&desk.path("sumun-data"));
}

/// What the customer does in the browser, once the request was pushed.
async fn agree(desk: &Desk, ready: &Ready) -> String {
    let (file, deadline) = (desk.path("hanbit/pushed.json"), Instant::now() + Duration::from_secs(30));
    let pushed = loop {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        if let Ok(pushed) = serde_json::from_str::<serde_json::Value>(&text) {
            break pushed;
        }
        assert!(Instant::now() < deadline, "nothing was pushed: {text}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let client: serde_json::Value = serde_json::from_str(&desk.read("hanbit/registration.json")).unwrap();
    let certificate =
        Certificate { certificate_pem: desk.read("hanbit/certificate.pem"), key_pem: desk.read("hanbit/key.pem") };
    let app = App::registered(ready, client["client_id"].as_str().unwrap(), REDIRECT_URI, &certificate, None);
    let request_uri = pushed["request_uri"].as_str().unwrap_or_else(|| panic!("no request_uri in {pushed}")).to_owned();
    let mut haneul = Person::new(ready, "haneul");
    let account = haneul.accounts()[0].clone();
    let page = haneul.consent_page(&app, &Pending { request_uri, verifier: String::new(), state: String::new() }).await;
    let back = haneul.browser.send(&page, &[("account", &account), ("decision", "approve")]).await.app();
    parameter(&back, "code").unwrap_or_else(|| panic!("no code came back: {back}"))
}
