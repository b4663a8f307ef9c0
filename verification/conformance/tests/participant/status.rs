//! An institution is stopped and resumed.

use crate::desk::{Desk, REGISTRATION, second_registration};
use sumun_conformance::{Running, verify_journal};

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_institution_may_not_call_until_it_is_resumed() {
    let desk = Desk::new();
    let client = desk.registered(REGISTRATION, "given");
    let change = |deed: &str, named: &str| {
        let arguments = ["participant", deed, "--data", "data", "--institution", named, "--format", "json"];
        desk.run(&arguments)
    };
    let before = verify_journal(&desk.data()).entries;
    let id = client["institution_id"].as_str().unwrap();
    let stopped = change("stop", "1248100998").json();
    assert_eq!((&stopped["status"], &stopped["changed"]), (&"suspended".into(), &true.into()));
    assert_eq!(change("stop", id).json()["changed"], false);
    assert_eq!(verify_journal(&desk.data()).entries, before + 1, "one entry for one change");
    for (expected, deed) in [(401, "resume"), (201, "stop")] {
        let running = Running::start(&desk.data());
        let app = desk.app(running.ready(), &client, "given");
        let answer = app.push_with("balance", &"v".repeat(43), "s", &[]).await;
        assert_eq!(answer.status, expected, "{}", answer.body);
        running.stop_well();
        assert_eq!(change(deed, id).json()["changed"], true);
    }
    let refused = desk.register(&second_registration(), "second");
    assert_eq!(refused.code, Some(2), "{}", refused.stderr);
    assert!(refused.stderr.contains("resume it before"), "{}", refused.stderr);
    let unknown = change("stop", "220-81-62517");
    assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""));
    assert!(unknown.stderr.contains("participant list"), "{}", unknown.stderr);
    verify_journal(&desk.data());
}
