//! Members of a JSON body, taken one by one until none is left.

use super::problem::ApiFault;
use serde_json::{Map, Value};
use std::str::FromStr;
use sumun_banking::{
    AccountNumber, Amount, BankCode, FieldFault, HolderName, Movement, Payee, Summary, TransferKind, TransferTerms,
};
use sumun_ids::{AccountId, InquiryId};
use sumun_money::Won;

/// The members of an object that were not taken yet.
pub(crate) struct Fields {
    members: Map<String, Value>,
    /// `payee.` inside of the payee.
    prefix: &'static str,
}

impl Fields {
    /// The members of a body.
    pub fn of(members: Map<String, Value>) -> Self {
        Self { members, prefix: "" }
    }

    /// A text that is parsed as a `T`.
    pub fn parsed<T: FromStr>(&mut self, name: &'static str, expected: &'static str) -> Result<T, ApiFault> {
        let text = self.text(name)?;
        text.parse().map_err(|_| self.fault(name, expected))
    }

    /// A text.
    pub fn text(&mut self, name: &'static str) -> Result<String, ApiFault> {
        match self.members.remove(name) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(self.fault(name, "a text")),
        }
    }

    /// Whether there is a member `name`.
    pub fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Says that nothing else may be left.
    ///
    /// # Errors
    /// Names the first member that nobody expects.
    pub fn end(self) -> Result<(), ApiFault> {
        match self.members.keys().next() {
            None => Ok(()),
            Some(name) => Err(ApiFault::FieldUnknown { field: format!("{}{name}", self.prefix) }),
        }
    }

    fn amount(&mut self) -> Result<Amount, ApiFault> {
        // A number with a fraction or an exponent is no `i64` here.
        let sum = self.members.remove("amount").and_then(|value| value.as_i64()).map_or(Won::ZERO, Won::new);
        Ok(Amount::new(sum)?)
    }

    fn inner(&mut self, name: &'static str, prefix: &'static str) -> Result<Self, ApiFault> {
        match self.members.remove(name) {
            Some(Value::Object(members)) => Ok(Self { members, prefix }),
            _ => Err(self.fault(name, "an object")),
        }
    }

    fn fault(&self, name: &'static str, expected: &'static str) -> ApiFault {
        ApiFault::FieldInvalid { field: format!("{}{name}", self.prefix), expected }
    }

    fn relocate(&self, fault: FieldFault) -> ApiFault {
        self.fault(fault.field, fault.expected)
    }
}

/// Bank and number of an account.
pub(crate) fn bank_and_number(fields: &mut Fields) -> Result<(BankCode, AccountNumber), ApiFault> {
    let bank = fields.text("bank_code")?.parse().map_err(|fault| fields.relocate(fault))?;
    let number = fields.text("account_number")?.parse().map_err(|fault| fields.relocate(fault))?;
    Ok((bank, number))
}

/// The terms of a transfer as an app sends them.
pub(crate) struct AskedTerms {
    account: AccountId,
    amount: Amount,
    summary: Summary,
    payee: Option<AskedPayee>,
}

/// Who is to be paid, by a name or by the inquiry that told a masked one.
pub(crate) struct AskedPayee {
    /// The bank.
    pub bank: BankCode,
    /// The number of the account.
    pub number: AccountNumber,
    /// Who the holder is.
    pub holder: AskedHolder,
}

/// Who the holder of the payee's account is.
pub(crate) enum AskedHolder {
    /// The whole name.
    Name(HolderName),
    /// The holder of whom this inquiry told.
    Inquiry(InquiryId),
}

impl AskedTerms {
    /// A withdrawal names its payee, a deposit does not.
    pub fn kind(&self) -> TransferKind {
        if self.payee.is_some() { TransferKind::Withdrawal } else { TransferKind::Deposit }
    }

    /// The payee, if one is named.
    pub fn payee(&self) -> Option<&AskedPayee> {
        self.payee.as_ref()
    }

    /// The terms with the payee that was made of [`Self::payee`].
    pub fn with(self, payee: Option<Payee>) -> TransferTerms {
        let Self { account, amount, summary, .. } = self;
        TransferTerms { account, movement: payee.map_or(Movement::Deposit, Movement::Withdrawal), amount, summary }
    }
}

/// The terms of a withdrawal, which names its payee, or of a deposit, which does not.
pub(crate) fn terms(members: Map<String, Value>) -> Result<AskedTerms, ApiFault> {
    let mut fields = Fields::of(members);
    let account = fields.parsed("account_id", "the id of an account")?;
    let amount = fields.amount()?;
    let summary = fields.text("summary").and_then(|text| Ok(Summary::parse(&text)?))?;
    let payee = if fields.has("payee") { Some(payee(fields.inner("payee", "payee.")?)?) } else { None };
    fields.end()?;
    Ok(AskedTerms { account, amount, summary, payee })
}

/// Bank and number, and exactly one of the holder's name and an inquiry.
fn payee(mut inner: Fields) -> Result<AskedPayee, ApiFault> {
    let (bank, number) = bank_and_number(&mut inner)?;
    let holder = match (inner.has("holder_name"), inner.has("inquiry_id")) {
        (true, true) => return Err(inner.fault("inquiry_id", "either `holder_name` or `inquiry_id`, not both")),
        (false, true) => AskedHolder::Inquiry(inner.parsed("inquiry_id", "the id of an inquiry")?),
        (_, false) => {
            let name = HolderName::parse(&inner.text("holder_name")?);
            AskedHolder::Name(name.map_err(|fault| inner.relocate(fault))?)
        }
    };
    inner.end()?;
    Ok(AskedPayee { bank, number, holder })
}
