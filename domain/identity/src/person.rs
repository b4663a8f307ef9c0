//! Who signs in: customers and staff.

use crate::{LoginName, PasswordHash};
use std::fmt;
use std::str::FromStr;
use sumun_ids::{CustomerId, InstitutionId, StaffId};
use sumun_journal::{Actor, CommitmentKey};

/// Which of the two kinds of people a page signs in. Login names of one realm
/// mean nothing in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Realm {
    /// Customers of the bank.
    Customer,
    /// Staff of institutions, inspectors and the operator.
    Staff,
}

impl Realm {
    /// The name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Staff => "staff",
        }
    }
}

/// A person who can sign in. Text form: that of the id, whose prefix tells the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Person {
    /// A customer of the bank.
    Customer(CustomerId),
    /// A member of staff.
    Staff(StaffId),
}

impl Person {
    /// The realm in which this person signs in.
    pub const fn realm(self) -> Realm {
        match self {
            Self::Customer(_) => Realm::Customer,
            Self::Staff(_) => Realm::Staff,
        }
    }
}

/// The text is not the id of a customer or of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsePersonError;

impl fmt::Display for ParsePersonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected the id of a customer or of staff")
    }
}

impl std::error::Error for ParsePersonError {}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(id) => id.fmt(f),
            Self::Staff(id) => id.fmt(f),
        }
    }
}

impl FromStr for Person {
    type Err = ParsePersonError;

    fn from_str(text: &str) -> Result<Self, ParsePersonError> {
        let staff = || text.parse().map(Self::Staff);
        text.parse().map(Self::Customer).or_else(|_| staff()).map_err(|_| ParsePersonError)
    }
}

/// What a member of staff may do. One person has one role (PR-064, PR-074).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StaffRole {
    /// Works for an institution that is inspected: hands in evidence, sees its own engagements.
    Applicant {
        /// The institution.
        institution: InstitutionId,
    },
    /// Inspects: judges items, never one that it handed in itself.
    Inspector,
    /// Runs the platform: registers institutions and apps.
    Operator,
}

/// The text is not a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseRoleError;

impl fmt::Display for ParseRoleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected applicant:<institution id>, inspector or operator")
    }
}

impl std::error::Error for ParseRoleError {}

impl fmt::Display for StaffRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applicant { institution } => write!(f, "applicant:{institution}"),
            Self::Inspector => f.write_str("inspector"),
            Self::Operator => f.write_str("operator"),
        }
    }
}

impl FromStr for StaffRole {
    type Err = ParseRoleError;

    fn from_str(text: &str) -> Result<Self, ParseRoleError> {
        match text.split_once(':') {
            Some(("applicant", id)) => {
                id.parse().map(|institution| Self::Applicant { institution }).map_err(|_| ParseRoleError)
            }
            None if text == "inspector" => Ok(Self::Inspector),
            None if text == "operator" => Ok(Self::Operator),
            _ => Err(ParseRoleError),
        }
    }
}

/// Words that a customer chose and that only the bank's own pages show (안심
/// 문구): where they are missing or different, the page is not the bank's (PR-114).
#[derive(Clone, PartialEq, Eq)]
pub struct SecurityPhrase(String);

/// The text is not 2 to 40 visible characters on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidSecurityPhrase;

impl fmt::Display for InvalidSecurityPhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a security phrase has 2 to 40 characters on one line")
    }
}

impl std::error::Error for InvalidSecurityPhrase {}

impl SecurityPhrase {
    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecurityPhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SecurityPhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecurityPhrase(hidden)")
    }
}

impl FromStr for SecurityPhrase {
    type Err = InvalidSecurityPhrase;

    fn from_str(text: &str) -> Result<Self, InvalidSecurityPhrase> {
        let text = text.trim();
        let fits = (2..=40).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidSecurityPhrase) }
    }
}

/// An enrolled customer, as the bank's own pages need it.
#[derive(Clone)]
pub struct Customer {
    /// The id.
    pub id: CustomerId,
    /// The name to sign in with.
    pub login: LoginName,
    /// The customer's name; personal data.
    pub name: String,
    /// How English pages call the customer; personal data, empty where nobody said.
    pub name_en: String,
    /// The words that the bank's own pages show.
    pub security_phrase: SecurityPhrase,
    /// The key under which the journal commits to this customer.
    pub commitment_key: CommitmentKey,
}

impl Customer {
    /// The name that is read on English pages.
    pub fn name_in_english(&self) -> &str {
        english(&self.name, &self.name_en)
    }

    /// Who this customer is in a journal entry.
    pub fn actor(&self) -> Actor {
        customer_actor(&self.commitment_key, self.id)
    }
}

impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Who the customer `id` is in a journal entry: a commitment under the
/// customer's own key with the label `customer`. Every entry uses this one form,
/// so that the entries of a customer belong together for whoever has the key.
pub fn customer_actor(key: &CommitmentKey, id: CustomerId) -> Actor {
    Actor::Customer(key.commit("customer", id.to_string().as_bytes()))
}

/// What enrols a customer.
#[derive(Clone)]
pub struct CustomerEnrolment {
    /// The id that the customer gets.
    pub id: CustomerId,
    /// The name to sign in with.
    pub login: LoginName,
    /// The customer's name; personal data.
    pub name: String,
    /// How English pages call the customer; personal data, empty where nobody said.
    pub name_en: String,
    /// The password, hashed.
    pub password: PasswordHash,
    /// The words that the bank's own pages show.
    pub security_phrase: SecurityPhrase,
    /// 32 random bytes for the key under which the journal commits to this customer.
    pub commitment_key: [u8; 32],
}

impl fmt::Debug for CustomerEnrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomerEnrolment").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An enrolled member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// The id.
    pub id: StaffId,
    /// The name to sign in with.
    pub login: LoginName,
    /// The name that judgements and reports show.
    pub name: String,
    /// How English pages call the person; empty where nobody said.
    pub name_en: String,
    /// What this person may do.
    pub role: StaffRole,
}

impl Staff {
    /// The name that is read on English pages.
    pub fn name_in_english(&self) -> &str {
        english(&self.name, &self.name_en)
    }
}

/// Who was enrolled before English names were kept has only the one.
fn english<'a>(name: &'a str, name_en: &'a str) -> &'a str {
    if name_en.is_empty() { name } else { name_en }
}

/// What enrols a member of staff.
#[derive(Debug, Clone)]
pub struct StaffEnrolment {
    /// Who.
    pub staff: Staff,
    /// The password, hashed.
    pub password: PasswordHash,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persons_and_roles_round_trip() {
        let institution = InstitutionId::from_random([3; 16]);
        for role in [StaffRole::Applicant { institution }, StaffRole::Inspector, StaffRole::Operator] {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        assert_eq!("applicant".parse::<StaffRole>(), Err(ParseRoleError));
        assert_eq!("operator:x".parse::<StaffRole>(), Err(ParseRoleError));
        for person in [Person::Customer(CustomerId::from_random([1; 16])), Person::Staff(StaffId::from_random([1; 16]))]
        {
            assert_eq!(person.to_string().parse(), Ok(person));
        }
        assert_eq!(institution.to_string().parse::<Person>(), Err(ParsePersonError));
    }

    #[test]
    fn a_security_phrase_is_one_visible_line() {
        assert_eq!(" 봄비 내린 골목길 ".parse::<SecurityPhrase>().unwrap().as_str(), "봄비 내린 골목길");
        for text in ["", "x", "a\nb", &"가".repeat(41)] {
            assert_eq!(text.parse::<SecurityPhrase>(), Err(InvalidSecurityPhrase), "{text}");
        }
    }
}
