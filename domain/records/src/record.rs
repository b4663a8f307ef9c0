//! One access record and its one byte form.

use crate::OverLimitCount;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use sumun_ids::{AppId, ConsentId, InstitutionId, RequestId};
use sumun_time::Timestamp;

/// On which occasion a record was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// A request whose head could be read, answered or refused.
    Call,
    /// A connection whose peer broke HTTP outside of any call: a head that is
    /// none or does not come, HTTP/2 that is not. One record for a connection.
    Malformed,
    /// A TLS handshake that did not come about: no certificate, a foreign one, an old protocol.
    Handshake,
}

/// What a record keeps of a refusal (PR-059: address, authentication failures, bad requests).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// The stable short name of the problem, as the caller saw it.
    pub code: Cow<'static, str>,
    /// Authentication failures from this address so far, this one included.
    pub authentication_failures: u32,
    /// Bad requests from this address so far, this one included.
    pub bad_requests: u32,
}

/// What is kept of one call. Its byte form is one line of JSON with the fields
/// in this order; what is unknown is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessRecord {
    /// When the call came, UTC.
    pub at: Timestamp,
    /// What happened.
    pub occasion: Occasion,
    /// The call's id, which the caller saw too.
    pub request: RequestId,
    /// The address that it came from: a server of the institution, not a customer.
    pub peer: SocketAddr,
    /// Whose certificate the connection showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub institution: Option<InstitutionId>,
    /// The app that the access token names, once the token was believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<AppId>,
    /// The consent that the access token stands on, once the token was believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentId>,
    /// `METHOD /template` of the contract; never the path itself. Absent when no route fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Arc<str>>,
    /// The HTTP status of the answer; absent when there was no HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why it was refused, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Refused>,
    /// From the request head to the head of the answer.
    pub duration_micros: u64,
    /// Bytes of the request body.
    pub bytes_received: u64,
    /// Bytes of the answer's body.
    pub bytes_sent: u64,
}

/// Why bytes are not an access record in its one form.
#[derive(Debug)]
pub enum ParseRecordError {
    /// They are not the JSON of a record.
    Json(serde_json::Error),
    /// They say the same in another form: other order, spaces, spelled-out absences.
    NotCanonical,
}

impl fmt::Display for ParseRecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json(_) => "the line is not an access record",
            Self::NotCanonical => "the access record is not in its canonical form",
        })
    }
}

impl std::error::Error for ParseRecordError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Json(source) => Some(source),
            Self::NotCanonical => None,
        }
    }
}

impl AccessRecord {
    /// The one byte form: a line of JSON without its line feed.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        // Writing these plain fields to memory cannot fail; an empty line would not parse again.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads a line in its one byte form.
    ///
    /// # Errors
    /// [`ParseRecordError`] also for another form of the same record, so that
    /// equal records always have equal bytes.
    pub fn parse(line: &[u8]) -> Result<Self, ParseRecordError> {
        let record: Self = serde_json::from_slice(line).map_err(ParseRecordError::Json)?;
        if record.canonical_bytes() == line { Ok(record) } else { Err(ParseRecordError::NotCanonical) }
    }
}

/// One line of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// The record of one call, connection or handshake.
    Access(AccessRecord),
    /// How many calls over the limit were refused in one second.
    OverLimit(OverLimitCount),
}

impl Record {
    /// The one byte form: a line of JSON without its line feed.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        match self {
            Self::Access(record) => record.canonical_bytes(),
            Self::OverLimit(count) => count.canonical_bytes(),
        }
    }

    /// Reads a line in its one byte form. The two kinds differ in their first field.
    ///
    /// # Errors
    /// [`ParseRecordError`].
    pub fn parse(line: &[u8]) -> Result<Self, ParseRecordError> {
        if line.starts_with(br#"{"second":"#) {
            return OverLimitCount::parse(line).map(Self::OverLimit);
        }
        AccessRecord::parse(line).map(Self::Access)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record() -> AccessRecord {
        AccessRecord {
            at: "2026-11-21T05:00:00.25Z".parse().unwrap(),
            occasion: Occasion::Call,
            request: RequestId::from_random([1; 16]),
            peer: "127.0.0.1:50000".parse().unwrap(),
            institution: Some(InstitutionId::from_random([2; 16])),
            app: Some(AppId::from_random([3; 16])),
            consent: Some(ConsentId::from_random([4; 16])),
            route: Some("GET /v1/accounts/{account_id}/balance".into()),
            status: Some(403),
            refused: Some(Refused { code: "scope_missing".into(), authentication_failures: 0, bad_requests: 3 }),
            duration_micros: 87,
            bytes_received: 0,
            bytes_sent: 241,
        }
    }

    #[test]
    fn pr_059_a_refusal_is_kept_with_address_authentication_failures_and_bad_requests() {
        let line = String::from_utf8(record().canonical_bytes()).unwrap();
        assert!(line.contains(r#""peer":"127.0.0.1:50000""#), "{line}");
        assert!(line.contains(r#""authentication_failures":0,"bad_requests":3"#), "{line}");
    }

    #[test]
    fn what_is_unknown_is_left_out_and_reads_back() {
        let record = AccessRecord {
            occasion: Occasion::Handshake,
            institution: None,
            app: None,
            consent: None,
            route: None,
            status: None,
            ..record()
        };
        let line = String::from_utf8(record.canonical_bytes()).unwrap();
        assert!(!line.contains("null") && !line.contains("route"), "{line}");
        assert_eq!(AccessRecord::parse(line.as_bytes()).unwrap(), record);
    }

    #[test]
    fn a_line_of_either_kind_reads_back_as_what_it_is() {
        let count = OverLimitCount {
            second: Timestamp::from_seconds(1),
            occasion: crate::CountedOccasion::OverLimit,
            institution: record().institution,
            peer: record().peer,
            count: 211_150,
        };
        for line in [Record::Access(record()), Record::OverLimit(count)] {
            assert_eq!(Record::parse(&line.canonical_bytes()).unwrap(), line);
        }
        assert!(Record::parse(b"{}").is_err());
    }

    #[test]
    fn another_form_of_the_same_record_is_refused() {
        let line = String::from_utf8(record().canonical_bytes()).unwrap();
        for other in [
            line.replace(",", ", "),
            line.replace(r#""bytes_sent":241"#, r#""bytes_sent":241.0"#),
            line.replace(r#","status":403"#, r#","status":403,"status":403"#),
            line.replace("05:00:00.25Z", "05:00:00.250Z"),
            format!("{line}\n"),
        ] {
            assert!(AccessRecord::parse(other.as_bytes()).is_err(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn every_record_is_one_line_that_reads_back(
            micros in -1_000_000_000_000_000i64..4_000_000_000_000_000,
            id: [u8; 16],
            route in proptest::option::of(".{0,60}"),
            code in "[a-z_]{1,30}",
            status: Option<u16>,
            counts: (u64, u64, u64),
            peer: (std::net::IpAddr, u16),
        ) {
            let record = AccessRecord {
                at: Timestamp::from_micros(micros),
                request: RequestId::from_random(id),
                route: route.map(Arc::from),
                status,
                refused: Some(Refused { code: code.into(), authentication_failures: 1, bad_requests: u32::MAX }),
                duration_micros: counts.0,
                bytes_received: counts.1,
                bytes_sent: counts.2,
                peer: peer.into(),
                ..record()
            };
            let line = record.canonical_bytes();
            prop_assert!(!line.contains(&b'\n'));
            prop_assert_eq!(AccessRecord::parse(&line).unwrap(), record);
        }
    }
}
