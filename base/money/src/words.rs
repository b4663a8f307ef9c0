//! Sums in Korean words.

const DIGITS: [&str; 10] = ["", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"];
const PLACES: [&str; 4] = ["천", "백", "십", ""];
/// Names of the groups of four digits that 64 bits can fill.
const GROUPS: [&str; 5] = ["", "만", "억", "조", "경"];

/// `amount` in words: zero is `영`, a negative amount begins with `마이너스`.
pub(crate) fn korean(amount: i64) -> String {
    if amount == 0 {
        return "영".to_owned();
    }
    let mut rest = amount.unsigned_abs();
    let mut groups = Vec::with_capacity(GROUPS.len() + 1);
    for name in GROUPS {
        let group = rest % 10_000;
        rest /= 10_000;
        if group > 0 {
            groups.push(format!("{}{name}", four_digits(group)));
        }
    }
    if amount < 0 {
        groups.push("마이너스".to_owned());
    }
    groups.reverse();
    groups.join(" ")
}

fn four_digits(group: u64) -> String {
    let mut text = String::new();
    for (place, divisor) in [1_000, 100, 10, 1].into_iter().enumerate() {
        let digit = (group / divisor % 10) as usize;
        if digit > 0 {
            text.push_str(DIGITS[digit]);
            text.push_str(PLACES[place]);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::korean;

    #[test]
    fn amounts_read_as_on_a_bank_slip() {
        let cases = [
            (0, "영"),
            (1, "일"),
            (10, "일십"),
            (4_500, "사천오백"),
            (10_000, "일만"),
            (1_234_500, "일백이십삼만 사천오백"),
            (3_000_000, "삼백만"),
            (100_000_000, "일억"),
            (1_000_000_000_001, "일조 일"),
            (-50_007, "마이너스 오만 칠"),
            (i64::MAX, "구백이십이경 삼천삼백칠십이조 삼백육십팔억 오천사백칠십칠만 오천팔백칠"),
        ];
        for (amount, words) in cases {
            assert_eq!(korean(amount), words);
        }
    }
}
