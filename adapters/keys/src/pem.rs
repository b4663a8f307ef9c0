//! PEM with explanatory text before it (RFC 7468 section 2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(crate) const PRIVATE_KEY: &str = "PRIVATE KEY";
pub(crate) const CERTIFICATE: &str = "CERTIFICATE";
/// Thirty-two random bytes; not a key that other tools know.
pub(crate) const SECRET_KEY: &str = "SUMUN SECRET KEY";

/// One block with 64 characters to the line.
pub(crate) fn encode(label: &str, bytes: &[u8]) -> String {
    let digits = STANDARD.encode(bytes);
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut rest = digits.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = tail;
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

/// The bytes of the first block with `label`.
pub(crate) fn decode(label: &str, text: &str) -> Option<Vec<u8>> {
    let (_, after) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = after.split_once(&format!("-----END {label}-----"))?;
    let digits: String = body.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    STANDARD.decode(digits).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_round_trip_after_explanatory_text() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = format!("Purpose: test\n{}{}", encode(CERTIFICATE, b"other"), encode(PRIVATE_KEY, &bytes));
        assert_eq!(decode(PRIVATE_KEY, &text), Some(bytes));
        assert_eq!(decode(CERTIFICATE, &text).as_deref(), Some(&b"other"[..]));
        assert_eq!(decode(SECRET_KEY, &text), None);
        assert!(text.lines().all(|line| line.len() <= 64));
    }
}
