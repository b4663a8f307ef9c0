//! Names of files in a pack. Titles come from people, so a name is made of
//! what every file system can hold and never of what could lead elsewhere.

use super::PackedEvidence;

/// The longest name in bytes: file systems allow 255, and a number may be added.
const NAME_BYTES_MAX: usize = 200;

/// `자료1.1.1-1 정보보호최고책임자 인사발령서.pdf`, with the revision when it is
/// not the first.
pub(super) fn evidence_file_name(evidence: &PackedEvidence) -> String {
    let revision = if evidence.revision > 1 { format!(" (버전 {})", evidence.revision) } else { String::new() };
    let extension = safe_letters(&evidence.extension);
    // `tar.gz` is one ending of two words.
    let plain = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '.';
    let extension: String = extension.trim_matches('.').chars().filter(plain).take(8).collect();
    let tail = if extension.is_empty() { revision } else { format!("{revision}.{extension}") };
    let name = safe_letters(&format!("{} {}", evidence.number, evidence.title));
    let head = cut(&name, NAME_BYTES_MAX - tail.len());
    safe_ends(&format!("{}{tail}", head.trim_end()))
}

/// A relative path of which every part is a safe name; parts that would climb
/// or vanish become `_`.
pub(super) fn safe_path(path: &str) -> String {
    let parts = path.split(['/', '\\']).filter(|part| !part.is_empty());
    let safe: Vec<String> = parts.map(|part| safe_ends(cut(&safe_letters(part), NAME_BYTES_MAX))).collect();
    if safe.is_empty() { "_".to_owned() } else { safe.join("/") }
}

/// Letters that some file system forbids, that separate paths, or that hide
/// and reorder text become `_`.
fn safe_letters(text: &str) -> String {
    let forbidden = |letter: char| matches!(letter, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let safe = |letter: char| if !sumun_text::is_visible(letter) || forbidden(letter) { '_' } else { letter };
    text.chars().map(safe).collect()
}

/// No space or dot at the ends (`..` is gone with that), no name that Windows
/// keeps for a device.
fn safe_ends(name: &str) -> String {
    let name = name.trim_matches([' ', '.']);
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered = |device: &str| stem.strip_prefix(device).is_some_and(|rest| rest.len() == 1 && rest != "0");
    let reserved = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT");
    if name.is_empty() || reserved { format!("_{name}") } else { name.to_owned() }
}

/// The longest start of `text` of at most `bytes` bytes.
fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or_default();
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(number: &str, title: &str, extension: &str) -> String {
        evidence_file_name(&PackedEvidence {
            number: number.into(),
            title: title.into(),
            revision: 1,
            extension: extension.into(),
            sha256: String::new(),
            size_bytes: 0,
            items: Vec::new(),
            origin: String::new(),
            received_at: sumun_time::Timestamp::from_seconds(0),
        })
    }

    #[test]
    fn an_official_name_stays_as_it_is() {
        let name = named("자료1.1.1-1", "정보보호최고책임자 인사발령서", "pdf");
        assert_eq!(name, "자료1.1.1-1 정보보호최고책임자 인사발령서.pdf");
    }

    #[test]
    fn hostile_names_lead_nowhere() {
        assert_eq!(named("자료1.1.1-1", "../../etc/passwd", "../sh"), "자료1.1.1-1 .._.._etc_passwd.sh");
        assert_eq!(named("..", "/", ""), "_");
        assert_eq!(named("자료1.1.1-1", "a\0b\r\nc\u{202e}fdp", "exe"), "자료1.1.1-1 a_b__c_fdp.exe");
        assert_eq!(named("CON", "", ""), "_CON");
        assert_eq!(safe_path("../../a//b/..\\c/COM1.txt"), "_/_/a/b/_/c/_COM1.txt");
        assert_eq!(safe_path("C:\\Windows"), "C_/Windows");
        assert_eq!(safe_path("/"), "_");
    }

    #[test]
    fn a_long_name_is_cut_between_letters_and_keeps_its_extension() {
        let name = named("자료1.1.1-1", &"가".repeat(500), "pdf");
        assert!(name.len() <= NAME_BYTES_MAX && name.ends_with("가.pdf"), "{}", name.len());
    }
}
