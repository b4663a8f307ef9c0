//! The certificate chain of the target, and how long it is still valid.

use crate::{Binding, Conclusion, Descriptor, Exchange, Judged, Kind, Probe, Target};
use async_trait::async_trait;
use sumun_time::{Span, Timestamp};

/// Reads the chain that the server shows.
pub struct CertificateChain;

/// Renewal is due this long before the end. Our choice, after the cross-sector
/// MyData rule of 30 days before expiry.
pub const RENEWAL_LEAD: Span = Span::from_days(30);

static DESCRIPTOR: Descriptor = Descriptor {
    id: "transport/chain",
    title_ko: "서버 인증서의 신뢰와 유효기간",
    title_en: "Server certificate",
    kind: Kind::Requirement,
    bindings: &[
        Binding { framework: "openbanking-institution", row: "OBI-30" },
        Binding { framework: "platform-requirements", row: "PR-042" },
    ],
    attempts_max: 1,
};

#[async_trait]
impl Probe for CertificateChain {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    async fn observe(&self, target: &dyn Target) -> Vec<Exchange> {
        vec![Exchange::Chain { outcome: target.chain().await }]
    }

    /// Source 4, 5.4 (line 629): a trusted authority, expiry watched.
    fn judge(&self, observed: &[Exchange], now: Timestamp) -> Judged {
        let [Exchange::Chain { outcome: Ok(chain) }] = observed else {
            return undecided();
        };
        let Some(leaf) = chain.certificates.first() else { return undecided() };
        if !chain.trusted {
            let problem = chain.problem.as_deref().unwrap_or("?");
            return Judged::new(
                Conclusion::Contradicted,
                format!("인증서 경로를 믿을 수 없습니다: {problem}"),
                format!("The certificate chain is not trusted: {problem}"),
            );
        }
        if now < leaf.not_before || now > leaf.not_after {
            return Judged::new(
                Conclusion::Contradicted,
                "인증서의 유효기간이 지났거나 아직 시작되지 않았습니다.",
                "The certificate is outside its validity period.",
            );
        }
        let days = leaf.not_after.since(now).seconds() / 86_400;
        if leaf.not_after < now.plus(RENEWAL_LEAD) {
            return Judged::new(
                Conclusion::Contradicted,
                format!("인증서가 {days}일 뒤 만료됩니다. 30일 전에 갱신해야 합니다."),
                format!("The certificate expires in {days} days; renewal is due 30 days before."),
            );
        }
        Judged::new(
            Conclusion::Confirmed,
            format!("신뢰하는 인증기관이 발급했고 유효기간이 {days}일 남았습니다."),
            format!("Issued by a trusted authority, {days} days left."),
        )
    }
}

fn undecided() -> Judged {
    Judged::new(Conclusion::Undecided, "인증서를 받지 못했습니다.", "No certificate was received.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Certificate, Chain};

    fn judge_at(day: i64, trusted: bool) -> Conclusion {
        let day_start = |day: i64| Timestamp::default().plus(Span::from_days(day));
        let leaf = Certificate {
            subject: "CN=a".to_owned(),
            issuer: "CN=b".to_owned(),
            not_before: day_start(10),
            not_after: day_start(100),
            names: vec![],
            sha256: String::new(),
        };
        let chain = Chain { certificates: vec![leaf], trusted, problem: None };
        CertificateChain.judge(&[Exchange::Chain { outcome: Ok(chain) }], day_start(day)).conclusion
    }

    #[test]
    fn validity_is_judged_at_its_edges() {
        assert_eq!(judge_at(9, true), Conclusion::Contradicted);
        assert_eq!(judge_at(10, true), Conclusion::Confirmed);
        assert_eq!(judge_at(70, true), Conclusion::Confirmed);
        assert_eq!(judge_at(71, true), Conclusion::Contradicted);
        assert_eq!(judge_at(101, true), Conclusion::Contradicted);
        assert_eq!(judge_at(50, false), Conclusion::Contradicted);
    }
}
