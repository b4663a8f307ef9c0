//! What the command line says: Korean on a Korean terminal, else English.
//!
//! The texts stand in `messages/`, beside those of the start page. A file for
//! a program (`--format json`, `summary.json`, the ready file) does not change
//! with the language of the terminal.

use crate::pages::home::TEXTS;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;
use sumun_web::{Locale, Messages};

static MESSAGES: LazyLock<Option<Messages>> = LazyLock::new(|| Messages::load(&[TEXTS]).ok());
/// Tests of this crate speak English, wherever they run.
static TERMINAL: LazyLock<Locale> =
    LazyLock::new(|| if cfg!(test) { Locale::En } else { of_environment(|name| std::env::var(name).ok()) });

/// The language of the terminal.
pub fn terminal() -> Locale {
    *TERMINAL
}

/// The text under `key`; arguments may be added before it is shown.
pub fn say(key: impl Into<Cow<'static, str>>) -> Saying {
    Saying { key: key.into(), facts: Vec::new() }
}

/// One text of the command line. `Display` shows it in the language of the
/// terminal; between two processes of ours it travels as key and facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saying {
    key: Cow<'static, str>,
    facts: Vec<(Cow<'static, str>, Fact)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Fact {
    Words(String),
    Count(i64),
}

impl Saying {
    /// Puts `words` in the place of `{ $name }`.
    #[must_use]
    pub fn with(mut self, name: &'static str, words: impl fmt::Display) -> Self {
        self.facts.push((name.into(), Fact::Words(words.to_string())));
        self
    }

    /// Puts a count in the place of `{ $name }`, grouped by thousands; the text may select a plural form by it.
    #[must_use]
    pub fn count(mut self, name: &'static str, count: impl TryInto<i64>) -> Self {
        self.facts.push((name.into(), Fact::Count(count.try_into().unwrap_or(i64::MAX))));
        self
    }

    /// Whether there is such a text.
    pub fn exists(&self) -> bool {
        MESSAGES.as_ref().is_some_and(|messages| messages.has(&self.key))
    }

    /// The text in one language.
    pub fn in_locale(&self, locale: Locale) -> String {
        let Some(messages) = MESSAGES.as_ref() else { return self.key.to_string() };
        let mut text = messages.text(locale, &self.key);
        for (name, fact) in &self.facts {
            let name = name.clone();
            text = match fact {
                Fact::Words(words) => text.with(name, words),
                Fact::Count(count) => text.count(name, *count),
            };
        }
        text.to_string()
    }
}

impl fmt::Display for Saying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_locale(terminal()))
    }
}

impl From<Saying> for String {
    fn from(saying: Saying) -> Self {
        saying.to_string()
    }
}

/// The first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set decides (POSIX,
/// Base Definitions 8.2). A Korean terminal of another encoding than UTF-8
/// could not show what we write; it gets English, as everybody else.
fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Locale {
    let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
    let Some(value) = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set) else { return Locale::En };
    let (place, encoding) = value.split_once('.').unwrap_or((&value, "UTF-8"));
    let encoding = encoding.split('@').next().unwrap_or_default().to_ascii_lowercase();
    let is_utf8 = matches!(encoding.as_str(), "utf-8" | "utf8");
    let is_korean = matches!(place.split(['_', '@']).next(), Some("ko" | "kor" | "korean"));
    if is_korean && is_utf8 { Locale::Ko } else { Locale::En }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn language(variables: &[(&str, &str)]) -> Locale {
        of_environment(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_first_variable_that_is_set_decides() {
        assert_eq!(language(&[("LANG", "ko_KR.UTF-8")]), Locale::Ko);
        assert_eq!(language(&[("LANG", "ko_KR.utf8"), ("LC_ALL", "")]), Locale::Ko);
        assert_eq!(language(&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "ko_KR.UTF-8")]), Locale::Ko);
        assert_eq!(language(&[("LANG", "ko_KR.UTF-8"), ("LC_ALL", "C")]), Locale::En);
        for other in ["C", "POSIX", "C.UTF-8", "de_DE.UTF-8", "ko_KR.eucKR", "kok_IN.UTF-8"] {
            assert_eq!(language(&[("LANG", other)]), Locale::En, "{other}");
        }
        assert_eq!(language(&[]), Locale::En);
    }

    #[test]
    fn a_text_is_there_in_both_languages_with_its_arguments() {
        let text = say("up-account").with("login", "haneul").with("password", "x").with("who", "y");
        assert_ne!(text.in_locale(Locale::Ko), "up-account");
        assert!(text.in_locale(Locale::En).contains("haneul"), "{text}");
    }

    /// Every key that the sources ask for with a literal.
    #[test]
    fn every_text_that_is_asked_for_exists() {
        let mut asked = Vec::new();
        gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut asked);
        let call = concat!("say", "(\"");
        let keys: Vec<&str> =
            asked.iter().flat_map(|text| text.split(call).skip(1)).filter_map(|rest| rest.split('"').next()).collect();
        assert!(keys.len() > 20, "{keys:?}");
        let missing: Vec<&&str> = keys.iter().filter(|key| !say(String::from(**key)).exists()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    fn gather(folder: &Path, texts: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, texts);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                texts.push(std::fs::read_to_string(&path).unwrap());
            }
        }
    }
}
