//! axe-core, an independent judge of accessibility (MPL-2.0, by Deque), as npm
//! pins it in `npm/package-lock.json`. It is installed outside the checkout.

use crate::program::run_to_end;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

const MANIFEST: &str = include_str!("../npm/package.json");
const LOCK: &str = include_str!("../npm/package-lock.json");
/// A download over a slow line.
const PATIENCE: Duration = Duration::from_secs(300);

/// The judge's script.
pub fn script() -> &'static str {
    static SCRIPT: OnceLock<String> = OnceLock::new();
    SCRIPT.get_or_init(|| {
        let folder = cache().join("npm-conformance");
        install(&folder);
        let file = folder.join("node_modules/axe-core/axe.min.js");
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    })
}

/// The rules: WCAG 2.0 to 2.2, A and AA, and good practice. The answer is a
/// list of lines, one for each element that breaks a rule.
pub const RUN: &str = r#"
axe.run(document, {
  runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"] },
  resultTypes: ["violations"],
}).then(result => result.violations.flatMap(rule => rule.nodes.map(node =>
  `${rule.impact} ${rule.id}: ${node.target.join(" ")}: ${(node.failureSummary || "").replace(/\s+/g, " ").slice(0, 240)}`)))
"#;

/// `SUMUN_CACHE`, or where caches are kept.
fn cache() -> PathBuf {
    let named = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("SUMUN_CACHE")
        .or_else(|| named("XDG_CACHE_HOME").map(|base| base.join("sumun")))
        .or_else(|| named("HOME").map(|home| home.join(".cache/sumun")))
        .expect("SUMUN_CACHE, XDG_CACHE_HOME or HOME says where the cache is")
}

/// `npm ci`, unless exactly this lock file was installed before.
fn install(folder: &Path) {
    fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let turn = File::create(folder.join("turn")).expect("the cache can be written");
    turn.lock().expect("the cache can be locked");
    let done = folder.join("installed-lock.json");
    if fs::read_to_string(&done).is_ok_and(|installed| installed == LOCK) {
        return;
    }
    fs::write(folder.join("package.json"), MANIFEST).expect("the cache can be written");
    fs::write(folder.join("package-lock.json"), LOCK).expect("the cache can be written");
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder);
    assert!(
        Command::new("npm").arg("--version").output().is_ok(),
        "npm is missing: the browser tests install axe-core with it (Debian package npm)"
    );
    let outcome = run_to_end(&mut npm, PATIENCE);
    assert_eq!(outcome.code, Some(0), "npm could not install axe-core: {} {}", outcome.stdout, outcome.stderr);
    fs::write(done, LOCK).expect("the cache can be written");
}
