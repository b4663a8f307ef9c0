//! Who gets an answer from the application: mutual TLS, judged by what the
//! application says.
//!
//! With TLS 1.3 a server may finish the handshake and refuse the certificate
//! only afterwards, by an alert or by an HTTP error of its front. So each
//! caller makes a real call, and a control call with the right certificate
//! shows that the application answers at all.

use crate::{
    Binding, Call, CallOutcome, Conclusion, Descriptor, Exchange, Fault, Judged, Kind, Probe, Role, Target, Token,
};
use async_trait::async_trait;
use sumun_time::Timestamp;

/// Calls without a certificate, with three wrong ones and with the right one.
pub struct ClientCertificate;

static DESCRIPTOR: Descriptor = Descriptor {
    id: "transport/client-certificate",
    title_ko: "클라이언트 인증서 검증",
    title_en: "Client certificates",
    kind: Kind::Requirement,
    bindings: &[
        Binding { framework: "openbanking-institution", row: "OBI-30" },
        Binding { framework: "platform-requirements", row: "PR-040" },
    ],
    attempts_max: 5,
};

const CONTROL: &str = "registered certificate";
const WRONG: [(&str, Role); 3] = [
    ("no certificate", Role::Anonymous),
    ("certificate of another authority", Role::WrongAuthority),
    ("expired certificate", Role::Expired),
];
const CONTROL_AFTER: &str = "registered certificate, again";

/// What an outcome says about who answered.
#[derive(PartialEq, Eq)]
enum Seen {
    /// The application answered.
    Answered,
    /// The transport or its front refused.
    Refused,
    /// Neither can be told.
    Unclear,
}

#[async_trait]
impl Probe for ClientCertificate {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    async fn observe(&self, target: &dyn Target) -> Vec<Exchange> {
        let control = [(CONTROL, Role::Registered)];
        let after = [(CONTROL_AFTER, Role::Registered)];
        let mut observed = Vec::new();
        for (label, role) in control.into_iter().chain(WRONG).chain(after) {
            let call = Call::of_resource(label, role, Token::Own);
            let outcome = target.call(&call).await;
            observed.push(Exchange::Call { call, outcome });
        }
        observed
    }

    /// Source 4, 5.4 (line 630): mutual TLS between institutions.
    fn judge(&self, observed: &[Exchange], _now: Timestamp) -> Judged {
        let mut unclear = Vec::new();
        for (label, _) in WRONG {
            match Exchange::outcome_of(observed, label).map(seen) {
                Some(Seen::Answered) => {
                    return Judged::new(
                        Conclusion::Contradicted,
                        format!("등록된 인증서가 아닌데도 애플리케이션이 응답했습니다 ({label})."),
                        format!("The application answered a caller without the registered certificate ({label})."),
                    );
                }
                Some(Seen::Refused) => {}
                Some(Seen::Unclear) | None => unclear.push(label),
            }
        }
        let answers = |label| Exchange::outcome_of(observed, label).map(seen) == Some(Seen::Answered);
        if !answers(CONTROL) || !answers(CONTROL_AFTER) {
            return Judged::new(
                Conclusion::Undecided,
                "등록된 인증서로도 정상 응답을 받지 못해 거절의 의미를 판단할 수 없습니다.",
                "The registered certificate got no good answer either, so the refusals mean nothing.",
            );
        }
        if !unclear.is_empty() {
            let list = unclear.join(", ");
            return Judged::new(
                Conclusion::Undecided,
                format!("거절인지 장애인지 구분할 수 없는 응답이 있습니다 ({list})."),
                format!("Some answers could be a refusal or a failure ({list})."),
            );
        }
        Judged::new(
            Conclusion::Confirmed,
            "인증서가 없거나, 다른 인증기관이 발급했거나, 만료된 경우 모두 거절했고 등록된 인증서에만 응답했습니다.",
            "Callers with no certificate, one of another authority and an expired one were refused; only the registered one was answered.",
        )
    }
}

fn seen(outcome: &CallOutcome) -> Seen {
    match outcome {
        Err(Fault::RefusedByTls(_) | Fault::Closed) => Seen::Refused,
        Err(_) => Seen::Unclear,
        // What fronts answer when the certificate is missing or wrong: 400
        // (nginx), 401, 403, 421, and nginx' own 495 and 496.
        Ok(answer) if matches!(answer.status, 400 | 401 | 403 | 421 | 495 | 496) => Seen::Refused,
        Ok(answer) if answer.status == 429 || answer.status >= 500 => Seen::Unclear,
        Ok(_) => Seen::Answered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::Scripted;
    use crate::scripted::{answer, block_on};

    fn conclude(by_role: impl Fn(Role) -> CallOutcome + Send + Sync + 'static) -> Conclusion {
        let target = Scripted::calls(move |call| by_role(call.role));
        let observed = block_on(ClientCertificate.observe(&target));
        ClientCertificate.judge(&observed, Timestamp::default()).conclusion
    }

    #[test]
    fn refused_by_alert_or_by_front_is_confirmed() {
        let refuse = |role| match role {
            Role::Registered => Ok(answer(200, "{}")),
            Role::Anonymous => Ok(answer(400, "No required SSL certificate was sent")),
            _ => Err(Fault::RefusedByTls("unknown_ca".to_owned())),
        };
        assert_eq!(conclude(refuse), Conclusion::Confirmed);
    }

    #[test]
    fn an_answer_to_any_wrong_caller_contradicts() {
        for wrong in [Role::Anonymous, Role::WrongAuthority, Role::Expired] {
            let leak = move |role| {
                if role == Role::Registered || role == wrong { Ok(answer(200, "{}")) } else { Err(Fault::Closed) }
            };
            assert_eq!(conclude(leak), Conclusion::Contradicted);
        }
    }

    #[test]
    fn a_404_was_said_by_the_application() {
        let reached = |role| if role == Role::Registered { Ok(answer(200, "{}")) } else { Ok(answer(404, "")) };
        assert_eq!(conclude(reached), Conclusion::Contradicted);
    }

    #[test]
    fn a_server_that_refuses_everybody_is_undecided() {
        assert_eq!(conclude(|_| Err(Fault::Closed)), Conclusion::Undecided);
    }
}
