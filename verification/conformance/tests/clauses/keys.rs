//! Keys that were used for too long.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use sumun_conformance::Running;

#[test]
fn pr_049_a_key_past_its_period_is_flagged_at_every_start() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let told = Running::start(&data).stop_well();
    // The name of every key's file is the key's purpose.
    let names = ["token-signing", "checkpoint-signing", "open-authority", "internal-authority", "commitment"];
    for name in names.into_iter().chain(["field-encryption"]) {
        assert!(!told.contains(name) || told.contains(&format!("{name}.crt")), "a new {name} is in its period: {told}");
        // A signing key has one to three years, a symmetric one two at most: the period stands in its file.
        let text = fs::read_to_string(data.join("keys").join(name).with_extension("pem")).unwrap();
        let year = |field: &str| {
            let date = text.lines().find_map(|line| line.strip_prefix(field)).unwrap();
            date[..4].parse::<u16>().unwrap()
        };
        let years = year("Not-After: ") - year("Created: ");
        let most = if matches!(name, "commitment" | "field-encryption") { 2 } else { 3 };
        assert!((1..=most).contains(&years), "{name} has {years} years");
    }

    // Made so long ago that its year is over.
    let key = data.join("keys/token-signing.pem");
    let text = fs::read_to_string(&key).unwrap();
    let aged: Vec<String> = text
        .lines()
        .map(|line| match line.split_once(": ") {
            Some(("Created", _)) => "Created: 2024-03-01T00:00:00Z".to_owned(),
            Some(("Not-After", _)) => "Not-After: 2025-03-01T00:00:00Z".to_owned(),
            _ => line.to_owned(),
        })
        .collect();
    fs::write(&key, aged.join("\n") + "\n").unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    for _ in 0..2 {
        let told = Running::start(&data).stop_well();
        let line = told.lines().find(|line| line.contains("token-signing")).unwrap_or_else(|| panic!("{told}"));
        assert!(line.contains("2025-03-01") && !told.contains("checkpoint-signing"), "{told}");
    }
}
