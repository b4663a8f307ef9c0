//! Passwords: hashed one way, never shown (PR-047).

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::PasswordHash as PhcHash;
use argon2::{Algorithm, Argon2, Params, PasswordVerifier as _, Version};
use std::fmt;

/// 19 MiB, two passes, one lane: the second setting of the OWASP Password
/// Storage Cheat Sheet, and more than RFC 9106 asks of a constrained server.
const PARAMETERS: Params = match Params::new(19_456, 2, 1, None) {
    Ok(parameters) => parameters,
    Err(_) => Params::DEFAULT,
};
/// A longer text is no password, so that nobody makes the server hash megabytes.
const BYTES_MAX: usize = 256;

/// An Argon2id hash with its salt and parameters, as a PHC string.
///
/// There is no way from here back to the password, and nothing shows the hash
/// to people: only a store reads it, by [`PasswordHash::to_stored`].
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// A stored text is not an Argon2id hash, or a password cannot be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidPasswordHash;

impl fmt::Display for InvalidPasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected an Argon2id hash of a password of 1 to 256 bytes")
    }
}

impl std::error::Error for InvalidPasswordHash {}

impl PasswordHash {
    /// Hashes a password of 1 to 256 bytes, as [`opaque`] spells it, with 16 random bytes of salt. It
    /// takes tens of milliseconds of one core: call it where blocking is fine.
    pub fn of(password: &str, salt: [u8; 16]) -> Result<Self, InvalidPasswordHash> {
        let password = opaque(password);
        if password.is_empty() || password.len() > BYTES_MAX {
            return Err(InvalidPasswordHash);
        }
        let hash = hasher().hash_password_with_salt(password.as_bytes(), &salt).map_err(|_| InvalidPasswordHash)?;
        Ok(Self(hash.to_string()))
    }

    /// Takes a hash from the store.
    pub fn from_stored(text: &str) -> Result<Self, InvalidPasswordHash> {
        let hash = PhcHash::new(text).map_err(|_| InvalidPasswordHash)?;
        let is_complete = hash.algorithm.as_str() == "argon2id" && hash.salt.is_some() && hash.hash.is_some();
        if is_complete { Ok(Self(text.to_owned())) } else { Err(InvalidPasswordHash) }
    }

    /// The text for the store.
    pub fn to_stored(&self) -> &str {
        &self.0
    }

    /// What the password of an unknown login name is checked against: as dear
    /// as any other, and no password fits it.
    fn of_nobody() -> Self {
        Self("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into())
    }

    fn matches(&self, password: &str) -> bool {
        PhcHash::new(&self.0).is_ok_and(|hash| hasher().verify_password(password.as_bytes(), &hash).is_ok())
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(hidden)")
    }
}

/// A typed password and the hash that it should fit, if the login name is known.
pub struct PasswordCheck {
    hash: Option<PasswordHash>,
    password: String,
}

impl PasswordCheck {
    /// Checks `password` against `hash`, or against nothing.
    pub fn new(hash: Option<PasswordHash>, password: String) -> Self {
        Self { hash, password }
    }

    /// Whether the password fits. An unknown login name costs the same hash as
    /// a known one, so that nobody learns which names exist. It takes tens of
    /// milliseconds of one core: call it where blocking is fine.
    pub fn run(self) -> bool {
        let Self { hash, password: typed } = self;
        let password = opaque(&typed);
        let is_possible = |text: &str| !text.is_empty() && text.len() <= BYTES_MAX;
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(PasswordHash::of_nobody);
        let fits = |text: &str| {
            let fits = hash.matches(if is_possible(text) { text } else { "" });
            fits && is_known && is_possible(text)
        };
        // A hash of before there was one spelling is of the letters as they were typed.
        // Both are looked at, whoever it is, so that the time tells nothing.
        if password == typed { fits(&password) } else { fits(&password) | fits(&typed) }
    }
}

/// RFC 8265 section 4.2.1, profile OpaqueString: every space is U+0020, and the
/// text is composed, so that a password fits from every keyboard. Nothing else changes.
fn opaque(password: &str) -> String {
    let is_space = |letter: char| {
        matches!(letter, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
    };
    let spaced: String = password.chars().map(|letter| if is_space(letter) { ' ' } else { letter }).collect();
    sumun_text::composed(&spaced).into_owned()
}

fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, PARAMETERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(hash: &PasswordHash, password: &str) -> bool {
        PasswordCheck::new(Some(hash.clone()), password.to_owned()).run()
    }

    #[test]
    fn pr_047_a_password_is_kept_as_a_salted_slow_hash_and_never_shown() {
        let hash = PasswordHash::of("봄비 내린 골목길 7", [1; 16]).unwrap();
        assert!(hash.to_stored().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.to_stored());
        assert_ne!(hash, PasswordHash::of("봄비 내린 골목길 7", [2; 16]).unwrap());
        assert!(!hash.to_stored().contains("봄비") && format!("{hash:?}") == "PasswordHash(hidden)");
        let stored = PasswordHash::from_stored(hash.to_stored()).unwrap();
        assert!(fits(&stored, "봄비 내린 골목길 7"));
        assert!(!fits(&stored, "봄비 내린 골목길 8"));
    }

    #[test]
    fn an_empty_or_endless_password_never_fits() {
        assert_eq!(PasswordHash::of("", [1; 16]), Err(InvalidPasswordHash));
        assert_eq!(PasswordHash::of(&"x".repeat(257), [1; 16]), Err(InvalidPasswordHash));
        let hash = PasswordHash::of(&"x".repeat(256), [1; 16]).unwrap();
        assert!(fits(&hash, &"x".repeat(256)));
        assert!(!fits(&hash, &"x".repeat(257)) && !fits(&hash, ""));
        assert!(!PasswordCheck::new(None, "x".to_owned()).run());
    }

    #[test]
    fn rfc8265_4_2_1_a_password_fits_from_every_keyboard() {
        let decomposed = "\u{1107}\u{1169}\u{11b7}\u{1107}\u{1175}\u{a0}7";
        for kept in ["봄비 7", decomposed, "봄비\u{3000}7"] {
            let hash = PasswordHash::of(kept, [1; 16]).unwrap();
            for typed in ["봄비 7", decomposed, "봄비\u{2002}7"] {
                assert!(fits(&hash, typed), "{kept:?} {typed:?}");
            }
            assert!(!fits(&hash, "봄비7") && !fits(&hash, "봄비 ７"), "width and spaces count");
        }
        assert!(!PasswordCheck::new(None, decomposed.to_owned()).run());
        let long = format!("{}{}", "x".repeat(250), "\u{1107}\u{1169}\u{11b7}");
        assert!(fits(&PasswordHash::of(&long, [1; 16]).unwrap(), &long), "253 bytes as it is spelled");
    }

    /// A hash of before there was one spelling is of the letters as they were typed.
    #[test]
    fn a_hash_of_another_spelling_fits_what_was_typed_then() {
        let decomposed = "\u{1107}\u{1169}\u{11b7}\u{1107}\u{1175}";
        let hash = hasher().hash_password_with_salt(decomposed.as_bytes(), &[1; 16]).unwrap();
        let hash = PasswordHash::from_stored(&hash.to_string()).unwrap();
        assert!(fits(&hash, decomposed) && !fits(&hash, "봄비8"));
    }

    #[test]
    fn other_hashes_are_not_taken_from_the_store() {
        for text in [
            "",
            "x",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "$argon2i$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(PasswordHash::from_stored(text), Err(InvalidPasswordHash), "{text}");
        }
    }

    #[test]
    fn an_unknown_login_name_costs_the_same_hash_as_a_known_one() {
        // Shape: algorithm, version, parameters, length of salt and of hash.
        let shape = |hash: &PasswordHash| {
            let mut parts: Vec<String> = hash.to_stored().split('$').map(str::to_owned).collect();
            for part in parts.iter_mut().skip(4) {
                *part = part.len().to_string();
            }
            parts
        };
        let nobody = PasswordHash::from_stored(PasswordHash::of_nobody().to_stored()).unwrap();
        assert_eq!(shape(&nobody), shape(&PasswordHash::of("a password", [1; 16]).unwrap()));
        // It is hashed to the end, not refused before, and does not fit.
        let made = hasher().verify_password(b"a password", &PhcHash::new(nobody.to_stored()).unwrap());
        assert_eq!(made, Err(argon2::password_hash::Error::PasswordInvalid));
    }
}
