//! A power cut during a registration.

use crate::desk::{Desk, REGISTRATION, register_arguments, second_registration};
use serde_json::Value;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use sumun_conformance::program::command;
use sumun_conformance::{Running, verify_journal};

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_moment_of_a_registration_leaves_all_of_it_or_nothing() {
    const PARTS: u32 = 8;
    let whole = {
        let desk = Desk::new();
        let started = Instant::now();
        desk.registered(REGISTRATION, "given");
        started.elapsed()
    };
    let mut stood = 0;
    for part in 0..PARTS {
        let desk = Desk::new();
        let mut child = begin(&desk);
        std::thread::sleep(whole * part / PARTS);
        kill(&mut child);
        // Half the time the platform comes first, half the time the same call again.
        stood += u32::from(assert_whole(&desk, part % 2 == 0).await);
    }
    eprintln!("{stood} of {PARTS} registrations stood when they were killed within {whole:?}");
}

/// The moments that matter are short: when the files are whole but the
/// register may not know of them yet, and when the first has its name.
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_the_register_and_the_files_is_finished_by_the_same_call() {
    let mut seen = Vec::new();
    for (place, name) in ["registration.json.new", "certificate.pem"].repeat(3).into_iter().enumerate() {
        let desk = Desk::new();
        let mut child = begin(&desk);
        let (path, deadline) = (desk.path("given").join(name), Instant::now() + Duration::from_secs(20));
        while !path.exists() && Instant::now() < deadline && child.try_wait().unwrap().is_none() {
            std::hint::spin_loop();
        }
        kill(&mut child);
        let is_draft = desk.path("given/registration.json.new").exists();
        let stood = assert_whole(&desk, place % 2 == 0).await;
        seen.push(format!("{name}: draft {is_draft}, registered {stood}"));
    }
    eprintln!("{}", seen.join("\n"));
}

/// The same state, made by hand: registered, and none or one of the files has its name.
#[test]
fn what_is_registered_and_has_no_files_yet_is_finished_and_not_registered_again() {
    let desk = Desk::new();
    let client = desk.registered(REGISTRATION, "given");
    let certificate = desk.read("given/certificate.pem");
    let before = verify_journal(&desk.data()).entries;
    for unnamed in [&["certificate.pem", "registration.json"][..], &["registration.json"]] {
        for name in unnamed {
            std::fs::rename(desk.path("given").join(name), desk.path("given").join(format!("{name}.new"))).unwrap();
        }
        assert_eq!(desk.registered(REGISTRATION, "given"), client);
        assert_eq!(desk.read("given/certificate.pem"), certificate);
        assert_eq!(verify_journal(&desk.data()).entries, before);
    }
    // What another registration left is finished too, and not taken for this one.
    std::fs::rename(desk.path("given/registration.json"), desk.path("given/registration.json.new")).unwrap();
    let refused = desk.register(&second_registration(), "given");
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(refused.stderr.contains("is there already"), "{}", refused.stderr);
    let finished: Value = serde_json::from_str(&desk.read("given/registration.json")).unwrap();
    assert_eq!(finished, client);
}

/// The folder starts, the journal holds, and the same call comes to one
/// registration with its files. Answers whether it stood before that call.
async fn assert_whole(desk: &Desk, is_started_first: bool) -> bool {
    if is_started_first {
        Running::start(&desk.data()).stop_well();
        verify_journal(&desk.data());
    }
    let stood = hanbit(desk).is_some();
    let has_files = desk.path("given/registration.json").exists();
    assert!(stood || !has_files, "files of a registration that is not there");
    if !has_files {
        desk.registered(REGISTRATION, "given");
    }
    let registered = hanbit(desk).unwrap();
    let count = |name: &str| registered[name].as_array().unwrap().len();
    assert_eq!((count("apps"), count("certificates")), (1, 1), "{registered}");
    let left: Vec<_> = std::fs::read_dir(desk.path("given")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "nothing but the two files: {left:?}");
    verify_journal(&desk.data());
    let running = Running::start(&desk.data());
    let client = serde_json::from_str(&desk.read("given/registration.json")).unwrap();
    let app = desk.app(running.ready(), &client, "given");
    let answer = app.push_with("balance", &"v".repeat(43), "s", &[]).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    running.stop_well();
    stood
}

/// The company of the registration, if the register has it.
fn hanbit(desk: &Desk) -> Option<Value> {
    let list = desk.run(&["participant", "list", "--data", "data", "--format", "json"]).json();
    list.as_array().unwrap().iter().find(|one| one["business_number"] == "124-81-00998").cloned()
}

fn begin(desk: &Desk) -> Child {
    desk.write("fintech/registration.toml", REGISTRATION);
    let mut registering = command();
    registering.args(register_arguments("given")).current_dir(desk.path(""));
    registering.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    registering.spawn().unwrap()
}

fn kill(child: &mut Child) {
    let _killed = child.kill();
    let _reaped = child.wait();
}
