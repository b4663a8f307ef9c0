//! The demonstration world as the ready file shows it: who is there and how
//! they sign in, but no account by its id. An app learns its accounts as any
//! app does, from the token response and `GET /v1/accounts`.

use super::world::{UnfitCertificates, World, WorldCertificate, WorldPayee};
use serde::Serialize;
use sumun_ids::{AppId, CustomerId, InstitutionId, StaffId};
use sumun_participants::AuthenticationMethod;
use sumun_time::Timestamp;

/// Each member is named here, so that a new one of the world is told only on purpose.
#[derive(Serialize)]
pub struct ReadyWorld<'a> {
    label: &'a str,
    created_at: Timestamp,
    banks: Vec<Bank<'a>>,
    institutions: Vec<Institution<'a>>,
    customers: Vec<Customer<'a>>,
    staff: Vec<Staff<'a>>,
    payee: Payee<'a>,
    unfit: &'a UnfitCertificates,
}

#[derive(Serialize)]
struct Bank<'a> {
    code: &'a str,
}

#[derive(Serialize)]
struct Institution<'a> {
    id: InstitutionId,
    name: &'a str,
    app: AppId,
    redirect_uri: &'a str,
    client_authentication: AuthenticationMethod,
    certificate: &'a WorldCertificate,
    app_key_pem: &'a str,
}

#[derive(Serialize)]
struct Customer<'a> {
    id: CustomerId,
    name: &'a str,
    login: &'a str,
    password: &'a str,
    /// What stands in the customer's own papers; no call takes it for an account of theirs.
    account_numbers: &'a [String],
}

#[derive(Serialize)]
struct Staff<'a> {
    id: StaffId,
    login: &'a str,
    password: &'a str,
}

/// Who is paid, as the payee tells it to whoever pays.
#[derive(Serialize)]
struct Payee<'a> {
    id: CustomerId,
    bank_code: &'a str,
    account_number: &'a str,
    holder_name: &'a str,
}

impl<'a> From<&'a World> for ReadyWorld<'a> {
    fn from(world: &'a World) -> Self {
        let institutions = world.institutions.iter().map(|one| Institution {
            id: one.id,
            name: &one.name,
            app: one.app,
            redirect_uri: &one.redirect_uri,
            client_authentication: one.client_authentication,
            certificate: &one.certificate,
            app_key_pem: &one.app_key_pem,
        });
        let customers = world.customers.iter().map(|one| Customer {
            id: one.id,
            name: &one.name,
            login: &one.login,
            password: &one.password,
            account_numbers: &one.account_numbers,
        });
        let staff = world.staff.iter().map(|one| Staff { id: one.id, login: &one.login, password: &one.password });
        Self {
            label: &world.label,
            created_at: world.created_at,
            banks: world.banks.iter().map(|bank| Bank { code: &bank.code }).collect(),
            institutions: institutions.collect(),
            customers: customers.collect(),
            staff: staff.collect(),
            payee: payee(&world.payee),
            unfit: &world.unfit,
        }
    }
}

fn payee(payee: &WorldPayee) -> Payee<'_> {
    let WorldPayee { id, bank_code, account_number, holder_name, account: _ } = payee;
    Payee { id: *id, bank_code, account_number, holder_name }
}
