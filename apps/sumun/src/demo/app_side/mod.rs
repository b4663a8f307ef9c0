//! The app's side of the demonstration: two institutions' apps and the
//! customers who use them. It runs in a process of its own and knows what its
//! brief says and what the platform's outside tells it (docs/decisions/0027).

mod attacks;
mod brief;
mod process;
mod second_app;
mod story;

pub use brief::{Brief, OutsideAddresses, Party, Payee};
pub use process::play_apart;

use super::telling::Reporter;
use crate::journey::JourneyError;
use crate::speech::say;
use std::io::Write;

/// Plays it to its end, telling on `out`. A story that breaks off tells of that as a step.
pub async fn play(brief: &Brief, out: &mut dyn Write) -> Result<(), JourneyError> {
    let mut reporter = Reporter(out);
    match tell(brief, &mut reporter).await {
        Ok(()) => Ok(()),
        Err(error) => reporter.step("story", false, say("demo-said-as-it-is").with("what", error)),
    }
}

async fn tell(brief: &Brief, reporter: &mut Reporter<'_>) -> Result<(), JourneyError> {
    let told = story::tell(brief, reporter).await?;
    let other = second_app::tell(brief, reporter).await?;
    reporter.chapter(say("demo-chapter-attacks"))?;
    attacks::carry_out(brief, told, &other, reporter).await
}
