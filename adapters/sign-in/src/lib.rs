//! Who is at the browser: the one home of signing in and out.
//!
//! Every app with pages has one [`Entrance`], for customers or for staff. It
//! reads a request as a [`Browser`], says who is there ([`Presence`]), checks
//! passwords a few at a time and makes the sign-in page:
//!
//! ```text
//! let browser = entrance.browser(&parts);                     // language, address, cookies
//! match entrance.customer(&browser).await? {
//!     Presence::SignedIn(visitor) => …,                       // who, with the session's form token
//!     Presence::Away(end) => entrance.sign_in_page(&browser, words, end),
//! }
//!
//! let typed = browser.sign_in_form(&form)?;                   // bound to this browser, or a stale form
//! match entrance.sign_in_once(typed).await? {
//!     SignInAnswer::Opened(opened) => entrance.lead_on(&opened, "/where/to"),
//!     SignInAnswer::Refused(refused) => entrance.sign_in_again(&browser, words, refused),
//! }
//! ```
//!
//! An app keeps what is its own: where to go afterwards, what signing in is
//! for, and what becomes of a store that fails. The rules (lockout, limits of
//! a session) are in `sumun-identity`.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod attempt;
mod browser;
mod entrance;
mod forms;
mod once;
mod pages;
#[cfg(test)]
mod tests;
mod turns;
mod visitor;

pub use attempt::{OpenedSession, RefusedSignIn, SignInAnswer, SignInFault};
pub use browser::Browser;
pub use entrance::Entrance;
pub use forms::{FormTurn, Forms, Press, TakenUp};
pub use once::SentSignIn;
pub use pages::{SignInWords, sign_out_page};
pub use turns::Origin;
pub use visitor::{Presence, Visitor};

use sumun_web::MessageSource;

/// The words that all sign-ins share; an app loads them beside its own.
pub const MESSAGES: MessageSource =
    MessageSource { name: "sign-in", ko: include_str!("../messages/ko.ftl"), en: include_str!("../messages/en.ftl") };
