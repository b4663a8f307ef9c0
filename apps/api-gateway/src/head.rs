//! Can the head be read in one way only?

use http::header::{HOST, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::Scheme;
use http::{HeaderValue, Version};
use sumun_traffic::Refusal;
use sumun_transport::Limits;

/// Looks at the parts of a head that decide how the rest of it is read. Two
/// readings of one head are the start of request smuggling.
pub(crate) fn check(head: &Parts, limits: &Limits) -> Result<(), Refusal> {
    one_host(head)?;
    one_framing(head)?;
    if limits.head_fits(head) { Ok(()) } else { Err(Refusal::HeadersTooLarge) }
}

/// Exactly one host, in the header, in the target or alike in both (RFC 9112
/// section 3.2, RFC 9113 section 8.3.1), of this service and without a user in
/// it (RFC 9110 section 4.2.4).
fn one_host(head: &Parts) -> Result<(), Refusal> {
    let mut hosts = head.headers.get_all(HOST).iter().map(HeaderValue::as_bytes);
    let (header, second) = (hosts.next(), hosts.next());
    let target = head.uri.authority().map(|authority| authority.as_str().as_bytes());
    let one = match (header, target) {
        (Some(header), Some(target)) => header.eq_ignore_ascii_case(target),
        (Some(host), None) => !host.is_empty(),
        // Only HTTP/2 may do without the header.
        (None, Some(_)) => head.version == Version::HTTP_2,
        (None, None) => false,
    };
    let ours = head.uri.scheme().is_none_or(|scheme| *scheme == Scheme::HTTPS);
    let nobody = target.is_none_or(|target| !target.contains(&b'@'));
    if one && second.is_none() && ours && nobody { Ok(()) } else { Err(Refusal::HostUnclear) }
}

/// A body is chunked once or has a length. Other codings are not understood
/// here, and a second `chunked` means what no sender may mean (RFC 9112
/// section 6.1). Of both a length and a coding, hyper takes the coding and
/// closes the connection after the answer, as that section asks.
fn one_framing(head: &Parts) -> Result<(), Refusal> {
    let mut codings = head.headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => Ok(()),
        (Some(only), None) if only.as_bytes().eq_ignore_ascii_case(b"chunked") => Ok(()),
        (Some(_), _) => Err(Refusal::FramingUnclear),
    }
}
