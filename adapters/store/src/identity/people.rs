//! Customers and staff, sealed under a key for each person.

use crate::{FieldCipher, Row, StoreError, SubjectKey, Tx, args};
use std::fmt::Display;
use sumun_identity::{
    Account, Customer, CustomerEnrolment, Enrolment, LoginName, PasswordHash, Person, Realm, Staff, StaffEnrolment,
    customer_actor,
};
use sumun_ids::{CustomerId, StaffId};
use sumun_journal::{Actor, CommitmentKey, Entry};
use sumun_time::Timestamp;

pub(super) const SELECT_CUSTOMER: &str = "SELECT k.wrapped, c.login, c.name, c.security_phrase, c.commitment_key, c.name_en \
    FROM customer c JOIN subject_key k ON k.subject = c.id WHERE c.id = $1";

pub(super) const SELECT_STAFF: &str = "SELECT k.wrapped, s.login, s.name, s.role, s.name_en \
    FROM staff s JOIN subject_key k ON k.subject = s.id WHERE s.id = $1";

pub(super) const SELECT_CUSTOMER_ACCOUNT: &str = "SELECT c.id, c.password, k.wrapped, c.commitment_key \
    FROM customer c JOIN subject_key k ON k.subject = c.id WHERE c.login_mark = $1";

pub(super) const SELECT_STAFF_ACCOUNT: &str = "SELECT id, password FROM staff WHERE login_mark = $1";

/// How a login name is found: names of the two realms do not meet.
pub(super) fn login_mark(cipher: &FieldCipher, realm: Realm, login: &LoginName) -> [u8; 32] {
    let label = match realm {
        Realm::Customer => "customer login",
        Realm::Staff => "staff login",
    };
    cipher.mark(label, login.as_str().as_bytes())
}

pub(super) async fn enrol_customer(
    tx: &mut Tx,
    cipher: &FieldCipher,
    enrolment: &CustomerEnrolment,
    now: Timestamp,
    journal: &[Entry],
) -> Result<Enrolment, StoreError> {
    let id = enrolment.id;
    let mark = login_mark(cipher, Realm::Customer, &enrolment.login);
    let taken = "SELECT id FROM customer WHERE id = $1 OR login_mark = $2";
    if tx.fetch_optional(taken, args![id, mark]).await?.is_some() {
        return Ok(Enrolment::Taken);
    }
    let key = cipher.subject_key(tx, &id.to_string(), now).await?;
    let seal = |column: &str, clear: &[u8]| key.seal(&place("customer", column, id), clear);
    let sql = "INSERT INTO customer \
        (id, login_mark, login, name, name_en, security_phrase, commitment_key, password, enrolled_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let arguments = args![
        id,
        mark,
        seal("login", enrolment.login.as_str().as_bytes())?,
        seal("name", enrolment.name.as_bytes())?,
        seal("name_en", enrolment.name_en.as_bytes())?,
        seal("security_phrase", enrolment.security_phrase.as_str().as_bytes())?,
        seal("commitment_key", &enrolment.commitment_key)?,
        enrolment.password.to_stored(),
        now,
    ];
    tx.execute(sql, arguments).await?;
    tx.append_journal(journal).await?;
    Ok(Enrolment::Enrolled)
}

pub(super) async fn enrol_staff(
    tx: &mut Tx,
    cipher: &FieldCipher,
    enrolment: &StaffEnrolment,
    now: Timestamp,
    journal: &[Entry],
) -> Result<Enrolment, StoreError> {
    let StaffEnrolment { staff, password } = enrolment;
    let mark = login_mark(cipher, Realm::Staff, &staff.login);
    let taken = "SELECT id FROM staff WHERE id = $1 OR login_mark = $2";
    if tx.fetch_optional(taken, args![staff.id, mark]).await?.is_some() {
        return Ok(Enrolment::Taken);
    }
    let key = cipher.subject_key(tx, &staff.id.to_string(), now).await?;
    let sql = "INSERT INTO staff (id, login_mark, login, name, name_en, role, password, enrolled_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let arguments = args![
        staff.id,
        mark,
        key.seal(&place("staff", "login", staff.id), staff.login.as_str().as_bytes())?,
        key.seal(&place("staff", "name", staff.id), staff.name.as_bytes())?,
        key.seal(&place("staff", "name_en", staff.id), staff.name_en.as_bytes())?,
        staff.role.to_string(),
        password.to_stored(),
        now,
    ];
    tx.execute(sql, arguments).await?;
    tx.append_journal(journal).await?;
    Ok(Enrolment::Enrolled)
}

/// Reads a row of [`SELECT_CUSTOMER`].
pub(super) fn customer(cipher: &FieldCipher, id: CustomerId, row: &Row) -> Result<Customer, StoreError> {
    let key = cipher.key_in(row, 0, &id.to_string())?;
    let open = |column: usize, name: &str| key.open_text(&place("customer", name, id), row.blob(column)?);
    Ok(Customer {
        id,
        login: parsed(1, &open(1, "login")?)?,
        name: open(2, "name")?,
        name_en: if row.is_null(5)? { String::new() } else { open(5, "name_en")? },
        security_phrase: parsed(3, &open(3, "security_phrase")?)?,
        commitment_key: commitment_key(&key, id, row, 4)?,
    })
}

/// Reads a row of [`SELECT_STAFF`].
pub(super) fn staff(cipher: &FieldCipher, id: StaffId, row: &Row) -> Result<Staff, StoreError> {
    let key = cipher.key_in(row, 0, &id.to_string())?;
    Ok(Staff {
        id,
        login: parsed(1, &key.open_text(&place("staff", "login", id), row.blob(1)?)?)?,
        name: key.open_text(&place("staff", "name", id), row.blob(2)?)?,
        name_en: match row.optional(4, Row::blob)? {
            Some(sealed) => key.open_text(&place("staff", "name_en", id), sealed)?,
            None => String::new(),
        },
        role: row.parse(3)?,
    })
}

/// Reads a row of [`SELECT_CUSTOMER_ACCOUNT`] or [`SELECT_STAFF_ACCOUNT`].
pub(super) fn account(cipher: &FieldCipher, realm: Realm, row: &Row) -> Result<Account, StoreError> {
    let no_hash = |_| StoreError::column(1, "a password hash", "another text");
    let password = PasswordHash::from_stored(row.text(1)?).map_err(no_hash)?;
    let (person, actor) = match realm {
        Realm::Customer => {
            let id: CustomerId = row.parse(0)?;
            let key = cipher.key_in(row, 2, &id.to_string())?;
            (Person::Customer(id), customer_actor(&commitment_key(&key, id, row, 3)?, id))
        }
        Realm::Staff => {
            let id: StaffId = row.parse(0)?;
            (Person::Staff(id), Actor::Staff(id))
        }
    };
    Ok(Account { person, password, actor })
}

fn commitment_key(key: &SubjectKey, id: CustomerId, row: &Row, column: usize) -> Result<CommitmentKey, StoreError> {
    let bytes = key.open(&place("customer", "commitment_key", id), row.blob(column)?)?;
    let bytes = bytes.try_into().map_err(|_| StoreError::column(column, "a key of 32 bytes", "other bytes"))?;
    Ok(CommitmentKey::from_bytes(bytes))
}

/// Where a field stands, as it is sealed with it.
fn place(table: &str, column: &str, id: impl Display) -> String {
    format!("{table}|{column}|{id}")
}

fn parsed<T: std::str::FromStr>(column: usize, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::column(column, "a text of its type", "another text"))
}
