//! Under which name others find this machine: it stands in certificates, in
//! the issuer and in every address that is told.

use crate::commands::CommandError;
use crate::speech::say;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// Where to listen, and how others find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    listen: IpAddr,
    name: Option<OutsideName>,
}

/// The name or the address of this machine as others write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutsideName {
    /// A host name in lower-case letters (RFC 1123 section 2.1).
    Host(String),
    /// An address.
    Address(IpAddr),
}

/// What cannot be an outside name.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAName;

impl Reach {
    /// Every address of a machine at once has no name of its own, so one must be given.
    pub fn new(listen: IpAddr, name: Option<OutsideName>) -> Result<Self, CommandError> {
        if listen.is_unspecified() && name.is_none() {
            return Err(CommandError::misuse(say("fault-no-name").with("listen", listen)));
        }
        Ok(Self { listen, name })
    }

    /// This machine alone.
    pub fn loopback() -> Self {
        Self { listen: Ipv4Addr::LOCALHOST.into(), name: None }
    }

    /// The address to listen on.
    pub fn listen(&self) -> IpAddr {
        self.listen
    }

    /// The host names of certificates; this machine finds itself as `localhost`.
    pub fn host_names(&self) -> Vec<String> {
        let own = match &self.name {
            Some(OutsideName::Host(name)) if name != LOCALHOST => Some(name.clone()),
            _ => None,
        };
        std::iter::once(LOCALHOST.to_owned()).chain(own).collect()
    }

    /// The addresses of certificates, those of this machine alone among them.
    pub fn addresses(&self) -> Vec<IpAddr> {
        let named = match self.name {
            Some(OutsideName::Address(address)) => Some(address),
            _ => None,
        };
        let mut all = vec![IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
        for address in named.into_iter().chain((!self.listen.is_unspecified()).then_some(self.listen)) {
            if !all.contains(&address) {
                all.push(address);
            }
        }
        all
    }

    /// Host and port as others write them (RFC 3986 section 3.2).
    pub fn authority(&self, socket: SocketAddr) -> String {
        match &self.name {
            Some(OutsideName::Host(name)) => format!("{name}:{}", socket.port()),
            Some(OutsideName::Address(address)) => SocketAddr::new(*address, socket.port()).to_string(),
            None => socket.to_string(),
        }
    }
}

const LOCALHOST: &str = "localhost";
/// RFC 1035 section 2.3.4.
const NAME_OCTETS_MAX: usize = 253;
const LABEL_OCTETS_MAX: usize = 63;

impl FromStr for OutsideName {
    type Err = NotAName;

    /// Reads a host name or an address; neither a port nor a scheme, and no
    /// address that means every address.
    fn from_str(text: &str) -> Result<Self, NotAName> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return if address.is_unspecified() { Err(NotAName) } else { Ok(Self::Address(address)) };
        }
        let name = text.to_ascii_lowercase();
        let labels: Vec<&str> = name.split('.').collect();
        // A last label of digits alone is read as an address by browsers (WHATWG URL, "ends in a number").
        let is_number = labels.last().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
        let is_name = name.len() <= NAME_OCTETS_MAX && labels.iter().all(|label| is_label(label)) && !is_number;
        if is_name { Ok(Self::Host(name)) } else { Err(NotAName) }
    }
}

/// Letters, digits and hyphens between them (RFC 1123 section 2.1).
fn is_label(label: &str) -> bool {
    let is_plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (1..=LABEL_OCTETS_MAX).contains(&label.len()) && is_plain && !label.starts_with('-') && !label.ends_with('-')
}

impl fmt::Display for NotAName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a host name or an address, without scheme and port")
    }
}

impl std::error::Error for NotAName {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_host_or_an_address_and_nothing_else() {
        for (text, expected) in [
            ("Bank.Example", Some(OutsideName::Host("bank.example".to_owned()))),
            ("sumun", Some(OutsideName::Host("sumun".to_owned()))),
            ("xn--2e0bu9hksj.example", Some(OutsideName::Host("xn--2e0bu9hksj.example".to_owned()))),
            ("192.0.2.7", Some(OutsideName::Address("192.0.2.7".parse().unwrap()))),
            ("2001:db8::7", Some(OutsideName::Address("2001:db8::7".parse().unwrap()))),
        ] {
            assert_eq!(text.parse::<OutsideName>().ok(), expected, "{text}");
        }
        let long = format!("{}.example", "a".repeat(64));
        let refused =
            ["", ".", "a.", ".a", "a..b", "-a", "a-", "a_b", "은행", "0.0.0.0", "::", "1.2.3", "a b", "a/b", "a:1"];
        for text in refused.into_iter().chain(["https://a", "[::1]", "*.a", "u@a", long.as_str()]) {
            assert_eq!(text.parse::<OutsideName>(), Err(NotAName), "{text}");
        }
    }

    #[test]
    fn every_address_at_once_needs_a_name_and_is_told_by_it() {
        let any = [IpAddr::from(Ipv4Addr::UNSPECIFIED), IpAddr::from(Ipv6Addr::UNSPECIFIED)];
        for listen in any {
            let error = Reach::new(listen, None).unwrap_err();
            assert!(error.exit_code() == 2 && error.to_string().contains("--name"), "{error}");
            let reach = Reach::new(listen, Some("bank.example".parse().unwrap())).unwrap();
            assert_eq!(reach.authority(SocketAddr::new(listen, 7401)), "bank.example:7401");
            assert_eq!(reach.host_names(), ["localhost", "bank.example"]);
            assert!(reach.addresses().iter().all(|address| address.is_loopback()), "{:?}", reach.addresses());
        }
        let named = Reach::new(any[0], Some("2001:db8::7".parse().unwrap())).unwrap();
        assert_eq!(named.authority(SocketAddr::new(any[0], 7401)), "[2001:db8::7]:7401");
        assert!(named.addresses().contains(&"2001:db8::7".parse().unwrap()));
        let own: IpAddr = "192.0.2.7".parse().unwrap();
        let reach = Reach::new(own, None).unwrap();
        assert_eq!(reach.authority(SocketAddr::new(own, 7401)), "192.0.2.7:7401");
        assert!(reach.addresses().contains(&own));
    }
}
