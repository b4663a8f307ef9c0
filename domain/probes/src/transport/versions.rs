//! Which versions of TLS the target accepts.

use crate::{Binding, Conclusion, Descriptor, Exchange, Fault, Judged, Kind, Probe, Target, TlsVersion};
use async_trait::async_trait;
use sumun_time::Timestamp;

/// Offers each version alone and reads what the server chooses.
pub struct Versions;

static DESCRIPTOR: Descriptor = Descriptor {
    id: "transport/versions",
    title_ko: "TLS 버전 제한",
    title_en: "TLS versions",
    kind: Kind::Requirement,
    bindings: &[
        Binding { framework: "openbanking-institution", row: "OBI-30" },
        Binding { framework: "openbanking-vulnerability", row: "OBW-03" },
        Binding { framework: "platform-requirements", row: "PR-039" },
    ],
    attempts_max: TlsVersion::ALL.len() as u32,
};

#[async_trait]
impl Probe for Versions {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    async fn observe(&self, target: &dyn Target) -> Vec<Exchange> {
        let mut observed = Vec::new();
        for version in TlsVersion::ALL {
            observed.push(Exchange::Offer { version, outcome: target.offer(version).await });
        }
        observed
    }

    /// Source 4, 5.4 (line 621, 631, 639): TLS 1.3 or higher.
    fn judge(&self, observed: &[Exchange], _now: Timestamp) -> Judged {
        let mut accepted = Vec::new();
        let mut unclear = Vec::new();
        for exchange in observed {
            let Exchange::Offer { version, outcome } = exchange else { continue };
            match outcome {
                Ok((chosen, _)) => accepted.push(*chosen),
                Err(Fault::RefusedByTls(_) | Fault::Closed) => {}
                Err(_) => unclear.push(version.name()),
            }
        }
        accepted.sort_unstable();
        accepted.dedup();
        let old: Vec<&str> =
            accepted.iter().filter(|&&version| version < TlsVersion::Tls13).map(|version| version.name()).collect();
        if !old.is_empty() {
            let list = old.join(", ");
            return Judged::new(
                Conclusion::Contradicted,
                format!("{list} 연결을 허용합니다."),
                format!("Connections with {list} are accepted."),
            );
        }
        if !unclear.is_empty() || !accepted.contains(&TlsVersion::Tls13) {
            return Judged::new(
                Conclusion::Undecided,
                "TLS 1.3 연결 또는 낮은 버전의 거절을 확인하지 못했습니다.",
                "A connection with TLS 1.3, or the refusal of an older version, could not be seen.",
            );
        }
        Judged::new(
            Conclusion::Confirmed,
            "TLS 1.3만 허용하고 SSL 3.0부터 TLS 1.2까지 모두 거절했습니다.",
            "Only TLS 1.3 is accepted; SSL 3.0 to TLS 1.2 were each refused.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OfferOutcome;

    fn judge(outcome_of: impl Fn(TlsVersion) -> OfferOutcome) -> Conclusion {
        let observed: Vec<Exchange> =
            TlsVersion::ALL.map(|version| Exchange::Offer { version, outcome: outcome_of(version) }).into();
        Versions.judge(&observed, Timestamp::default()).conclusion
    }

    fn alert() -> OfferOutcome {
        Err(Fault::RefusedByTls("protocol_version".to_owned()))
    }

    fn accept(version: TlsVersion) -> OfferOutcome {
        Ok((version, "cipher".to_owned()))
    }

    #[test]
    fn only_tls_1_3_is_confirmed() {
        assert_eq!(
            judge(|version| if version == TlsVersion::Tls13 { accept(version) } else { alert() }),
            Conclusion::Confirmed
        );
    }

    #[test]
    fn one_older_version_contradicts() {
        let tls12_too = |version| if version >= TlsVersion::Tls12 { accept(version) } else { alert() };
        assert_eq!(judge(tls12_too), Conclusion::Contradicted);
    }

    #[test]
    fn a_server_that_refuses_everything_is_undecided() {
        assert_eq!(judge(|_| alert()), Conclusion::Undecided);
    }

    #[test]
    fn a_timeout_on_an_old_version_is_not_a_refusal() {
        let slow = |version| match version {
            TlsVersion::Tls13 => accept(version),
            TlsVersion::Tls11 => Err(Fault::TimedOut),
            _ => alert(),
        };
        assert_eq!(judge(slow), Conclusion::Undecided);
    }
}
