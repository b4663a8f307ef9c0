//! Marks that writers put before their lines.

/// Whether `line` begins with a mark of its own: a bullet, a box, a number in a
/// circle, or a short count with a dot or parenthesis (`1.`, `가)`, `(2)`).
/// White space before it does not count. Such a line gets no second mark.
pub fn bears_mark(line: &str) -> bool {
    let line = line.trim_start();
    let Some(first) = line.chars().next() else { return false };
    let word = line.split_whitespace().next().unwrap_or_default();
    match first {
        // A dash or an asterisk is a mark only where a word could not begin with it.
        '-' | '–' | '—' | '*' | '+' | 'ㅇ' | 'o' => word.chars().count() == 1 && line.len() > word.len(),
        '\u{2460}'..='\u{24ff}' | '\u{3200}'..='\u{32ff}' | '\u{2776}'..='\u{2793}' => true,
        '•' | '·' | '‧' | '‣' | '※' | '☞' | '◦' | '→' | '⇒' | '➔' => true,
        // Shapes, boxes, ticks and crosses; the private marks of HWP.
        '\u{25a0}'..='\u{25ff}' | '\u{2610}'..='\u{2612}' | '\u{2701}'..='\u{27bf}' | '\u{2b1b}'..='\u{2b55}' => true,
        '\u{f020}'..='\u{f0ff}' | '\u{f0000}'..='\u{f03ff}' => true,
        _ => is_count(word),
    }
}

/// How far `line` is indented, in half letters: a tab is four, U+3000 is two.
pub fn indent(line: &str) -> usize {
    let width = |letter| match letter {
        '\t' => 4,
        '\u{3000}' => 2,
        _ => 1,
    };
    line.chars().take_while(|letter| letter.is_whitespace()).map(width).sum::<usize>().min(INDENT_MAX)
}

/// No line is pushed off the paper. Our choice.
const INDENT_MAX: usize = 24;

/// `1.`, `12)`, `가.`, `(3)`, `(나)`: at most two letters.
fn is_count(word: &str) -> bool {
    let inner = match word.strip_prefix('(') {
        Some(rest) => rest.strip_suffix(')'),
        None => word.strip_suffix(['.', ')']),
    };
    let Some(inner) = inner else { return false };
    let is_number = (1..=2).contains(&inner.len()) && inner.bytes().all(|byte| byte.is_ascii_digit());
    let is_letter = inner.chars().count() == 1
        && inner.chars().all(|letter| "가나다라마바사아자차카타파하".contains(letter) || letter.is_ascii_lowercase());
    is_number || is_letter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_known_and_a_word_is_none() {
        for line in [
            "- 가",
            "  · 나",
            "☑ 확인",
            "①첫째",
            "1. 첫째",
            "12) 열둘째",
            "가. 첫째",
            "(3) 셋째",
            "ㅇ 대상",
            "※ 참고",
            "\u{f0a7} 가",
            "\u{f02b1} 가",
            "▪가",
            "► 가",
            "✓ 완료",
        ] {
            assert!(bears_mark(line), "{line}");
        }
        for line in [
            "",
            " ",
            "-5% 줄었음",
            "가나다.",
            "2026. 12. 1. 점검",
            "(정보보호최고책임자 지정) 임명",
            "*.go.kr",
            "오",
            "-",
        ] {
            assert!(!bears_mark(line), "{line}");
        }
    }

    #[test]
    fn indents_are_counted_and_bounded() {
        assert_eq!((indent("가"), indent("  가"), indent("\t가"), indent("\u{3000}가")), (0, 2, 4, 2));
        assert_eq!(indent(&format!("{}가", " ".repeat(500))), INDENT_MAX);
    }
}
