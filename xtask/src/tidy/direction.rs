//! Which crate may depend on which (ARCHITECTURE.md, "Direction").

use super::Fault;
use super::source::Tree;
use anyhow::{Context, Result};
use std::collections::BTreeMap;

/// From low to high; a crate depends on its own layer or a lower one.
const LAYERS: &[&str] = &["base", "domain", "adapters", "apps"];
const PLATFORM: &[&str] = &["participants", "authorization", "consent", "traffic", "banking", "records", "fraud"];
const WORKBENCH: &[&str] = &["controls", "evidence", "inspection", "probes", "reports"];
/// Apps of the two halves: an app of one half may not see the rules of the other.
const PLATFORM_APPS: &[&str] =
    &["authorization-server", "api-gateway", "api-processor", "developer-portal", "testbed", "management-center"];
const WORKBENCH_APPS: &[&str] = &["workbench"];
/// No crate may be the drawer for everything.
const BANNED_NAMES: &[&str] = &["common", "core", "helpers", "lib", "misc", "shared", "util", "utils"];
/// What a crate of `base` or `domain` may not link, because it touches the world.
const BANNED_IN_RULES: &[&str] =
    &["axum", "hyper", "hyper-util", "reqwest", "rustls", "socket2", "sqlx", "tokio", "tokio-rustls", "tower"];

struct Package<'a> {
    path: &'a str,
    layer: Option<usize>,
    folder: &'a str,
    dependencies: Vec<String>,
    test_dependencies: Vec<String>,
}

pub fn check(tree: &Tree) -> Result<Vec<Fault>> {
    let packages = packages(tree)?;
    let by_name: BTreeMap<String, &Package<'_>> =
        packages.iter().map(|package| (format!("sumun-{}", package.folder), package)).collect();
    let mut faults = Vec::new();
    for package in &packages {
        let mut fault = |message: String| faults.push(Fault { place: package.path.to_owned(), message });
        if BANNED_NAMES.contains(&package.folder) {
            fault(format!("a crate called {} becomes a drawer for everything; name the noun it holds", package.folder));
        }
        for dependency in &package.dependencies {
            if let Some(message) = by_name.get(dependency).and_then(|target| forbidden(package, target)) {
                fault(message);
            }
        }
        let rules = package.layer.is_some_and(|layer| layer <= 1);
        for dependency in package.dependencies.iter().filter(|name| rules && BANNED_IN_RULES.contains(&name.as_str())) {
            fault(format!(
                "{} holds rules and may not link {dependency}; declare a port and implement it in adapters",
                package.folder
            ));
        }
        let app = package.layer == Some(3) && package.folder != "sumun";
        for dependency in package.test_dependencies.iter().filter(|_| app) {
            if let Some(target) = by_name.get(dependency).filter(|target| target.layer == Some(3)) {
                fault(format!(
                    "apps know nothing about each other, also in tests; {} belongs in verification",
                    target.folder
                ));
            }
        }
    }
    Ok(faults)
}

fn packages(tree: &Tree) -> Result<Vec<Package<'_>>> {
    let mut packages = Vec::new();
    for (path, text) in tree.text_files() {
        let Some(folder) = path.strip_suffix("/Cargo.toml") else { continue };
        let table: toml::Table = text.parse().with_context(|| path.to_owned())?;
        let names = |section: &str| -> Vec<String> {
            let section = table.get(section).and_then(toml::Value::as_table);
            section.map(|section| section.keys().cloned().collect()).unwrap_or_default()
        };
        packages.push(Package {
            path,
            layer: LAYERS.iter().position(|layer| folder.split('/').next() == Some(layer)),
            folder: folder.rsplit('/').next().unwrap_or(folder),
            dependencies: names("dependencies"),
            test_dependencies: names("dev-dependencies"),
        });
    }
    Ok(packages)
}

/// Why `package` may not depend on `target`, if so.
fn forbidden(package: &Package<'_>, target: &Package<'_>) -> Option<String> {
    let (from, to) = (package.folder, target.folder);
    if let (Some(layer), Some(target_layer)) = (package.layer, target.layer) {
        if target_layer > layer {
            return Some(format!("{} is below {}: {from} may not depend on {to}", LAYERS[layer], LAYERS[target_layer]));
        }
        if layer == 3 && target_layer == 3 && from != "sumun" {
            return Some(format!("apps know nothing about each other: {from} may not depend on {to}"));
        }
    }
    let crosses = |platform: bool, workbench: bool| {
        (platform && WORKBENCH.contains(&to)) || (workbench && PLATFORM.contains(&to))
    };
    let platform = PLATFORM.contains(&from) || PLATFORM_APPS.contains(&from);
    let workbench = WORKBENCH.contains(&from) || WORKBENCH_APPS.contains(&from);
    crosses(platform, workbench).then(|| {
        format!("the wall between the two halves: {from} may not depend on {to}; they share base, identity and journal")
    })
}

#[cfg(test)]
mod tests {
    use super::super::source::File;
    use super::*;

    fn faults_of(manifests: &[(&str, &str)]) -> Vec<String> {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: Some((*text).to_owned()) };
        let tree = Tree { files: manifests.iter().map(file).collect() };
        check(&tree).unwrap().into_iter().map(|fault| fault.message).collect()
    }

    #[test]
    fn a_domain_crate_may_not_reach_up_or_across_the_wall() {
        let manifests = [
            (
                "domain/traffic/Cargo.toml",
                "[dependencies]\nsumun-store = 1\nsumun-probes = 1\nsumun-ids = 1\ntokio = 1",
            ),
            ("domain/probes/Cargo.toml", ""),
            ("adapters/store/Cargo.toml", "[dependencies]\nsumun-traffic = 1\nsumun-probes = 1\ntokio = 1"),
            ("base/ids/Cargo.toml", ""),
        ];
        let faults = faults_of(&manifests);
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults.iter().any(|fault| fault.contains("the wall")));
        assert!(faults.iter().any(|fault| fault.contains("is below")));
        assert!(faults.iter().any(|fault| fault.contains("tokio")));
    }

    #[test]
    fn only_the_binary_sees_two_apps() {
        let manifests = [
            ("apps/workbench/Cargo.toml", "[dependencies]\nsumun-api-gateway = 1"),
            ("apps/api-gateway/Cargo.toml", ""),
            ("apps/sumun/Cargo.toml", "[dependencies]\nsumun-api-gateway = 1\nsumun-workbench = 1"),
        ];
        assert_eq!(faults_of(&manifests).len(), 1);
    }
}
