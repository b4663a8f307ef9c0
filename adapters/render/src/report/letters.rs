//! What of a text can stand on paper.
//!
//! A report says what was written: every letter that an embedded font has, and
//! the private letters of HWP as the letters that they look like. What is left
//! is printed as its number, and [`unprintable`] says it beside the field, while
//! somebody can still write it another way.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use sumun_typeset::has_glyph;

/// Old Hangul: the private letter, then its Jamo, in hexadecimal digits.
const HANYANG: &str = include_str!("hanyang.txt");

/// Marks of HWP in the range of the old symbol fonts, U+F020 to U+F0FF, as HWP
/// itself draws them: Wingdings, whatever font is chosen.
const SYMBOLS: [(char, char); 47] = [
    ('\u{f022}', '✂'),
    ('\u{f036}', '⌛'),
    ('\u{f045}', '☜'),
    ('\u{f046}', '☞'),
    ('\u{f047}', '☝'),
    ('\u{f048}', '☟'),
    ('\u{f04a}', '☺'),
    ('\u{f052}', '☼'),
    ('\u{f054}', '❄'),
    ('\u{f06c}', '●'),
    ('\u{f06d}', '●'),
    ('\u{f06e}', '■'),
    ('\u{f06f}', '□'),
    ('\u{f070}', '□'),
    ('\u{f071}', '□'),
    ('\u{f072}', '□'),
    ('\u{f073}', '⬧'),
    ('\u{f074}', '⧫'),
    ('\u{f075}', '◆'),
    ('\u{f076}', '❖'),
    ('\u{f077}', '⬥'),
    ('\u{f08c}', '❶'),
    ('\u{f08d}', '❷'),
    ('\u{f08e}', '❸'),
    ('\u{f09e}', '·'),
    ('\u{f09f}', '•'),
    ('\u{f0a0}', '·'),
    ('\u{f0a1}', '⚪'),
    ('\u{f0a2}', '○'),
    ('\u{f0a3}', '○'),
    ('\u{f0a4}', '◉'),
    ('\u{f0a5}', '◎'),
    ('\u{f0a7}', '▪'),
    ('\u{f0a8}', '◻'),
    ('\u{f0aa}', '✦'),
    ('\u{f0ab}', '★'),
    ('\u{f0ac}', '✶'),
    ('\u{f0d8}', '➢'),
    ('\u{f0e8}', '➔'),
    ('\u{f0ef}', '⇦'),
    ('\u{f0f0}', '⇨'),
    ('\u{f0f1}', '⇧'),
    ('\u{f0f2}', '⇩'),
    ('\u{f0fb}', '✗'),
    ('\u{f0fc}', '✔'),
    ('\u{f0fd}', '☒'),
    ('\u{f0fe}', '☑'),
];

/// Letters of HWP's own fonts in the Supplementary Private Use Area-A, as open
/// readers of HWP files found them in documents and in what HWP prints.
const HANCOM: [(char, char); 43] = [
    ('\u{f003b}', '↓'),
    ('\u{f0090}', '✺'),
    ('\u{f00da}', '▸'),
    ('\u{f0288}', '⓪'),
    ('\u{f0289}', '①'),
    ('\u{f028a}', '②'),
    ('\u{f028c}', '④'),
    ('\u{f028d}', '⑤'),
    ('\u{f028e}', '⑥'),
    ('\u{f028f}', '⑦'),
    ('\u{f0290}', '⑧'),
    ('\u{f0291}', '⑨'),
    ('\u{f02ec}', '◇'),
    ('\u{f02ef}', '·'),
    ('\u{f02f8}', '◀'),
    ('\u{f02fb}', '▸'),
    ('\u{f02fc}', '▶'),
    ('\u{f02fe}', '▲'),
    ('\u{f02ff}', '▼'),
    ('\u{f03a7}', '⊟'),
    ('\u{f03a8}', '⊞'),
    ('\u{f03c5}', '□'),
    ('\u{f03da}', '□'),
    ('\u{f03ef}', '한'),
    ('\u{f03f0}', '글'),
    ('\u{f03f1}', '과'),
    ('\u{f03f2}', '컴'),
    ('\u{f03f3}', '퓨'),
    ('\u{f03f4}', '터'),
    ('\u{f03ff}', '□'),
    ('\u{f0806}', '┌'),
    ('\u{f0807}', '┬'),
    ('\u{f0808}', '┐'),
    ('\u{f080c}', '└'),
    ('\u{f080e}', '┘'),
    ('\u{f080f}', '━'),
    ('\u{f0810}', '│'),
    ('\u{f081c}', '┈'),
    ('\u{f0827}', '═'),
    ('\u{f0832}', '═'),
    ('\u{f0848}', '━'),
    ('\u{f0854}', '《'),
    ('\u{f0855}', '》'),
];

static OLD_HANGUL: LazyLock<BTreeMap<char, String>> = LazyLock::new(|| {
    let letter = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    let lines = HANYANG.lines().filter(|line| !line.starts_with('#'));
    let entry = |line: &str| {
        let mut letters = line.split(' ').filter_map(letter);
        Some((letters.next()?, letters.collect()))
    };
    lines.filter_map(entry).collect()
});

/// What may stand on paper: no control characters, nothing that reorders or
/// hides text, and no letter that the fonts cannot show without saying which.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    each(text, |_, printed| match printed {
        Printed::Letters(letters) => shown.push_str(letters),
        Printed::Number(number) => shown.push_str(&format!("[U+{number:04X}]")),
    });
    shown
}

/// The letters of `text` that a report cannot print and replaces by their
/// number, each once, in the order in which they come.
pub fn unprintable(text: &str) -> Vec<char> {
    let mut letters = Vec::new();
    each(text, |letter, printed| {
        if matches!(printed, Printed::Number(_)) && !letters.contains(&letter) {
            letters.push(letter);
        }
    });
    letters
}

enum Printed<'a> {
    Letters(&'a str),
    Number(u32),
}

fn each(text: &str, mut take: impl FnMut(char, Printed<'_>)) {
    for letter in text.chars() {
        match letter {
            '\t'..='\r' | '\u{85}' | '\u{2028}'..='\u{2029}' => take(letter, Printed::Letters(" ")),
            // The official titles use U+2027, which looks the same.
            '\u{2027}' => take(letter, Printed::Letters("·")),
            // An incomplete syllable of old Hangul is written with its filler.
            '\u{115f}' | '\u{1160}' if has_glyph(letter) => {
                take(letter, Printed::Letters(letter.encode_utf8(&mut [0; 4])));
            }
            _ if !sumun_text::is_visible(letter) => {}
            _ => match public(letter) {
                Some(letters) if letters.chars().all(has_glyph) => take(letter, Printed::Letters(&letters)),
                _ => take(letter, Printed::Number(u32::from(letter))),
            },
        }
    }
}

/// The letters that a letter stands for: itself, unless it is private.
fn public(letter: char) -> Option<String> {
    let of = |table: &[(char, char)]| {
        table.binary_search_by_key(&letter, |(private, _)| *private).ok().map(|place| table[place].1.to_string())
    };
    let numbered = |first: u32, one: u32| char::from_u32(one + u32::from(letter) - first).map(String::from);
    match letter {
        // Numbers in a square; Unicode has them in a circle.
        '\u{f02b1}'..='\u{f02c4}' => numbered(0xf_02b1, 0x2460),
        '\u{f02ce}'..='\u{f02d7}' => numbered(0xf_02ce, 0x2776),
        '\u{f02d8}'..='\u{f02e1}' => numbered(0xf_02d8, 0x24eb),
        '\u{f020}'..='\u{f0ff}' => of(&SYMBOLS),
        '\u{f0000}'..='\u{ffffd}' => of(&HANCOM),
        '\u{e000}'..='\u{f8ff}' => OLD_HANGUL.get(&letter).cloned(),
        _ => Some(letter.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_private_letter_of_the_tables_has_letters_that_the_fonts_can_show() {
        for table in [SYMBOLS.as_slice(), HANCOM.as_slice()] {
            assert!(table.windows(2).all(|pair| pair[0].0 < pair[1].0), "sorted, each once");
            for (private, _) in table {
                assert!(unprintable(&private.to_string()).is_empty(), "U+{:04X}", u32::from(*private));
            }
        }
        for number in (0xf_02b1..=0xf_02c4).chain(0xf_02ce..=0xf_02e1) {
            assert!(unprintable(&char::from_u32(number).unwrap().to_string()).is_empty(), "U+{number:04X}");
        }
        assert_eq!(OLD_HANGUL.len(), 5_660);
        for (private, jamo) in OLD_HANGUL.iter() {
            assert!(!jamo.is_empty() && jamo.chars().all(has_glyph), "U+{:04X}", u32::from(*private));
        }
    }

    #[test]
    fn marks_hanja_old_hangul_and_private_letters_print_as_they_were_written() {
        for text in ["☑ ☐ ✓ ✗ ► ▪", "▶ ◆ ※ ○ ① ㉠ → ✅ ❌", "喆 燮 昰 玧 禑 媛 李", "ᄒᆞᆫ글 〮", "Nguyễn Łukasz", "₩ ≤ ≠ ∑"]
        {
            assert_eq!(printable(text), text);
            assert!(unprintable(text).is_empty(), "{text}");
        }
        assert_eq!(printable("\u{f0fe} \u{f02b1} \u{f02ce} \u{f0a7} \u{f0854}가\u{f0855}"), "☑ ① ❶ ▪ 《가》");
        assert_eq!(printable("\u{e1c2}"), OLD_HANGUL[&'\u{e1c2}']);
        assert_eq!(printable("a\u{b}b\u{2028}c\td"), "a b c d");
    }

    #[test]
    fn what_no_font_has_is_printed_as_its_number_and_said_once() {
        assert_eq!(printable("a\u{f8ff}𒀀\u{f8ff}"), "a[U+F8FF][U+12000][U+F8FF]");
        assert_eq!(unprintable("a\u{f8ff}𒀀\u{f8ff}"), ['\u{f8ff}', '𒀀']);
        assert_eq!(printable("보고서\u{202e}fdp\u{0}"), "보고서fdp");
    }
}
