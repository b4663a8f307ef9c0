//! By which names a listener is called.

use crate::TlsError;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

/// The names that a listener answers to: those that its certificate shows, so
/// that no caller can be told of a name whose certificate it could not check.
/// The port is not looked at, because ports are forwarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    // In small letters.
    dns: Vec<String>,
    addresses: Vec<IpAddr>,
}

/// A host with its port, as `Host` and `:authority` carry them (RFC 3986
/// section 3.2.2 and 3.2.3, without the user that section 3.2.1 allows).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Host<'a> {
    name: HostName<'a>,
    /// The text as it came: a name or an address, and the port where there is one.
    pub(crate) text: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HostName<'a> {
    Registered(&'a str),
    Address(IpAddr),
}

impl Names {
    /// The names of this machine to itself, for listeners without a certificate.
    pub fn loopback() -> Self {
        let addresses = vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        Self { dns: vec!["localhost".to_owned()], addresses }
    }

    /// The names in a certificate's subject alternative name (RFC 5280 section
    /// 4.2.1.6). One without names answers to nobody.
    pub(crate) fn of_certificate(der: &[u8]) -> Result<Self, TlsError> {
        let unfit = |source: String| TlsError::Configuration { what: "the server certificate", source: source.into() };
        let (_, certificate) = X509Certificate::from_der(der).map_err(|error| unfit(error.to_string()))?;
        let extension = certificate.subject_alternative_name().map_err(|error| unfit(error.to_string()))?;
        let mut names = Self { dns: Vec::new(), addresses: Vec::new() };
        for name in extension.iter().flat_map(|extension| &extension.value.general_names) {
            match name {
                GeneralName::DNSName(name) => names.dns.push(name.to_ascii_lowercase()),
                GeneralName::IPAddress(bytes) => names.addresses.extend(address(bytes)),
                _ => {}
            }
        }
        Ok(names)
    }

    /// Whether a host is one of these. A wildcard stands for one label (RFC 9525 section 6.3).
    pub(crate) fn have(&self, host: &Host<'_>) -> bool {
        match host.name {
            HostName::Address(address) => self.addresses.contains(&address),
            HostName::Registered(name) => self.dns.iter().any(|own| match own.strip_prefix("*.") {
                Some(parent) => name
                    .split_once('.')
                    .is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(parent)),
                None => own.eq_ignore_ascii_case(name),
            }),
        }
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    <[u8; 4]>::try_from(bytes).map(IpAddr::from).or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

impl<'a> Host<'a> {
    /// Reads `host [":" port]`; nothing when it is not written so, or is empty.
    pub(crate) fn parse(text: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let (name, rest) = match text.strip_prefix('[') {
            Some(inner) => {
                let (address, rest) = inner.split_once(']')?;
                (HostName::Address(IpAddr::V6(address.parse().ok()?)), rest)
            }
            None => {
                let (name, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
                (registered(name)?, rest)
            }
        };
        let port_is_sound = match rest.strip_prefix(':') {
            // The port may be left out after its colon (RFC 3986 section 3.2.3).
            Some(port) => {
                port.bytes().all(|byte| byte.is_ascii_digit()) && (port.is_empty() || port.parse::<u16>().is_ok())
            }
            None => rest.is_empty(),
        };
        port_is_sound.then_some(Self { name, text })
    }
}

/// A registered name or an IPv4 address: unreserved letters, `%` with two
/// hexadecimal digits, and marks that delimit nothing here.
fn registered(name: &str) -> Option<HostName<'_>> {
    if let Ok(address) = name.parse() {
        return Some(HostName::Address(IpAddr::V4(address)));
    }
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        let sound = match byte {
            b'%' => {
                [bytes.next(), bytes.next()].iter().all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit()))
            }
            byte => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte),
        };
        if !sound {
            return None;
        }
    }
    (!name.is_empty()).then_some(HostName::Registered(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Names {
        let mut names = Names::loopback();
        names.dns.extend(["bank.example.kr".to_owned(), "*.apps.example.kr".to_owned()]);
        names
    }

    #[test]
    fn rfc3986_3_2_2_every_host_is_read_in_one_way_or_not_at_all() {
        for (text, ours_it_is) in [
            ("localhost", Some(true)),
            ("LocalHost:7400", Some(true)),
            ("localhost:", Some(true)),
            ("127.0.0.1:1", Some(true)),
            ("[::1]", Some(true)),
            ("[0:0:0:0:0:0:0:1]:65535", Some(true)),
            ("bank.example.kr:443", Some(true)),
            ("a.apps.example.kr", Some(true)),
            ("a.b.apps.example.kr", Some(false)),
            (".apps.example.kr", Some(false)),
            ("apps.example.kr", Some(false)),
            ("localhost.", Some(false)),
            ("127.0.0.2", Some(false)),
            ("127.1", Some(false)),
            ("0x7f.0.0.1", Some(false)),
            ("[::2]", Some(false)),
            ("evil.example", Some(false)),
            ("l%6fcalhost", Some(false)),
            ("a_b", Some(false)),
            ("", None),
            (":7400", None),
            ("<>", None),
            ("a/x", None),
            ("u@a", None),
            ("a b", None),
            ("a,b:1,", None),
            ("a:1:2", None),
            ("a:-1", None),
            ("a:65536", None),
            ("a:x", None),
            ("a%2", None),
            ("a%zz", None),
            ("::1", None),
            ("[::1", None),
            ("[::1]x", None),
            ("[::1%25eth0]", None),
            ("[127.0.0.1]", None),
            ("[v1.a]", None),
            ("a\\b", None),
            ("a?b", None),
            ("a#b", None),
            ("은행", None),
        ] {
            let host = Host::parse(text.as_bytes());
            assert_eq!(host.map(|host| ours().have(&host)), ours_it_is, "{text}");
            assert!(host.is_none_or(|host| host.text == text), "{text}");
        }
        assert_eq!(Host::parse(b"a\xff"), None);
    }
}
