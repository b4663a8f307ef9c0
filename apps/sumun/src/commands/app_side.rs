//! `sumun app-side`: the app's side of the demonstration, in a process of its
//! own. `sumun demo` starts it; nobody else needs to.

use super::{CommandError, runtime};
use crate::demo::{self, Brief};
use crate::speech::say;
use std::io::{Read, Write};

/// No brief is longer.
const BRIEF_BYTES_MAX: u64 = 64 * 1024;

/// Reads the brief from `input` to its end and plays. What happens is told on
/// `out`, a JSON object a line.
pub fn run(input: &mut dyn Read, out: &mut dyn Write) -> Result<(), CommandError> {
    let mut bytes = Vec::new();
    let unfit = |cause: String| CommandError::misuse(say("fault-brief").with("cause", cause));
    input.take(BRIEF_BYTES_MAX).read_to_end(&mut bytes).map_err(|error| unfit(error.to_string()))?;
    let brief: Brief = serde_json::from_slice(&bytes).map_err(|error| unfit(error.to_string()))?;
    let played = runtime()?.block_on(demo::play(&brief, out));
    played.map_err(|error| CommandError::failure(say("fault-write-answer").with("cause", error)))
}
