//! Numbers as a spreadsheet program shows them (ECMA-376 part 1, 18.8.30 and 18.8.31).
//!
//! A date is a number with a format, so whoever reads the number alone reads
//! `46357` where the author sees `2026-12-01`. What cannot be shown with
//! certainty (fractions, other calendars, Chinese digits) is no text at all:
//! a wrong one would be taken for the author's.

use calamine::{ExcelDateTime, ExcelDateTimeType};

/// The codes of the formats that the file does not spell out, for a program in
/// Korean: 14 and 22 are the dates of the system, 27 to 36 and 50 to 58 those of
/// the table for ko-kr.
const BUILT_IN: [(u32, &str); 21] = [
    (14, "yyyy-mm-dd"),
    (22, "yyyy-mm-dd h:mm"),
    (27, "yyyy\"年\" mm\"月\" dd\"日\""),
    (28, "mm-dd"),
    (29, "mm-dd"),
    (30, "mm-dd-yy"),
    (31, "yyyy\"년\" mm\"월\" dd\"일\""),
    (32, "h\"시\" mm\"분\""),
    (33, "h\"시\" mm\"분\" ss\"초\""),
    (34, "yyyy-mm-dd"),
    (35, "yyyy-mm-dd"),
    (36, "yyyy\"年\" mm\"月\" dd\"日\""),
    (50, "yyyy\"年\" mm\"月\" dd\"日\""),
    (51, "mm-dd"),
    (52, "yyyy-mm-dd"),
    (53, "yyyy-mm-dd"),
    (54, "mm-dd"),
    (55, "yyyy-mm-dd"),
    (56, "mm-dd"),
    (57, "yyyy\"年\" mm\"月\" dd\"日\""),
    (58, "mm-dd"),
];
const WEEKDAYS: [(&str, &str); 7] = [
    ("월", "Monday"),
    ("화", "Tuesday"),
    ("수", "Wednesday"),
    ("목", "Thursday"),
    ("금", "Friday"),
    ("토", "Saturday"),
    ("일", "Sunday"),
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// The last day of the calendar of spreadsheets, 9999-12-31, and the one after.
const DAYS_END: f64 = 2_958_466.0;

/// What stands in a format.
#[derive(Debug, Clone, PartialEq)]
enum Token {
    Literal(String),
    /// `[$-412]`: days have their Korean names.
    Korean,
    /// The whole number as it is.
    General,
    /// `0`, `#` or `?`.
    Digit(char),
    Comma,
    Point,
    Percent,
    /// `E+00`: a sign is always shown, at least so many digits.
    Exponent {
        always_signed: bool,
        digits: usize,
    },
    /// A run of `y`, `m`, `d`, `h`, `s` or `a`, and its length.
    Part(char, usize),
    /// `[h]`, `[m]` or `[s]`: hours, minutes or seconds in all.
    Elapsed(char, usize),
    /// `AM/PM` and its like: the words for both halves of a day.
    HalfDay(&'static str, &'static str),
    /// A fraction of a second of so many digits.
    Fraction(usize),
}

/// The text of `value` under the format `code`, or under the built-in format `id`.
/// Nothing when it cannot be said with certainty.
pub(super) fn shown(value: f64, id: Option<u32>, code: &str, is_1904: bool) -> Option<String> {
    let known = id.and_then(|id| BUILT_IN.iter().find(|(known, _)| *known == id));
    let sections = sections(known.map_or(code, |(_, code)| code));
    let (section, value) = section_of(&sections, value)?;
    let tokens = tokens(section)?;
    let text = match tokens.iter().any(|token| matches!(token, Token::Part(..) | Token::Elapsed(..))) {
        true => date(&tokens, value, is_1904)?,
        false => number(&tokens, value)?,
    };
    Some(text.trim().to_owned())
}

/// Split at `;` that is neither quoted nor escaped.
fn sections(code: &str) -> Vec<&str> {
    let (mut parts, mut start, mut is_quoted, mut is_escaped) = (Vec::new(), 0, false, false);
    for (place, letter) in code.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' | '_' | '*' if !is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => {
                parts.push(&code[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(&code[start..]);
    parts
}

/// The section for `value`, and the value that it shows: a section of its own
/// for negative numbers shows them without a sign.
fn section_of<'a>(sections: &[&'a str], value: f64) -> Option<(&'a str, f64)> {
    // Conditions of one's own, `[>=100]`, are rare; what they mean together is not guessed.
    let has_condition = sections.iter().any(|section| ["[<", "[>", "[="].iter().any(|sign| section.contains(sign)));
    match sections {
        _ if has_condition => None,
        [only] => Some((only, value)),
        [_, negative, ..] if value < 0.0 => Some((negative, -value)),
        [_, _, zero, ..] if value == 0.0 => Some((zero, value)),
        [positive, ..] => Some((positive, value)),
        [] => None,
    }
}

fn tokens(section: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = section;
    while let Some(letter) = rest.chars().next() {
        let run = rest.chars().take_while(|next| next.eq_ignore_ascii_case(&letter)).count();
        let (token, length) = match letter {
            '"' => {
                let end = rest[1..].find('"')?;
                (Token::Literal(rest[1..=end].to_owned()), end + 2)
            }
            '\\' => {
                let next = rest.chars().nth(1)?;
                (Token::Literal(next.to_string()), 1 + next.len_utf8())
            }
            // As wide as the next letter; filled up with the next letter.
            '_' => (Token::Literal(" ".to_owned()), 1 + rest.chars().nth(1)?.len_utf8()),
            '*' => (Token::Literal(String::new()), 1 + rest.chars().nth(1)?.len_utf8()),
            '[' => {
                let end = rest.find(']')?;
                (bracket(&rest[1..end])?, end + 1)
            }
            _ if starts_with(rest, "General") => (Token::General, 7),
            _ if starts_with(rest, "AM/PM") => (Token::HalfDay("AM", "PM"), 5),
            _ if starts_with(rest, "A/P") => (Token::HalfDay("A", "P"), 3),
            _ if rest.starts_with("오전/오후") => (Token::HalfDay("오전", "오후"), "오전/오후".len()),
            '0' | '#' | '?' => (Token::Digit(letter), 1),
            ',' => (Token::Comma, 1),
            '.' if matches!(tokens.last(), Some(Token::Part('s', _) | Token::Elapsed('s', _))) => {
                let digits = rest[1..].bytes().take_while(|byte| *byte == b'0').count();
                if digits == 0 { (Token::Literal(".".to_owned()), 1) } else { (Token::Fraction(digits), 1 + digits) }
            }
            '.' => (Token::Point, 1),
            '%' => (Token::Percent, 1),
            '@' => (Token::General, 1),
            'E' | 'e' if rest[1..].starts_with(['+', '-']) => {
                let digits = rest[2..].bytes().take_while(|byte| matches!(byte, b'0' | b'#')).count();
                (Token::Exponent { always_signed: rest[1..].starts_with('+'), digits }, 2 + digits)
            }
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => {
                (Token::Part(letter.to_ascii_lowercase(), run), run)
            }
            'a' | 'A' if run >= 3 => (Token::Part('a', run), run),
            // Other letters of ASCII mean eras, other calendars or fractions.
            '/' if tokens.iter().any(|token| matches!(token, Token::Digit(_))) => return None,
            _ if letter.is_ascii_alphabetic() => return None,
            _ => (Token::Literal(letter.to_string()), letter.len_utf8()),
        };
        tokens.push(token);
        rest = rest.get(length..)?;
    }
    Some(tokens)
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// `[Red]`, `[$₩-412]`, `[$-412]`, `[h]`.
fn bracket(inside: &str) -> Option<Token> {
    let first = inside.chars().next()?.to_ascii_lowercase();
    if let Some(currency) = inside.strip_prefix('$') {
        let (sign, locale) = currency.split_once('-').unwrap_or((currency, ""));
        if sign.is_empty() && locale == "412" {
            return Some(Token::Korean);
        }
        // The upper digits choose another calendar or other digits.
        return (locale.len() <= 4).then(|| Token::Literal(sign.to_owned()));
    }
    if matches!(first, 'h' | 'm' | 's') && inside.chars().all(|letter| letter.eq_ignore_ascii_case(&first)) {
        return Some(Token::Elapsed(first, inside.len()));
    }
    let colours = ["black", "blue", "cyan", "green", "magenta", "red", "white", "yellow"];
    let lower = inside.to_ascii_lowercase();
    (colours.contains(&lower.as_str()) || lower.starts_with("color")).then(|| Token::Literal(String::new()))
}

fn date(tokens: &[Token], value: f64, is_1904: bool) -> Option<String> {
    if !(0.0..DAYS_END).contains(&value) {
        return None;
    }
    let moment = ExcelDateTime::new(value, ExcelDateTimeType::DateTime, is_1904);
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    // Day 1 is a Sunday in the calendar of 1900, whose 60th day there never was; that of 1904 begins 1,462 days later.
    let days = value as i64 + if is_1904 { 1_462 } else { 0 };
    let (weekday, english) = WEEKDAYS[usize::try_from((days + 5).rem_euclid(7)).ok()?];
    let seconds = (value * 86_400.0).round() as i64;
    let is_korean = tokens.contains(&Token::Korean);
    let has_halves = tokens.iter().any(|token| matches!(token, Token::HalfDay(..)));
    let padded = |number: i64, length: usize| format!("{number:0length$}");
    let mut text = String::new();
    for (place, token) in tokens.iter().enumerate() {
        let part = match token {
            Token::Literal(literal) => literal.clone(),
            Token::Comma => ",".to_owned(),
            Token::Point => ".".to_owned(),
            Token::Part('y', length) if *length <= 2 => padded(i64::from(year % 100), 2),
            Token::Part('y', _) => padded(i64::from(year), 4),
            Token::Part('m', length @ 1..=2) if is_minute(tokens, place) => padded(i64::from(minute), *length),
            Token::Part('m', length @ 1..=2) => padded(i64::from(month), *length),
            Token::Part('m', length) => {
                let name = *MONTHS.get(usize::from(month).checked_sub(1)?)?;
                name[..match length {
                    3 => 3,
                    4 => name.len(),
                    _ => 1,
                }]
                    .to_owned()
            }
            Token::Part('d', length @ 1..=2) => padded(i64::from(day), *length),
            Token::Korean => String::new(),
            Token::Part('d', 3) if !is_korean => english[..3].to_owned(),
            Token::Part('d', length) if *length > 3 && !is_korean => english.to_owned(),
            Token::Part('d' | 'a', 3) => weekday.to_owned(),
            Token::Part('d' | 'a', _) => format!("{weekday}요일"),
            Token::Part('h', length) if has_halves => padded(i64::from((hour + 11) % 12 + 1), *length),
            Token::Part('h', length) => padded(i64::from(hour), *length),
            Token::Part('s', length) => padded(i64::from(second), *length),
            Token::Elapsed('h', length) => padded(seconds / 3_600, *length),
            Token::Elapsed('m', length) => padded(seconds / 60, *length),
            Token::Elapsed(_, length) => padded(seconds, *length),
            Token::Fraction(length) => format!(".{}", format!("{milli:03}").get(..*length)?),
            Token::HalfDay(morning, evening) => {
                if hour < 12 {
                    (*morning).to_owned()
                } else {
                    (*evening).to_owned()
                }
            }
            _ => return None,
        };
        text.push_str(&part);
    }
    Some(text)
}

/// An `m` behind hours or before seconds means minutes.
fn is_minute(tokens: &[Token], place: usize) -> bool {
    let is_part = |token: &&Token| matches!(token, Token::Part(..) | Token::Elapsed(..));
    let before = tokens[..place].iter().rfind(is_part);
    let after = tokens[place + 1..].iter().find(is_part);
    matches!(before, Some(Token::Part('h', _) | Token::Elapsed('h', _))) || matches!(after, Some(Token::Part('s', _)))
}

/// The digits of a number without its sign, and how many of them stand before the point.
struct Decimal {
    digits: Vec<u8>,
    before_point: i32,
}

impl Decimal {
    /// To fifteen digits, which are all that a spreadsheet program shows.
    fn of(value: f64) -> Option<Self> {
        let text = format!("{:.14e}", value.abs());
        let (mantissa, exponent) = text.split_once('e')?;
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
        Some(Self { digits, before_point: exponent.parse::<i32>().ok()?.checked_add(1)? })
    }

    /// Rounded half up to `places` behind the point: the digits before and behind it.
    fn rounded(&self, places: usize) -> Option<(Vec<u8>, Vec<u8>)> {
        let length = usize::try_from(self.before_point.max(0)).ok()?;
        let leading = usize::try_from((-self.before_point).max(0)).ok()?;
        let at =
            |place: usize| place.checked_sub(leading).and_then(|place| self.digits.get(place)).copied().unwrap_or(0);
        let kept = length + places;
        let mut all: Vec<u8> = std::iter::once(0).chain((0..kept).map(at)).collect();
        if at(kept) >= 5 {
            for digit in all.iter_mut().rev() {
                *digit = (*digit + 1) % 10;
                if *digit != 0 {
                    break;
                }
            }
        }
        let behind = all.split_off(1 + length);
        let before = all.into_iter().skip_while(|digit| *digit == 0).collect();
        Some((before, behind))
    }
}

fn number(tokens: &[Token], value: f64) -> Option<String> {
    if !value.is_finite() || value.abs() >= 1e15 {
        return None;
    }
    if !tokens.iter().any(|token| matches!(token, Token::Digit(_))) {
        return plain(tokens, value);
    }
    if tokens.iter().any(|token| matches!(token, Token::Exponent { .. } | Token::General | Token::HalfDay(..))) {
        // Powers of ten are not a text that somebody writes of a control.
        return None;
    }
    let percents = tokens.iter().filter(|token| matches!(token, Token::Percent)).count();
    let last = tokens.iter().rposition(|token| matches!(token, Token::Digit(_)))?;
    let first = tokens.iter().position(|token| matches!(token, Token::Digit(_)))?;
    let thousands = tokens[last + 1..].iter().take_while(|token| matches!(token, Token::Comma)).count();
    let point = tokens.iter().position(|token| matches!(token, Token::Point)).unwrap_or(tokens.len());
    let is_grouped = tokens[first..last].iter().any(|token| matches!(token, Token::Comma));
    let power = i32::try_from(percents * 2).ok()? - i32::try_from(thousands * 3).ok()?;
    let mut decimal = Decimal::of(value)?;
    decimal.before_point += power;
    let (before, after) = tokens.split_at(point);
    let places = after.iter().filter(|token| matches!(token, Token::Digit(_))).count();
    let (whole, behind) = decimal.rounded(places)?;
    let is_zero = whole.is_empty() && behind.iter().all(|digit| *digit == 0);
    let sign = if value < 0.0 && !is_zero { "-" } else { "" };
    Some(format!("{sign}{}{}", filled(before, &whole, is_grouped), behind_point(after, &behind)))
}

/// A format without a place for digits: words alone, or the number as it is.
fn plain(tokens: &[Token], value: f64) -> Option<String> {
    let mut text = String::new();
    for token in tokens {
        match token {
            Token::Literal(literal) => text.push_str(literal),
            Token::General => text.push_str(&general(value)),
            Token::Comma => text.push(','),
            Token::Percent => text.push('%'),
            Token::Point => text.push('.'),
            Token::Korean => {}
            _ => return None,
        }
    }
    Some(text)
}

/// A number without a format, to fifteen digits.
pub(super) fn general(value: f64) -> String {
    format!("{value:.14e}").parse::<f64>().unwrap_or(value).to_string()
}

/// The part before the point, filled from the right, so that `000-0000` keeps its dash in its place.
fn filled(tokens: &[Token], digits: &[u8], is_grouped: bool) -> String {
    let first = tokens.iter().position(|token| matches!(token, Token::Digit(_)));
    let mut left = digits.iter().rev();
    let (mut count, mut reversed) = (0_usize, Vec::<String>::new());
    let push = |reversed: &mut Vec<String>, count: &mut usize, digit: char| {
        if is_grouped && *count > 0 && (*count).is_multiple_of(3) {
            reversed.push(",".to_owned());
        }
        *count += 1;
        reversed.push(digit.to_string());
    };
    for (place, token) in tokens.iter().enumerate().rev() {
        match token {
            Token::Digit(kind) => {
                match left.next() {
                    Some(digit) => push(&mut reversed, &mut count, char::from(b'0' + digit)),
                    None if *kind == '0' => push(&mut reversed, &mut count, '0'),
                    None => {}
                }
                if Some(place) == first {
                    for digit in left.by_ref() {
                        push(&mut reversed, &mut count, char::from(b'0' + digit));
                    }
                }
            }
            Token::Literal(literal) => reversed.push(literal.clone()),
            Token::Percent => reversed.push("%".to_owned()),
            _ => {}
        }
    }
    reversed.reverse();
    reversed.concat()
}

/// The part from the point on; a `#` shows no zero at the end.
fn behind_point(tokens: &[Token], digits: &[u8]) -> String {
    let significant = digits.iter().rposition(|digit| *digit != 0).map_or(0, |place| place + 1);
    let mut left = digits.iter().enumerate();
    let mut text = String::new();
    for token in tokens {
        match token {
            Token::Point => text.push('.'),
            Token::Digit(kind) => match left.next() {
                Some((place, digit)) if *kind == '0' || place < significant => text.push(char::from(b'0' + digit)),
                _ => {}
            },
            Token::Literal(literal) => text.push_str(literal),
            Token::Percent => text.push('%'),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn under(value: f64, code: &str) -> Option<String> {
        shown(value, None, code, false)
    }

    #[test]
    fn ecma376_18_8_31_dates_are_shown_as_their_author_sees_them() {
        for (code, text) in [
            ("yyyy-mm-dd", "2026-12-01"),
            ("yyyy\"년\" m\"월\" d\"일\"", "2026년 12월 1일"),
            ("yyyy. m. d.", "2026. 12. 1."),
            ("yyyy/mm/dd\\ hh:mm", "2026/12/01 13:05"),
            ("[$-412]yyyy년 m월 d일 dddd", "2026년 12월 1일 화요일"),
            ("dddd", "Tuesday"),
            ("yyyy-mm-dd(aaa)", "2026-12-01(화)"),
            ("aaaa", "화요일"),
            ("[$-409]d-mmm-yy;@", "1-Dec-26"),
            ("mmmm yyyy", "December 2026"),
            ("h:mm AM/PM", "1:05 PM"),
            ("오전/오후 h:mm", "오후 1:05"),
            ("mm:ss", "05:09"),
            ("h:mm:ss.000", "13:05:09.000"),
            ("[h]:mm", "1112581:05"),
        ] {
            assert_eq!(under(46_357.0 + 47_109.0 / 86_400.0, code).as_deref(), Some(text), "{code}");
        }
        for (id, text) in
            [(14, "2026-12-01"), (22, "2026-12-01 0:00"), (31, "2026년 12월 01일"), (57, "2026年 12月 01日")]
        {
            assert_eq!(shown(46_357.0, Some(id), "General", false).as_deref(), Some(text), "{id}");
        }
        assert_eq!(shown(44_895.0, None, "yyyy-mm-dd aaa", true).as_deref(), Some("2026-12-01 화"), "days from 1904");
        assert_eq!(under(-1.0, "yyyy-mm-dd"), None, "before the calendar begins");
    }

    #[test]
    fn ecma376_18_8_31_numbers_are_shown_as_their_author_sees_them() {
        for (value, code, text) in [
            (0.15, "0%", "15%"),
            (0.285, "0%", "29%"),
            (1.0, "0.0%", "100.0%"),
            (1_234_567.0, "#,##0", "1,234,567"),
            (1_234_567.891, "#,##0.00", "1,234,567.89"),
            (-1_234.0, "#,##0;[Red]-#,##0", "-1,234"),
            (-1_234.0, "#,##0_);(#,##0)", "(1,234)"),
            (1_234.0, "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)", "1,234"),
            (0.0, "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)", "-"),
            (12_500_000.0, "[$₩-412]#,##0", "₩12,500,000"),
            (12_500_000.0, "#,##0,\"천원\"", "12,500천원"),
            (7.0, "000", "007"),
            (1_012_345_678.0, "000-0000-0000", "010-1234-5678"),
            (0.5, "#.##", ".5"),
            (2.5, "0", "3"),
            (0.995, "0.00", "1.00"),
            (9.995, "#,##0.00", "10.00"),
            (999_999.5, "#,##0", "1,000,000"),
            (-0.2, "0", "0"),
            (0.1 + 0.2, "General", "0.3"),
            (3.0, "General", "3"),
            (3.0, "0\"회\"", "3회"),
            (3.0, "General\"회\"", "3회"),
            (7.0, "@", "7"),
        ] {
            assert_eq!(under(value, code).as_deref(), Some(text), "{value} under {code}");
        }
    }

    #[test]
    fn what_is_not_certain_is_no_text() {
        for code in ["# ?/?", "[>=100]0;0.0", "[DBNum1]0", "ggge\"年\"", "0.00E+00", "\"open", "[$-1030411]yyyy", "bb"]
        {
            assert_eq!(under(46_357.0, code), None, "{code}");
        }
        assert_eq!(under(1e300, "0"), None);
        assert_eq!(under(f64::NAN, "0"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_format_breaks_the_reader(value in proptest::num::f64::ANY, code in "[0#?,.%Eymdhs\\[\\]\"\\\\;_*가@A/P+-]{0,16}|.{0,12}") {
            let _ = under(value, &code);
            let _ = general(value);
        }
    }
}
