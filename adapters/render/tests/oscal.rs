//! Every catalog and every crosswalk as OSCAL, judged by compliance-trestle, and held against what went in.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use sumun_controls::{Catalog, load};
use sumun_render::oscal;

fn shipped() -> Catalog {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogs");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let read = |path: &PathBuf| (path.display().to_string(), std::fs::read_to_string(path).unwrap());
    load(paths.iter().map(read)).unwrap_or_else(|error| panic!("{error}"))
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
}

/// compliance-trestle in a workspace of its own.
struct Trestle {
    program: PathBuf,
    workspace: tempfile::TempDir,
}

impl Trestle {
    fn open() -> Self {
        let program = std::env::var_os("SUMUN_TRESTLE").map_or_else(|| PathBuf::from("trestle"), PathBuf::from);
        let workspace = tempfile::tempdir().unwrap();
        let trestle = Self { program, workspace };
        trestle.run(&["init"]);
        trestle
    }

    /// Runs trestle and gives whether it said yes, and what it said.
    fn say(&self, arguments: &[&str]) -> (bool, String) {
        let output = Command::new(&self.program).args(arguments).current_dir(self.workspace.path()).output();
        let output = output.unwrap_or_else(|error| {
            panic!(
                "OSCAL cannot be judged: {} does not run ({error}). Install compliance-trestle 5 \
                 (python3 -m venv DIR && DIR/bin/pip install compliance-trestle) and set SUMUN_TRESTLE=DIR/bin/trestle",
                self.program.display()
            )
        });
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&said).into_owned())
    }

    fn run(&self, arguments: &[&str]) {
        let (accepted, said) = self.say(arguments);
        assert!(accepted, "trestle {}: {said}", arguments.join(" "));
    }

    fn put(&self, folder: &str, name: &str, file: &str, document: &impl Serialize) {
        let folder = self.workspace.path().join(folder).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(file), serde_json::to_vec_pretty(document).unwrap()).unwrap();
    }
}

#[test]
fn oscal_1_2_every_catalog_validates_with_trestle() {
    let trestle = Trestle::open();
    let catalog = shipped();
    assert_eq!(catalog.frameworks().len(), 9);
    for framework in catalog.frameworks() {
        let name = framework.id.as_str();
        trestle.put("catalogs", name, "catalog.json", &oscal::catalog(&catalog, framework));
        trestle.run(&["validate", "-t", "catalog", "-n", name]);
    }
    // The judge is awake: the same file with one foreign key is refused.
    let framework = &catalog.frameworks()[0];
    let mut broken = serde_json::to_value(oscal::catalog(&catalog, framework)).unwrap();
    broken["catalog"]["metadata"]["colour"] = Value::from("blue");
    trestle.put("catalogs", "broken", "catalog.json", &broken);
    assert!(!trestle.say(&["validate", "-t", "catalog", "-n", "broken"]).0);
}

#[test]
fn oscal_1_2_every_crosswalk_validates_with_trestle() {
    let trestle = Trestle::open();
    let catalog = shipped();
    let mut validated = Vec::new();
    for framework in catalog.frameworks() {
        let Some(document) = oscal::mapping_collection(&catalog, framework) else { continue };
        let name = framework.id.as_str();
        trestle.put("mapping-collections", name, "mapping-collection.json", &document);
        trestle.run(&["validate", "-t", "mapping-collection", "-n", name]);
        validated.push(name);
    }
    // No document maps the platform requirements yet.
    assert_eq!(validated.len(), 8);
    assert!(!validated.contains(&"platform-requirements"));
}

#[test]
fn every_row_is_a_control_once_and_its_criteria_and_values_come_along() {
    let catalog = shipped();
    for framework in catalog.frameworks() {
        let document = serde_json::to_value(oscal::catalog(&catalog, framework)).unwrap();
        let mut ids = BTreeSet::new();
        let mut rows = BTreeSet::new();
        walk(&document, &mut ids, &mut rows);
        let wanted: BTreeSet<String> = framework.rows().iter().map(|row| row.id.to_string()).collect();
        assert_eq!(rows, wanted, "{}", framework.id);
        let text = document.to_string();
        for row in framework.rows() {
            for criterion in &row.criteria {
                assert!(text.contains(&serde_json::to_string(&criterion.text.ko).unwrap()), "{}", criterion.id);
            }
            for law in &row.legal_references {
                assert!(text.contains(&serde_json::to_string(&law.reference.ko).unwrap()), "{}", row.id);
            }
        }
        let again = serde_json::to_value(oscal::catalog(&catalog, framework)).unwrap();
        assert_eq!(document, again, "the export follows from the catalog alone");
    }
}

/// Gathers every id, each of which must be unique, and the rows of the controls.
fn walk(value: &Value, ids: &mut BTreeSet<String>, rows: &mut BTreeSet<String>) {
    match value {
        Value::Array(entries) => entries.iter().for_each(|entry| walk(entry, ids, rows)),
        Value::Object(keys) => {
            if let Some(id) = keys.get("id").and_then(Value::as_str) {
                assert!(ids.insert(id.to_owned()), "{id} stands twice");
            }
            if keys.get("name").and_then(Value::as_str) == Some("row") {
                rows.insert(keys["value"].as_str().unwrap().to_owned());
            }
            keys.values().for_each(|entry| walk(entry, ids, rows));
        }
        _ => {}
    }
}
