//! Texts of the pages in two languages, in Fluent syntax.

use crate::Locale;
use crate::format::group_digits;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use unic_langid::langid;

/// The texts of one crate in both languages; files under its `messages/`.
#[derive(Debug, Clone, Copy)]
pub struct MessageSource {
    /// Whose texts they are, such as `workbench`; named in faults.
    pub name: &'static str,
    /// Contents of `messages/ko.ftl`.
    pub ko: &'static str,
    /// Contents of `messages/en.ftl`.
    pub en: &'static str,
}

/// The shell's own texts; [`Messages::load`] always adds them.
pub(crate) const SHELL: MessageSource =
    MessageSource { name: "web", ko: include_str!("../messages/ko.ftl"), en: include_str!("../messages/en.ftl") };

/// Something wrong with the texts of one source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageFault {
    /// The file of this language is not Fluent syntax; the text says where.
    Syntax(Locale, String),
    /// This key stands twice.
    Twice(Locale, String),
    /// This key has no text.
    Empty(Locale, String),
    /// This key is missing in this language and present in the other.
    Missing(Locale, String),
    /// The two languages do not use the same arguments under this key.
    Arguments(String),
}

impl fmt::Display for MessageFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(locale, what) => write!(f, "{locale}: {what}"),
            Self::Twice(locale, key) => write!(f, "{locale}: `{key}` stands twice"),
            Self::Empty(locale, key) => write!(f, "{locale}: `{key}` has no text"),
            Self::Missing(locale, key) => write!(f, "{locale}: `{key}` is missing"),
            Self::Arguments(key) => write!(f, "`{key}` uses other arguments in the other language"),
        }
    }
}

/// The texts cannot be used; every fault that was found, with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagesError {
    /// The name of the source and what is wrong with it.
    pub faults: Vec<(&'static str, MessageFault)>,
}

impl fmt::Display for MessagesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the texts of the pages do not fit together:")?;
        self.faults.iter().try_for_each(|(source, fault)| write!(f, " [{source}] {fault};"))
    }
}

impl std::error::Error for MessagesError {}

/// The loaded texts of an app and of the shell, ready for every request.
pub struct Messages {
    ko: FluentBundle<FluentResource>,
    en: FluentBundle<FluentResource>,
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Messages")
    }
}

impl Messages {
    /// Loads these sources and the shell's own texts.
    ///
    /// # Errors
    /// Every fault of every source (see [`compare_messages`]), and every key
    /// that two sources share.
    pub fn load(sources: &[MessageSource]) -> Result<Self, MessagesError> {
        let mut faults = Vec::new();
        let mut owners = BTreeSet::new();
        let (mut ko, mut en) = (bundle(langid!("ko")), bundle(langid!("en")));
        for source in [SHELL].iter().chain(sources) {
            faults.extend(compare_messages(source.ko, source.en).into_iter().map(|fault| (source.name, fault)));
            for key in message_keys(source.ko) {
                if !owners.insert(key.clone()) {
                    faults.push((source.name, MessageFault::Twice(Locale::Ko, key)));
                }
            }
            add(&mut ko, source.ko);
            add(&mut en, source.en);
        }
        if faults.is_empty() { Ok(Self { ko, en }) } else { Err(MessagesError { faults }) }
    }

    /// Whether there is a text under `key`.
    pub fn has(&self, key: &str) -> bool {
        self.ko.get_message(key).is_some_and(|message| message.value().is_some())
    }

    /// The text under `key`, to which arguments may be added before it is
    /// shown. A key that does not exist shows itself.
    pub fn text<'a>(&'a self, locale: Locale, key: &'a str) -> Text<'a> {
        Text { messages: self, locale, key, arguments: FluentArgs::new(), stopped: Vec::new() }
    }

    fn bundle(&self, locale: Locale) -> &FluentBundle<FluentResource> {
        match locale {
            Locale::Ko => &self.ko,
            Locale::En => &self.en,
        }
    }
}

/// One text on its way to the page. Plain text: a template escapes it.
pub struct Text<'a> {
    messages: &'a Messages,
    locale: Locale,
    key: &'a str,
    arguments: FluentArgs<'static>,
    /// Values that end in a full stop of their own: `Saeum Pay Co., Ltd.`
    stopped: Vec<String>,
}

impl Text<'_> {
    /// Puts `value` in the place of `{ $name }`.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        let value = value.to_string();
        if value.ends_with('.') {
            self.stopped.push(value.clone());
        }
        self.arguments.set(name, FluentValue::from(value));
        self
    }

    /// Puts a count in the place of `{ $name }`, grouped by thousands; the
    /// text may select a plural form by it.
    #[must_use]
    pub fn count(mut self, name: impl Into<Cow<'static, str>>, count: impl Count) -> Self {
        self.arguments.set(name, FluentValue::from(count.whole()));
        self
    }
}

/// A whole number that counts things; also by reference, as templates pass it.
pub trait Count {
    /// As a signed number, capped at its largest value.
    fn whole(&self) -> i64;
}

macro_rules! counts {
    ($($kind:ty)+) => {$(
        impl Count for $kind {
            fn whole(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        }
    )+};
}

counts!(u8 u16 u32 u64 usize i32 i64);

impl<T: Count> Count for &T {
    fn whole(&self) -> i64 {
        T::whole(self)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bundle = self.messages.bundle(self.locale);
        let Some(pattern) = bundle.get_message(self.key).and_then(|message| message.value()) else {
            return f.write_str(self.key);
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&self.arguments), &mut errors);
        if self.stopped.is_empty() { f.write_str(&text) } else { f.write_str(&one_full_stop(&text, &self.stopped)) }
    }
}

/// Takes out the sentence's full stop behind each of these values: one that
/// ends in a full stop ends the sentence by itself.
fn one_full_stop(text: &str, stopped: &[String]) -> String {
    let mut whole = text.to_owned();
    for value in stopped {
        let pieces: Vec<&str> = whole.split(value.as_str()).collect();
        let follow =
            |piece: &&str| piece.strip_prefix('.').filter(|rest| !rest.starts_with('.')).unwrap_or(piece).to_owned();
        let (first, rest) = pieces.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
        whole = rest.iter().fold(first.to_owned(), |said, piece| said + value + &follow(piece));
    }
    whole
}

/// Compares the two files of one source.
///
/// Both must parse, have the same keys, no key twice, no empty text, and use
/// the same arguments under each key. Sorted; empty when nothing is wrong.
pub fn compare_messages(ko: &str, en: &str) -> Vec<MessageFault> {
    let mut faults = Vec::new();
    let korean = texts(Locale::Ko, ko, &mut faults);
    let english = texts(Locale::En, en, &mut faults);
    for (mine, other, locale) in [(&korean, &english, Locale::En), (&english, &korean, Locale::Ko)] {
        let missing = mine.keys().filter(|key| !other.contains_key(*key));
        faults.extend(missing.map(|key| MessageFault::Missing(locale, key.clone())));
    }
    let differing = korean.iter().filter(|(key, used)| english.get(*key).is_some_and(|other| other != *used));
    faults.extend(differing.map(|(key, _)| MessageFault::Arguments(key.clone())));
    faults.sort();
    faults
}

/// The keys that a template asks for with a literal: `page.text("key")`.
/// Tests compare them with [`Messages::has`].
pub fn keys_of_template(template: &str) -> Vec<&str> {
    let calls = template.split(".text(\"").skip(1);
    calls.filter_map(|rest| rest.split_once('"')).map(|(key, _)| key).collect()
}

fn bundle(language: unic_langid::LanguageIdentifier) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Direction marks around arguments would end up in addresses, tests and copied text.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(FluentNumber { value, .. }) => Some(group_digits(&format!("{value}"))),
        _ => None,
    }));
    bundle
}

fn add(bundle: &mut FluentBundle<FluentResource>, text: &str) {
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
}

fn message_keys(text: &str) -> Vec<String> {
    texts(Locale::Ko, text, &mut Vec::new()).into_keys().collect()
}

/// Every key of a file with the arguments that its text uses.
fn texts(locale: Locale, text: &str, faults: &mut Vec<MessageFault>) -> BTreeMap<String, BTreeSet<String>> {
    let resource = fluent_syntax::parser::parse(text).unwrap_or_else(|(resource, errors)| {
        let line = |at: usize| text.get(..at).map_or(0, |before| before.matches('\n').count() + 1);
        let told = errors.iter().map(|error| format!("line {}: {}", line(error.pos.start), error.kind));
        faults.extend(told.map(|what| MessageFault::Syntax(locale, what)));
        resource
    });
    let mut known = BTreeMap::new();
    for entry in resource.body {
        let ast::Entry::Message(message) = entry else { continue };
        let key = message.id.name.to_owned();
        let mut used = BTreeSet::new();
        let says_something = message.value.as_ref().is_some_and(|pattern| walk_pattern(pattern, &mut used));
        if !says_something {
            faults.push(MessageFault::Empty(locale, key.clone()));
        }
        if known.insert(key.clone(), used).is_some() {
            faults.push(MessageFault::Twice(locale, key));
        }
    }
    known
}

/// Collects the arguments of a pattern; true when it shows anything.
fn walk_pattern(pattern: &ast::Pattern<&str>, used: &mut BTreeSet<String>) -> bool {
    let mut says_something = false;
    for element in &pattern.elements {
        match element {
            ast::PatternElement::TextElement { value } => says_something |= !value.trim().is_empty(),
            ast::PatternElement::Placeable { expression } => {
                says_something = true;
                walk_expression(expression, used);
            }
        }
    }
    says_something
}

fn walk_expression(expression: &ast::Expression<&str>, used: &mut BTreeSet<String>) {
    match expression {
        ast::Expression::Inline(inline) => walk_inline(inline, used),
        ast::Expression::Select { selector, variants } => {
            walk_inline(selector, used);
            variants.iter().for_each(|variant| {
                walk_pattern(&variant.value, used);
            });
        }
    }
}

fn walk_inline(inline: &ast::InlineExpression<&str>, used: &mut BTreeSet<String>) {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            used.insert(id.name.to_owned());
        }
        ast::InlineExpression::Placeable { expression } => walk_expression(expression, used),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIR: MessageSource = MessageSource {
        name: "test",
        ko: "found = 지적 { $count }건\nhello = { $name }님\n",
        en: "found = { $count ->\n    [one] one finding\n   *[other] { $count } findings\n }\nhello = Hello { $name }\n",
    };

    #[test]
    fn the_shells_own_texts_fit_together() {
        Messages::load(&[]).unwrap();
    }

    #[test]
    fn counts_are_grouped_and_select_the_plural() {
        let messages = Messages::load(&[PAIR]).unwrap();
        let say = |locale, count: usize| messages.text(locale, "found").count("count", count).to_string();
        assert_eq!(say(Locale::Ko, 48_213_904), "지적 48,213,904건");
        assert_eq!(say(Locale::En, 1), "one finding");
        assert_eq!(say(Locale::En, 1200), "1,200 findings");
    }

    #[test]
    fn arguments_are_text_without_hidden_marks() {
        let messages = Messages::load(&[PAIR]).unwrap();
        assert_eq!(messages.text(Locale::Ko, "hello").with("name", "<b>김*수").to_string(), "<b>김*수님");
        assert_eq!(messages.text(Locale::Ko, "no-such-key").to_string(), "no-such-key");
    }

    #[test]
    fn a_sentence_that_ends_in_a_name_with_a_full_stop_has_one() {
        let source = MessageSource {
            name: "test",
            ko: "sent = { $name }. { $name }님께 보냈습니다.\n",
            en: "sent = Sent to { $name }. Ask { $name }.\n",
        };
        let messages = Messages::load(&[source]).unwrap();
        let say = |name: &str| messages.text(Locale::En, "sent").with("name", name).to_string();
        assert_eq!(say("Saeum Pay Co., Ltd."), "Sent to Saeum Pay Co., Ltd. Ask Saeum Pay Co., Ltd.");
        assert_eq!(say("Garam Fin"), "Sent to Garam Fin. Ask Garam Fin.");
        assert_eq!(say("wait.."), "Sent to wait.. Ask wait..");
        assert_eq!(messages.text(Locale::Ko, "sent").with("name", "Ltd.").to_string(), "Ltd. Ltd.님께 보냈습니다.");
    }

    #[test]
    fn every_difference_of_the_two_languages_is_found() {
        let faults = compare_messages(
            "a = 가\nb = { $x }\nc = {\"\"}\nonly-ko = 나\na = 다\n",
            "a = a\nb = b\nc =\nonly-en = n\n",
        );
        assert!(faults.contains(&MessageFault::Missing(Locale::En, "only-ko".into())), "{faults:?}");
        assert!(faults.contains(&MessageFault::Missing(Locale::Ko, "only-en".into())), "{faults:?}");
        assert!(faults.contains(&MessageFault::Arguments("b".into())), "{faults:?}");
        assert!(faults.contains(&MessageFault::Twice(Locale::Ko, "a".into())), "{faults:?}");
        assert!(faults.iter().any(|fault| matches!(fault, MessageFault::Syntax(Locale::En, _))), "{faults:?}");
    }

    #[test]
    fn a_key_of_the_shell_cannot_be_taken_by_an_app() {
        let source = MessageSource { name: "thief", ko: "skip-to-content = 가\n", en: "skip-to-content = a\n" };
        let error = Messages::load(&[source]).unwrap_err();
        assert_eq!(error.faults, [("thief", MessageFault::Twice(Locale::Ko, "skip-to-content".into()))]);
    }

    #[test]
    fn keys_of_a_template_are_found() {
        assert_eq!(keys_of_template(r#"{{ page.text("a-b") }} {{ page.text("c").count("n", 1) }}"#), ["a-b", "c"]);
    }
}
