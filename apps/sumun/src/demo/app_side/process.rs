//! The process of the app's side, as the demonstration starts it and listens to it.

use super::brief::Brief;
use crate::demo::narrator::Narrator;
use crate::demo::telling::Telling;
use std::io;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

/// The hidden command that plays the app's side.
pub const COMMAND: &str = "app-side";

/// Plays the app's side in a process of its own and narrates what it tells.
/// A process that ends before its time, or tells what nobody can read, is an error.
pub async fn play_apart(brief: &Brief, narrator: &mut Narrator) -> io::Result<()> {
    let mut child = start()?;
    let input = child.stdin.take().ok_or_else(|| lost("standard input"))?;
    let output = child.stdout.take().ok_or_else(|| lost("standard output"))?;
    hand_over(brief, input).await?;
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await? {
        narrator.relay(serde_json::from_str::<Telling>(&line)?);
    }
    let status = child.wait().await?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("the app's side ended early: {status}"))) }
}

/// The same program, with nothing of our surroundings: no environment, no
/// argument but the command, and a folder in which it has no business.
fn start() -> io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(COMMAND).env_clear().current_dir("/");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
    command.spawn()
}

/// Writes the brief and closes the pipe, so that the reader knows it is whole.
async fn hand_over(brief: &Brief, mut input: tokio::process::ChildStdin) -> io::Result<()> {
    input.write_all(&serde_json::to_vec(brief)?).await?;
    input.shutdown().await
}

fn lost(what: &str) -> io::Error {
    io::Error::other(format!("the app's side has no {what}"))
}
