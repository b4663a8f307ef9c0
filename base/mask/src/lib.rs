//! Masking of personal data before it is shown, logged or printed (PR-090).
//!
//! Every function takes any text and never fails: a text that does not have
//! the expected shape is masked more, never less. A mask is one-way; what must
//! be found again is kept elsewhere under its id.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

/// A person's name with the middle hidden: `김민수` is `김*수`, `김수` is `김*`.
///
/// Names in other scripts keep the first letter of each word only.
pub fn name(name: &str) -> String {
    let trimmed = name.trim();
    if trimmed.chars().any(|letter| letter.is_whitespace() || letter.is_ascii()) {
        return trimmed.split_whitespace().map(|word| hide(word, |place, _| place > 0)).collect::<Vec<_>>().join(" ");
    }
    let last = trimmed.chars().count().saturating_sub(1);
    hide(trimmed, |place, _| place > 0 && (place < last || last == 1))
}

/// A person's name as printed reports show it: `문○○`, the family name's first letter alone.
pub fn name_in_print(name: &str) -> String {
    name.trim().chars().enumerate().map(|(place, letter)| if place == 0 { letter } else { '○' }).collect()
}

/// An account number with only its last four digits: `110-123-454821` is
/// `***-***-**4821`. Eight digits or fewer show only the last two.
pub fn account_number(number: &str) -> String {
    let digits = digits_of(number);
    let shown = if digits > 8 { 4 } else { 2.min(digits / 2) };
    keep_last_digits(number, shown)
}

/// A telephone number with its middle hidden: `010-1234-5678` is `010-****-5678`.
///
/// Numbers of fewer than nine digits show only the last two.
pub fn telephone(number: &str) -> String {
    let digits = digits_of(number);
    if digits < 9 {
        return keep_last_digits(number, 2.min(digits / 2));
    }
    show_digits(number, |place| place < 3 || place >= digits - 4)
}

/// A resident registration number: birth date and the digit after it stay,
/// `850101-1234567` is `850101-1******`. Any other length is hidden whole.
pub fn resident_number(number: &str) -> String {
    if digits_of(number) != 13 {
        return hide_all(number);
    }
    show_digits(number, |place| place < 7)
}

/// A business registration number with its last five digits hidden:
/// `123-45-67890` is `123-45-*****`. Any other length is hidden whole.
pub fn business_number(number: &str) -> String {
    if digits_of(number) != 10 {
        return hide_all(number);
    }
    show_digits(number, |place| place < 5)
}

/// An e-mail address: two letters of the mailbox and the domain stay,
/// `minsu.kim@example.com` is `mi*******@example.com`. A mailbox of three
/// letters or fewer is hidden whole, and so is a text without one `@`.
pub fn email(address: &str) -> String {
    match address.split_once('@') {
        Some((mailbox, domain)) if !domain.contains('@') => {
            let shown = if mailbox.chars().count() > 3 { 2 } else { 0 };
            format!("{}@{domain}", hide(mailbox, |place, _| place >= shown))
        }
        _ => hide_all(address),
    }
}

/// An address of the internet with its host part hidden: `203.0.113.57` is
/// `203.0.113.*`, `2001:db8:1:2::7` is `2001:db8:1:*`. Other text is hidden whole.
pub fn network_address(address: &str) -> String {
    match address.parse() {
        Ok(std::net::IpAddr::V4(v4)) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.*")
        }
        Ok(std::net::IpAddr::V6(v6)) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:*")
        }
        Err(_) => hide_all(address),
    }
}

/// A secret or token: its first four characters, for a person to tell two
/// apart, when at least 20 more are hidden; otherwise nothing.
pub fn secret(secret: &str) -> String {
    if secret.chars().count() < 24 {
        return "****".to_owned();
    }
    secret.chars().take(4).chain("****".chars()).collect()
}

fn hide(text: &str, hidden: impl Fn(usize, char) -> bool) -> String {
    text.chars().enumerate().map(|(place, letter)| if hidden(place, letter) { '*' } else { letter }).collect()
}

fn hide_all(text: &str) -> String {
    hide(text, |_, _| true)
}

fn digits_of(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

/// Hyphens, dots and spaces carry no data; anything unexpected might.
fn keep_separator(letter: char) -> char {
    if matches!(letter, '-' | ' ' | '.' | '+') { letter } else { '*' }
}

fn keep_last_digits(number: &str, shown: usize) -> String {
    let first_shown = digits_of(number) - shown;
    show_digits(number, |place| place >= first_shown)
}

/// A number with the digits at the places (from 0) that are `shown`; the other
/// digits, and letters that are not separators, become stars.
fn show_digits(number: &str, shown: impl Fn(usize) -> bool) -> String {
    let mut digits = 0;
    let mask = |letter: char| {
        if !letter.is_ascii_digit() {
            return keep_separator(letter);
        }
        digits += 1;
        if shown(digits - 1) { letter } else { '*' }
    };
    number.chars().map(mask).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Mask = fn(&str) -> String;

    #[test]
    fn pr_090_each_kind_of_field_hides_what_is_not_needed() {
        let cases: [(Mask, &str, &str); 23] = [
            (name, "김민수", "김*수"),
            (name, "김수", "김*"),
            (name, "남궁민수", "남**수"),
            (name, "김", "김"),
            (name, "Minsu Kim", "M**** K**"),
            (name_in_print, "문영희", "문○○"),
            (account_number, "110-123-454821", "***-***-**4821"),
            (account_number, "1101234", "*****34"),
            (account_number, "12", "*2"),
            (telephone, "010-1234-5678", "010-****-5678"),
            (telephone, "01012345678", "010****5678"),
            (telephone, "1588", "**88"),
            (resident_number, "850101-1234567", "850101-1******"),
            (resident_number, "850101", "******"),
            (business_number, "123-45-67890", "123-45-*****"),
            (business_number, "12345", "*****"),
            (email, "minsu.kim@example.com", "mi*******@example.com"),
            (email, "kim@example.com", "***@example.com"),
            (email, "not an address", "**************"),
            (network_address, "203.0.113.57", "203.0.113.*"),
            (network_address, "2001:db8:1:2::7", "2001:db8:1:*"),
            (network_address, "here", "****"),
            (secret, "abcdefghijklmnopqrstuvwxyz", "abcd****"),
        ];
        for (mask, input, masked) in cases {
            assert_eq!(mask(input), masked, "{input}");
        }
    }

    proptest! {
        #[test]
        fn an_account_number_never_shows_more_than_four_digits(text in "[0-9 -]{0,30}|.{0,30}") {
            let masked = account_number(&text);
            prop_assert!(digits_of(&masked) <= 4);
            prop_assert_eq!(masked.chars().count(), text.chars().count());
        }

        #[test]
        fn no_text_breaks_a_mask(text in ".{0,60}") {
            for mask in [name, name_in_print, telephone, resident_number, business_number, email, network_address, secret] {
                mask(&text);
            }
        }
    }
}
