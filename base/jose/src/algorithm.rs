//! The three signature algorithms.

use std::fmt;

/// The name that says all of Ed25519 (RFC 9864 section 2.2), under which newer libraries sign.
const ED25519: &str = "Ed25519";

/// A signature algorithm of RFC 7518, RFC 8037 or RFC 9864 that is allowed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PSS with SHA-256, keys of 2048 bits and more. Verified, never used to sign.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// Every algorithm there is.
    pub const ALL: [Self; 3] = [Self::Ps256, Self::Es256, Self::EdDsa];

    /// Every name under which one of them is taken, as metadata lists them.
    pub const NAMES: [&str; 4] = ["PS256", "ES256", "EdDSA", ED25519];

    /// The registered name, the value of `alg` that is written here.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Whether `name` is a registered name of this algorithm; names are case-sensitive (RFC 7515 section 4.1.1).
    /// Ed25519 has two: RFC 8037 names the family, RFC 9864 section 2.2 the one curve.
    pub fn is_named(self, name: &str) -> bool {
        self.name() == name || (self == Self::EdDsa && name == ED25519)
    }

    /// The algorithm of this registered name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.is_named(name))
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc9864_2_2_ed25519_is_taken_under_both_of_its_names_and_no_other_algorithm_is() {
        let named: Vec<_> = Algorithm::NAMES.iter().map(|name| Algorithm::from_name(name)).collect();
        let [ps256, es256, ed_dsa] = Algorithm::ALL.map(Some);
        assert_eq!(named, [ps256, es256, ed_dsa, ed_dsa]);
        for other in ["ed25519", "Ed448", "ES256K", "ESP256", "eddsa", "RS256", "none", ""] {
            assert_eq!(Algorithm::from_name(other), None, "{other}");
        }
    }
}
