//! Whether a protected resource opens to those who have no right to it.

use crate::{
    Binding, Call, CallOutcome, Conclusion, Descriptor, Exchange, Fault, Judged, Kind, Probe, Role, Target, Token,
};
use async_trait::async_trait;
use sumun_time::Timestamp;

/// Calls a resource without a token, with another customer's, and with a
/// stolen one under another institution's certificate.
pub struct Access;

static DESCRIPTOR: Descriptor = Descriptor {
    id: "authorization/access",
    title_ko: "권한 없는 호출 차단",
    title_en: "Calls without the right",
    kind: Kind::Weakness,
    bindings: &[
        Binding { framework: "openbanking-institution", row: "OBI-19" },
        Binding { framework: "openbanking-vulnerability", row: "OBW-12" },
        Binding { framework: "platform-requirements", row: "PR-012" },
    ],
    attempts_max: 5,
};

const CONTROL: &str = "own token, registered certificate";
const CONTROL_AFTER: &str = "own token, registered certificate, again";
const ATTEMPTS: [(&str, Role, Token); 3] = [
    ("no token", Role::Registered, Token::None),
    ("token of another customer", Role::Registered, Token::OtherCustomer),
    ("stolen token, certificate of another institution", Role::OtherInstitution, Token::Own),
];

#[async_trait]
impl Probe for Access {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    async fn observe(&self, target: &dyn Target) -> Vec<Exchange> {
        let control = [(CONTROL, Role::Registered, Token::Own)];
        let after = [(CONTROL_AFTER, Role::Registered, Token::Own)];
        let mut observed = Vec::new();
        for (label, role, token) in control.into_iter().chain(ATTEMPTS).chain(after) {
            let call = Call::of_resource(label, role, token);
            let outcome = target.call(&call).await;
            observed.push(Exchange::Call { call, outcome });
        }
        observed
    }

    /// A control call before and after: without it a dead session would look
    /// like a safe platform.
    fn judge(&self, observed: &[Exchange], _now: Timestamp) -> Judged {
        let opened = ATTEMPTS.iter().find(|(label, ..)| Exchange::outcome_of(observed, label).is_some_and(is_open));
        if let Some((label, ..)) = opened {
            return Judged::new(
                Conclusion::Shown,
                format!("권한 없는 호출에 자원을 내주었습니다 ({label})."),
                format!("The resource was given to a caller without the right ({label})."),
            );
        }
        let control =
            [CONTROL, CONTROL_AFTER].iter().all(|label| Exchange::outcome_of(observed, label).is_some_and(is_open));
        if !control {
            return Judged::new(
                Conclusion::Undecided,
                "정상 호출이 성공하지 않아 거절의 의미를 판단할 수 없습니다.",
                "The rightful call did not succeed, so the refusals mean nothing.",
            );
        }
        let unclear =
            ATTEMPTS.iter().find(|(label, ..)| !Exchange::outcome_of(observed, label).is_some_and(is_refused));
        if let Some((label, ..)) = unclear {
            return Judged::new(
                Conclusion::Undecided,
                format!("거절인지 장애인지 구분할 수 없습니다 ({label})."),
                format!("It could be a refusal or a failure ({label})."),
            );
        }
        Judged::new(
            Conclusion::NotFound,
            "접근키가 없거나, 다른 이용자의 것이거나, 다른 기관의 인증서로 훔쳐 쓴 호출을 모두 거절했습니다.",
            "Calls without a token, with another customer's, and with a stolen one were each refused.",
        )
    }
}

fn is_open(outcome: &CallOutcome) -> bool {
    matches!(outcome, Ok(answer) if (200..300).contains(&answer.status))
}

fn is_refused(outcome: &CallOutcome) -> bool {
    match outcome {
        Ok(answer) => matches!(answer.status, 400 | 401 | 403 | 404),
        Err(fault) => matches!(fault, Fault::RefusedByTls(_) | Fault::Closed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::{Scripted, answer, block_on};

    fn conclude(outcome_of: impl Fn(&Call) -> CallOutcome + Send + Sync + 'static) -> Conclusion {
        let observed = block_on(Access.observe(&Scripted::calls(outcome_of)));
        Access.judge(&observed, Timestamp::default()).conclusion
    }

    fn rightful(call: &Call) -> bool {
        call.role == Role::Registered && call.token == Token::Own
    }

    #[test]
    fn a_platform_that_refuses_all_three_is_not_found_weak() {
        assert_eq!(conclude(|call| Ok(answer(if rightful(call) { 200 } else { 401 }, ""))), Conclusion::NotFound);
    }

    #[test]
    fn each_open_door_is_shown() {
        for (label, ..) in ATTEMPTS {
            let door = move |call: &Call| Ok(answer(if rightful(call) || call.label == label { 200 } else { 403 }, ""));
            assert_eq!(conclude(door), Conclusion::Shown, "{label}");
        }
    }

    #[test]
    fn refusals_without_a_working_control_are_undecided() {
        assert_eq!(conclude(|_| Ok(answer(401, ""))), Conclusion::Undecided);
        assert_eq!(conclude(|call| Ok(answer(if rightful(call) { 200 } else { 503 }, ""))), Conclusion::Undecided);
    }
}
