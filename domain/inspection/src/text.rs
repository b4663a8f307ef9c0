//! Bounds of the texts that people write.

use crate::InputFault;

/// The longest reason, note or step, in characters (our choice).
pub(crate) const LONG_CHARACTERS_MAX: usize = 4_000;
/// The longest title or name, in characters (our choice).
pub(crate) const SHORT_CHARACTERS_MAX: usize = 200;

/// `text` trimmed, with 1 to `characters_max` characters and no control
/// characters but line breaks and tabs.
pub(crate) fn bounded(text: &str, characters_max: usize, fault: InputFault) -> Result<String, InputFault> {
    let text = text.trim();
    let strange = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
    let length = text.chars().count();
    if length == 0 || length > characters_max || text.chars().any(strange) {
        return Err(fault);
    }
    Ok(text.replace("\r\n", "\n"))
}

/// As [`bounded`], but on one line and of title length.
pub(crate) fn line(text: &str, fault: InputFault) -> Result<String, InputFault> {
    let line = bounded(text, SHORT_CHARACTERS_MAX, fault.clone())?;
    if line.contains(['\n', '\r', '\t']) { Err(fault) } else { Ok(line) }
}
