//! The bank's books: accounts, ledger, transfers, what was answered, notices.

mod accounts;
mod inquiries;
mod ledger;
mod transfers;

use crate::{FieldCipher, Store, StoreError, Tx, args, consent};
use async_trait::async_trait;
use ledger::{Movement, Touched};
use sumun_banking::{
    Account, AccountNumber, AccountOwner, AccountState, Bank, BankCode, BankingError, BankingStore, BookAudit, Caller,
    Confirmed, Denial, Denied, Execution, ExecutionAttempt, ExecutionFacts, HolderInquiry, IdempotencyKey, NewAccount,
    NewBank, Notice, NoticeKind, Receipt, RequestFacts, TermsDigest, TransactionPage, TransactionQuery, Transfer,
    TransferAnswer, TransferJournal, TransferLimits, TransferOrder, TransferRequest,
};
use sumun_ids::{AccountId, ConsentId, CustomerId, InquiryId, TransferId};
use sumun_journal::{Entry, StoreFailure};
use sumun_time::Timestamp;
use transfers::{Asking, Known, TransferRow, answer};

/// What a decided job answers: the rule's own error undoes nothing.
type Decided<T> = Result<Result<T, BankingError>, StoreError>;

#[async_trait]
impl BankingStore for Store {
    async fn open_bank(&self, bank: &NewBank, journal: &[Entry]) -> Result<(), StoreFailure> {
        let input = (self.cipher().clone(), bank.clone(), journal.to_vec());
        let work = self.write_with(input, |tx, (cipher, bank, journal)| {
            Box::pin(async move {
                if accounts::open_bank(tx, cipher, bank).await? {
                    tx.append_journal(journal).await?;
                }
                Ok(())
            })
        });
        Ok(work.await?)
    }

    async fn banks(&self) -> Result<Vec<Bank>, StoreFailure> {
        let rows = self.read("SELECT code, name_ko, name_en FROM bank ORDER BY code", args![]).await?;
        let banks = rows.iter().map(|row| {
            Ok(Bank { code: row.parse(0)?, name_ko: row.text(1)?.to_owned(), name_en: row.text(2)?.to_owned() })
        });
        Ok(banks.collect::<Result<_, StoreError>>()?)
    }

    async fn open_account(&self, account: &NewAccount, journal: &[Entry]) -> Result<(), BankingError> {
        let input = (self.cipher().clone(), account.clone(), journal.to_vec());
        let work = self.write_with(input, |tx, (cipher, account, journal)| {
            Box::pin(async move {
                let opened = ledger::open_account(tx, cipher, account).await?;
                if opened.is_ok() {
                    tx.append_journal(journal).await?;
                }
                Ok(opened)
            })
        });
        work.await.map_err(StoreFailure::from)?
    }

    async fn accounts_of(&self, customer: CustomerId) -> Result<Vec<AccountState>, StoreFailure> {
        let rows = self.read(accounts::OF_OWNER, args![customer]).await?;
        let states = rows.iter().map(|row| accounts::read(self.cipher(), row).map(|row| row.state));
        Ok(states.collect::<Result<_, _>>()?)
    }

    async fn account(&self, customer: CustomerId, account: AccountId) -> Result<Option<AccountState>, StoreFailure> {
        let row = self.read_optional(accounts::ONE, args![customer, account]).await?;
        Ok(row.map(|row| accounts::read(self.cipher(), &row).map(|row| row.state)).transpose()?)
    }

    async fn account_by_number(&self, bank: BankCode, number: &AccountNumber) -> Result<Option<Account>, StoreFailure> {
        let mark = accounts::mark(self.cipher(), bank, number);
        let row = self.read_optional(accounts::BY_MARK, args![mark]).await?;
        Ok(row.map(|row| accounts::read(self.cipher(), &row).map(|row| row.state.account)).transpose()?)
    }

    async fn keep_inquiry(&self, inquiry: &HolderInquiry) -> Result<(), StoreFailure> {
        let work = self.write_with(inquiry.clone(), |tx, inquiry| Box::pin(inquiries::keep(tx, inquiry)));
        Ok(work.await?)
    }

    async fn inquiry(&self, id: InquiryId) -> Result<Option<HolderInquiry>, StoreFailure> {
        let Some(row) = self.read_optional(inquiries::ONE, args![id]).await? else { return Ok(None) };
        let account =
            self.read_optional(accounts::ONE, args![row.text(5)?.to_owned(), row.text(6)?.to_owned()]).await?;
        Ok(Some(inquiries::read(self.cipher(), &row, account.as_ref())?))
    }

    async fn transactions(
        &self,
        customer: CustomerId,
        account: AccountId,
        query: TransactionQuery,
    ) -> Result<Option<TransactionPage>, StoreFailure> {
        if self.read_optional(accounts::ONE, args![customer, account]).await?.is_none() {
            return Ok(None);
        }
        let before = i64::try_from(query.before_number()).unwrap_or(i64::MAX);
        let (from, to) = (query.from_instant(), query.before_instant());
        let values = args![customer, account, from, to, before, query.limit() + 1];
        let rows = self.read(ledger::LINES, values).await?;
        Ok(Some(ledger::page(self.cipher(), &customer.to_string(), account, &rows, &query)?))
    }

    async fn request_transfer(
        &self,
        key: &IdempotencyKey,
        request: TransferRequest,
        limits: TransferLimits,
        journal: &TransferJournal,
    ) -> Result<TransferAnswer, BankingError> {
        let input = Input { cipher: self.cipher().clone(), key: key.clone(), limits, journal: journal.clone() };
        let work = self.write_with((input, request), |tx, (input, request)| Box::pin(request_in(tx, input, request)));
        work.await.map_err(StoreFailure::from)?
    }

    async fn transfer(&self, customer: CustomerId, transfer: TransferId) -> Result<Option<Transfer>, StoreFailure> {
        let row = self.read_optional(transfers::ONE, args![customer, transfer]).await?;
        Ok(row.map(|row| transfers::read(self.cipher(), &row).map(|row| row.transfer)).transpose()?)
    }

    async fn consent_ended(
        &self,
        customer: CustomerId,
        consent: ConsentId,
        now: Timestamp,
    ) -> Result<bool, StoreFailure> {
        Ok(self.read_optional(consent::ENDED, args![customer, consent, now]).await?.is_some())
    }

    async fn awaiting(&self, customer: CustomerId, now: Timestamp) -> Result<Vec<Transfer>, StoreFailure> {
        let rows = self.read(transfers::AWAITING, args![customer, now]).await?;
        let transfers = rows.iter().map(|row| transfers::read(self.cipher(), row).map(|row| row.transfer));
        Ok(transfers.collect::<Result<_, _>>()?)
    }

    async fn confirm(
        &self,
        customer: CustomerId,
        transfer: TransferId,
        shown: TermsDigest,
        now: Timestamp,
        journal: &TransferJournal,
    ) -> Result<Confirmed, BankingError> {
        let input = (self.cipher().clone(), journal.clone());
        let work = self.write_with(input, move |tx, (cipher, journal)| {
            Box::pin(async move {
                let confirmed = match awaiting(tx, cipher, customer, transfer).await? {
                    Ok(awaiting) => {
                        let ended = consent::has_ended(tx, customer, awaiting.order().consent, now).await?;
                        awaiting.confirm(shown, ended, now)
                    }
                    Err(error) => Err(error),
                };
                if let Ok(confirmed) = &confirmed {
                    transfers::update(tx, &Transfer::Confirmed(confirmed.clone())).await?;
                    tx.append_journal(&[journal.confirmed(confirmed)]).await?;
                }
                Ok(confirmed)
            })
        });
        work.await.map_err(StoreFailure::from)?
    }

    async fn deny(
        &self,
        customer: CustomerId,
        transfer: TransferId,
        denial: Denial,
        now: Timestamp,
        journal: &TransferJournal,
    ) -> Result<Denied, BankingError> {
        let input = (self.cipher().clone(), journal.clone());
        let work = self.write_with(input, move |tx, (cipher, journal)| {
            Box::pin(async move {
                let denied = match awaiting(tx, cipher, customer, transfer).await? {
                    Ok(awaiting) => awaiting.deny(denial, now),
                    Err(error) => Err(error),
                };
                if let Ok(denied) = &denied {
                    transfers::update(tx, &Transfer::Denied(denied.clone())).await?;
                    tx.append_journal(&[journal.denied(denied)]).await?;
                }
                Ok(denied)
            })
        });
        work.await.map_err(StoreFailure::from)?
    }

    async fn execute(
        &self,
        key: &IdempotencyKey,
        attempt: ExecutionAttempt,
        limits: TransferLimits,
        journal: &TransferJournal,
    ) -> Result<TransferAnswer, BankingError> {
        let input = Input { cipher: self.cipher().clone(), key: key.clone(), limits, journal: journal.clone() };
        let work = self.write_with((input, attempt), |tx, (input, attempt)| Box::pin(execute_in(tx, input, attempt)));
        work.await.map_err(StoreFailure::from)?
    }

    async fn notices_of(&self, customer: CustomerId, limit: u32) -> Result<Vec<Notice>, StoreFailure> {
        let rows = self.read(transfers::NOTICED, args![customer, limit]).await?;
        let notices = rows.iter().map(|row| {
            let transfer = transfers::read(self.cipher(), row)?.transfer;
            let at = transfer.record().ended_at.unwrap_or(transfer.order().requested_at);
            Ok(Notice { kind: NoticeKind::TransferExecuted, at, order: transfer.order().clone() })
        });
        Ok(notices.collect::<Result<_, StoreError>>()?)
    }

    async fn audit(&self) -> Result<BookAudit, StoreFailure> {
        // Inside of one transaction, so that no posting stands half in it.
        let work = self.write(|tx| {
            Box::pin(async move {
                let totals = tx.fetch_optional(ledger::TOTALS, args![]).await?;
                let unbalanced = tx.fetch_all(ledger::UNBALANCED, args![]).await?;
                let disagreeing = tx.fetch_all(ledger::DISAGREEING, args![]).await?;
                let owing = tx.fetch_all(ledger::OWING, args![]).await?;
                ledger::audit(totals.as_ref(), &unbalanced, &disagreeing, &owing)
            })
        });
        Ok(work.await?)
    }
}

/// What the two deciding jobs have in common.
struct Input {
    cipher: FieldCipher,
    key: IdempotencyKey,
    limits: TransferLimits,
    journal: TransferJournal,
}

async fn request_in(tx: &mut Tx, input: &Input, request: &TransferRequest) -> Decided<TransferAnswer> {
    let Input { cipher, key, limits, journal } = input;
    let TransferRequest { caller, terms, now, .. } = request;
    let digest = journal.request_digest(caller, None, terms);
    match transfers::answered(tx, cipher, caller.institution, key, digest).await? {
        Known::Answered(answer) => return Ok(Ok(*answer)),
        Known::OtherRequest => return Ok(Err(BankingError::KeyReused)),
        Known::Unused => {}
    }
    let account = accounts::one(tx, cipher, caller.customer, terms.account).await?;
    let other = match terms.payee() {
        Some(payee) => accounts::by_number(tx, cipher, payee.bank, &payee.number).await?,
        None => accounts::settlement(tx, cipher, caller.institution).await?,
    };
    let known_payee = match &other {
        Some(other) => transfers::is_known_payee(tx, caller.customer, other.state.account.id).await?,
        None => false,
    };
    let Caller { customer, consent, institution, app, .. } = *caller;
    let asking = Asking { customer, consent, institution, app };
    let facts = RequestFacts {
        account: account.map(|row| row.state.account),
        counterparty: other.as_ref().map(|row| row.state.account.clone()),
        used_today: asking.used_today(tx, *now, false).await?,
        known_payee,
        reported: asking.is_reported(tx).await?,
        consent_ended: consent::has_ended(tx, caller.customer, caller.consent, *now).await?,
        awaiting: asking.awaiting(tx, *now).await?,
    };
    match (request.clone().decide(facts, limits, journal), other) {
        (Ok(awaiting), Some(other)) => {
            let order = awaiting.order();
            transfers::insert(tx, cipher, order, &other).await?;
            let answer = answer(order, Receipt::Requested, *now);
            if let Some(inquiry) = &request.inquiry {
                inquiries::mark_paid_to(tx, inquiry.id).await?;
            }
            transfers::keep_answer(tx, key, digest, &answer).await?;
            tx.append_journal(&[journal.requested(order)]).await?;
            Ok(Ok(answer))
        }
        (Ok(_), None) => Ok(Err(BankingError::PayeeUnknown)),
        (Err(error), _) => {
            tx.append_journal(&[journal.request_refused(caller, &error, *now)]).await?;
            Ok(Err(error))
        }
    }
}

async fn execute_in(tx: &mut Tx, input: &Input, attempt: &ExecutionAttempt) -> Decided<TransferAnswer> {
    let Input { cipher, key, limits, journal } = input;
    let ExecutionAttempt { caller, terms, now, .. } = attempt;
    let digest = journal.request_digest(caller, Some(attempt.transfer), terms);
    match transfers::answered(tx, cipher, caller.institution, key, digest).await? {
        Known::Answered(answer) => return Ok(Ok(*answer)),
        Known::OtherRequest => return Ok(Err(BankingError::KeyReused)),
        Known::Unused => {}
    }
    let Some(row) = transfers::one(tx, cipher, caller.customer, attempt.transfer).await? else {
        return Ok(Err(BankingError::TransferUnknown));
    };
    let (touched, facts) = execution_facts(tx, cipher, &row, *now).await?;
    let before = row.transfer.status();
    let order = row.transfer.order().clone();
    let execution = match attempt.decide(row.transfer, facts, limits, journal) {
        Ok(execution) => execution,
        Err(error) => {
            tx.append_journal(&[journal.request_refused(caller, &error, *now)]).await?;
            return Ok(Err(error));
        }
    };
    let answer = match &execution {
        Execution::Executed { transfer, posting, book } => {
            let movement = Movement {
                posting: order.id.to_string(),
                transfer: Some(order.id),
                at: *now,
                summary: &order.terms.summary,
            };
            touched.write(tx, cipher, (posting, book), &movement).await?;
            transfers::update(tx, &Transfer::Executed(transfer.clone())).await?;
            record_notice(tx, &order, *now).await?;
            tx.append_journal(&[journal.executed(transfer)]).await?;
            answer(&order, Receipt::Executed, *now)
        }
        Execution::Refused(refused) => {
            transfers::update(tx, &Transfer::Refused(refused.clone())).await?;
            tx.append_journal(&[journal.refused(&order, refused.reason(), terms, *now)]).await?;
            answer(&order, Receipt::Refused(refused.reason()), *now)
        }
        Execution::NotNow { transfer, reason } => {
            if transfer.status() != before {
                transfers::update(tx, transfer).await?;
            }
            tx.append_journal(&[journal.refused(&order, *reason, terms, *now)]).await?;
            return Ok(Ok(answer(&order, Receipt::Refused(*reason), *now)));
        }
    };
    transfers::keep_answer(tx, key, digest, &answer).await?;
    Ok(Ok(answer))
}

/// What the decision about an execution must know, and the accounts that it may touch.
async fn execution_facts(
    tx: &mut Tx,
    cipher: &FieldCipher,
    row: &TransferRow,
    now: Timestamp,
) -> Result<(Touched, ExecutionFacts), StoreError> {
    let order = row.transfer.order();
    let missing = || StoreError::column(0, "an account of the transfer", "no row");
    let account = accounts::one(tx, cipher, order.customer, order.terms.account).await?.ok_or_else(missing)?;
    let other = accounts::one(tx, cipher, row.other_owner, row.other_account).await?.ok_or_else(missing)?;
    let (near, far) = (account.state.account.clone(), other.state.account.clone());
    let (_, clearing) = accounts::own_accounts(tx, near.bank).await?;
    let (_, counterparty_clearing) = accounts::own_accounts(tx, far.bank).await?;
    let mut touched = vec![account, other];
    if near.bank != far.bank {
        for (bank, id) in [(near.bank, clearing), (far.bank, counterparty_clearing)] {
            touched.push(accounts::one(tx, cipher, AccountOwner::Bank(bank), id).await?.ok_or_else(missing)?);
        }
    }
    let touched = Touched::new(touched);
    let TransferOrder { customer, consent, institution, app, .. } = *order;
    let asking = Asking { customer, consent, institution, app };
    let facts = ExecutionFacts {
        account: near,
        clearing,
        counterparty: far,
        counterparty_clearing,
        book: touched.book(),
        executed_today: asking.used_today(tx, now, true).await?,
        reported: asking.is_reported(tx).await?,
        consent_ended: consent::has_ended(tx, order.customer, order.consent, now).await?,
    };
    Ok((touched, facts))
}

async fn record_notice(tx: &mut Tx, order: &TransferOrder, now: Timestamp) -> Result<(), StoreError> {
    let sql = "INSERT INTO notice (customer, at, kind, transfer) VALUES ($1, $2, $3, $4)";
    tx.execute(sql, args![order.customer, now, NoticeKind::TransferExecuted.name(), order.id]).await?;
    Ok(())
}

/// The transfer, if it awaits a decision.
async fn awaiting(
    tx: &mut Tx,
    cipher: &FieldCipher,
    customer: CustomerId,
    transfer: TransferId,
) -> Decided<sumun_banking::AwaitingConfirmation> {
    Ok(match transfers::one(tx, cipher, customer, transfer).await? {
        None => Err(BankingError::TransferUnknown),
        Some(TransferRow { transfer: Transfer::AwaitingConfirmation(awaiting), .. }) => Ok(awaiting),
        Some(TransferRow { transfer, .. }) => Err(BankingError::NotAwaiting { status: transfer.status() }),
    })
}
