//! Where the authorization server may send the customer's browser back to.

use std::fmt;
use std::str::FromStr;

/// The longest address, in bytes.
const BYTES_MAX: usize = 512;

/// A registered redirect address: `https`, or `http` on a literal loopback
/// address for an app on the customer's own device (RFC 8252 section 7.3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RedirectUri(String);

/// Why an address cannot be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectUriError {
    /// Longer than 512 bytes, or with a character that no URI has.
    Form,
    /// Neither `https` nor `http` on `127.0.0.1` or `[::1]`.
    Scheme,
    /// No host, a user name before it, or a port that is none.
    Authority,
    /// With a fragment.
    Fragment,
}

impl fmt::Display for RedirectUriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "expected an address of at most 512 bytes with characters that a URI has",
            Self::Scheme => "expected an address that begins with https://, http://127.0.0.1 or http://[::1]",
            Self::Authority => "expected an address with a host, no user name, and a port from 1 to 65535 if any",
            Self::Fragment => "expected an address without a fragment",
        })
    }
}

impl std::error::Error for RedirectUriError {}

impl RedirectUri {
    /// The address as it was registered.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request may name `requested`: the same characters, one by one
    /// (FAPI 2.0, RFC 9700 section 2.1). Only the port of a loopback address
    /// may differ, since the system gives it to the app (RFC 8252 section 7.3).
    pub fn matches(&self, requested: &str) -> bool {
        if self.0 == requested {
            return true;
        }
        let (Ok(registered), Ok(requested)) = (parts(&self.0), parts(requested)) else { return false };
        !registered.is_secure
            && !requested.is_secure
            && registered.host == requested.host
            && registered.path == requested.path
    }

    /// Whether it leads to the scheme, host and port of `address` (RFC 6454
    /// section 5). The names of the loopback address are one host here.
    pub fn has_origin_of(&self, address: &str) -> bool {
        let (Ok(own), Ok(other)) = (parts(&self.0), parts(address)) else { return false };
        own.is_secure == other.is_secure && own.port() == other.port() && one_host(own.host) == one_host(other.host)
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RedirectUri {
    type Err = RedirectUriError;

    fn from_str(text: &str) -> Result<Self, RedirectUriError> {
        parts(text).map(|_| Self(text.to_owned()))
    }
}

impl serde::Serialize for RedirectUri {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for RedirectUri {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

struct Parts<'a> {
    is_secure: bool,
    host: &'a str,
    /// Digits, where it is named.
    port: Option<&'a str>,
    /// Path and query.
    path: &'a str,
}

impl Parts<'_> {
    fn port(&self) -> u16 {
        let default = if self.is_secure { 443 } else { 80 };
        self.port.and_then(|digits| digits.parse().ok()).unwrap_or(default)
    }
}

/// A host as it is compared: without regard to case (RFC 3986 section 3.2.2), and a
/// final dot, which names the same host, left out.
fn one_host(host: &str) -> String {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if matches!(host.as_str(), "localhost" | "127.0.0.1" | "[::1]") { "localhost".to_owned() } else { host }
}

fn parts(text: &str) -> Result<Parts<'_>, RedirectUriError> {
    let is_uri_character = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
    if text.len() > BYTES_MAX || !text.bytes().all(is_uri_character) {
        return Err(RedirectUriError::Form);
    }
    let (is_secure, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return Err(RedirectUriError::Scheme),
    };
    if text.contains('#') {
        return Err(RedirectUriError::Fragment);
    }
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let host = host(authority).ok_or(RedirectUriError::Authority)?;
    let port = authority[host.len()..].strip_prefix(':');
    if !is_secure && !matches!(host, "127.0.0.1" | "[::1]") {
        return Err(RedirectUriError::Scheme);
    }
    Ok(Parts { is_secure, host, port, path })
}

/// The host of `host` or `host:port`, where an IPv6 address stands in brackets.
fn host(authority: &str) -> Option<&str> {
    let end = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, port) = authority.split_at(end);
    let is_port = |digits: &str| {
        digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok_and(|port| port > 0)
    };
    let port_is_fine = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    (!host.is_empty() && !authority.contains('@') && port_is_fine).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(text: &str) -> RedirectUri {
        text.parse().unwrap()
    }

    #[test]
    fn rfc6749_3_1_2_a_relative_address_and_a_fragment_are_refused() {
        for (text, error) in [
            ("/callback", RedirectUriError::Scheme),
            ("https:///callback", RedirectUriError::Authority),
            ("https://app.example/callback#", RedirectUriError::Fragment),
            ("https://app.example/callback#x", RedirectUriError::Fragment),
            ("https://user@app.example/callback", RedirectUriError::Authority),
            ("https://app.example:0/", RedirectUriError::Authority),
            ("https://app.example:99999/", RedirectUriError::Authority),
            ("https://app.example/a b", RedirectUriError::Form),
            ("https://은행.example/", RedirectUriError::Form),
            ("https://app.example\\@evil.example/", RedirectUriError::Form),
        ] {
            assert_eq!(text.parse::<RedirectUri>(), Err(error), "{text}");
        }
    }

    #[test]
    fn fapi2_5_3_2_2_8_plain_http_is_refused_but_for_loopback() {
        for text in [
            "http://app.example/callback",
            "http://localhost/callback",
            "http://127.0.0.1.evil.example/",
            "http://127.0.0.2/",
            "com.example.app:/callback",
            "javascript:alert(1)",
        ] {
            assert_eq!(text.parse::<RedirectUri>(), Err(RedirectUriError::Scheme), "{text}");
        }
        assert!("https://app.example".parse::<RedirectUri>().is_ok());
    }

    #[test]
    fn rfc8252_7_3_only_the_port_of_a_loopback_address_may_differ() {
        for text in ["http://127.0.0.1/callback", "http://127.0.0.1:1/callback", "http://[::1]/callback"] {
            let with_port = text.replace("1:1/", "1/").replace("/callback", ":49152/callback");
            assert!(registered(text).matches(&with_port), "{with_port}");
            assert!(!registered(text).matches(&with_port.replace("callback", "Callback")));
        }
        assert!(!registered("http://127.0.0.1/").matches("http://[::1]/"));
        assert!(!registered("https://127.0.0.1/").matches("https://127.0.0.1:8443/"));
        assert!(!registered("http://127.0.0.1/").matches("https://127.0.0.1/"));
    }

    #[test]
    fn rfc6454_5_an_address_of_the_same_origin_is_known_under_each_of_its_names() {
        let issuer = "https://127.0.0.1:7401";
        for same in [
            "https://127.0.0.1:7401/callback",
            "https://localhost:7401",
            "https://LOCALHOST.:7401/",
            "https://[::1]:7401/x",
        ] {
            assert!(registered(same).has_origin_of(issuer), "{same}");
        }
        for other in
            ["https://127.0.0.1:7402/", "https://127.0.0.1/", "http://127.0.0.1:7401/", "https://app.example:7401/"]
        {
            assert!(!registered(other).has_origin_of(issuer), "{other}");
        }
        assert!(registered("https://as.bank.example/cb").has_origin_of("https://AS.bank.example:443"));
    }

    #[test]
    fn rfc9700_2_1_addresses_are_compared_character_by_character() {
        let address = registered("https://app.example/callback?bank=1");
        assert!(address.matches("https://app.example/callback?bank=1"));
        for other in [
            "https://app.example/callback?bank=2",
            "https://app.example/callback?bank=1&x",
            "https://app.example/callback",
            "https://APP.example/callback?bank=1",
            "https://app.example:443/callback?bank=1",
            "https://app.example/x/../callback?bank=1",
        ] {
            assert!(!address.matches(other), "{other}");
        }
    }
}
