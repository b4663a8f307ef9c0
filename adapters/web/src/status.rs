//! The vocabulary of states: each has one word, one icon and one tone.

/// What a colour may say. Its class name in the stylesheet is [`Tone::class`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Good: green.
    Ok,
    /// In part, or to be watched: amber, hatched in charts.
    Part,
    /// Bad: red.
    Bad,
    /// Waiting or undecided: violet.
    Wait,
    /// Does not apply: grey.
    None,
    /// Information: blue.
    Info,
}

impl Tone {
    /// The class name of this tone.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Part => "part",
            Self::Bad => "bad",
            Self::Wait => "wait",
            Self::None => "none",
            Self::Info => "info",
        }
    }
}

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $tone:ident $icon:literal $key:literal;)+) => {
        /// A state that a badge shows; the words are in the shell's messages.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Status {
            $($(#[$doc])* $name,)+
        }

        impl Status {
            /// Every state.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The colour that this state has.
            pub const fn tone(self) -> Tone {
                match self { $(Self::$name => Tone::$tone,)+ }
            }

            /// The class name of its tone.
            pub const fn class(self) -> &'static str {
                self.tone().class()
            }

            /// The name of its icon.
            pub const fn icon(self) -> &'static str {
                match self { $(Self::$name => $icon,)+ }
            }

            /// The key of its word in the shell's messages.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => concat!("status-", $key),)+ }
            }
        }
    };
}

statuses! {
    /// Verdict 이행.
    Implemented = Ok "ok" "implemented";
    /// Verdict 부분이행.
    Partial = Part "part" "partial";
    /// Verdict 미이행.
    NotImplemented = Bad "bad" "not-implemented";
    /// Verdict 해당없음, also of a probe.
    NotApplicable = None "none" "not-applicable";
    /// No verdict yet: 판정 전.
    NotJudged = Wait "wait" "not-judged";
    /// A criterion is met: 충족.
    Met = Ok "ok" "met";
    /// A criterion is met in part: 일부 충족.
    PartlyMet = Part "part" "partly-met";
    /// A criterion is not met: 미충족.
    NotMet = Bad "bad" "not-met";
    /// A probe of a requirement found it kept: 요건 확인.
    Confirmed = Ok "ok" "confirmed";
    /// A probe of a requirement found it broken: 요건 불일치.
    Contradicted = Bad "bad" "contradicted";
    /// A probe could not tell: 판단 불가, always with the reason.
    Undecided = Wait "ask" "undecided";
    /// A probe for a weakness found it: 취약 확인.
    WeaknessShown = Bad "warn" "weakness-shown";
    /// A probe for a weakness did not find it, which is not a pass: 발견 안 됨.
    WeaknessNotFound = Info "seek" "weakness-not-found";
    /// A finding is being repaired: 보완 중.
    Repairing = Part "part" "repairing";
    /// A repair awaits the inspector: 확인 요청.
    ReviewRequested = Info "eye" "review-requested";
    /// A repair was accepted: 보완 확인.
    RepairConfirmed = Ok "ok" "repair-confirmed";
    /// Risk 높음.
    RiskHigh = Bad "warn" "risk-high";
    /// Risk 보통.
    RiskMedium = Part "warn" "risk-medium";
    /// Risk 낮음.
    RiskLow = None "info" "risk-low";
    /// A component works: 정상.
    Healthy = Ok "ok" "healthy";
    /// A component is slow: 느림.
    Slow = Part "warn" "slow";
    /// A component stands still: 멈춤.
    Down = Bad "bad" "down";
    /// An API is a draft: 초안.
    Draft = None "none" "draft";
    /// An API awaits approval: 승인 대기.
    AwaitingApproval = Part "users" "awaiting-approval";
    /// An API is in operation: 운영.
    InOperation = Ok "ok" "in-operation";
    /// An API will end: 종료 예정.
    Retiring = Part "clock" "retiring";
    /// An API was refused: 등록 거절.
    RegistrationRefused = Bad "bad" "registration-refused";
    /// A test passed: 통과.
    TestPassed = Ok "ok" "test-passed";
    /// A test failed: 실패.
    TestFailed = Bad "bad" "test-failed";
    /// A test did not run yet: 실행 전.
    TestNotRun = Wait "wait" "test-not-run";
    /// A consent is in use: 이용 중.
    ConsentActive = Ok "ok" "consent-active";
    /// A consent ends soon: 곧 만료.
    ConsentExpiringSoon = Part "clock" "consent-expiring-soon";
    /// A consent has expired: 만료.
    ConsentExpired = None "none" "consent-expired";
    /// A consent was withdrawn: 철회.
    ConsentWithdrawn = None "none" "consent-withdrawn";
    /// A newer consent took its place: 대체.
    ConsentSuperseded = None "none" "consent-superseded";
    /// A use was served: 제공.
    UseServed = Ok "ok" "use-served";
    /// A use was refused: 거절.
    UseRefused = Bad "bad" "use-refused";
    /// A use awaits the customer's confirmation: 본인 확인 대기.
    AwaitingConfirmation = Wait "clock" "awaiting-confirmation";
    /// Something is done: 완료.
    Done = Ok "check" "done";
    /// Something is in hand: 진행 중.
    InProgress = Part "part" "in-progress";
    /// Something is planned: 예정.
    Planned = Wait "wait" "planned";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ICON_NAMES, Locale, Messages};

    #[test]
    fn every_state_has_an_icon_and_a_word_in_both_languages() {
        let messages = Messages::load(&[]).unwrap();
        for status in Status::ALL {
            assert!(ICON_NAMES.contains(&status.icon()), "{status:?}");
            for locale in Locale::ALL {
                assert_ne!(messages.text(locale, status.key()).to_string(), status.key());
            }
        }
    }

    #[test]
    fn not_found_is_blue_because_it_is_not_a_pass() {
        assert_eq!(Status::WeaknessNotFound.tone(), Tone::Info);
    }
}
