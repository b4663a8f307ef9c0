//! Has the institution calls left?
//!
//! Every call costs a token as soon as it is known whose connection it came
//! on, whatever is wrong with it: refusals cost work and a record too (PR-058,
//! PR-018). What more its route costs is taken when the route is known.

use crate::Refusal;
use sumun_time::{Span, Timestamp};

/// Micro-tokens in a token: with time in microseconds and a rate in tokens per
/// second, a refill is then a product without remainder.
const MICRO: u64 = 1_000_000;

/// How fast an institution may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitRule {
    /// Tokens that come back each second.
    pub tokens_per_second: u32,
    /// Tokens that a rested institution has.
    pub burst_tokens: u32,
}

/// The tokens that one institution has left. It starts full, is never above
/// the burst, and no arithmetic rounds: over any span an institution gets at
/// most `burst + rate * span` tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    micro_tokens: u64,
    at: Timestamp,
}

/// Proof that a call was charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charged(());

impl Bucket {
    /// A full bucket.
    pub fn full(rule: LimitRule, now: Timestamp) -> Self {
        Self { micro_tokens: u64::from(rule.burst_tokens) * MICRO, at: now }
    }

    /// Takes `tokens` at `now`. The bucket that comes back is the state from
    /// then on, whether the call is charged or refused. A clock that steps
    /// back gives nothing.
    pub fn take(self, rule: LimitRule, now: Timestamp, tokens: u32) -> (Self, Result<Charged, Refusal>) {
        self.pay(rule, now, tokens, tokens)
    }

    /// Takes what is left to pay of a call's whole `price` when its first
    /// token was [taken](Self::take) at its beginning. A refused caller is told
    /// when the whole price is there, since a new attempt pays from the beginning.
    pub fn take_rest(self, rule: LimitRule, now: Timestamp, price: u32) -> (Self, Result<Charged, Refusal>) {
        self.pay(rule, now, price.saturating_sub(1), price)
    }

    /// Takes `tokens`, or says how long it lasts until there are `wanted`.
    fn pay(self, rule: LimitRule, now: Timestamp, tokens: u32, wanted: u32) -> (Self, Result<Charged, Refusal>) {
        let refilled = self.refill(rule, now);
        let micro = |tokens: u32| u64::from(tokens) * MICRO;
        match refilled.micro_tokens.checked_sub(micro(tokens)) {
            Some(micro_tokens) => (Self { micro_tokens, ..refilled }, Ok(Charged(()))),
            None => {
                let missing = micro(wanted.max(tokens)) - refilled.micro_tokens;
                let micros = missing.div_ceil(u64::from(rule.tokens_per_second).max(1));
                let retry_after = Span::from_micros(i64::try_from(micros).unwrap_or(i64::MAX));
                (refilled, Err(Refusal::LimitExceeded { retry_after }))
            }
        }
    }

    fn refill(self, rule: LimitRule, now: Timestamp) -> Self {
        let elapsed = u64::try_from(now.since(self.at).micros()).unwrap_or(0);
        let gained = elapsed.saturating_mul(u64::from(rule.tokens_per_second));
        let full = u64::from(rule.burst_tokens) * MICRO;
        Self { micro_tokens: self.micro_tokens.saturating_add(gained).min(full), at: self.at.max(now) }
    }
}
