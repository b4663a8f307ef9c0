//! Files checked against a catalog that they belong to but do not repeat.

use toml::de::{DeTable, DeValue};

/// What a file is, as far as its keys say.
#[derive(PartialEq, Eq)]
enum Identity {
    Framework { id: String, edition: String },
    Rows { id: String, edition: String, file_name: String },
    Links { framework: String },
    Crosswalk { from: String, to: String },
    Calendar { id: String },
    Vocabulary,
    Documents,
    Anomalies,
}

/// The files of `base` that `given` does not replace, then those of `given`.
///
/// A header replaces the whole edition of its framework; any other file replaces its like.
pub(super) fn overlay(base: Vec<(String, String)>, given: Vec<(String, String)>) -> Vec<(String, String)> {
    let replaced: Vec<Identity> = given.iter().filter_map(|(path, text)| identity(path, text)).collect();
    let stays = |(path, text): &(String, String)| {
        let Some(own) = identity(path, text) else { return true };
        !replaced.iter().any(|new| replaces(new, &own))
    };
    base.into_iter().filter(stays).chain(given).collect()
}

fn replaces(new: &Identity, old: &Identity) -> bool {
    match (new, old) {
        (Identity::Framework { id, edition }, Identity::Rows { id: old_id, edition: old_edition, .. }) => {
            id == old_id && edition == old_edition
        }
        _ => new == old,
    }
}

fn identity(path: &str, text: &str) -> Option<Identity> {
    let table = DeTable::parse(text).ok()?;
    let keys = table.get_ref();
    let text_of = |table: &DeTable<'_>, key: &str| Some(table.get(key)?.get_ref().as_str()?.to_owned());
    let own = |key: &str| text_of(keys, key);
    if let Some(framework) = keys.get("framework") {
        return Some(match framework.get_ref() {
            DeValue::Table(header) => {
                Identity::Framework { id: text_of(header, "id")?, edition: text_of(header, "edition")? }
            }
            _ => match own("edition") {
                Some(edition) => {
                    let file_name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_owned();
                    Identity::Rows { id: own("framework")?, edition, file_name }
                }
                None => Identity::Links { framework: own("framework")? },
            },
        });
    }
    if let Some(DeValue::Table(header)) = keys.get("crosswalk").map(|value| value.get_ref()) {
        return Some(Identity::Crosswalk { from: text_of(header, "from")?, to: text_of(header, "to")? });
    }
    if let Some(DeValue::Table(header)) = keys.get("calendar").map(|value| value.get_ref()) {
        return Some(Identity::Calendar { id: text_of(header, "id")? });
    }
    let shared = [("term", Identity::Vocabulary), ("document", Identity::Documents), ("anomaly", Identity::Anomalies)];
    shared.into_iter().find(|(key, _)| keys.contains_key(*key)).map(|(_, identity)| identity)
}
