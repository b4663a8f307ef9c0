//! Tells the story: a progress display on a terminal, plain lines elsewhere.

use super::summary::{Attack, Step};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Says what happens and keeps what happened.
pub struct Narrator {
    display: Option<ProgressBar>,
    began: Instant,
    steps: Vec<Step>,
    attacks: Vec<Attack>,
}

impl Narrator {
    /// A narrator for `steps_expected` steps on standard error's terminal, if it is one.
    pub fn new(steps_expected: u64) -> Self {
        let display = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(steps_expected);
            if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { display, began: Instant::now(), steps: Vec::new(), attacks: Vec::new() }
    }

    /// A heading of the story.
    pub fn chapter(&self, title: &str) {
        self.line(&format!("\n{title}"));
    }

    /// What is being done now; only a terminal shows it.
    pub fn doing(&self, what: &str) {
        if let Some(display) = &self.display {
            display.set_message(what.to_owned());
        }
    }

    /// A step that is over.
    pub fn step(&mut self, name: &'static str, ok: bool, detail: impl Into<String>) {
        let detail = detail.into();
        let mark = if ok { "ok" } else { "FAILED" };
        self.line(&format!("  [{:5.1} s] {mark:6} {name}: {detail}", self.began.elapsed().as_secs_f64()));
        if let Some(display) = &self.display {
            display.inc(1);
        }
        self.steps.push(Step { name: name.to_owned(), ok, detail });
    }

    /// An attack and how the platform answered it.
    pub fn attack(&mut self, attack: Attack) {
        let mark = if attack.refused { "refused" } else { "NOT REFUSED" };
        let elapsed = self.began.elapsed().as_secs_f64();
        self.line(&format!("  [{elapsed:5.1} s] {mark} {}: {} {}", attack.name, attack.status, attack.code));
        if let Some(display) = &self.display {
            display.inc(1);
        }
        self.attacks.push(attack);
    }

    /// Ends the display and gives back what happened.
    pub fn finish(self) -> (Vec<Step>, Vec<Attack>) {
        if let Some(display) = &self.display {
            display.finish_and_clear();
        }
        (self.steps, self.attacks)
    }

    fn line(&self, text: &str) {
        match &self.display {
            Some(display) => display.println(text),
            None => {
                // A closed output must not stop the demonstration; the summary file says it all.
                let _written = writeln!(std::io::stdout(), "{text}");
            }
        }
    }
}
