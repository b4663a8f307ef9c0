//! A ClientHello for one version of TLS, and the first words of the answer.
//!
//! No library offers SSL 3.0 or TLS 1.0 any more, and none should. To learn
//! whether a server accepts a version no cryptography is needed: the server
//! says the version that it chose in clear (RFC 8446 section 4.1.3, RFC 5246
//! section 7.4.1.3), and then we hang up.

use sumun_probes::{Fault, TlsVersion};

/// The longest first record that is read.
pub const ANSWER_BYTES_MAX: usize = 16 * 1024 + 5;

const HANDSHAKE: u8 = 22;
const ALERT: u8 = 21;
const SERVER_HELLO: u8 = 2;

/// Suites of SSL 3.0 to TLS 1.2: the widely deployed ones, old and new, so that
/// a server of any age finds one it likes.
const SUITES_OLD: &[u16] = &[
    0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014, 0x009e, 0x009c, 0x009d, 0x0033,
    0x0039, 0x002f, 0x0035, 0x000a, 0x0005,
];
const SUITES_13: &[u16] = &[0x1301, 0x1302, 0x1303];

/// The code of a version on the wire.
fn code(version: TlsVersion) -> u16 {
    match version {
        TlsVersion::Ssl3 => 0x0300,
        TlsVersion::Tls10 => 0x0301,
        TlsVersion::Tls11 => 0x0302,
        TlsVersion::Tls12 => 0x0303,
        TlsVersion::Tls13 => 0x0304,
    }
}

/// The bytes of a ClientHello that offers `version` alone. `random` fills the
/// hello's random, its session id and its key share.
pub fn client_hello(version: TlsVersion, server_name: Option<&str>, random: &[u8; 96]) -> Vec<u8> {
    let legacy = code(version).min(0x0303);
    let mut body = legacy.to_be_bytes().to_vec();
    body.extend_from_slice(&random[..32]);
    if version == TlsVersion::Tls13 {
        // Middleboxes want to see a session id (RFC 8446 appendix D.4).
        with_length_u8(&mut body, &random[32..64]);
    } else {
        body.push(0);
    }
    let suites = if version == TlsVersion::Tls13 { SUITES_13 } else { SUITES_OLD };
    with_length_u16(&mut body, &suites.iter().flat_map(|suite| suite.to_be_bytes()).collect::<Vec<u8>>());
    with_length_u8(&mut body, &[0]);
    if version != TlsVersion::Ssl3 {
        with_length_u16(&mut body, &extensions(version, server_name, &random[64..]));
    }
    let mut message = vec![1];
    message.extend_from_slice(&(body.len() as u32).to_be_bytes()[1..]);
    message.extend_from_slice(&body);
    let mut record = vec![HANDSHAKE];
    record.extend_from_slice(&legacy.min(0x0301).to_be_bytes());
    with_length_u16(&mut record, &message);
    record
}

fn extensions(version: TlsVersion, server_name: Option<&str>, key_share: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    if let Some(name) = server_name {
        let mut entry = vec![0];
        with_length_u16(&mut entry, name.as_bytes());
        let mut list = Vec::new();
        with_length_u16(&mut list, &entry);
        extension(&mut all, 0, &list);
    }
    // supported_groups: x25519, secp256r1, secp384r1; ec_point_formats: uncompressed.
    extension(&mut all, 10, &[0, 6, 0x00, 0x1d, 0x00, 0x17, 0x00, 0x18]);
    extension(&mut all, 11, &[1, 0]);
    if version >= TlsVersion::Tls12 {
        let schemes: [u16; 9] = [0x0403, 0x0503, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0201];
        let mut list = Vec::new();
        with_length_u16(&mut list, &schemes.iter().flat_map(|scheme| scheme.to_be_bytes()).collect::<Vec<u8>>());
        extension(&mut all, 13, &list);
    }
    if version == TlsVersion::Tls13 {
        extension(&mut all, 43, &[2, 0x03, 0x04]);
        let mut share = vec![0x00, 0x1d];
        with_length_u16(&mut share, key_share);
        let mut list = Vec::new();
        with_length_u16(&mut list, &share);
        extension(&mut all, 51, &list);
    }
    all
}

fn extension(all: &mut Vec<u8>, kind: u16, content: &[u8]) {
    all.extend_from_slice(&kind.to_be_bytes());
    with_length_u16(all, content);
}

fn with_length_u8(bytes: &mut Vec<u8>, content: &[u8]) {
    bytes.push(content.len() as u8);
    bytes.extend_from_slice(content);
}

fn with_length_u16(bytes: &mut Vec<u8>, content: &[u8]) {
    bytes.extend_from_slice(&(content.len() as u16).to_be_bytes());
    bytes.extend_from_slice(content);
}

/// How many bytes the first record has in all, once its head is there.
pub fn record_length(bytes: &[u8]) -> Option<usize> {
    let length = bytes.get(3..5)?;
    Some(5 + usize::from(u16::from_be_bytes([length[0], length[1]])))
}

/// Reads the first record of the answer: the chosen version and suite, or why not.
pub fn read_answer(bytes: &[u8]) -> Result<(TlsVersion, String), Fault> {
    if bytes.is_empty() {
        return Err(Fault::Closed);
    }
    let mut reader = Reader { rest: bytes };
    let not_tls = || Fault::NotReached("the answer is not TLS".to_owned());
    let (kind, _version, _length) =
        (reader.u8().ok_or_else(not_tls)?, reader.u16().ok_or_else(not_tls)?, reader.u16().ok_or_else(not_tls)?);
    match kind {
        ALERT => {
            let (_level, code) = (reader.u8().ok_or_else(not_tls)?, reader.u8().ok_or_else(not_tls)?);
            Err(Fault::RefusedByTls(alert_name(code)))
        }
        HANDSHAKE => server_hello(&mut reader).ok_or_else(not_tls),
        _ => Err(not_tls()),
    }
}

fn server_hello(reader: &mut Reader<'_>) -> Option<(TlsVersion, String)> {
    if reader.u8()? != SERVER_HELLO {
        return None;
    }
    reader.take(3)?;
    let mut chosen = reader.u16()?;
    reader.take(32)?;
    let session_id = reader.u8()?;
    reader.take(usize::from(session_id))?;
    let suite = reader.u16()?;
    reader.take(1)?;
    // Without extensions the version is the one in the head.
    let length = reader.u16().unwrap_or(0);
    let mut extensions = Reader { rest: reader.take(usize::from(length)).unwrap_or_default() };
    while let (Some(kind), Some(length)) = (extensions.u16(), extensions.u16()) {
        let content = extensions.take(usize::from(length))?;
        if let (43, [high, low]) = (kind, content) {
            chosen = u16::from_be_bytes([*high, *low]);
        }
    }
    let version = TlsVersion::ALL.into_iter().find(|version| code(*version) == chosen)?;
    Some((version, format!("0x{suite:04x}")))
}

/// The name of an alert (RFC 8446 section 6, RFC 5246 section 7.2).
fn alert_name(code: u8) -> String {
    let name = match code {
        0 => "close_notify",
        10 => "unexpected_message",
        20 => "bad_record_mac",
        40 => "handshake_failure",
        42 => "bad_certificate",
        43 => "unsupported_certificate",
        44 => "certificate_revoked",
        45 => "certificate_expired",
        46 => "certificate_unknown",
        47 => "illegal_parameter",
        48 => "unknown_ca",
        49 => "access_denied",
        50 => "decode_error",
        51 => "decrypt_error",
        70 => "protocol_version",
        71 => "insufficient_security",
        80 => "internal_error",
        86 => "inappropriate_fallback",
        109 => "missing_extension",
        110 => "unsupported_extension",
        112 => "unrecognized_name",
        116 => "certificate_required",
        120 => "no_application_protocol",
        _ => return format!("alert {code}"),
    };
    name.to_owned()
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rfc8446_5_1_the_record_length_is_right_for_each_version() {
        for version in TlsVersion::ALL {
            let hello = client_hello(version, Some("bank.example"), &[7; 96]);
            assert_eq!(record_length(&hello), Some(hello.len()), "{}", version.name());
        }
    }

    #[test]
    fn an_alert_and_a_closed_connection_are_told_apart() {
        assert_eq!(read_answer(&[21, 3, 3, 0, 2, 2, 70]), Err(Fault::RefusedByTls("protocol_version".to_owned())));
        assert_eq!(read_answer(&[]), Err(Fault::Closed));
        assert!(matches!(read_answer(b"HTTP/1.1 400 Bad Request"), Err(Fault::NotReached(_))));
    }

    proptest! {
        #[test]
        fn hostile_answers_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 20u8..24) {
            let mut answer = bytes;
            if let Some(first) = answer.first_mut() {
                *first = kind;
            }
            let _any = read_answer(&answer);
        }
    }
}
