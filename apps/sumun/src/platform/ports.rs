//! Ports that one component declares and another one's store answers. Apps know
//! nothing about each other, so the answers meet here.

use async_trait::async_trait;
use std::error::Error;
use std::sync::Arc;
use sumun_authorization::{AccountKind, AccountSummary, CustomerAccounts};
use sumun_banking::BankingStore;
use sumun_ids::CustomerId;
use sumun_inspection::ApplicantInstitution;
use sumun_journal::StoreFailure;
use sumun_participants::ParticipantStore;
use sumun_workbench::InstitutionDirectory;

/// The authorization server asks the bank which accounts a customer holds.
pub struct BankAccounts(pub Arc<dyn BankingStore>);

#[async_trait]
impl CustomerAccounts for BankAccounts {
    async fn accounts_of(&self, customer: CustomerId) -> Result<Vec<AccountSummary>, Box<dyn Error + Send + Sync>> {
        let states = self.0.accounts_of(customer).await?;
        Ok(states.iter().filter_map(|state| summary(&state.account)).collect())
    }
}

/// Only a customer's own kinds of account can be asked for.
fn summary(account: &sumun_banking::Account) -> Option<AccountSummary> {
    let kind = match account.kind {
        sumun_banking::AccountKind::Demand => AccountKind::Demand,
        sumun_banking::AccountKind::Savings => AccountKind::Savings,
        sumun_banking::AccountKind::TermDeposit => AccountKind::TermDeposit,
        sumun_banking::AccountKind::Settlement
        | sumun_banking::AccountKind::Funding
        | sumun_banking::AccountKind::Clearing => {
            return None;
        }
    };
    Some(AccountSummary {
        id: account.id,
        alias: account.alias.as_str().to_owned(),
        masked_number: account.number.masked(),
        kind,
    })
}

/// The workbench sees the register of institutions as names and numbers.
pub struct WorkbenchRegister(pub Arc<dyn ParticipantStore>);

#[async_trait]
impl InstitutionDirectory for WorkbenchRegister {
    async fn institutions(&self) -> Result<Vec<ApplicantInstitution>, StoreFailure> {
        let mut institutions: Vec<ApplicantInstitution> = Vec::new();
        for institution in self.0.all().await?.institutions {
            institutions.push(ApplicantInstitution {
                id: institution.id,
                business_number: institution.business_number.digits(),
                name_ko: institution.name_ko,
                name_en: institution.name_en,
            });
        }
        institutions.sort_by(|left, right| left.name_ko.cmp(&right.name_ko));
        Ok(institutions)
    }
}
