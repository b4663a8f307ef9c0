//! Which letters a reader can see.
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
/// U+200C, U+200D and U+FE0F may stand in it. People need them to write emoji
/// and scripts such as Persian or Sinhala, and they move no letter. Names that
/// tell people or accounts apart do without them, by [`is_visible`].
pub fn is_legible_line(line: &str) -> bool {
    let is_joiner = |letter: char| matches!(letter, '\u{200c}' | '\u{200d}' | '\u{fe0f}');
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
    fn what_was_kept_before_says_that_something_stood_there() {
        assert_eq!(shown("보고서\u{202e}fdp.exe"), "보고서\u{fffd}fdp.exe");
        assert_eq!(shown("👩\u{200d}💻\n가\t나"), "👩\u{200d}💻\n가\t나");
    }
}
