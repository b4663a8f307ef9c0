//! One platform for all tests that leave it as it was.

use std::sync::OnceLock;
use sumun_conformance::{App, Person, Running};
use tokio::sync::OnceCell;

/// A platform that no test changes.
pub fn platform() -> &'static Running {
    static PLATFORM: OnceLock<Running> = OnceLock::new();
    PLATFORM.get_or_init(Running::fresh)
}

/// A token of the first institution for the first account of haneul, with every right.
pub async fn token() -> &'static str {
    &granted().await.0
}

/// The account of [`token`].
pub async fn account() -> &'static str {
    &granted().await.1
}

async fn granted() -> &'static (String, String) {
    static GRANTED: OnceCell<(String, String)> = OnceCell::const_new();
    let granted = GRANTED.get_or_init(|| async {
        let ready = platform().ready();
        let mut haneul = Person::new(ready, "haneul");
        let account = haneul.accounts().await[0].clone();
        (haneul.consent(&App::of(ready, 0), EVERY_SCOPE, &[&account]).await, account)
    });
    granted.await
}

/// Everything that an app of the world may ask for.
pub const EVERY_SCOPE: &str = "account-holder balance transactions transfer";
