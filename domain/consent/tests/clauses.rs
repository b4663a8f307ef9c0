//! Clauses of the catalogs, each proved by the one test that bears its name.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use sumun_consent::{Consent, ConsentDisclosure, DisclosureDraft, Fact, Grant, MissingFact, Scope};
use sumun_ids::{AccountId, AppId, ConsentId, CustomerId, InstitutionId};
use sumun_time::{Span, Timestamp};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

fn draft(purpose: &str) -> DisclosureDraft {
    DisclosureDraft {
        purpose: purpose.to_owned(),
        scopes: vec![Scope::Balance],
        accounts: vec![AccountId::from_random([1; 16])],
        expires_at: Some(NOW.plus(Span::from_days(90))),
        withdrawal: "동의 관리 화면에서 철회".to_owned(),
        outage_effect: "잔액이 늦게 바뀜".to_owned(),
    }
}

fn granted(disclosure: ConsentDisclosure) -> Consent {
    let grant = Grant {
        id: ConsentId::from_random([2; 16]),
        customer: CustomerId::from_random([3; 16]),
        institution: InstitutionId::from_random([4; 16]),
        app: AppId::from_random([5; 16]),
        disclosure,
    };
    Consent::grant(grant, NOW).unwrap()
}

proptest! {
    /// M-5.2-다-5: the purpose of processing is explicit when credit
    /// information is collected. A consent is made of a disclosure alone, and
    /// that keeps the words that the customer read.
    #[test]
    fn m_5_2_da_5_nothing_is_collected_without_a_purpose_in_words(purpose in "[ \t\n\u{3000}가-힣a-z]{0,12}") {
        let is_blank = purpose.trim().is_empty();
        match ConsentDisclosure::new(draft(&purpose)) {
            Ok(disclosure) => {
                prop_assert!(!is_blank, "{purpose:?} is a purpose");
                prop_assert_eq!(granted(disclosure).purpose, purpose);
            }
            Err(missing) => prop_assert!(is_blank && missing == MissingFact(Fact::Purpose), "{purpose:?}: {missing}"),
        }
    }
}
