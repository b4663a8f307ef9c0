//! One spelling for each text, and which of its letters a reader can see.
//!
//! The same words come in many spellings: macOS sends `가` as two letters, a
//! word processor breaks its lines with U+000B, a web page hides U+200B between
//! words. [`composed`] and [`prose`] make one text of them, at the border and
//! before any rule looks at it, so that names compare, hashes repeat and lengths
//! count as people see them. They are for what people write. What is signed, what
//! is a file's content and what is compared letter by letter (addresses, keys,
//! ids, `state`) passes them never.
//!
//! Letters that are not shown, or that change how others are shown, let a page
//! or a document say something else than what is kept, hashed and signed:
//! `보고서\u{202e}fdp.exe` is shown as `보고서exe.pdf`. The rule has its one home
//! here; each crate keeps the fault that it answers.
//!
//! Source: Unicode Standard Annex #44, property `Default_Ignorable_Code_Point`
//! of `DerivedCoreProperties.txt`, unchanged from Unicode 15.0 to 17.0. It holds
//! every letter of UTS #55 and UAX #9 that reorders text. Beyond it stand the
//! controls (`Cc`), the two separators U+2028 and U+2029, the marks of
//! annotations U+FFF9 to U+FFFB and the blank of Braille U+2800.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// `text` in Normalization Form C of UAX #15: equal texts have equal bytes.
pub fn composed(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfc().collect()),
    }
}

/// What a person wrote to be read, as one text: [`composed`], every line break
/// of UAX #14 (classes BK, CR, LF and NL) as `\n`, and without letters that
/// show nothing and move nothing, which come along when text is pasted.
///
/// Letters that move others ([`reorders`]), controls and the joiners that
/// [`is_legible_line`] allows stay, for the rule to judge. Prose stays as it is
/// when it passes again.
pub fn prose(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut after_return = false;
    for letter in text.chars() {
        let is_end = after_return && letter == '\n';
        after_return = letter == '\r';
        match letter {
            _ if is_end => {}
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => kept.push('\n'),
            _ if is_visible(letter) || is_joiner(letter) || reorders(letter) || letter.is_control() => {
                kept.push(letter)
            }
            _ => {}
        }
    }
    match composed(&kept) {
        Cow::Borrowed(_) => kept,
        Cow::Owned(composed) => composed,
    }
}

/// Whether `letter` changes the order in which others are shown: property
/// `Bidi_Control` of UAX #9.
pub fn reorders(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Letters that people need to write emoji and scripts such as Persian or Sinhala; they move no letter.
fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}' | '\u{fe0f}')
}

/// Whether `letter` is shown, and leaves all others as they are.
///
/// White space is visible unless it is a control: no line break, no tab.
pub fn is_visible(letter: char) -> bool {
    !letter.is_control()
        && !matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a reader sees all that `line` says: no line break, no tab, and at
/// least one letter that is more than white space.
///
/// U+200C, U+200D and U+FE0F may stand in it. Names that tell people or
/// accounts apart do without them, by [`is_visible`].
pub fn is_legible_line(line: &str) -> bool {
    line.chars().all(|letter| is_visible(letter) || is_joiner(letter))
        && line.chars().any(|letter| is_visible(letter) && !letter.is_whitespace())
}

/// As [`is_legible_line`], for a text in which lines may break and tabs stand.
pub fn is_legible(text: &str) -> bool {
    is_legible_line(&text.replace(['\n', '\r', '\t'], " "))
}

/// `text` with U+FFFD in place of every letter that [`is_legible`] refuses: for
/// what was kept before the rule, so that a reader sees that something stood there.
pub fn shown(text: &str) -> String {
    let is_shown = |letter: char| is_visible(letter) || is_legible(&format!("a{letter}"));
    text.chars().map(|letter| if is_shown(letter) { letter } else { char::REPLACEMENT_CHARACTER }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ranges of `Default_Ignorable_Code_Point`, first and last.
    const DEFAULT_IGNORABLE: [(u32, u32); 17] = [
        (0xad, 0xad),
        (0x34f, 0x34f),
        (0x61c, 0x61c),
        (0x115f, 0x1160),
        (0x17b4, 0x17b5),
        (0x180b, 0x180f),
        (0x200b, 0x200f),
        (0x202a, 0x202e),
        (0x2060, 0x206f),
        (0x3164, 0x3164),
        (0xfe00, 0xfe0f),
        (0xfeff, 0xfeff),
        (0xffa0, 0xffa0),
        (0xfff0, 0xfff8),
        (0x1bca0, 0x1bca3),
        (0x1d173, 0x1d17a),
        (0xe0000, 0xe0fff),
    ];
    /// What is hidden beyond: C0, DEL and C1, separators, annotations, the blank of Braille.
    const BEYOND: [(u32, u32); 5] = [(0x0, 0x1f), (0x7f, 0x9f), (0x2028, 0x2029), (0xfff9, 0xfffb), (0x2800, 0x2800)];

    #[test]
    fn every_letter_is_visible_but_those_of_the_table() {
        let is_hidden =
            |code: u32| DEFAULT_IGNORABLE.iter().chain(&BEYOND).any(|&(first, last)| (first..=last).contains(&code));
        for letter in (0..=0x10_ffff).filter_map(char::from_u32) {
            assert_eq!(is_visible(letter), !is_hidden(u32::from(letter)), "U+{:04X}", u32::from(letter));
        }
    }

    #[test]
    fn a_line_has_no_break_and_something_to_read() {
        for line in
            ["a", "보고서 (최종).pdf", "ᄒ\u{1161}\u{11ab}글", "👩\u{200d}💻 점검", "می\u{200c}خواهم", "✔\u{fe0f}"]
        {
            assert!(is_legible_line(line) && is_legible(line), "{line:?}");
        }
        for line in
            ["", " ", "\u{200d}", " \u{fe0f}\u{a0}", "보고서\u{202e}fdp.exe", "a\u{2066}b", "a\u{0}b", "a\u{200b}b"]
        {
            assert!(!is_legible_line(line) && !is_legible(line), "{line:?}");
        }
        for text in ["a\nb", "a\r\nb", "a\tb"] {
            assert!(is_legible(text) && !is_legible_line(text), "{text:?}");
        }
        assert!(!is_legible("\n\t"));
    }

    #[test]
    fn uax15_equal_texts_have_one_spelling() {
        for (sent, one) in [
            ("\u{110c}\u{1161}\u{1105}\u{116d}1.1.1-1", "자료1.1.1-1"),
            ("Cafe\u{301}", "Café"),
            // Ideographs that only round trips with older sets tell apart.
            ("\u{f9e1}", "李"),
            ("자료", "자료"),
            // Old Hangul has no composed form, and compatibility letters are letters of their own.
            ("\u{1112}\u{119e}\u{11ab}글 ㈜ ①", "\u{1112}\u{119e}\u{11ab}글 ㈜ ①"),
        ] {
            assert_eq!(composed(sent), one);
            assert_eq!(composed(one), one);
        }
    }

    #[test]
    fn uax14_every_line_break_is_one() {
        for (sent, one) in [
            ("a\r\nb\rc\nd", "a\nb\nc\nd"),
            ("a\u{b}b\u{c}c\u{85}d\u{2028}e\u{2029}f", "a\nb\nc\nd\ne\nf"),
            ("a\r\r\nb\n\r", "a\n\nb\n\n"),
        ] {
            assert_eq!(prose(sent), one);
            assert!(is_legible(&prose(sent)));
        }
    }

    #[test]
    fn letters_that_show_nothing_go_and_those_that_reorder_are_refused() {
        assert_eq!(prose("\u{feff}접근\u{200b}통제\u{ad} \u{3164}a\u{2060}"), "접근통제 a");
        assert_eq!(prose("👩\u{200d}💻 ✔\u{fe0f}"), "👩\u{200d}💻 ✔\u{fe0f}");
        assert_eq!(prose("\u{1112}\u{200b}\u{1161}"), "하", "what stood between them is gone before they join");
        for letter in (0..=0x10_ffff).filter_map(char::from_u32).filter(|letter| reorders(*letter)) {
            let text = prose(&format!("a{letter}b"));
            assert!(text.contains(letter) && !is_legible(&text), "{letter:?}");
        }
        assert!(!is_legible(&prose("a\u{0}b")), "controls are no prose");
    }

    proptest::proptest! {
        #[test]
        fn prose_is_the_same_the_second_time(text in "[a\u{1112}\u{1161}\u{11ab}\u{301}\r\n\u{b}\u{2028}\u{200b}\u{202e}\u{fe0f}\u{f9e1}]{0,12}|.{0,40}") {
            let once = prose(&text);
            proptest::prop_assert_eq!(prose(&once), once.as_str());
            proptest::prop_assert_eq!(composed(&once), once.as_str());
        }
    }

    #[test]
    fn what_was_kept_before_says_that_something_stood_there() {
        assert_eq!(shown("보고서\u{202e}fdp.exe"), "보고서\u{fffd}fdp.exe");
        assert_eq!(shown("👩\u{200d}💻\n가\t나"), "👩\u{200d}💻\n가\t나");
    }
}
