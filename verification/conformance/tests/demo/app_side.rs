//! The app's side of the demonstration is an outsider: a process of its own
//! that is told what an outsider is told.

use crate::outcome::PATIENCE;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use sumun_conformance::program::{command, program, wait};
use sumun_conformance::{Ready, Running, path_text};

/// Everything about a process that anybody could have told it by.
#[derive(Debug)]
struct Surroundings {
    arguments: String,
    environment: String,
    folder: String,
    /// Where its open files lead.
    files: Vec<String>,
}

#[test]
fn the_app_side_of_the_demonstration_is_a_process_that_is_told_nothing_of_the_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut demo = command();
    demo.args(["demo", "--out", path_text(&out)]).current_dir(folder.path()).env("SUMUN_TOLD", &out);
    let mut demo = demo.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let seen = wait_for_app_side(&mut demo);
    assert_eq!(wait(&mut demo, PATIENCE).and_then(|status| status.code()), Some(0));

    assert_eq!(seen.arguments, format!("{}\0app-side\0", program().canonicalize().unwrap().display()));
    assert_eq!((seen.environment.as_str(), seen.folder.as_str()), ("", "/"));
    let place = path_text(folder.path());
    assert!(seen.files.iter().all(|file| !file.contains(place)), "{:?}", seen.files);
}

/// Looks until the demonstration has its child, and what that child was given.
fn wait_for_app_side(demo: &mut Child) -> Surroundings {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(seen) = children(demo.id()).into_iter().find_map(look_at) {
            return seen;
        }
        assert!(demo.try_wait().unwrap().is_none(), "the demonstration ended without an app's side");
        thread::sleep(Duration::from_millis(5));
    }
    panic!("no app's side within {PATIENCE:?}");
}

fn children(parent: u32) -> Vec<String> {
    let tasks = fs::read_dir(format!("/proc/{parent}/task")).into_iter().flatten().filter_map(Result::ok);
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The surroundings of a process that has become the app's side; until then it is a copy of its parent.
fn look_at(process: String) -> Option<Surroundings> {
    let place = Path::new("/proc").join(process);
    let arguments = fs::read_to_string(place.join("cmdline")).ok()?;
    if !arguments.ends_with("\0app-side\0") {
        return None;
    }
    let files = fs::read_dir(place.join("fd")).ok()?.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    let files = files.map(|file| file.display().to_string()).collect();
    let environment = fs::read_to_string(place.join("environ")).ok()?;
    let folder = fs::read_link(place.join("cwd")).ok()?.display().to_string();
    Some(Surroundings { arguments, environment, folder, files })
}

/// What anybody may write who has a certificate, a key and a login: the ready
/// file says them, and it names no account.
fn brief(ready: &Ready) -> Value {
    let redirect_uris = ["https://app.saeum.example/callback", "https://app.garam.example/callback"];
    let party = |place: usize, login: &str| {
        let (institution, customer) = (&ready.world.institutions[place], ready.customer(login));
        let signs = institution.client_authentication == "private_key_jwt";
        json!({
            "client_id": institution.app, "redirect_uri": redirect_uris[place],
            "token_endpoint_auth_method": institution.client_authentication,
            "certificate": {
                "certificate_pem": institution.certificate.certificate_pem, "key_pem": institution.certificate.key_pem,
            },
            "app_key_pem": signs.then_some(&institution.app_key_pem),
            "login": customer.login, "password": customer.password,
        })
    };
    let (addresses, payee) = (&ready.addresses, &ready.world.payee);
    json!({
        "authority_pem": ready.ca.certificate_pem,
        "addresses": {
            "authorization": addresses.authorization, "authorization_mtls": addresses.authorization_mtls,
            "gateway": addresses.gateway, "bank": addresses.bank,
        },
        "parties": [party(0, "haneul"), party(1, "doyun")],
        "payee": { "bank_code": payee.bank_code, "account_number": payee.account_number },
    })
}

/// Plays the app's side with `brief` in an empty folder; answers exit code,
/// what was told and standard error.
fn play(brief: &str) -> (Option<i32>, Vec<Value>, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(program());
    command.arg("app-side").env_clear().current_dir(folder.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(brief.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "the app's side writes no file");
    let told = String::from_utf8(output.stdout).unwrap();
    let told = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code(), told, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn whoever_has_a_brief_alone_gets_from_a_login_to_a_transfer_and_is_refused_every_attack() {
    let running = Running::fresh();
    let brief = brief(running.ready()).to_string();
    assert!(!brief.contains("acc_") && !brief.contains(path_text(running.data())), "{brief}");
    let (code, told, complaints) = play(&brief);
    assert_eq!((code, complaints.as_str()), (Some(0), ""), "{told:?}");
    let steps: BTreeMap<&str, bool> = told.iter().filter_map(|line| line.get("step")).map(name_and("ok")).collect();
    for name in ["consent_and_token", "accounts", "balance", "transactions", "transfer_executed", "second_app_balance"]
    {
        assert_eq!(steps.get(name), Some(&true), "{name}: {told:?}");
    }
    assert!(steps.values().all(|ok| *ok), "{steps:?}");
    let attacks = told.iter().filter_map(|line| line.get("attack")).map(name_and("refused"));
    assert_eq!(attacks.filter(|(_, refused)| *refused).count(), 5, "{told:?}");
    running.stop_well();
}

fn name_and(flag: &str) -> impl Fn(&Value) -> (&str, bool) {
    move |value| (value["name"].as_str().unwrap(), value[flag].as_bool().unwrap())
}

#[test]
fn a_brief_that_cannot_be_read_is_one_line_and_exit_2_and_a_platform_that_is_gone_a_step_that_failed() {
    for broken in ["", "{}", "{\"authority_pem\": 1}", "not JSON"] {
        let (code, told, complaints) = play(broken);
        assert_eq!((code, told.len(), complaints.lines().count()), (Some(2), 0, 1), "{broken}: {complaints}");
    }
    let running = Running::fresh();
    let brief = brief(running.ready()).to_string();
    running.stop_well();
    let (code, told, complaints) = play(&brief);
    assert_eq!((code, complaints.as_str()), (Some(0), ""));
    let last = told.last().unwrap();
    assert_eq!((&last["step"]["name"], &last["step"]["ok"]), (&"story".into(), &false.into()), "{told:?}");
}
