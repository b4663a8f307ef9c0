//! Tells the story: a progress display on a terminal, plain lines elsewhere.

use super::summary::{Attack, Step};
use super::telling::Telling;
use crate::commands::answer::padded;
use crate::speech::{Saying, say};
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};
use sumun_web::Locale;

/// Columns of a terminal that the mark of a step takes at least.
const MARK_COLUMNS: usize = 7;

/// Says what happens and keeps what happened.
pub struct Narrator {
    display: Option<ProgressBar>,
    began: Instant,
    steps: Vec<Step>,
    attacks: Vec<Attack>,
}

/// What was seen at a step: told in the language of the terminal, kept in English.
pub struct Detail(Saying);

impl From<Saying> for Detail {
    fn from(saying: Saying) -> Self {
        Self(saying)
    }
}

impl From<String> for Detail {
    fn from(text: String) -> Self {
        Self(say("demo-said-as-it-is").with("what", text))
    }
}

impl Narrator {
    /// A narrator for `steps_expected` steps on standard error's terminal, if it is one.
    pub fn new(steps_expected: u64) -> Self {
        let display = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(steps_expected);
            if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {wide_msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { display, began: Instant::now(), steps: Vec::new(), attacks: Vec::new() }
    }

    /// A heading of the story.
    pub fn chapter(&self, title: impl Display) {
        self.line(&format!("\n{title}"));
    }

    /// What is being done now; only a terminal shows it.
    pub fn doing(&self, what: impl Display) {
        if let Some(display) = &self.display {
            display.set_message(what.to_string());
        }
    }

    /// What somebody else tells of the story.
    pub fn relay(&mut self, telling: Telling) {
        match telling {
            Telling::Chapter(title) => self.chapter(title),
            Telling::Doing(what) => self.doing(what),
            Telling::Step { name, ok, said } => self.step(&name, ok, said),
            Telling::Attack(attack) => self.attack(attack),
        }
    }

    /// A step that is over. `name` is stable; `demo-step-*` says it to a person.
    pub fn step(&mut self, name: &str, ok: bool, detail: impl Into<Detail>) {
        let Detail(detail) = detail.into();
        let mark = if ok { say("demo-mark-ok") } else { say("demo-mark-failed") };
        self.tell(&mark, &title("demo-step", name), &detail);
        self.steps.push(Step { name: name.to_owned(), ok, detail: detail.in_locale(Locale::En) });
    }

    /// An attack and how the platform answered it; `demo-attack-*` says its name to a person.
    pub fn attack(&mut self, attack: Attack) {
        let mark = if attack.refused { say("demo-mark-refused") } else { say("demo-mark-not-refused") };
        let answer = say("demo-said-answer").with("status", attack.status).with("code", &attack.code);
        self.tell(&mark, &title("demo-attack", &attack.name), &answer);
        self.attacks.push(attack);
    }

    /// Ends the display and gives back what happened.
    pub fn finish(self) -> (Vec<Step>, Vec<Attack>) {
        if let Some(display) = &self.display {
            display.finish_and_clear();
        }
        (self.steps, self.attacks)
    }

    fn tell(&self, mark: &Saying, title: &str, detail: &Saying) {
        let (elapsed, mark) = (self.began.elapsed().as_secs_f64(), mark.to_string());
        let words = say("demo-line").with("title", title).with("detail", detail);
        self.line(&format!("  [{elapsed:5.1} s] {} {words}", padded(&mark, MARK_COLUMNS)));
        if let Some(display) = &self.display {
            display.inc(1);
        }
    }

    /// The story goes to standard output. When that is the terminal of the
    /// display too, the display makes room for each line.
    fn line(&self, text: &str) {
        match &self.display {
            Some(display) if std::io::stdout().is_terminal() => display.println(text),
            _ => {
                // A closed output must not stop the demonstration; the summary file says it all.
                let _written = writeln!(std::io::stdout(), "{text}");
            }
        }
    }
}

/// A stable name in words; one that has none yet stands for itself.
fn title(family: &str, name: &str) -> String {
    let words = say(format!("{family}-{}", name.replace('_', "-")));
    if words.exists() { words.to_string() } else { name.to_owned() }
}
