//! A signed-in browser.

use crate::{IdentityStore, Person, Realm, SessionToken};
use std::fmt;
use std::str::FromStr;
use sumun_ids::SessionId;
use sumun_journal::StoreFailure;
use sumun_time::{Span, Timestamp};

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without a request.
    pub idle: Span,
    /// At all.
    pub age: Span,
}

impl SessionLimits {
    /// The limits of a realm: a customer's browser stands in the open, staff work for hours.
    pub const fn of(realm: Realm) -> Self {
        match realm {
            Realm::Customer => Self { idle: Span::from_minutes(10), age: Span::from_hours(1) },
            Realm::Staff => Self { idle: Span::from_minutes(30), age: Span::from_hours(10) },
        }
    }
}

/// How long a session goes on without its last use being written down, so that
/// not every request writes. A session can end this much early, never late.
const UNRECORDED_MAX: Span = Span::from_seconds(30);

/// How long an ended session is remembered, so that a browser which comes back
/// is told why it has to sign in again (PR-055, PR-068): a day, within which
/// whoever was interrupted returns. Then the session is forgotten, and its
/// token is as good as one that never was.
pub const ENDED_SESSION_REMEMBERED: Span = Span::from_hours(24);

/// Why a session ended; the browser is told when it comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// The person signed out.
    SignedOut,
    /// The same person signed in again, perhaps on another device (PR-055).
    SignedInElsewhere,
    /// Nothing came for too long (PR-068).
    Idle,
    /// It lasted as long as a session may.
    TooOld,
}

impl SessionEnd {
    const ALL: [Self; 4] = [Self::SignedOut, Self::SignedInElsewhere, Self::Idle, Self::TooOld];

    /// The name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::SignedInElsewhere => "signed_in_elsewhere",
            Self::Idle => "idle",
            Self::TooOld => "too_old",
        }
    }
}

/// The text is not the name of an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseSessionEndError;

impl fmt::Display for ParseSessionEndError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected signed_out, signed_in_elsewhere, idle or too_old")
    }
}

impl std::error::Error for ParseSessionEndError {}

impl FromStr for SessionEnd {
    type Err = ParseSessionEndError;

    fn from_str(name: &str) -> Result<Self, ParseSessionEndError> {
        Self::ALL.into_iter().find(|end| end.name() == name).ok_or(ParseSessionEndError)
    }
}

/// One session of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id, which is no secret.
    pub id: SessionId,
    /// Who is signed in.
    pub person: Person,
    /// SHA-256 of the token that the browser holds.
    pub token_hash: [u8; 32],
    /// When it began.
    pub opened_at: Timestamp,
    /// When it was last seen to be used.
    pub seen_at: Timestamp,
    /// The recorded end, if there is one.
    pub end: Option<SessionEnd>,
}

/// Whether a session can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// It can.
    Live,
    /// It ended.
    Ended(SessionEnd),
}

impl Session {
    /// Whether it can be used at `now`.
    pub fn state_at(&self, now: Timestamp) -> SessionState {
        let limits = SessionLimits::of(self.person.realm());
        match self.end {
            Some(end) => SessionState::Ended(end),
            None if now.since(self.opened_at) >= limits.age => SessionState::Ended(SessionEnd::TooOld),
            None if now.since(self.seen_at) >= limits.idle => SessionState::Ended(SessionEnd::Idle),
            None => SessionState::Live,
        }
    }

    /// Until when it lasts if nothing comes after a use at `now`; the page says so.
    pub fn lasts_until(&self, now: Timestamp) -> Timestamp {
        let limits = SessionLimits::of(self.person.realm());
        let seen_at = if self.is_use_unrecorded(now) { now } else { self.seen_at };
        seen_at.plus(limits.idle).min(self.opened_at.plus(limits.age))
    }

    fn is_use_unrecorded(&self, now: Timestamp) -> bool {
        now.since(self.seen_at) >= UNRECORDED_MAX
    }
}

/// What became of the session that a browser came back with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resumed {
    /// It goes on.
    Live(Session),
    /// It ended; the page says why.
    Ended(SessionEnd),
    /// There never was one, or it is long gone.
    Unknown,
}

/// Finds the session of `token` and notes its use at `now`.
///
/// # Errors
/// [`StoreFailure`].
pub async fn resume(store: &dyn IdentityStore, token: &SessionToken, now: Timestamp) -> Result<Resumed, StoreFailure> {
    let Some(session) = store.session(&token.hash()).await? else { return Ok(Resumed::Unknown) };
    match session.state_at(now) {
        SessionState::Ended(end) => Ok(Resumed::Ended(end)),
        SessionState::Live => {
            if session.is_use_unrecorded(now) {
                store.touch_session(&session, now).await?;
            }
            Ok(Resumed::Live(session))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sumun_ids::{CustomerId, StaffId};

    const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn session(person: Person) -> Session {
        let id = SessionId::from_random([1; 16]);
        Session { id, person, token_hash: [0; 32], opened_at: START, seen_at: START, end: None }
    }

    #[test]
    fn pr_068_an_idle_session_is_cut() {
        let idle = [
            (Person::Customer(CustomerId::from_random([1; 16])), Span::from_minutes(10)),
            (Person::Staff(StaffId::from_random([1; 16])), Span::from_minutes(30)),
        ];
        for (person, limit) in idle {
            let over = START.plus(limit);
            assert_eq!(session(person).state_at(over.minus(Span::from_micros(1))), SessionState::Live);
            assert_eq!(session(person).state_at(over), SessionState::Ended(SessionEnd::Idle));
        }
    }

    #[test]
    fn a_session_that_is_used_all_the_time_ends_as_well() {
        let mut session = session(Person::Customer(CustomerId::from_random([1; 16])));
        let now = START.plus(Span::from_hours(1));
        session.seen_at = now;
        assert_eq!(session.state_at(now), SessionState::Ended(SessionEnd::TooOld));
    }

    #[test]
    fn a_session_lasts_until_what_is_said_and_no_longer() {
        let mut session = session(Person::Staff(StaffId::from_random([1; 16])));
        for (seen, now) in [(0, 0), (0, 29), (0, 30), (600, 620), (36_000 - 60, 36_000 - 10)] {
            session.seen_at = START.plus(Span::from_seconds(seen));
            let now = START.plus(Span::from_seconds(now));
            let until = session.lasts_until(now);
            if session.is_use_unrecorded(now) {
                session.seen_at = now;
            }
            assert_eq!(session.state_at(until.minus(Span::from_micros(1))), SessionState::Live, "{seen}");
            assert!(matches!(session.state_at(until), SessionState::Ended(_)), "{seen}");
        }
    }

    #[test]
    fn ends_keep_their_names() {
        for end in SessionEnd::ALL {
            assert_eq!(end.name().parse(), Ok(end));
        }
    }
}
