//! One plain answer to whoever speaks HTTP where TLS is wanted.

use crate::fault::ProtocolFault;
use crate::names::Host;
use crate::reading::{Framing, Head, field, request_line};
use crate::{HeadFault, Names, problem_body};
use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Bytes of a head in the clear that are read at most; our choice.
const HEAD_BYTES_MAX: usize = 8 * 1024;
const PIECE_BYTES: usize = 1_024;

/// What a listener says to a request in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClearText {
    /// Pages for people: the same address under `https` (308, RFC 9110 section 15.4.9).
    LeadToTls,
    /// Certificates are asked for: no page to lead to, so 400.
    Refuse,
}

/// What is answered.
#[derive(Debug, PartialEq, Eq)]
enum Reply {
    Moved { location: String },
    Refused { status: StatusCode, name: &'static str, title: &'static str },
}

const TLS_WANTED: Reply = Reply::Refused {
    status: StatusCode::BAD_REQUEST,
    name: "tls_wanted",
    title: "This address is reached over TLS only.",
};

/// Status, name and title of what only this module says.
#[cfg(test)]
pub(crate) const TOLD: (u16, &str, &str) = match TLS_WANTED {
    Reply::Refused { status, name, title } => (status.as_u16(), name, title),
    Reply::Moved { .. } => (0, "", ""),
};

/// Whether the first byte of a connection begins an HTTP/1 request: a method
/// is letters, and no TLS record begins with one (RFC 8446 section 5.1).
pub(crate) fn is_clear_text(first: u8) -> bool {
    first.is_ascii_alphabetic()
}

/// Reads one head, bounded, and answers it. The caller bounds the time and closes.
pub(crate) async fn answer(stream: &mut TcpStream, names: &Names, clear: ClearText) -> std::io::Result<()> {
    let (mut head, mut piece) = (Vec::new(), [0; PIECE_BYTES]);
    let reply = loop {
        let count = stream.read(&mut piece).await?;
        if count == 0 {
            return Ok(());
        }
        head.extend_from_slice(&piece[..count]);
        if let Some(reply) = reply(&head, names, clear) {
            break reply;
        }
    };
    stream.write_all(&reply.bytes()).await
}

/// What to answer, once the head is whole or known to be at fault.
fn reply(bytes: &[u8], names: &Names, clear: ClearText) -> Option<Reply> {
    let (mut head, mut rest) = (Head::default(), bytes);
    let (mut target, mut hosts) = (None, Vec::new());
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let Some(line) = rest[..end].strip_suffix(b"\r") else { return Some(broken(ProtocolFault::MalformedRequest)) };
        rest = &rest[end + 1..];
        match (head.is_begun(), head.take(line)) {
            (_, Err(fault)) => return Some(broken(fault)),
            (_, Ok(Some(framing))) => return Some(decide(target, &hosts, framing, names, clear)),
            (false, Ok(None)) => target = request_line(line).ok().map(|line| line.target),
            (true, Ok(None)) => hosts.extend(field(line).ok().filter(|(name, _)| name.eq_ignore_ascii_case(b"host"))),
        }
    }
    (bytes.len() >= HEAD_BYTES_MAX).then(|| broken(ProtocolFault::HeadersTooLarge))
}

/// Leads only to a name of ours, so that nobody is sent elsewhere through us,
/// and never a body, which was in the clear already.
fn decide(target: Option<&[u8]>, hosts: &[(&[u8], &[u8])], framing: Framing, names: &Names, clear: ClearText) -> Reply {
    if clear == ClearText::Refuse || framing != Framing::Length(0) {
        return TLS_WANTED;
    }
    let host = match hosts {
        [(_, host)] => Host::parse(host),
        _ => None,
    };
    let path = target.and_then(|target| std::str::from_utf8(target).ok()).filter(|target| target.starts_with('/'));
    match (host, path) {
        (Some(host), Some(path)) if names.have(&host) => {
            Reply::Moved { location: format!("https://{}{path}", host.text) }
        }
        (Some(_), Some(_)) => head_fault(HeadFault::HostForeign),
        (Some(_), None) => TLS_WANTED,
        (None, _) => head_fault(HeadFault::HostUnclear),
    }
}

fn head_fault(fault: HeadFault) -> Reply {
    Reply::Refused { status: fault.status(), name: fault.name(), title: fault.title() }
}

fn broken(fault: ProtocolFault) -> Reply {
    let status = fault.status().and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::BAD_REQUEST);
    Reply::Refused { status, name: fault.name(), title: fault.title() }
}

impl Reply {
    fn bytes(&self) -> Vec<u8> {
        let (status, fields, body) = match self {
            Self::Moved { location } => {
                (StatusCode::PERMANENT_REDIRECT, format!("location: {location}\r\n"), bytes::Bytes::new())
            }
            Self::Refused { status, name, title } => {
                let fields = "content-type: application/problem+json\r\n".to_owned();
                (*status, fields, problem_body(*status, name, title))
            }
        };
        let head = format!(
            "HTTP/1.1 {} {}\r\n{fields}content-length: {}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n",
            status.as_u16(),
            status.canonical_reason().unwrap_or_default(),
            body.len()
        );
        [head.as_bytes(), &body].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The status of the answer, or where it leads.
    fn told(head: &str, clear: ClearText) -> String {
        let names = Names::loopback();
        for cut in 0..head.len() {
            if let Some(early) = reply(&head.as_bytes()[..cut], &names, clear) {
                assert!(matches!(early, Reply::Refused { .. }), "led away in the middle of {head}");
            }
        }
        match reply(head.as_bytes(), &names, clear) {
            Some(Reply::Moved { location }) => location,
            Some(Reply::Refused { status, name, .. }) => format!("{} {name}", status.as_u16()),
            None => "more is wanted".to_owned(),
        }
    }

    #[test]
    fn rfc9110_15_4_9_clear_text_leads_to_the_same_address_under_tls_and_nowhere_else() {
        for (head, expected) in [
            ("GET / HTTP/1.1\r\nHost: localhost:7400\r\n\r\n", "https://localhost:7400/"),
            ("HEAD /a?b=c HTTP/1.1\r\nX: y\r\nhost: 127.0.0.1\r\n\r\n", "https://127.0.0.1/a?b=c"),
            ("GET /a HTTP/1.0\r\nhost: [::1]:1\r\n\r\n", "https://[::1]:1/a"),
            ("GET //evil.example HTTP/1.1\r\nhost: localhost\r\n\r\n", "https://localhost//evil.example"),
            ("GET / HTTP/1.1\r\nhost: evil.example\r\n\r\n", "421 host_foreign"),
            ("GET / HTTP/1.1\r\nhost: localhost@evil.example\r\n\r\n", "400 host_unclear"),
            ("GET / HTTP/1.1\r\nhost: localhost/evil\r\n\r\n", "400 host_unclear"),
            ("GET / HTTP/1.1\r\n\r\n", "400 host_unclear"),
            ("GET / HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n\r\n", "400 host_unclear"),
            ("GET http://localhost/ HTTP/1.1\r\nhost: localhost\r\n\r\n", "400 tls_wanted"),
            ("OPTIONS * HTTP/1.1\r\nhost: localhost\r\n\r\n", "400 tls_wanted"),
            ("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\n\r\na=b", "400 tls_wanted"),
            ("POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n", "400 tls_wanted"),
            ("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n", "https://localhost/"),
            ("GET / HTTP/1.1\nhost: localhost\n\n", "400 malformed_request"),
            ("GET /\r\n\r\n", "400 malformed_request"),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400 malformed_request"),
            ("GET / HTTP/1.1\r\nhost: localhost\r\n", "more is wanted"),
        ] {
            assert_eq!(told(head, ClearText::LeadToTls), expected, "{head}");
        }
        let endless = format!("GET /{}", "x".repeat(HEAD_BYTES_MAX));
        assert_eq!(told(&endless, ClearText::LeadToTls), "431 headers_too_large");
    }

    #[test]
    fn where_certificates_are_asked_for_clear_text_leads_nowhere() {
        let head = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
        assert_eq!(told(head, ClearText::Refuse), "400 tls_wanted");
    }

    #[test]
    fn rfc8446_5_1_no_tls_record_begins_with_a_letter() {
        assert!((20..=24).all(|kind| !is_clear_text(kind)));
        assert!(b"GPHODCTgpz".iter().all(|letter| is_clear_text(*letter)));
    }
}
