//! What the pages say of transfers, banks and accounts, masked.

use crate::visit::Visit;
use std::collections::BTreeMap;
use sumun_banking::{AccountKind, AccountState, Bank, BankCode, TransferOrder};
use sumun_ids::AccountId;
use sumun_money::Won;
use sumun_web::{Bilingual, ErrorPage, Locale, Status};

/// The names that a page about transfers needs.
pub(super) struct Names {
    locale: Locale,
    banks: BTreeMap<BankCode, Bank>,
    accounts: BTreeMap<AccountId, String>,
}

impl Names {
    /// Of all banks and of the visitor's own accounts.
    ///
    /// # Errors
    /// The page for a store that failed.
    pub async fn load(visit: &Visit, accounts: &[AccountState]) -> Result<Self, ErrorPage> {
        let banks = visit.bank.parts.banking.banks().await.map_err(|failure| visit.fail(failure))?;
        let accounts = accounts.iter().map(|AccountState { account, .. }| {
            (account.id, format!("{} {}", account.alias.as_str(), account.number.masked()))
        });
        Ok(Self {
            locale: visit.locale,
            banks: banks.into_iter().map(|bank| (bank.code, bank)).collect(),
            accounts: accounts.collect(),
        })
    }

    /// The name of a bank, or its code.
    pub fn bank(&self, code: BankCode) -> String {
        match (self.banks.get(&code), self.locale) {
            (Some(bank), Locale::Ko) => bank.name_ko.clone(),
            (Some(bank), Locale::En) => bank.name_en.clone(),
            (None, _) => code.to_string(),
        }
    }

    /// Alias and masked number of an account of the visitor.
    pub fn own_account(&self, account: AccountId) -> String {
        self.accounts.get(&account).cloned().unwrap_or_default()
    }

    /// Name of the payee, masked, and bank with masked number; empty for a deposit.
    pub fn payee(&self, order: &TransferOrder) -> (String, String) {
        order.terms.payee().map_or_else(Default::default, |payee| {
            (payee.holder.masked(), format!("{} {}", self.bank(payee.bank), payee.number.masked()))
        })
    }
}

/// Who asked: the institution and its app, in both languages.
pub(super) struct Requester {
    pub institution: String,
    pub app: String,
}

impl Requester {
    /// The names of who asked for `order`; an app that is gone has none.
    ///
    /// # Errors
    /// The page for a store that failed.
    pub async fn of(visit: &Visit, order: &TransferOrder) -> Result<Self, ErrorPage> {
        let participants = visit.bank.parts.participants.as_ref();
        let institution = participants.institution(order.institution).await.map_err(|failure| visit.fail(failure))?;
        let app = participants.app(order.app).await.map_err(|failure| visit.fail(failure))?;
        let institution = institution.map_or_else(Bilingual::default, |it| Bilingual::new(it.name_ko, it.name_en));
        let app = app.map_or_else(Bilingual::default, |it| Bilingual::new(it.name_ko, it.name_en));
        Ok(Self {
            institution: institution.in_language(visit.locale).to_owned(),
            app: app.in_language(visit.locale).to_owned(),
        })
    }
}

/// The key of the words for a kind of account.
pub(super) const fn kind_key(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Demand => "account-kind-demand",
        AccountKind::Savings => "account-kind-savings",
        AccountKind::TermDeposit => "account-kind-term-deposit",
        AccountKind::Settlement | AccountKind::Funding | AccountKind::Clearing => "account-kind-settlement",
    }
}

/// The badge of an executed transfer.
pub(super) const DONE: Status = Status::Done;

/// A sum in words of the reader's language, so that a digit too many is seen.
pub(super) fn sum_in_words(sum: Won, locale: Locale) -> String {
    match locale {
        Locale::Ko => format!("{} 원", sum.in_korean_words()),
        Locale::En => format!("{} won", english(sum.amount().unsigned_abs())),
    }
}

const ONES: [&str; 20] = [
    "",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const GROUPS: [&str; 7] = ["", " thousand", " million", " billion", " trillion", " quadrillion", " quintillion"];

fn english(number: u64) -> String {
    if number == 0 {
        return "zero".to_owned();
    }
    let (mut rest, mut groups) = (number, Vec::new());
    for name in GROUPS {
        let group = (rest % 1_000) as usize;
        rest /= 1_000;
        if group > 0 {
            groups.push(format!("{}{name}", below_thousand(group)));
        }
    }
    groups.reverse();
    groups.join(" ")
}

fn below_thousand(number: usize) -> String {
    let (hundreds, rest) = (number / 100, number % 100);
    let tail = match rest {
        0..20 => ONES[rest].to_owned(),
        _ if rest % 10 == 0 => TENS[rest / 10].to_owned(),
        _ => format!("{}-{}", TENS[rest / 10], ONES[rest % 10]),
    };
    match (hundreds, tail.is_empty()) {
        (0, _) => tail,
        (_, true) => format!("{} hundred", ONES[hundreds]),
        (_, false) => format!("{} hundred {tail}", ONES[hundreds]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_said_in_both_languages() {
        assert_eq!(sum_in_words(Won::new(1_234_500), Locale::Ko), "일백이십삼만 사천오백 원");
        let said = "one million two hundred thirty-four thousand five hundred won";
        assert_eq!(sum_in_words(Won::new(1_234_500), Locale::En), said);
        for (number, words) in [
            (0, "zero"),
            (1, "one"),
            (10, "ten"),
            (19, "nineteen"),
            (20, "twenty"),
            (101, "one hundred one"),
            (1_000_000, "one million"),
            (1_000_000_000_000, "one trillion"),
        ] {
            assert_eq!(english(number), words);
        }
    }
}
