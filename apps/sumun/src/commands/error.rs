//! How a command fails: one line for a person, one number for a program.

use std::fmt;
use std::io::Write;
use std::process::ExitCode;

/// A failed command. The message is one line: what, where, and how to mend it.
#[derive(Debug)]
pub struct CommandError {
    message: String,
    exit_code: u8,
}

impl CommandError {
    /// The call or a file that it names is wrong; exit code 2.
    pub fn misuse(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit_code: 2 }
    }

    /// The configuration or the data folder does not allow a start; exit code 64.
    pub fn configuration(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit_code: 64 }
    }

    /// The work was begun and did not succeed; exit code 1.
    pub fn failure(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit_code: 1 }
    }

    /// The number that the process ends with.
    pub fn exit_code(&self) -> u8 {
        self.exit_code
    }

    /// Says it on standard error and gives the exit code.
    pub fn report(&self) -> ExitCode {
        // Nobody is left to tell when standard error is closed; the number still says it.
        let _told = writeln!(std::io::stderr(), "sumun: {self}");
        ExitCode::from(self.exit_code())
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One line, whatever a message from below brought along.
        let mut words = self.message.split_whitespace();
        if let Some(first) = words.next() {
            f.write_str(first)?;
        }
        words.try_for_each(|word| write!(f, " {word}"))
    }
}

impl std::error::Error for CommandError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_always_one_line() {
        let error = CommandError::misuse("first\n  second");
        assert_eq!(error.to_string(), "first second");
        assert_eq!(error.exit_code(), 2);
    }
}
