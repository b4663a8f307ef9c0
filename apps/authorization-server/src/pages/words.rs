//! How domain values are said to the customer.

use crate::visit::Visit;
use sumun_authorization::{AccountKind, AccountSummary};
use sumun_consent::{Consent, ConsentState, Scope};
use sumun_participants::{App, Institution};
use sumun_time::{Date, Span, Timestamp};
use sumun_web::{ErrorPage, Locale, Page, Status};

/// From when on a consent counts as ending soon.
const SOON: Span = Span::from_days(30);

/// A scope with the sentence that explains it.
pub(super) struct ScopeLine {
    /// Its name.
    pub title: String,
    /// What it means for the customer.
    pub detail: String,
}

/// The scopes that read, and those that order transactions (PR-019 tells the two apart).
pub(super) fn scope_lines(page: &Page, scopes: &[Scope]) -> (Vec<ScopeLine>, Vec<ScopeLine>) {
    let line = |scope: &Scope| ScopeLine {
        title: page.text(scope_key(*scope)).to_string(),
        detail: page.text(&format!("{}-detail", scope_key(*scope))).to_string(),
    };
    let (orders, reads): (Vec<_>, Vec<_>) = scopes.iter().partition(|scope| scope.orders_transactions());
    (reads.into_iter().map(line).collect(), orders.into_iter().map(line).collect())
}

/// The key of a kind of account.
pub(super) fn kind_key(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Demand => "account-kind-demand",
        AccountKind::Savings => "account-kind-savings",
        AccountKind::TermDeposit => "account-kind-term-deposit",
    }
}

/// The institution's name in this language.
pub(super) fn institution_name(institution: &Institution, locale: Locale) -> &str {
    match locale {
        Locale::Ko => &institution.name_ko,
        Locale::En => &institution.name_en,
    }
}

/// The app's name in this language.
pub(super) fn app_name(app: &App, locale: Locale) -> &str {
    match locale {
        Locale::Ko => &app.name_ko,
        Locale::En => &app.name_en,
    }
}

/// A name as the subject of a sentence: in Korean with 이 after a final consonant and 가 after a vowel.
pub(super) fn subject(name: &str, locale: Locale) -> String {
    let particle = match (locale, name.chars().last()) {
        (Locale::En, _) => "",
        // Hangul syllables are ordered by their final consonant, of which there are 28 with none as the first.
        (Locale::Ko, Some(last @ '가'..='힣')) if (last as u32 - '가' as u32).is_multiple_of(28) => "가",
        (Locale::Ko, Some('가'..='힣')) => "이",
        (Locale::Ko, _) => "이(가)",
    };
    format!("{name}{particle}")
}

/// What the pages say about one consent.
pub(super) struct ConsentView {
    /// Its id.
    pub id: String,
    /// Who may use it.
    pub institution: String,
    /// By which app.
    pub app: String,
    /// Its state.
    pub status: Status,
    /// What can be seen, in one line.
    pub data: String,
    /// What can be ordered, in one line.
    pub transactions: String,
    /// The accounts, in one line.
    pub accounts: String,
    /// Its last day.
    pub expires_on: Date,
    /// When it ended, if it did.
    pub ended_at: Option<Timestamp>,
}

impl ConsentView {
    /// The view of `consent`. `accounts` is what the bank says, `None` when it does not answer.
    ///
    /// # Errors
    /// The page for a store that failed.
    pub async fn of(
        visit: &Visit,
        page: &Page,
        consent: &Consent,
        accounts: Option<&[AccountSummary]>,
    ) -> Result<Self, ErrorPage> {
        let participants = &visit.server.parts.participants;
        let failed = |failure| visit.fail("participants", failure);
        let institution = participants.institution(consent.institution).await.map_err(failed)?;
        let app = participants.app(consent.app).await.map_err(failed)?;
        let (status, ended_at) = state(consent, visit.now);
        let (reads, orders) = scope_lines(page, &consent.scopes);
        Ok(Self {
            id: consent.id.to_string(),
            institution: institution.map_or_else(String::new, |it| institution_name(&it, page.locale).to_owned()),
            app: app.map_or_else(String::new, |app| app_name(&app, page.locale).to_owned()),
            status,
            data: titles(page, &reads),
            transactions: titles(page, &orders),
            accounts: accounts_line(page, consent, accounts),
            expires_on: last_day(consent),
            ended_at,
        })
    }
}

/// The last day on which a consent is valid.
pub(super) fn last_day(consent: &Consent) -> Date {
    consent.expires_at.minus(Span::from_micros(1)).korean_date()
}

fn state(consent: &Consent, now: Timestamp) -> (Status, Option<Timestamp>) {
    match consent.state_at(now) {
        ConsentState::Active if consent.expires_at.since(now) <= SOON => (Status::ConsentExpiringSoon, None),
        ConsentState::Active => (Status::ConsentActive, None),
        ConsentState::Withdrawn { at } => (Status::ConsentWithdrawn, Some(at)),
        ConsentState::Expired { at } => (Status::ConsentExpired, Some(at)),
        ConsentState::Superseded { at } => (Status::ConsentSuperseded, Some(at)),
    }
}

fn scope_key(scope: Scope) -> &'static str {
    match scope {
        Scope::AccountHolder => "scope-account-holder",
        Scope::Balance => "scope-balance",
        Scope::Transactions => "scope-transactions",
        Scope::Transfer => "scope-transfer",
    }
}

fn titles(page: &Page, lines: &[ScopeLine]) -> String {
    if lines.is_empty() {
        return page.text("consent-nothing").to_string();
    }
    lines.iter().map(|line| line.title.as_str()).collect::<Vec<_>>().join(", ")
}

fn accounts_line(page: &Page, consent: &Consent, accounts: Option<&[AccountSummary]>) -> String {
    if consent.accounts.is_empty() {
        return page.text("consents-no-account").to_string();
    }
    let Some(accounts) = accounts else {
        return page.text("consents-accounts-unknown").count("count", consent.accounts.len()).to_string();
    };
    let name = |id| match accounts.iter().find(|account| account.id == id) {
        Some(account) => format!("{} {}", account.alias, account.masked_number),
        None => page.text("consents-account-closed").to_string(),
    };
    consent.accounts.iter().map(|id| name(*id)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_korean_particle_follows_the_final_consonant() {
        for (name, said) in [
            ("새움페이", "새움페이가"),
            ("온담자산관리", "온담자산관리가"),
            ("다온은행", "다온은행이"),
            ("Pay", "Pay이(가)"),
        ] {
            assert_eq!(subject(name, Locale::Ko), said);
        }
        assert_eq!(subject("Saeum Pay", Locale::En), "Saeum Pay");
    }
}
