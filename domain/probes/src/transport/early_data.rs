//! Whether the target accepts early data, which can be replayed.

use crate::{Binding, Conclusion, Descriptor, Exchange, Judged, Kind, Probe, Target};
use async_trait::async_trait;
use sumun_time::Timestamp;

/// Resumes a session and looks whether early data is on offer.
pub struct EarlyData;

static DESCRIPTOR: Descriptor = Descriptor {
    id: "transport/early-data",
    title_ko: "0-RTT(조기 데이터) 차단",
    title_en: "Early data (0-RTT)",
    kind: Kind::Requirement,
    bindings: &[
        Binding { framework: "openbanking-institution", row: "OBI-30" },
        Binding { framework: "platform-requirements", row: "PR-041" },
    ],
    attempts_max: 1,
};

#[async_trait]
impl Probe for EarlyData {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    async fn observe(&self, target: &dyn Target) -> Vec<Exchange> {
        vec![Exchange::EarlyData { outcome: target.early_data().await }]
    }

    /// Source 4, 5.4 (line 635): 0-RTT is off (RFC 8446 section 8 says why).
    fn judge(&self, observed: &[Exchange], _now: Timestamp) -> Judged {
        match observed {
            [Exchange::EarlyData { outcome: Ok(false) }] => Judged::new(
                Conclusion::Confirmed,
                "다시 연결해도 조기 데이터를 받지 않습니다.",
                "Early data is not on offer when a client comes back.",
            ),
            [Exchange::EarlyData { outcome: Ok(true) }] => Judged::new(
                Conclusion::Contradicted,
                "조기 데이터를 받습니다. 같은 요청이 재전송될 수 있습니다.",
                "Early data is accepted; a request can be replayed.",
            ),
            _ => Judged::new(
                Conclusion::Undecided,
                "세션을 맺지 못해 확인하지 못했습니다.",
                "No session could be made, so nothing was seen.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn early_data_on_offer_contradicts() {
        let judge =
            |on: bool| EarlyData.judge(&[Exchange::EarlyData { outcome: Ok(on) }], Timestamp::default()).conclusion;
        assert_eq!(judge(true), Conclusion::Contradicted);
        assert_eq!(judge(false), Conclusion::Confirmed);
    }
}
