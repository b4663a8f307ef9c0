//! The links from clause to code, test and probe, held against what is there.

use crate::shell;
use crate::suite::{Outcome, Outcomes};
use crate::tidy::source::{self, Tree};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// One row of `catalogs/trace/<framework>.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Link {
    row: String,
    #[serde(default)]
    enforced_by: Vec<String>,
    test: Option<String>,
    #[serde(default)]
    probes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkFile {
    framework: String,
    #[serde(default)]
    link: Vec<Link>,
}

/// What a link can lead to.
struct There<'a> {
    items: BTreeSet<String>,
    probes: BTreeSet<String>,
    tests: Tests<'a>,
}

/// What is known of the tests.
enum Tests<'a> {
    /// How each ended.
    Ran(&'a Outcomes),
    /// The names of all functions in the sources: enough to see a test that was renamed or removed.
    Written(BTreeSet<String>),
}

/// Fails when a named test did not run and pass, when a named item or probe
/// does not exist, or when two rows claim the same test.
///
/// Without outcomes (`cargo xtask trace`, in seconds) a test needs only to stand in the sources.
pub fn check(outcomes: Option<&Outcomes>) -> Result<()> {
    let tests = match outcomes {
        Some(outcomes) => Tests::Ran(outcomes),
        None => Tests::Written(source::functions(&Tree::read(&shell::root())?)),
    };
    let there = There { items: source::public_items()?, probes: source::probe_ids()?, tests };
    let files = link_files()?;
    let faults = there.faults_of(&files);
    let count: usize = files.iter().map(|file| file.link.len()).sum();
    for fault in &faults {
        shell::complain(fault);
    }
    if !faults.is_empty() {
        bail!("{} links of {count} are broken", faults.len());
    }
    shell::say(&format!("{count} links hold"));
    Ok(())
}

impl There<'_> {
    /// What is wrong with the links, one line each.
    fn faults_of(&self, files: &[LinkFile]) -> Vec<String> {
        let mut faults = Vec::new();
        let mut claimed: BTreeMap<&str, String> = BTreeMap::new();
        for (file, link) in files.iter().flat_map(|file| file.link.iter().map(move |link| (file, link))) {
            let row = format!("{} {}", file.framework, link.row);
            if let Some(test) = &link.test {
                faults.extend(self.tests.fault_of(test).map(|fault| format!("{row}: {fault}")));
                if let Some(other) = claimed.insert(test, row.clone()) {
                    faults.push(format!("{row}: the test {test} already proves {other}"));
                }
            }
            let gone_items = link.enforced_by.iter().filter(|item| !self.items.contains(item.as_str()));
            faults.extend(gone_items.map(|item| format!("{row}: there is no item {item}")));
            let gone_probes = link.probes.iter().filter(|probe| !self.probes.contains(probe.as_str()));
            faults.extend(gone_probes.map(|probe| format!("{row}: there is no probe {probe}")));
        }
        faults
    }
}

impl Tests<'_> {
    fn fault_of(&self, test: &str) -> Option<String> {
        match self {
            Self::Ran(outcomes) => match outcomes.get(test) {
                Some(Outcome::Passed) => None,
                Some(Outcome::Failed | Outcome::Ignored) => Some(format!("the test {test} did not pass")),
                None => Some(format!("no test {test} ran")),
            },
            Self::Written(functions) => {
                let name = test.rsplit("::").next().unwrap_or(test);
                (!functions.contains(name)).then(|| format!("no test {test} stands in the sources"))
            }
        }
    }
}

fn link_files() -> Result<Vec<LinkFile>> {
    let folder = shell::root().join("catalogs/trace");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path)?;
            files.push(toml::from_str(&text).with_context(|| path.display().to_string())?);
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = r#"
        framework = "small"
        [[link]]
        row = "1"
        enforced_by = ["sumun_a::Rule"]
        test = "sumun_a::tests::one"
        probes = ["family/probe"]
    "#;

    fn faults(text: &str, tests: Tests<'_>) -> Vec<String> {
        let one = |text: &str| BTreeSet::from([text.to_owned()]);
        let there = There { items: one("sumun_a::Rule"), probes: one("family/probe"), tests };
        there.faults_of(&[toml::from_str(text).unwrap()])
    }

    fn ended(outcome: Outcome) -> Outcomes {
        Outcomes::from([("sumun_a::tests::one".to_owned(), outcome)])
    }

    #[test]
    fn the_trace_fails_when_a_named_test_did_not_run_or_did_not_pass() {
        assert_eq!(faults(SOUND, Tests::Ran(&ended(Outcome::Passed))), Vec::<String>::new());
        for outcome in [Outcome::Failed, Outcome::Ignored] {
            let said = faults(SOUND, Tests::Ran(&ended(outcome)));
            assert_eq!(said, ["small 1: the test sumun_a::tests::one did not pass"]);
        }
        let said = faults(SOUND, Tests::Ran(&Outcomes::new()));
        assert_eq!(said, ["small 1: no test sumun_a::tests::one ran"]);
        let written = Tests::Written(BTreeSet::from(["another".to_owned()]));
        assert_eq!(faults(SOUND, written), ["small 1: no test sumun_a::tests::one stands in the sources"]);
    }

    #[test]
    fn the_trace_fails_when_a_named_item_or_probe_does_not_exist() {
        let passed = ended(Outcome::Passed);
        let said = faults(&SOUND.replace("Rule", "Gone"), Tests::Ran(&passed));
        assert_eq!(said, ["small 1: there is no item sumun_a::Gone"]);
        let said = faults(&SOUND.replace("family/probe", "family/gone"), Tests::Ran(&passed));
        assert_eq!(said, ["small 1: there is no probe family/gone"]);
    }

    #[test]
    fn the_trace_fails_when_one_test_is_to_prove_two_rows() {
        let twice = format!("{SOUND}[[link]]\nrow = \"2\"\ntest = \"sumun_a::tests::one\"\n");
        let said = faults(&twice, Tests::Ran(&ended(Outcome::Passed)));
        assert_eq!(said, ["small 2: the test sumun_a::tests::one already proves small 1"]);
    }
}
