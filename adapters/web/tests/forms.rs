//! Every form of every page of the project that changes something.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each template with a form, and how many it has. A form that is not in here
/// is not known, and each of these carries its session and a key of its own.
const FORMS: [(&str, usize); 12] = [
    ("adapters/sign-in/templates/sign_in.html", 1),
    ("adapters/sign-in/templates/sign_out.html", 1),
    ("apps/api-processor/src/pages/confirm.html", 1),
    ("apps/authorization-server/src/pages/consent.html", 1),
    ("apps/authorization-server/src/pages/withdraw.html", 1),
    ("apps/workbench/src/pages/deed.html", 1),
    ("apps/workbench/src/pages/finding.html", 1),
    ("apps/workbench/src/pages/item.html", 3),
    ("apps/workbench/src/pages/opening.html", 1),
    ("apps/workbench/src/pages/probes.html", 1),
    ("apps/workbench/src/pages/reports.html", 1),
    ("apps/workbench/src/pages/sign_out.html", 1),
];

/// Every template of the tree but those of tests.
fn templates(root: &Path) -> Vec<PathBuf> {
    let mut folders = vec![root.join("apps"), root.join("adapters")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "html") {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn every_form_of_every_page_carries_its_session_and_a_key_of_its_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = BTreeMap::new();
    for path in templates(&root) {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(&root).unwrap().display().to_string();
        for form in text.split("<form").skip(1) {
            let (head, rest) = form.split_once("</form>").unwrap().0.split_once('>').unwrap();
            assert!(head.contains("method=\"post\""), "{name}: {head}");
            let action = head.split_once("action=\"").unwrap().1.split_once('"').unwrap().0;
            let named = action.trim_start_matches("{{ ").trim_end_matches(" }}");
            let sealed = [format!(", {named}) }}}}"), format!(", \"{named}\") }}}}")];
            let first = rest.trim_start().split_once("}}").map(|(first, _)| format!("{first}}}}}")).unwrap_or_default();
            let is_sealed = first.starts_with("{{ ui::sealed(") && sealed.iter().any(|end| first.ends_with(end));
            assert!(is_sealed, "{name}: the form to {action} does not begin with ui::sealed for that address: {first}");
            *found.entry(name.clone()).or_insert(0) += 1;
        }
    }
    let known: BTreeMap<String, usize> = FORMS.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
    assert_eq!(found, known);
}
