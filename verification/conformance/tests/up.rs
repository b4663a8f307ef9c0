//! `sumun up` from start to stop, and what a power cut leaves.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests fail by panicking and tell their figures"
)]

use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use sumun_conformance::platform::start_and_kill;
use sumun_conformance::{Answer, App, Person, Ready, Running, Signal, random_text, sound_start_page, verify_journal};
use sumun_transport::ClientError;
use tempfile::TempDir;

/// A folder for one data folder that outlives its platforms.
fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    (folder, data)
}

#[test]
fn the_ready_file_and_the_terminal_tell_a_newcomer_all_that_is_needed() {
    let (_folder, data) = place();
    let running = Running::start(&data);
    let ready = running.ready().clone();
    assert_eq!(ready.data, data.canonicalize().unwrap());
    assert_eq!(ready.issuer, ready.addresses.authorization);
    assert_eq!(std::fs::read_to_string(&ready.ca.file).unwrap(), ready.ca.certificate_pem);
    assert_eq!(ready.world.label, "시연 데이터", "a made-up world says so (PR-097)");
    assert_eq!((ready.world.institutions.len(), ready.world.staff.len()), (2, 4));
    for person in ready.world.customers.iter().chain(&ready.world.staff) {
        assert!(person.password.len() >= 16, "{}", person.login);
    }
    let said = running.stop_well();
    for address in [&ready.addresses.start, &ready.addresses.gateway, &ready.addresses.workbench] {
        assert!(said.contains(address.as_str()), "{address} is missing in: {said}");
    }
    for login in ["haneul", "doyun"] {
        assert!(said.contains(&ready.customer(login).password), "how {login} signs in is missing in: {said}");
    }
    for person in &ready.world.staff {
        assert!(said.contains(&person.password), "how {} signs in is missing in: {said}", person.login);
    }
    for private in ["", "keys", "keys/token-signing.pem", "keys/field-encryption.pem", "world.json"] {
        let mode = std::fs::metadata(data.join(private)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{private} can be read by others");
    }
}

#[test]
fn the_ready_file_names_no_account() {
    let running = Running::fresh();
    // What the operator's own file knows, an outsider has to be told by the outside.
    let world = std::fs::read_to_string(running.data().join("world.json")).unwrap();
    let known: Vec<&str> = world.split('"').filter(|text| text.starts_with("acc_")).collect();
    assert!(known.len() > 8, "{known:?}");
    let ready = running.ready_text();
    let named: Vec<&&str> = known.iter().filter(|account| ready.contains(**account)).collect();
    assert!(named.is_empty() && !ready.contains("acc_"), "{named:?}");
    let world: Value = serde_json::from_str(&world).unwrap();
    let ready: Value = serde_json::from_str(&ready).unwrap();
    // Everything else keeps its name and its meaning.
    assert_eq!(without_accounts(world), ready["world"]);
    running.stop_well();
}

/// A JSON value without the ids of accounts and the members that held them.
fn without_accounts(value: Value) -> Value {
    let is_account = |value: &Value| value.as_str().is_some_and(|text| text.starts_with("acc_"));
    let names_accounts =
        |value: &Value| is_account(value) || value.as_array().is_some_and(|all| all.iter().any(is_account));
    match value {
        Value::Object(members) => {
            let kept = members.into_iter().filter(|(_, value)| !names_accounts(value));
            Value::Object(kept.map(|(name, value)| (name, without_accounts(value))).collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(without_accounts).collect()),
        value => value,
    }
}

#[test]
fn a_platform_that_listens_everywhere_is_known_by_its_outside_name_and_certified_for_it() {
    let (_folder, data) = place();
    let running = Running::start_with(&data, &["--listen", "0.0.0.0", "--name", "Bank.Example"]);
    let ready = running.ready().clone();
    let addresses = &ready.addresses;
    let outside = [&addresses.start, &addresses.authorization, &addresses.authorization_mtls, &addresses.gateway];
    for address in outside.into_iter().chain([&addresses.bank, &addresses.workbench]) {
        assert!(address.starts_with("https://bank.example:"), "{address}");
    }
    assert!(addresses.processor.starts_with("https://127.0.0.1:"), "internal, whatever the name: {addresses:?}");
    assert_eq!(ready.issuer, addresses.authorization);
    // A client elsewhere that resolves the name believes the certificate, and is told no other address.
    let port = addresses.authorization.rsplit(':').next().unwrap();
    let mut curl = std::process::Command::new("curl");
    curl.args(["--silent", "--show-error", "--fail", "--cacert"]).arg(&ready.ca.file);
    curl.args(["--resolve", &format!("bank.example:{port}:127.0.0.1")]);
    curl.arg(format!("{}/.well-known/oauth-authorization-server", addresses.authorization));
    let outcome = sumun_conformance::program::run_to_end(&mut curl, Duration::from_secs(30));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.json()["issuer"] == ready.issuer.as_str() && !outcome.stdout.contains("127.0.0.1"), "{outcome:?}");
    let said = running.stop_well();
    assert!(said.contains(&format!("https://bank.example:{port}")) && !said.contains("0.0.0.0"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_and_a_second_start_go_on_with_the_same_world() {
    let (_folder, data) = place();
    let first = Running::start(&data);
    let world = first.ready().world.clone();
    let (app, mut haneul) = (App::of(first.ready(), 0), Person::new(first.ready(), "haneul"));
    let account = haneul.accounts().await[0].clone();
    let _token = haneul.consent(&app, "balance", &[&account]).await;
    let stopping = Instant::now();
    let stopped = first.stop(Signal::Terminate);
    assert_eq!((stopped.code, stopped.stderr.as_str()), (Some(0), ""));
    assert!(stopping.elapsed() < Duration::from_secs(12), "a stop took {:?}", stopping.elapsed());
    let verified = verify_journal(&data);
    assert_eq!(verified.records_not_sealed, 0, "a stop in good order seals what there is");

    let started = Instant::now();
    let second = Running::start(&data);
    eprintln!("second start: {:?}", started.elapsed());
    assert_eq!(second.ready().world, world, "ids, passwords and certificates are the same");
    let mut haneul = Person::new(second.ready(), "haneul");
    let consents = haneul.page(&format!("{}/consents", second.ready().addresses.authorization)).await;
    assert!(consents.says("주식회사 새움페이"), "the consent is still there");
    let stopped = second.stop(Signal::Interrupt);
    assert_eq!((stopped.code, stopped.stderr.as_str()), (Some(0), ""));
    let after = verify_journal(&data);
    assert!(after.entries >= verified.entries);
}

#[test]
fn a_stop_that_comes_at_once_is_taken_in_good_order() {
    let (_folder, data) = place();
    for signal in [Signal::Terminate, Signal::Interrupt] {
        let running = Running::start(&data);
        let stopped = running.stop(signal);
        assert_eq!((stopped.code, stopped.stderr.as_str()), (Some(0), ""), "{signal:?}");
        verify_journal(&data);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_moment_of_a_first_start_leaves_a_folder_that_starts() {
    // From before the first file to after the last listener, whatever the machine's pace.
    let whole = {
        let (_folder, data) = place();
        let started = Instant::now();
        Running::start(&data).stop_well();
        started.elapsed()
    };
    for part in 0..8 {
        let (_folder, data) = place();
        start_and_kill(&data, whole * part / 8);
        start_and_kill(&data, whole * (part + 3) / 16);
        assert_goes_on(&data).await;
    }
}

/// The platform starts on `data`, its ledger is whole, everybody can sign in, and the journal verifies.
async fn assert_goes_on(data: &Path) {
    let running = Running::start(data);
    sound_start_page(running.ready()).await;
    let mut haneul = Person::new(running.ready(), "haneul");
    let accounts = haneul.page(&format!("{}/accounts", running.ready().addresses.bank)).await;
    assert_eq!(accounts.status, 200);
    running.stop_well();
    verify_journal(data);
}

/// What the platform acknowledged before it was killed.
#[derive(Default)]
struct Acknowledged {
    executed: Vec<String>,
    withdrawn: usize,
    granted: usize,
    calls: usize,
}

const AMOUNT: i64 = 1_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_under_load_loses_nothing_that_was_acknowledged() {
    let (_folder, data) = place();
    let mut running = Running::start(&data);
    let world = running.ready().world.clone();
    let before = balance_shown(running.ready()).await;
    let (mut executed, mut calls, mut granted, mut withdrawn) = (Vec::new(), 0, 0, 0);
    for milliseconds in [700, 1_100, 1_600, 2_300] {
        let load = Load::start(running.ready());
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        running.kill();
        let acknowledged = load.end().await;
        executed.extend(acknowledged.executed);
        (calls, granted) = (calls + acknowledged.calls, granted + acknowledged.granted);
        withdrawn += acknowledged.withdrawn;

        running = Running::start(&data);
        assert_eq!(running.ready().world, world);
        sound_start_page(running.ready()).await;
        assert_kept(running.ready(), &executed, before).await;
    }
    eprintln!("acknowledged: {calls} calls, {} transfers, {granted} consents, {withdrawn} withdrawn", executed.len());
    assert!(calls > 0 && granted > 0 && !executed.is_empty() && withdrawn > 0, "the load did nothing");
    running.stop_well();
    let verified = verify_journal(&data);
    assert!(verified.entries as usize > executed.len() * 3 + granted + withdrawn, "{verified:?}");
}

/// Customers and apps at work.
struct Load {
    over: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<Acknowledged>>,
}

impl Load {
    fn start(ready: &Ready) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (payer, payer_over) = (ready.clone(), Arc::clone(&over));
        let (chooser, chooser_over) = (ready.clone(), Arc::clone(&over));
        let tasks = vec![
            tokio::spawn(async move { pay(&payer, &payer_over).await }),
            tokio::spawn(async move { change_mind(&chooser, &chooser_over).await }),
        ];
        Self { over, tasks }
    }

    /// What was acknowledged until the platform was gone.
    async fn end(self) -> Acknowledged {
        self.over.store(true, Ordering::SeqCst);
        let mut sum = Acknowledged::default();
        for task in self.tasks {
            let part = task.await.expect("the load ends by itself");
            sum.executed.extend(part.executed);
            sum.withdrawn += part.withdrawn;
            sum.granted += part.granted;
            sum.calls += part.calls;
        }
        sum
    }
}

/// Requests, confirms and executes transfers, and reads the balance in between.
async fn pay(ready: &Ready, over: &Arc<AtomicBool>) -> Acknowledged {
    let mut done = Acknowledged::default();
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let Ok(accounts) = haneul.try_accounts().await else { return done };
    let account = accounts[0].clone();
    let terms = json!({
        "account_id": account, "amount": AMOUNT, "summary": "적금",
        "payee": {"bank_code": "902", "account_number": "302-555-127702", "holder_name": "김민수"},
    });
    let Ok(token) = haneul.try_consent(&app, "balance transfer", &[&account]).await else { return done };
    done.granted += 1;
    while !over.load(Ordering::SeqCst) {
        let Ok(requested) = send_patiently(&app, "/v1/withdrawals", &token, &terms).await else { break };
        if requested.status != 202 {
            // The load was told to end while it was over the limit.
            assert_eq!(requested.status, 429, "{}", requested.body);
            break;
        }
        let transfer = requested.text("transfer_id");
        let Ok(_page) = haneul.try_decide(&transfer, "approve").await else { break };
        let path = format!("/v1/transfers/{transfer}/execution");
        let Ok(answer) = send_patiently(&app, &path, &token, &terms).await else { break };
        if answer.status == 429 {
            break;
        }
        assert_eq!(answer.status, 200, "{}", answer.body);
        done.executed.push(transfer);
        for _ in 0..5 {
            let Ok(answer) = app.try_get(&format!("/v1/accounts/{account}/balance"), &token).await else { break };
            done.calls += usize::from(answer.status == 200);
        }
    }
    done
}

/// Sends terms, and again when a quick machine has reached the institution's limit (PR-058).
async fn send_patiently(app: &App, path: &str, token: &str, terms: &Value) -> Result<Answer, ClientError> {
    loop {
        let answer = app.try_post(path, token, &random_text(), terms).await?;
        if answer.status != 429 {
            return Ok(answer);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Grants and withdraws.
async fn change_mind(ready: &Ready, over: &Arc<AtomicBool>) -> Acknowledged {
    let mut done = Acknowledged::default();
    let (app, mut doyun) = (App::of(ready, 1), Person::new(ready, "doyun"));
    let Ok(accounts) = doyun.try_accounts().await else { return done };
    let account = accounts[0].clone();
    while !over.load(Ordering::SeqCst) {
        let Ok(_token) = doyun.try_consent(&app, "balance", &[&account]).await else { break };
        done.granted += 1;
        let Ok(_page) = doyun.try_withdraw_newest().await else { break };
        done.withdrawn += 1;
    }
    done
}

/// Every acknowledged execution stands, and the balance is what all executions leave.
async fn assert_kept(ready: &Ready, executed: &[String], before: i64) {
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let token = haneul.consent(&app, "balance transactions transfer", &[&account]).await;
    for transfer in executed {
        let page = haneul.transfer_page(transfer).await;
        assert!(page.says("이체가 완료되었습니다"), "{transfer}: {}", page.html);
    }
    let balance = app.get(&format!("/v1/accounts/{account}/balance"), &token).await.number("balance");
    let moved = (before - balance) / AMOUNT;
    assert_eq!(before - moved * AMOUNT, balance, "whole transfers only");
    let acknowledged = executed.len() as i64;
    // One execution of each kill may have been carried out without an answer.
    assert!((acknowledged..=acknowledged + 4).contains(&moved), "{moved} moved, {acknowledged} acknowledged");
}

async fn balance_shown(ready: &Ready) -> i64 {
    let (app, mut haneul) = (App::of(ready, 0), Person::new(ready, "haneul"));
    let account = haneul.accounts().await[0].clone();
    let token = haneul.consent(&app, "balance", &[&account]).await;
    app.get(&format!("/v1/accounts/{account}/balance"), &token).await.number("balance")
}

#[test]
fn an_operator_hears_of_a_refused_stranger_when_asked_for_and_of_nothing_otherwise() {
    use std::io::{Read as _, Write as _};
    let (_folder, data) = place();
    for (level, is_told) in [("info", true), ("warn", false)] {
        let running = Running::start_with(&data, &["--log", level]);
        let address = running.ready().addresses.start.trim_start_matches("https://").to_owned();
        let mut stranger = std::net::TcpStream::connect(&address).unwrap();
        // A TLS record whose content is no handshake (RFC 8446 section 5.1).
        stranger.write_all(b"\x16\x03\x01\x00\x06secret").unwrap();
        // The stranger is let go of once the fault is known.
        let mut answer = Vec::new();
        let _read = stranger.read_to_end(&mut answer);
        let stopped = running.stop(Signal::Terminate);
        assert_eq!(stopped.code, Some(0));
        assert_eq!(stopped.stderr.contains("handshake_broken"), is_told, "{level}: {}", stopped.stderr);
        assert!(!stopped.stderr.contains("secret"), "what was sent is not repeated: {}", stopped.stderr);
    }
}
