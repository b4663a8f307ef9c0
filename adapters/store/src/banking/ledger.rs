//! Postings: balances and lines, written together.

use super::accounts::{self, AccountRow, unreadable};
use crate::{FieldCipher, Row, StoreError, Tx, args};
use serde::{Deserialize, Serialize};
use sumun_banking::{
    AccountOwner, Amount, BankCode, BankingError, Book, BookAudit, Entered, HolderName, NewAccount, Place, Posting,
    Summary, Transaction, TransactionPage, TransactionQuery,
};
use sumun_ids::{AccountId, TransferId};
use sumun_time::Timestamp;

/// What stands beside a line in the passbook of its account.
#[derive(Serialize, Deserialize)]
struct Note {
    counterparty: String,
    summary: String,
}

/// Everything that the lines of one posting have in common.
pub(super) struct Movement<'a> {
    /// Names the posting: the transfer's id, or that of the account that opens.
    pub(super) posting: String,
    pub(super) transfer: Option<TransferId>,
    pub(super) at: Timestamp,
    pub(super) summary: &'a Summary,
}

/// The accounts that a posting touches, with what is on them.
pub(super) struct Touched(Vec<AccountRow>);

impl Touched {
    pub(super) const fn new(accounts: Vec<AccountRow>) -> Self {
        Self(accounts)
    }

    /// The same as the ledger's rule wants it.
    pub(super) fn book(&self) -> Book {
        let mut book = Book::new();
        for AccountRow { state, .. } in &self.0 {
            book.carry(state.account.id, state.account.bank, state.account.kind, state.balance);
        }
        book
    }

    /// Writes `posting`, after which `book` has the balances.
    pub(super) async fn write(
        &self,
        tx: &mut Tx,
        cipher: &FieldCipher,
        entered: (&Posting, &Book),
        movement: &Movement<'_>,
    ) -> Result<(), StoreError> {
        let (posting, book) = entered;
        for line in posting.lines() {
            let row = self.0.iter().find(|row| row.state.account.id == line.account);
            let row = row.ok_or(StoreError::column(0, "an account of the posting", "no row"))?;
            let balance = book.balance(line.account).ok_or(StoreError::column(0, "a balance", "no balance"))?;
            let (owner, number) = (row.state.account.owner.to_string(), row.lines + 1);
            let sql = "UPDATE account SET balance = $1, lines = $2 \
                       WHERE owner = $3 AND id = $4 AND lines = $5 AND balance = $6";
            let before = (row.lines, row.state.balance);
            let changed = tx.execute(sql, args![balance, number, &owner, line.account, before.0, before.1]).await?;
            if changed != 1 {
                return Err(StoreError::Conflict);
            }
            let key = cipher.existing_key(tx, &owner).await?.ok_or_else(|| unreadable(()))?;
            let note = Note {
                counterparty: self.other_side(posting, row).as_str().to_owned(),
                summary: movement.summary.as_str().to_owned(),
            };
            let note = serde_json::to_vec(&note).map_err(unreadable)?;
            let note = key.seal(&note_place(line.account, number), &note)?;
            let sql = "INSERT INTO ledger_line (owner, account, number, posting, at, change, balance, transfer, note) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
            let (posting, at) = (&movement.posting, movement.at);
            let values = args![owner, line.account, number, posting, at, line.change, balance, movement.transfer, note];
            tx.execute(sql, values).await?;
        }
        Ok(())
    }

    /// The holder whose name stands beside a line: that of the other end of the movement.
    fn other_side<'a>(&'a self, posting: &Posting, own: &'a AccountRow) -> &'a HolderName {
        let ends = [posting.lines().first(), posting.lines().last()];
        let other = ends.into_iter().flatten().find(|line| line.account != own.state.account.id);
        let other = other.and_then(|line| self.0.iter().find(|row| row.state.account.id == line.account));
        &other.unwrap_or(own).state.account.holder
    }
}

/// Opens an account and puts its opening balance on it.
pub(super) async fn open_account(
    tx: &mut Tx,
    cipher: &FieldCipher,
    new: &NewAccount,
) -> Result<Result<(), BankingError>, StoreError> {
    let NewAccount { account, opening_balance, opened_at } = new;
    accounts::insert(tx, cipher, new).await?;
    if *opening_balance == sumun_money::Won::ZERO {
        return Ok(Ok(()));
    }
    let (funding, clearing) = accounts::own_accounts(tx, account.bank).await?;
    let mut touched = Vec::new();
    for (owner, id) in [(AccountOwner::Bank(account.bank), funding), (account.owner, account.id)] {
        touched.extend(accounts::one(tx, cipher, owner, id).await?);
    }
    let touched = Touched::new(touched);
    let place = |id| Place { bank: account.bank, account: id, clearing };
    let posted = Amount::new(*opening_balance)
        .map_err(BankingError::from)
        .and_then(|amount| Ok(Posting::between(place(funding), place(account.id), amount)?))
        .and_then(|posting| {
            let mut book = touched.book();
            match book.enter(&posting)? {
                Entered::Whole => Ok((posting, book)),
                Entered::NotEnoughOn(account) => Err(BankingError::Ledger { account }),
            }
        });
    let (posting, book) = match posted {
        Ok(posted) => posted,
        Err(error) => return Ok(Err(error)),
    };
    let summary = Summary::parse("계좌 개설").map_err(unreadable)?;
    let movement = Movement { posting: account.id.to_string(), transfer: None, at: *opened_at, summary: &summary };
    touched.write(tx, cipher, (&posting, &book), &movement).await.map(Ok)
}

/// The lines of account `$2` of owner `$1` from instant `$3`, before instant
/// `$4` and number `$5`; `$6` of them.
pub(super) const LINES: &str = "SELECT l.number, l.at, l.change, l.balance, l.transfer, l.note, k.wrapped \
    FROM ledger_line l JOIN subject_key k ON k.subject = l.owner \
    WHERE l.owner = $1 AND l.account = $2 AND l.at >= $3 AND l.at < $4 AND l.number < $5 \
    ORDER BY l.number DESC LIMIT $6";

/// A page out of one row more than it holds.
pub(super) fn page(
    cipher: &FieldCipher,
    owner: &str,
    account: AccountId,
    rows: &[Row],
    query: &TransactionQuery,
) -> Result<TransactionPage, StoreError> {
    let limit = query.limit() as usize;
    let transactions =
        rows.iter().take(limit).map(|row| transaction(cipher, owner, account, row)).collect::<Result<Vec<_>, _>>()?;
    let next = if rows.len() > limit { transactions.last().map(|last| last.number) } else { None };
    Ok(TransactionPage { transactions, next })
}

fn transaction(cipher: &FieldCipher, owner: &str, account: AccountId, row: &Row) -> Result<Transaction, StoreError> {
    let key = cipher.key_in(row, 6, owner)?;
    let note = key.open(&note_place(account, row.int(0)?), row.blob(5)?)?;
    let note: Note = serde_json::from_slice(&note).map_err(unreadable)?;
    Ok(Transaction {
        number: row.number(0)?,
        at: row.timestamp(1)?,
        change: row.won(2)?,
        balance: row.won(3)?,
        counterparty: HolderName::parse(&note.counterparty).map_err(unreadable)?,
        summary: Summary::parse(&note.summary).map_err(unreadable)?,
        transfer: row.optional(4, Row::parse)?,
    })
}

/// Counts of accounts and postings, and the sum of all balances.
pub(super) const TOTALS: &str = "SELECT (SELECT COUNT(*) FROM account), \
    (SELECT COUNT(DISTINCT posting) FROM ledger_line), \
    (SELECT CAST(COALESCE(SUM(balance), 0) AS BIGINT) FROM account)";
/// Banks whose accounts do not sum to zero.
pub(super) const UNBALANCED: &str = "SELECT bank FROM account GROUP BY bank HAVING SUM(balance) <> 0 ORDER BY bank";
/// Accounts whose balance is not the sum of their lines, or whose lines have a gap.
pub(super) const DISAGREEING: &str = "SELECT a.id FROM account a \
    LEFT JOIN ledger_line l ON l.owner = a.owner AND l.account = a.id \
    GROUP BY a.owner, a.id, a.balance, a.lines \
    HAVING CAST(COALESCE(SUM(l.change), 0) AS BIGINT) <> a.balance OR COUNT(l.number) <> a.lines \
    OR COALESCE(MAX(l.number), 0) <> a.lines ORDER BY a.id";
/// Accounts that owe and may not.
pub(super) const OWING: &str =
    "SELECT id FROM account WHERE balance < 0 AND kind NOT IN ('funding', 'clearing') ORDER BY id";

/// What the four statements above found.
pub(super) fn audit(
    totals: Option<&Row>,
    unbalanced: &[Row],
    disagreeing: &[Row],
    owing: &[Row],
) -> Result<BookAudit, StoreError> {
    let totals = totals.ok_or(StoreError::column(0, "the totals", "no row"))?;
    let ids = |rows: &[Row]| rows.iter().map(|row| row.parse(0)).collect::<Result<Vec<AccountId>, _>>();
    Ok(BookAudit {
        accounts: totals.number(0)?,
        postings: totals.number(1)?,
        sum: totals.won(2)?,
        unbalanced_banks: unbalanced.iter().map(|row| row.parse(0)).collect::<Result<Vec<BankCode>, _>>()?,
        disagreeing: ids(disagreeing)?,
        owing: ids(owing)?,
    })
}

fn note_place(account: AccountId, number: i64) -> String {
    format!("ledger_line|note|{account}/{number}")
}
