//! The links from clause to code, test and probe, held against what is there.

use crate::suite::{Outcome, Outcomes};
use crate::{shell, tidy};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;

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

/// Fails when a named test did not run and pass, when a named item or probe
/// does not exist, or when two rows claim the same test.
///
/// Without outcomes (`cargo xtask trace`, in seconds) tests are not looked at.
pub fn check(outcomes: Option<&Outcomes>) -> Result<()> {
    let items = tidy::source::public_items()?;
    let probes = tidy::source::probe_ids()?;
    let mut faults = Vec::new();
    let mut claimed: BTreeMap<String, String> = BTreeMap::new();
    let mut count = 0;
    for file in link_files()? {
        for link in &file.link {
            count += 1;
            let row = format!("{} {}", file.framework, link.row);
            if let Some(test) = &link.test {
                match outcomes.map(|outcomes| outcomes.get(test)) {
                    None | Some(Some(Outcome::Passed)) => {}
                    Some(Some(_)) => faults.push(format!("{row}: the test {test} did not pass")),
                    Some(None) => faults.push(format!("{row}: no test {test} ran")),
                }
                if let Some(other) = claimed.insert(test.clone(), row.clone()) {
                    faults.push(format!("{row}: the test {test} already proves {other}"));
                }
            }
            let gone_items = link.enforced_by.iter().filter(|item| !items.contains(item.as_str()));
            faults.extend(gone_items.map(|item| format!("{row}: there is no item {item}")));
            let gone_probes = link.probes.iter().filter(|probe| !probes.contains(probe.as_str()));
            faults.extend(gone_probes.map(|probe| format!("{row}: there is no probe {probe}")));
        }
    }
    for fault in &faults {
        shell::complain(fault);
    }
    if !faults.is_empty() {
        bail!("{} links of {count} are broken", faults.len());
    }
    shell::say(&format!("{count} links hold"));
    Ok(())
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
