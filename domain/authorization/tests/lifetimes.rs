//! How long anything may live, under any policy that can be made.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use sumun_authorization::{TOKEN_LIFETIME_MAX, TokenPolicy};
use sumun_consent::Scope;
use sumun_time::Span;

proptest! {
    #[test]
    fn an_access_token_lives_ten_minutes_at_most(inquiry in -10i64..1_300, transfer in -10i64..1_300, mask in 0u8..16) {
        let scopes: Vec<Scope> =
            Scope::ALL.into_iter().enumerate().filter(|(place, _)| mask & (1 << place) != 0).map(|(_, scope)| scope).collect();
        let policy = TokenPolicy::new(Span::from_seconds(inquiry), Span::from_seconds(transfer));
        let made = policy.is_ok();
        for policy in policy.into_iter().chain([TokenPolicy::default()]) {
            let lifetime = policy.lifetime(&scopes);
            prop_assert!(lifetime > Span::ZERO && lifetime <= Span::from_seconds(600), "{inquiry} {transfer}: {lifetime}");
        }
        prop_assert_eq!(made, 0 < transfer && transfer < inquiry && inquiry <= 600, "{} {}", inquiry, transfer);
        prop_assert_eq!(TOKEN_LIFETIME_MAX, Span::from_seconds(600));
    }
}
