//! What a probe is about.

use serde::Serialize;

/// What kind of question a probe asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Is something that must be there, there?
    Requirement,
    /// Can something that must not be possible, be done?
    Weakness,
}

/// A check item that a probe informs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// Framework id, such as `openbanking-institution`.
    pub framework: &'static str,
    /// Row id, such as `OBI-30`.
    pub row: &'static str,
}

/// The fixed facts of a probe.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Descriptor {
    /// `family/probe`; stable, stands in evidence and in the trace.
    pub id: &'static str,
    /// Korean title.
    pub title_ko: &'static str,
    /// English title.
    pub title_en: &'static str,
    /// The kind of question.
    pub kind: Kind,
    /// The check items that the evidence is bound to.
    pub bindings: &'static [Binding],
    /// The most requests or handshakes that one run makes.
    pub attempts_max: u32,
}
