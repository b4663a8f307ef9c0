//! The life of a transfer: each state is a type of its own and has only the
//! transitions that are allowed there.

use crate::{BankingError, Book, Entered, FieldFault, Posting, TermsDigest, TransferTerms};
use std::fmt;
use std::str::FromStr;
use sumun_ids::{AppId, ConsentId, CustomerId, InstitutionId, TransferId};
use sumun_time::{Span, Timestamp};

/// How long a transfer awaits its customer's decision. No source sets a
/// figure; three minutes is this platform's choice, long enough to read and
/// too short to be talked into it later.
pub const CONFIRMATION_WINDOW: Span = Span::from_minutes(3);

/// How long a confirmed transfer may be executed. This platform's choice.
pub const EXECUTION_WINDOW: Span = Span::from_minutes(5);

/// Two digits that the app's screen and the bank's page both show, so that
/// the customer sees that both speak of the same transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfirmationNumber(u8);

impl ConfirmationNumber {
    /// From random bytes: 10 to 99, with a bias below 2⁻⁵⁷.
    pub const fn from_random(bytes: [u8; 8]) -> Self {
        Self(10 + (u64::from_be_bytes(bytes) % 90) as u8)
    }

    /// The number, from the store.
    ///
    /// # Errors
    /// [`FieldFault`] when it has not two digits.
    pub fn from_number(number: i64) -> Result<Self, FieldFault> {
        let two_digits = u8::try_from(number).ok().filter(|number| (10..=99).contains(number));
        two_digits.map(Self).ok_or(FieldFault { field: "confirmation_number", expected: "two digits" })
    }

    /// The number.
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for ConfirmationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

/// What does not change in the life of a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferOrder {
    /// Its id.
    pub id: TransferId,
    /// Whose account it is.
    pub customer: CustomerId,
    /// The institution that asked.
    pub institution: InstitutionId,
    /// Its app.
    pub app: AppId,
    /// The consent under which it asked.
    pub consent: ConsentId,
    /// What it does.
    pub terms: TransferTerms,
    /// The commitment to these terms.
    pub digest: TermsDigest,
    /// The number on both screens.
    pub confirmation_number: ConfirmationNumber,
    /// Whether the customer never sent money to this payee before.
    pub first_time_payee: bool,
    /// When the app asked.
    pub requested_at: Timestamp,
    /// Until when the customer may decide.
    pub expires_at: Timestamp,
}

macro_rules! names {
    ($(#[$enum_doc:meta])* $enum:ident in $field:literal { $($(#[$doc:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$enum_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $enum {
            $($(#[$doc])* $variant,)+
        }

        impl $enum {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name on the wire, in the store and in the journal.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }

        impl FromStr for $enum {
            type Err = FieldFault;

            fn from_str(name: &str) -> Result<Self, FieldFault> {
                match name {
                    $($name => Ok(Self::$variant),)+
                    _ => Err(FieldFault { field: $field, expected: "one of its names" }),
                }
            }
        }
    };
}

names! {
    /// Where a transfer is in its life.
    TransferStatus in "status" {
        /// The customer has not decided yet.
        AwaitingConfirmation = "awaiting_confirmation",
        /// The customer confirmed; no money moved yet.
        Confirmed = "confirmed",
        /// The money moved.
        Executed = "executed",
        /// The bank refused to execute it; it never will be.
        Refused = "refused",
        /// The customer denied it.
        Denied = "denied",
        /// Nobody decided, or nobody executed it, in time.
        Expired = "expired",
    }
}

names! {
    /// Why an execution was refused.
    RefusalReason in "reason" {
        /// The customer has not confirmed.
        NotConfirmed = "not_confirmed",
        /// The repeated terms are not those that were confirmed.
        TermsChanged = "terms_changed",
        /// The money moved before.
        Replayed = "replayed",
        /// The time for the confirmation or the execution is over.
        Expired = "expired",
        /// The customer denied it.
        Denied = "denied",
        /// The bank refused it before.
        Closed = "closed",
        /// There is not enough on the paying account.
        InsufficientFunds = "insufficient_funds",
        /// The day's limit is used up by now.
        LimitPerDay = "limit_per_day",
        /// The customer reported a transfer of the app and gave no new consent since.
        ConsentReported = "consent_reported",
    }
}

names! {
    /// How a customer denies.
    Denial in "denial" {
        /// "I do not want this."
        Declined = "declined",
        /// "I did not ask for this."
        Reported = "reported",
    }
}

/// A transfer that awaits its customer's decision. Money cannot move (PR-051).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwaitingConfirmation {
    order: TransferOrder,
}

/// A transfer that its customer confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    order: TransferOrder,
    confirmed_at: Timestamp,
}

/// A transfer whose money moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Executed {
    order: TransferOrder,
    confirmed_at: Timestamp,
    executed_at: Timestamp,
}

/// A confirmed transfer that the bank refused for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    order: TransferOrder,
    confirmed_at: Timestamp,
    refused_at: Timestamp,
    reason: RefusalReason,
}

/// A transfer that its customer denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    order: TransferOrder,
    denied_at: Timestamp,
    denial: Denial,
}

/// A transfer that nobody decided or executed in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    order: TransferOrder,
    confirmed_at: Option<Timestamp>,
    expired_at: Timestamp,
}

/// A transfer in whatever state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the types of the states say it all")]
pub enum Transfer {
    AwaitingConfirmation(AwaitingConfirmation),
    Confirmed(Confirmed),
    Executed(Executed),
    Refused(Refused),
    Denied(Denied),
    Expired(Expired),
}

/// The part of a transfer that changes, as a store keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferRecord {
    /// Where it is in its life.
    pub status: TransferStatus,
    /// When the customer confirmed.
    pub confirmed_at: Option<Timestamp>,
    /// When its life ended.
    pub ended_at: Option<Timestamp>,
    /// The name of the [`RefusalReason`] or the [`Denial`].
    pub reason: Option<&'static str>,
}

impl AwaitingConfirmation {
    /// A transfer that begins; only a decided request makes one.
    pub(crate) const fn new(order: TransferOrder) -> Self {
        Self { order }
    }

    /// What does not change.
    pub const fn order(&self) -> &TransferOrder {
        &self.order
    }

    /// The customer confirms what was shown: the terms with digest `shown`.
    ///
    /// A transfer lives and dies with the consent under which it was asked
    /// for. Also when a new consent took the place of that one: its accounts
    /// and rights may be others, so the app asks anew. No source says so; this
    /// is our choice.
    ///
    /// # Errors
    /// [`BankingError::ConfirmationExpired`] from the end of the window on,
    /// [`BankingError::ConsentEnded`] when the consent ended,
    /// [`BankingError::NotAsShown`] when other terms were shown.
    pub fn confirm(self, shown: TermsDigest, consent_ended: bool, now: Timestamp) -> Result<Confirmed, BankingError> {
        if now >= self.order.expires_at {
            return Err(BankingError::ConfirmationExpired);
        }
        if consent_ended {
            return Err(BankingError::ConsentEnded);
        }
        if shown != self.order.digest {
            return Err(BankingError::NotAsShown);
        }
        Ok(Confirmed { order: self.order, confirmed_at: now })
    }

    /// The customer denies, or reports that nobody asked for this.
    ///
    /// # Errors
    /// [`BankingError::ConfirmationExpired`] from the end of the window on,
    /// but a report is always taken.
    pub fn deny(self, denial: Denial, now: Timestamp) -> Result<Denied, BankingError> {
        if now >= self.order.expires_at && denial == Denial::Declined {
            return Err(BankingError::ConfirmationExpired);
        }
        Ok(Denied { order: self.order, denied_at: now, denial })
    }
}

impl Confirmed {
    /// What does not change.
    pub const fn order(&self) -> &TransferOrder {
        &self.order
    }

    /// When the customer confirmed.
    pub const fn confirmed_at(&self) -> Timestamp {
        self.confirmed_at
    }

    /// The app repeats the terms, whose digest is `digest`. Terms other than
    /// the confirmed ones spend the confirmation: it is good for one attempt
    /// (PR-050). Terms that were changed in the store since do not pass either.
    ///
    /// # Errors
    /// The refused transfer when these are not the terms that the customer confirmed.
    pub(crate) fn repeat(
        self,
        repeated: &TransferTerms,
        digest: TermsDigest,
        now: Timestamp,
    ) -> Result<Executable, Box<Refused>> {
        if digest == self.order.digest && *repeated == self.order.terms {
            Ok(Executable(self))
        } else {
            Err(Box::new(self.refuse(RefusalReason::TermsChanged, now)))
        }
    }

    fn refuse(self, reason: RefusalReason, now: Timestamp) -> Refused {
        Refused { order: self.order, confirmed_at: self.confirmed_at, refused_at: now, reason }
    }
}

/// A confirmed transfer whose confirmed terms were repeated: the only thing
/// from which money moves.
#[derive(Debug)]
pub(crate) struct Executable(Confirmed);

impl Executable {
    pub(crate) const fn order(&self) -> &TransferOrder {
        &self.0.order
    }

    /// Refuses it for good.
    pub(crate) fn refuse(self, reason: RefusalReason, now: Timestamp) -> Refused {
        self.0.refuse(reason, now)
    }

    /// Moves the money in `book`; refuses for good when it is not there.
    ///
    /// # Errors
    /// [`BankingError::Ledger`] as [`Book::enter`] has it.
    pub(crate) fn execute(
        self,
        posting: &Posting,
        book: &mut Book,
        now: Timestamp,
    ) -> Result<Result<Executed, Refused>, BankingError> {
        Ok(match book.enter(posting)? {
            Entered::NotEnoughOn(_) => Err(self.refuse(RefusalReason::InsufficientFunds, now)),
            Entered::Whole => {
                let Confirmed { order, confirmed_at } = self.0;
                Ok(Executed { order, confirmed_at, executed_at: now })
            }
        })
    }
}

impl Executed {
    /// What does not change.
    pub const fn order(&self) -> &TransferOrder {
        &self.order
    }

    /// When the money moved.
    pub const fn executed_at(&self) -> Timestamp {
        self.executed_at
    }
}

impl Refused {
    /// What does not change.
    pub const fn order(&self) -> &TransferOrder {
        &self.order
    }

    /// Why.
    pub const fn reason(&self) -> RefusalReason {
        self.reason
    }
}

impl Denied {
    /// What does not change.
    pub const fn order(&self) -> &TransferOrder {
        &self.order
    }

    /// How.
    pub const fn denial(&self) -> Denial {
        self.denial
    }

    /// When.
    pub const fn denied_at(&self) -> Timestamp {
        self.denied_at
    }
}

impl Transfer {
    /// What does not change.
    pub const fn order(&self) -> &TransferOrder {
        match self {
            Self::AwaitingConfirmation(AwaitingConfirmation { order })
            | Self::Confirmed(Confirmed { order, .. })
            | Self::Executed(Executed { order, .. })
            | Self::Refused(Refused { order, .. })
            | Self::Denied(Denied { order, .. })
            | Self::Expired(Expired { order, .. }) => order,
        }
    }

    /// Where it is in its life.
    pub const fn status(&self) -> TransferStatus {
        match self {
            Self::AwaitingConfirmation(_) => TransferStatus::AwaitingConfirmation,
            Self::Confirmed(_) => TransferStatus::Confirmed,
            Self::Executed(_) => TransferStatus::Executed,
            Self::Refused(_) => TransferStatus::Refused,
            Self::Denied(_) => TransferStatus::Denied,
            Self::Expired(_) => TransferStatus::Expired,
        }
    }

    /// The transfer as it is at `now`: expired when its window is over,
    /// whether or not that was recorded yet.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        match self {
            Self::AwaitingConfirmation(AwaitingConfirmation { order }) if now >= order.expires_at => {
                let expired_at = order.expires_at;
                Self::Expired(Expired { order, confirmed_at: None, expired_at })
            }
            Self::Confirmed(Confirmed { order, confirmed_at }) if now >= confirmed_at.plus(EXECUTION_WINDOW) => {
                let expired_at = confirmed_at.plus(EXECUTION_WINDOW);
                Self::Expired(Expired { order, confirmed_at: Some(confirmed_at), expired_at })
            }
            other => other,
        }
    }

    /// The part that changes, for a store.
    pub const fn record(&self) -> TransferRecord {
        let (confirmed_at, ended_at, reason) = match self {
            Self::AwaitingConfirmation(_) => (None, None, None),
            Self::Confirmed(it) => (Some(it.confirmed_at), None, None),
            Self::Executed(it) => (Some(it.confirmed_at), Some(it.executed_at), None),
            Self::Refused(it) => (Some(it.confirmed_at), Some(it.refused_at), Some(it.reason.name())),
            Self::Denied(it) => (None, Some(it.denied_at), Some(it.denial.name())),
            Self::Expired(it) => (it.confirmed_at, Some(it.expired_at), None),
        };
        TransferRecord { status: self.status(), confirmed_at, ended_at, reason }
    }

    /// The transfer of `order` in the state that a store kept.
    ///
    /// # Errors
    /// [`FieldFault`] when the record lacks what its status needs.
    pub fn restore(
        order: TransferOrder,
        status: TransferStatus,
        confirmed_at: Option<Timestamp>,
        ended_at: Option<Timestamp>,
        reason: Option<&str>,
    ) -> Result<Self, FieldFault> {
        let confirmed = || confirmed_at.ok_or(FieldFault { field: "confirmed_at", expected: "an instant" });
        let ended = || ended_at.ok_or(FieldFault { field: "ended_at", expected: "an instant" });
        let reason = reason.unwrap_or_default();
        Ok(match status {
            TransferStatus::AwaitingConfirmation => Self::AwaitingConfirmation(AwaitingConfirmation { order }),
            TransferStatus::Confirmed => Self::Confirmed(Confirmed { order, confirmed_at: confirmed()? }),
            TransferStatus::Executed => {
                Self::Executed(Executed { order, confirmed_at: confirmed()?, executed_at: ended()? })
            }
            TransferStatus::Refused => Self::Refused(Refused {
                order,
                confirmed_at: confirmed()?,
                refused_at: ended()?,
                reason: reason.parse()?,
            }),
            TransferStatus::Denied => Self::Denied(Denied { order, denied_at: ended()?, denial: reason.parse()? }),
            TransferStatus::Expired => Self::Expired(Expired { order, confirmed_at, expired_at: ended()? }),
        })
    }
}
