//! Accounts: how a row becomes one, and how one is opened.

use crate::{FieldCipher, Row, StoreError, SubjectKey, Tx, args};
use std::fmt::Display;
use sumun_banking::{
    Account, AccountKind, AccountNumber, AccountOwner, AccountState, Alias, BankCode, HolderName, NewAccount, NewBank,
};
use sumun_ids::AccountId;
use sumun_money::Won;

/// An account as the ledger needs it.
pub(super) struct AccountRow {
    pub(super) state: AccountState,
    /// How many lines it has.
    pub(super) lines: i64,
}

macro_rules! account_columns {
    ($rest:literal) => {
        concat!(
            "SELECT a.owner, a.id, a.bank, a.kind, a.alias, a.number, a.holder, a.balance, a.lines, k.wrapped \
             FROM account a JOIN subject_key k ON k.subject = a.owner ",
            $rest
        )
    };
}

/// The account `$2` of owner `$1`.
pub(super) const ONE: &str = account_columns!("WHERE a.owner = $1 AND a.id = $2");
/// The accounts of owner `$1`.
pub(super) const OF_OWNER: &str = account_columns!("WHERE a.owner = $1 ORDER BY a.opened_at, a.id");
/// The account whose bank and number have the mark `$1`.
pub(super) const BY_MARK: &str =
    account_columns!("JOIN account_number n ON n.owner = a.owner AND n.account = a.id WHERE n.mark = $1");
/// The oldest settlement account of institution `$1`.
const SETTLEMENT: &str =
    account_columns!("WHERE a.owner = $1 AND a.kind = 'settlement' ORDER BY a.opened_at, a.id LIMIT 1");

/// Reads a row of one of the statements above.
pub(super) fn read(cipher: &FieldCipher, row: &Row) -> Result<AccountRow, StoreError> {
    let owner: AccountOwner = row.parse(0)?;
    let id: AccountId = row.parse(1)?;
    let key = cipher.key_in(row, 9, row.text(0)?)?;
    let account = Account {
        id,
        owner,
        bank: row.parse(2)?,
        kind: row.parse(3)?,
        alias: Alias::parse(&open(&key, "alias", id, row.blob(4)?)?).map_err(unreadable)?,
        number: open(&key, "number", id, row.blob(5)?)?.parse().map_err(unreadable)?,
        holder: HolderName::parse(&open(&key, "holder", id, row.blob(6)?)?).map_err(unreadable)?,
    };
    Ok(AccountRow { state: AccountState { account, balance: row.won(7)? }, lines: row.int(8)? })
}

/// The account `id` of `owner`.
pub(super) async fn one(
    tx: &mut Tx,
    cipher: &FieldCipher,
    owner: impl Display,
    id: AccountId,
) -> Result<Option<AccountRow>, StoreError> {
    let row = tx.fetch_optional(ONE, args![owner.to_string(), id]).await?;
    row.map(|row| read(cipher, &row)).transpose()
}

/// The account of `bank` with this number.
pub(super) async fn by_number(
    tx: &mut Tx,
    cipher: &FieldCipher,
    bank: BankCode,
    number: &AccountNumber,
) -> Result<Option<AccountRow>, StoreError> {
    let row = tx.fetch_optional(BY_MARK, args![mark(cipher, bank, number)]).await?;
    row.map(|row| read(cipher, &row)).transpose()
}

/// The account out of which an institution pays deposits.
pub(super) async fn settlement(
    tx: &mut Tx,
    cipher: &FieldCipher,
    institution: sumun_ids::InstitutionId,
) -> Result<Option<AccountRow>, StoreError> {
    let row = tx.fetch_optional(SETTLEMENT, args![institution]).await?;
    row.map(|row| read(cipher, &row)).transpose()
}

/// The keyed hash by which a number is found.
pub(super) fn mark(cipher: &FieldCipher, bank: BankCode, number: &AccountNumber) -> [u8; 32] {
    cipher.mark("account number", format!("{bank}|{}", number.digits()).as_bytes())
}

/// Opens a bank with its two accounts; does nothing when it is open already.
pub(super) async fn open_bank(tx: &mut Tx, cipher: &FieldCipher, new: &NewBank) -> Result<bool, StoreError> {
    let sql = "INSERT INTO bank (code, name_ko, name_en, funding, clearing) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (code) DO NOTHING";
    let code = new.bank.code.to_string();
    let names = (&new.bank.name_ko, &new.bank.name_en);
    if tx.execute(sql, args![&code, names.0, names.1, new.funding, new.clearing]).await? == 0 {
        return Ok(false);
    }
    // Numbers of eight zeros and nines stand outside of those that customers get.
    let own = [(new.funding, AccountKind::Funding, "00000000"), (new.clearing, AccountKind::Clearing, "99999999")];
    for (id, kind, number) in own {
        let account = Account {
            id,
            owner: AccountOwner::Bank(new.bank.code),
            bank: new.bank.code,
            kind,
            alias: Alias::parse(kind.name()).map_err(unreadable)?,
            number: number.parse().map_err(unreadable)?,
            holder: HolderName::parse(&new.bank.name_ko).map_err(unreadable)?,
        };
        insert(tx, cipher, &NewAccount { account, opening_balance: Won::ZERO, opened_at: new.opened_at }).await?;
    }
    Ok(true)
}

/// Writes the row of an account with nothing on it.
pub(super) async fn insert(tx: &mut Tx, cipher: &FieldCipher, new: &NewAccount) -> Result<(), StoreError> {
    let NewAccount { account, opened_at, .. } = new;
    let (owner, id) = (account.owner.to_string(), account.id);
    let key = cipher.subject_key(tx, &owner, *opened_at).await?;
    let alias = seal(&key, "alias", id, account.alias.as_str())?;
    let number = seal(&key, "number", id, account.number.as_str())?;
    let holder = seal(&key, "holder", id, account.holder.as_str())?;
    let (bank, kind) = (account.bank.to_string(), account.kind.name());
    let sql = "INSERT INTO account (owner, id, bank, kind, alias, number, holder, balance, lines, opened_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8)";
    tx.execute(sql, args![&owner, id, bank, kind, alias, number, holder, *opened_at]).await?;
    let sql = "INSERT INTO account_number (mark, owner, account) VALUES ($1, $2, $3)";
    tx.execute(sql, args![mark(cipher, account.bank, &account.number), owner, id]).await?;
    Ok(())
}

/// Funding and clearing account of `bank`.
pub(super) async fn own_accounts(tx: &mut Tx, bank: BankCode) -> Result<(AccountId, AccountId), StoreError> {
    let sql = "SELECT funding, clearing FROM bank WHERE code = $1";
    let row = tx.fetch_optional(sql, args![bank.to_string()]).await?;
    let row = row.ok_or(StoreError::column(0, "the account's bank", "no row"))?;
    Ok((row.parse(0)?, row.parse(1)?))
}

/// A field that was sealed by us and is not what it was: never an error of a caller.
pub(super) fn unreadable<E>(_: E) -> StoreError {
    StoreError::Sealed("a field of the bank's books cannot be read")
}

fn seal(key: &SubjectKey, column: &str, id: AccountId, clear: &str) -> Result<Vec<u8>, StoreError> {
    key.seal(&format!("account|{column}|{id}"), clear.as_bytes())
}

fn open(key: &SubjectKey, column: &str, id: AccountId, sealed: &[u8]) -> Result<String, StoreError> {
    key.open_text(&format!("account|{column}|{id}"), sealed)
}
