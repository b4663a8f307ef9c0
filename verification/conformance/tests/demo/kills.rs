//! A power cut during the demonstration.

use crate::outcome::demonstrate;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use sumun_conformance::program::command;
use sumun_conformance::{Person, Running, path_text, sound_start_page, verify_journal};

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_moment_of_the_demonstration_leaves_a_sound_platform() {
    let whole = {
        let folder = tempfile::tempdir().unwrap();
        let started = Instant::now();
        assert_eq!(demonstrate(&folder.path().join("out")).code, Some(0));
        started.elapsed()
    };
    for part in 0..8_u32 {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        kill_after(&out, whole * (2 * part + 1) / 16);
        let running = Running::start(&out);
        sound_start_page(running.ready()).await;
        let mut haneul = Person::new(running.ready(), "haneul");
        assert_eq!(haneul.page(&format!("{}/accounts", running.ready().addresses.bank)).await.status, 200);
        running.stop_well();
        let verified = verify_journal(&out);
        eprintln!("killed after {:?}: {verified:?}", whole * (2 * part + 1) / 16);
        // The demonstration itself takes it up again.
        if part % 3 == 2 {
            let again = demonstrate(&out);
            assert_eq!(again.code, Some(0), "{} {}", again.stdout, again.stderr);
        }
    }
}

fn kill_after(out: &Path, delay: Duration) {
    let mut command = command();
    command.args(["demo", "--out", path_text(out)]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    std::thread::sleep(delay);
    let _killed = child.kill();
    let _reaped = child.wait();
}
