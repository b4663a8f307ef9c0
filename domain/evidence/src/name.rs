//! Official names of evidence (source 1, chapter IV; P4 field B).

use crate::EvidenceError;
use std::fmt;
use std::str::FromStr;

/// The longest title, in characters (our choice; the source gives none).
pub const TITLE_CHARACTERS_MAX: usize = 120;

/// The number of a detailed check item (세부점검항목): `\d{1,2}\.\d\.\d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DetailNumber {
    area: u8,
    item: u8,
    detail: u8,
}

impl fmt::Display for DetailNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.area, self.item, self.detail)
    }
}

impl FromStr for DetailNumber {
    type Err = EvidenceError;

    fn from_str(text: &str) -> Result<Self, EvidenceError> {
        let mut parts = text.split('.');
        let mut part = |digits_max: usize| {
            let digits = parts.next().filter(|part| (1..=digits_max).contains(&part.len()))?;
            // A leading zero would give two names to one number.
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
            plain.then(|| digits.parse::<u8>().ok()).flatten()
        };
        match (part(2), part(1), part(1), parts.next()) {
            (Some(area), Some(item), Some(detail), None) => Ok(Self { area, item, detail }),
            _ => Err(EvidenceError::Number),
        }
    }
}

/// An official name: `자료{x.y.z}-{n} {title}`, for example
/// `자료1.1.1-1 정보보호최고책임자 인사발령서`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfficialName {
    number: DetailNumber,
    serial: u32,
    title: String,
}

impl OfficialName {
    /// A name of its parts. The title is taken as one text ([`sumun_text::prose`]) and trimmed.
    ///
    /// # Errors
    /// [`EvidenceError::Serial`] for serial 0, [`EvidenceError::Title`] for a
    /// title that is empty, longer than [`TITLE_CHARACTERS_MAX`] or holds what a reader cannot see ([`sumun_text::is_legible_line`]).
    pub fn new(number: DetailNumber, serial: u32, title: &str) -> Result<Self, EvidenceError> {
        let title = Self::check_title(title)?;
        if serial == 0 {
            return Err(EvidenceError::Serial { expected: 1 });
        }
        Ok(Self { number, serial, title })
    }

    /// The title as it will stand in a name.
    ///
    /// # Errors
    /// [`EvidenceError::Title`] for one that is empty, too long or not one legible line.
    pub fn check_title(title: &str) -> Result<String, EvidenceError> {
        let title = sumun_text::prose(title);
        let title = title.trim();
        let length = title.chars().count();
        if !(1..=TITLE_CHARACTERS_MAX).contains(&length) || !sumun_text::is_legible_line(title) {
            return Err(EvidenceError::Title);
        }
        Ok(title.to_owned())
    }

    /// The detailed check item that it belongs to.
    pub const fn number(&self) -> DetailNumber {
        self.number
    }

    /// The serial within the detailed check item, from 1.
    pub const fn serial(&self) -> u32 {
        self.serial
    }

    /// What the file is.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The name without its title: `자료1.1.1-1`. It holds no personal data.
    pub fn short(&self) -> String {
        format!("자료{}-{}", self.number, self.serial)
    }
}

impl fmt::Display for OfficialName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "자료{}-{} {}", self.number, self.serial, self.title)
    }
}

impl FromStr for OfficialName {
    type Err = EvidenceError;

    /// Reads `^자료(\d{1,2}\.\d\.\d)-(\d+)\s+(.+)$` (P4, field B).
    fn from_str(text: &str) -> Result<Self, EvidenceError> {
        let text = sumun_text::composed(text);
        let rest = text.trim().strip_prefix("자료").ok_or(EvidenceError::Name)?;
        let (number, rest) = rest.split_once('-').ok_or(EvidenceError::Name)?;
        let (serial, title) = rest.split_once(char::is_whitespace).ok_or(EvidenceError::Name)?;
        let plain = !serial.is_empty() && serial.bytes().all(|byte| byte.is_ascii_digit()) && !serial.starts_with('0');
        let serial: u32 = serial.parse().ok().filter(|_| plain).ok_or(EvidenceError::Name)?;
        let number = number.parse().map_err(|_| EvidenceError::Name)?;
        Self::new(number, serial, title)
    }
}

/// The serial after the highest of `names` under `number`; 1 when there is none.
pub fn next_serial<'a>(number: DetailNumber, names: impl IntoIterator<Item = &'a OfficialName>) -> u32 {
    let taken = names.into_iter().filter(|name| name.number == number).map(|name| name.serial);
    taken.max().unwrap_or(0).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn p4_b_official_names_of_the_source_are_read() {
        for text in [
            "자료1.1.1-1 정보보호최고책임자 인사발령서",
            "자료1.1.1-2 정보보호 조직 구성도",
            "자료1.1.1-3 정보보호 실무자 이력서",
        ] {
            assert_eq!(text.parse::<OfficialName>().unwrap().to_string(), text);
        }
        let name: OfficialName = "자료12.1.1-14   암호키 관리대장 ".parse().unwrap();
        assert_eq!((name.short().as_str(), name.serial(), name.title()), ("자료12.1.1-14", 14, "암호키 관리대장"));
    }

    #[test]
    fn other_names_are_refused() {
        for text in [
            "",
            "자료",
            "자료1.1-1 제목",
            "자료1.1.1 제목",
            "자료1.1.1-1",
            "자료1.1.1-1 ",
            "자료1.1.1-0 제목",
            "자료1.1.1-01 제목",
            "자료01.1.1-1 제목",
            "자료1.11.1-1 제목",
            "자료123.1.1-1 제목",
            "자료1.1.1-99999999999 제목",
            "자료OBW-09-1 제목",
            "1.1.1-1 제목",
            "자료1.1.1-+1 제목",
        ] {
            assert!(text.parse::<OfficialName>().is_err(), "{text}");
        }
        let number: DetailNumber = "1.1.1".parse().unwrap();
        assert_eq!(OfficialName::new(number, 1, "a\u{200b}b").unwrap().title(), "ab");
        for hidden in ["a\u{0}b", "보고서\u{202e}fdp.exe", "\u{200b}", "\u{200d}", "a\nb", "a\u{b}b"] {
            assert_eq!(OfficialName::new(number, 1, hidden), Err(EvidenceError::Title), "{hidden:?}");
        }
        assert!(OfficialName::new(number, 1, "점검 ✔\u{fe0f}").is_ok());
        assert_eq!(OfficialName::new(number, 1, &"가".repeat(121)), Err(EvidenceError::Title));
        assert!(OfficialName::new(number, 1, &"가".repeat(120)).is_ok());
    }

    /// macOS sends file names decomposed.
    #[test]
    fn a_decomposed_name_is_the_same_name() {
        let sent = "\u{110c}\u{1161}\u{1105}\u{116d}1.1.1-1 \u{110b}\u{1175}\u{11b7}\u{1106}\u{1167}\u{11bc}\u{110c}\u{1161}\u{11bc}";
        assert_eq!(sent.parse::<OfficialName>().unwrap(), "자료1.1.1-1 임명장".parse().unwrap());
    }

    #[test]
    fn serials_count_within_their_detailed_item() {
        let names: Vec<OfficialName> =
            ["자료1.1.1-1 a", "자료1.1.1-4 b", "자료1.1.2-9 c"].iter().map(|text| text.parse().unwrap()).collect();
        assert_eq!(next_serial("1.1.1".parse().unwrap(), &names), 5);
        assert_eq!(next_serial("1.1.2".parse().unwrap(), &names), 10);
        assert_eq!(next_serial("9.9.9".parse().unwrap(), &names), 1);
    }

    proptest! {
        #[test]
        fn every_name_reads_back(area in 0u8..100, item in 0u8..10, detail in 0u8..10, serial in 1u32.., title in "[가-힣a-z(][가-힣a-z() ]{0,40}") {
            let number = format!("{area}.{item}.{detail}").parse().unwrap();
            let name = OfficialName::new(number, serial, &title).unwrap();
            prop_assert_eq!(name.to_string().parse::<OfficialName>().unwrap(), name);
        }

        #[test]
        fn no_text_breaks_the_parser(text in ".{0,60}") {
            let _ = text.parse::<OfficialName>();
            let _ = format!("자료{text}").parse::<OfficialName>();
        }
    }
}
