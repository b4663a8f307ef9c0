//! The attacks: each must be refused, leave the balance as it is, and stand in
//! the journal or the access records afterwards.

use super::brief::Brief;
use super::story::{self, Told, balance_path};
use crate::demo::summary::Attack;
use crate::demo::telling::Reporter;
use crate::journey::{Answer, JourneyError};
use crate::speech::say;

/// Carries them out one after the other. `others_account` is an account of the
/// other app's customer.
pub async fn carry_out(
    brief: &Brief,
    told: Told,
    others_account: &str,
    reporter: &mut Reporter<'_>,
) -> Result<(), JourneyError> {
    let mut told = told;
    reporter.doing(say("demo-chapter-attacks"))?;
    let account = told.account.clone();

    let thief = brief.app(1)?;
    let answer = thief.get(&balance_path(&account), &told.token).await?;
    report(reporter, "stolen_token_other_certificate", &answer, true)?;

    let answer = told.app.get(&balance_path(others_account), &told.token).await?;
    report(reporter, "other_customers_account", &answer, true)?;

    let terms = story::terms(&account, 10_000, &told.payee);
    let (transfer, _) = story::request(&told.app, &told.token, &terms).await?;
    told.customer.approve_transfer(&transfer).await?;
    let changed = story::terms(&account, 990_000, &told.payee);
    let answer = story::execute(&told.app, &told.token, &transfer, &changed).await?;
    let kept = story::balance(&told.app, &account, &told.token).await? == told.balance;
    report(reporter, "amount_changed_after_confirmation", &answer, kept)?;

    let answer = story::execute(&told.app, &told.token, &told.transfer, &told.terms).await?;
    let kept = story::balance(&told.app, &account, &told.token).await? == told.balance;
    report(reporter, "replayed_transfer", &answer, kept)?;

    told.customer.withdraw_newest().await?;
    let answer = told.app.get(&balance_path(&account), &told.token).await?;
    report(reporter, "call_after_consent_withdrawn", &answer, true)
}

fn report(reporter: &mut Reporter<'_>, name: &str, answer: &Answer, state_kept: bool) -> Result<(), JourneyError> {
    let refused = (400..500).contains(&answer.status) && state_kept;
    reporter.attack(Attack { name: name.to_owned(), refused, status: answer.status, code: answer.code() })
}
