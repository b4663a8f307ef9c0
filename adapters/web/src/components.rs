//! What the component macros of `components.html` take.

use std::fmt::Display;

/// One step of the breadcrumb: links up, the last one is the page itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// Where it leads; `None` for the page itself.
    pub href: Option<String>,
    /// What it says.
    pub text: String,
}

impl Crumb {
    /// A page above.
    pub fn up(href: impl Display, text: impl Display) -> Self {
        Self { href: Some(href.to_string()), text: text.to_string() }
    }

    /// The page itself.
    pub fn here(text: impl Display) -> Self {
        Self { href: None, text: text.to_string() }
    }
}

/// One tab; a tab is a page with its own address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub text: String,
    /// How many things it holds, if that is worth saying.
    pub count: Option<u64>,
    /// Whether it is the page shown.
    pub current: bool,
}

/// One of up to four facts under the ink rule: whose turn, due, progress, next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnFact {
    /// What the fact is about.
    pub label: String,
    /// The fact in large type.
    pub value: String,
    /// A line below it; may be empty.
    pub small: String,
}

impl TurnFact {
    /// A fact.
    pub fn new(label: impl Display, value: impl Display, small: impl Display) -> Self {
        Self { label: label.to_string(), value: value.to_string(), small: small.to_string() }
    }
}

/// A term and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The term.
    pub term: String,
    /// Its value.
    pub value: String,
}

impl Fact {
    /// A term and its value.
    pub fn new(term: impl Display, value: impl Display) -> Self {
        Self { term: term.to_string(), value: value.to_string() }
    }
}

/// What is wrong with one field of a form: said at the field and in the summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The `id` of the field.
    pub field: String,
    /// Its label, as the summary links to it.
    pub label: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// One field of a form with its label, its input kept, and its error if any.
///
/// The `id` in the page equals `name`. Hint and error are named by
/// `aria-describedby`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextField {
    /// Name in the form and `id` in the page.
    pub name: String,
    /// Label.
    pub label: String,
    /// A line of help; may be empty.
    pub hint: String,
    /// What the person typed before; always empty for a password.
    pub value: String,
    /// What is wrong and how to mend it.
    pub error: Option<String>,
    /// `text`, `password`, `email`, `month`, `date`, `number`... as in HTML.
    pub kind: &'static str,
    /// `autocomplete` token (WCAG 1.3.5), or empty.
    pub autocomplete: &'static str,
    /// Whether the form needs it.
    pub required: bool,
}

impl TextField {
    /// A required text field.
    pub fn required(name: impl Display, label: impl Display) -> Self {
        Self { required: true, ..Self::optional(name, label) }
    }

    /// A text field that may stay empty.
    pub fn optional(name: impl Display, label: impl Display) -> Self {
        Self { name: name.to_string(), label: label.to_string(), kind: "text", ..Self::default() }
    }

    /// With this kind of input and `autocomplete` token.
    #[must_use]
    pub fn kind(mut self, kind: &'static str, autocomplete: &'static str) -> Self {
        (self.kind, self.autocomplete) = (kind, autocomplete);
        self
    }

    /// With a line of help.
    #[must_use]
    pub fn hint(mut self, hint: impl Display) -> Self {
        self.hint = hint.to_string();
        self
    }

    /// With what the person typed before.
    #[must_use]
    pub fn value(mut self, value: impl Display) -> Self {
        self.value = value.to_string();
        self
    }

    /// With the error that stands for this field in `errors`, if there is one.
    #[must_use]
    pub fn checked(mut self, errors: &[FieldError]) -> Self {
        self.error = errors.iter().find(|error| error.field == self.name).map(|error| error.message.clone());
        self
    }

    /// The ids of hint and error for `aria-describedby`; empty when there are none.
    pub fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.name));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }
}

/// Which page of a long list is shown, and where its neighbours are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageNumbers {
    /// The first row shown, counted from 1.
    pub first: u64,
    /// The last row shown.
    pub last: u64,
    /// How many rows there are.
    pub total: u64,
    /// Address of the page before, if there is one.
    pub previous: Option<String>,
    /// Address of the page after, if there is one.
    pub next: Option<String>,
}

impl PageNumbers {
    /// Page `number` (from 1) of `total` rows, `size` on each; the addresses
    /// are `path` with `?page=N` added.
    pub fn new(path: &str, number: u64, size: u64, total: u64) -> Self {
        let (number, size) = (number.max(1), size.max(1));
        let before = (number - 1).saturating_mul(size).min(total);
        let last = before.saturating_add(size).min(total);
        let joint = if path.contains('?') { '&' } else { '?' };
        let address = |number: u64| format!("{path}{joint}page={number}");
        Self {
            first: if last > before { before + 1 } else { 0 },
            last,
            total,
            previous: (number > 1).then(|| address(number - 1)),
            next: (last < total).then(|| address(number + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_a_list_know_their_neighbours() {
        let middle = PageNumbers::new("/items?area=1", 2, 10, 25);
        assert_eq!((middle.first, middle.last), (11, 20));
        assert_eq!(middle.previous.as_deref(), Some("/items?area=1&page=1"));
        assert_eq!(PageNumbers::new("/items", 3, 10, 25).next, None);
        let empty = PageNumbers::new("/items", 1, 10, 0);
        assert_eq!((empty.first, empty.last, empty.next), (0, 0, None));
    }

    #[test]
    fn a_field_names_its_hint_and_its_error() {
        let errors = [FieldError { field: "why".into(), label: "Reason".into(), message: "Say why.".into() }];
        let field = TextField::required("why", "Reason").hint("Cite evidence.").checked(&errors);
        assert_eq!(field.described_by(), "why-hint why-error");
        assert_eq!(TextField::optional("x", "X").described_by(), "");
    }
}
