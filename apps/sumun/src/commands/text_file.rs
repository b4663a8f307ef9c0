//! Files that a call names.

use super::CommandError;
use super::json_place::line_and_column;
use crate::speech::say;
use std::path::Path;

/// The path as it is shown, and the text of a regular file of at most `bytes_max` in UTF-8.
pub fn read_text(path: &Path, bytes_max: usize) -> Result<(String, String), CommandError> {
    let place = path.display().to_string();
    let bytes = read_bytes(path, bytes_max)?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok((place, text)),
        Err(error) => {
            let before = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]).into_owned();
            let (line, column) = line_and_column(&before, before.len());
            Err(CommandError::misuse(format!(
                "{place}:{line}:{column}: found a byte that is not UTF-8; expected UTF-8 text"
            )))
        }
    }
}

/// The bytes of a file of at most `bytes_max`, which is asked before it is read.
pub fn read_bytes(path: &Path, bytes_max: usize) -> Result<Vec<u8>, CommandError> {
    let place = path.display();
    let cannot = |error: std::io::Error| {
        CommandError::misuse(say("fault-file-unreadable").with("path", &place).with("cause", error))
    };
    let metadata = path.metadata().map_err(cannot)?;
    if !metadata.is_file() {
        return Err(CommandError::misuse(say("fault-not-a-file").with("path", &place)));
    }
    if metadata.len() > bytes_max as u64 {
        return Err(CommandError::misuse(format!(
            "{place}:1:1: found {} bytes; expected at most {bytes_max}",
            metadata.len()
        )));
    }
    std::fs::read(path).map_err(cannot)
}
