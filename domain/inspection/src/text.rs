//! Bounds of the texts that people write.

use crate::InputFault;

/// The longest reason, note or step, in characters (our choice).
pub(crate) const LONG_CHARACTERS_MAX: usize = 4_000;
/// The longest title or name, in characters (our choice).
pub(crate) const SHORT_CHARACTERS_MAX: usize = 200;

/// `text` as one text ([`sumun_text::prose`]) and trimmed, with 1 to
/// `characters_max` characters that a reader can see ([`sumun_text::is_legible`]);
/// line breaks and tabs may stand among them.
pub(crate) fn bounded(text: &str, characters_max: usize, fault: InputFault) -> Result<String, InputFault> {
    let text = sumun_text::prose(text);
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > characters_max || !sumun_text::is_legible(text) {
        return Err(fault);
    }
    Ok(text.to_owned())
}

/// As [`bounded`], but on one line and of title length.
pub(crate) fn line(text: &str, fault: InputFault) -> Result<String, InputFault> {
    let line = bounded(text, SHORT_CHARACTERS_MAX, fault.clone())?;
    if line.contains(['\n', '\t']) { Err(fault) } else { Ok(line) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_nobody_sees_are_refused_and_lines_may_break() {
        let long = |text: &str| bounded(text, LONG_CHARACTERS_MAX, InputFault::Reason);
        assert_eq!(long("  가\r\n나\t다 👩\u{200d}💻 ").unwrap(), "가\n나\t다 👩\u{200d}💻");
        assert_eq!(long("\u{feff}적\u{200b}합\u{b}하\u{2028}나").unwrap(), "적합\n하\n나");
        for hidden in ["적합\u{202e}합적부", "a\u{2066}b", "\u{3164}", "\u{200d}", "\u{200b}", "a\u{0}"] {
            assert_eq!(long(hidden), Err(InputFault::Reason), "{hidden:?}");
            assert_eq!(line(hidden, InputFault::Title), Err(InputFault::Title), "{hidden:?}");
        }
        assert_eq!(line("가\n나", InputFault::Title), Err(InputFault::Title));
    }
}
