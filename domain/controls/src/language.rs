//! Text in the two languages of every catalog.

use serde::Serialize;

/// A language of pages, documents and messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Korean, which comes first.
    #[default]
    Korean,
    /// English.
    English,
}

/// One text in Korean and in English; neither is empty once loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bilingual {
    /// The Korean text.
    pub ko: String,
    /// The English text.
    pub en: String,
}

impl Bilingual {
    /// Both texts at once.
    pub fn new(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ko: ko.into(), en: en.into() }
    }

    /// The text in `language`.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Korean => &self.ko,
            Language::English => &self.en,
        }
    }
}
