//! What every listener asks of a request head before anybody acts on it.

use crate::names::Host;
use crate::{Limits, Names};
use http::header::HOST;
use http::request::Parts;
use http::uri::Scheme;
use http::{HeaderValue, StatusCode, Version};

/// Why a request whose framing is clear is not one for this service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadFault {
    /// There is no host, more than one, two that differ or one that is not
    /// written as a host (RFC 9112 section 3.2, RFC 9113 section 8.3.1).
    HostUnclear,
    /// A field's value begins or ends in a blank. HTTP/1.1 readers take such
    /// blanks away, so an HTTP/2 message with them is malformed (RFC 9113 section 8.2.1).
    FramingUnclear,
    /// The host is not a name of this service (RFC 9110 section 7.4).
    HostForeign,
    /// The head has too many or too long headers (RFC 6585 section 5).
    HeadersTooLarge,
}

impl HeadFault {
    /// Every one, for tables.
    pub const ALL: [Self; 4] = [Self::HostUnclear, Self::FramingUnclear, Self::HostForeign, Self::HeadersTooLarge];

    /// The stable short name: the `code` of the problem details.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HostUnclear => "host_unclear",
            Self::FramingUnclear => "framing_unclear",
            Self::HostForeign => "host_foreign",
            Self::HeadersTooLarge => "headers_too_large",
        }
    }

    /// The status of the answer.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::HostUnclear | Self::FramingUnclear => StatusCode::BAD_REQUEST,
            Self::HostForeign => StatusCode::MISDIRECTED_REQUEST,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        }
    }

    /// The title of the problem details.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::HostUnclear => "The request's host is not clear.",
            Self::FramingUnclear => "Where the request's body ends is not clear.",
            Self::HostForeign => "The request's host is not a name of this service.",
            Self::HeadersTooLarge => "The request has too many or too long headers.",
        }
    }

    /// Looks at a head; `names` are those of the listener.
    pub(crate) fn find(head: &Parts, names: &Names, limits: &Limits) -> Result<(), Self> {
        if !head.headers.values().all(is_trimmed) {
            return Err(Self::FramingUnclear);
        }
        let host = one_host(head).ok_or(Self::HostUnclear)?;
        if !names.have(&host) {
            return Err(Self::HostForeign);
        }
        if limits.head_fits(head) { Ok(()) } else { Err(Self::HeadersTooLarge) }
    }
}

fn is_trimmed(value: &HeaderValue) -> bool {
    let is_blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    !is_blank(value.as_bytes().first()) && !is_blank(value.as_bytes().last())
}

/// Exactly one host, in the header, in the target or alike in both, of this
/// service's scheme and without a user (RFC 9110 section 4.2.4). That HTTP/1.0
/// must name one too is our choice.
fn one_host(head: &Parts) -> Option<Host<'_>> {
    let mut hosts = head.headers.get_all(HOST).iter().map(HeaderValue::as_bytes);
    let (header, second) = (hosts.next(), hosts.next());
    let target = head.uri.authority().map(|authority| authority.as_str().as_bytes());
    let text = match (header, target) {
        (Some(header), Some(target)) => header.eq_ignore_ascii_case(target).then_some(header)?,
        (Some(header), None) => header,
        // Only HTTP/2 may do without the header.
        (None, Some(target)) => (head.version == Version::HTTP_2).then_some(target)?,
        (None, None) => return None,
    };
    let ours = head.uri.scheme().is_none_or(|scheme| *scheme == Scheme::HTTPS);
    if ours && second.is_none() { Host::parse(text) } else { None }
}
