//! What is known of a party.

use crate::{Bilingual, Term};
use std::collections::BTreeSet;

/// What is known of a party; `None` is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// What the company is; it may be several things.
    pub company_type: Option<BTreeSet<Term>>,
    /// What kind of service it offers.
    pub service_type: Option<BTreeSet<Term>>,
    /// The platforms of its app.
    pub platform: Option<BTreeSet<Term>>,
    /// Whether it uses cloud services.
    pub uses_cloud: Option<bool>,
    /// Whether it uses wireless networks.
    pub uses_wireless: Option<bool>,
    /// Whether it runs a public web server.
    pub runs_public_web_server: Option<bool>,
    /// Whether it outsources work or lets outsiders at its assets.
    pub outsources: Option<bool>,
    /// How many members its service has.
    pub member_count: Option<u64>,
    /// How many employees it has.
    pub employee_count: Option<u64>,
}

impl Facts {
    pub(super) fn flag(&self, fact: FlagFact) -> Option<bool> {
        match fact {
            FlagFact::UsesCloud => self.uses_cloud,
            FlagFact::UsesWireless => self.uses_wireless,
            FlagFact::RunsPublicWebServer => self.runs_public_web_server,
            FlagFact::Outsources => self.outsources,
        }
    }

    pub(super) fn terms(&self, fact: TermFact) -> Option<&BTreeSet<Term>> {
        match fact {
            TermFact::CompanyType => self.company_type.as_ref(),
            TermFact::ServiceType => self.service_type.as_ref(),
            TermFact::Platform => self.platform.as_ref(),
        }
    }

    pub(super) fn count(&self, fact: CountFact) -> Option<u64> {
        match fact {
            CountFact::MemberCount => self.member_count,
            CountFact::EmployeeCount => self.employee_count,
        }
    }
}

/// A fact that is yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlagFact {
    /// Uses cloud services.
    UsesCloud,
    /// Uses wireless networks.
    UsesWireless,
    /// Runs a public web server.
    RunsPublicWebServer,
    /// Outsources work or lets outsiders at its assets.
    Outsources,
}

impl FlagFact {
    pub(super) const ALL: [Self; 4] =
        [Self::UsesCloud, Self::UsesWireless, Self::RunsPublicWebServer, Self::Outsources];

    /// The word for it in predicates.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UsesCloud => "uses_cloud",
            Self::UsesWireless => "uses_wireless",
            Self::RunsPublicWebServer => "runs_public_web_server",
            Self::Outsources => "outsources",
        }
    }
}

/// A fact that is one or several words of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermFact {
    /// What the company is.
    CompanyType,
    /// What kind of service it offers.
    ServiceType,
    /// A platform of its app.
    Platform,
}

impl TermFact {
    pub(super) const ALL: [Self; 3] = [Self::CompanyType, Self::ServiceType, Self::Platform];

    /// The word for it in predicates.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CompanyType => "company_type",
            Self::ServiceType => "service_type",
            Self::Platform => "platform",
        }
    }
}

/// A fact that is a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountFact {
    /// Members of the service.
    MemberCount,
    /// Employees of the company.
    EmployeeCount,
}

impl CountFact {
    pub(super) const ALL: [Self; 2] = [Self::MemberCount, Self::EmployeeCount];

    /// The word for it in predicates.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MemberCount => "member_count",
            Self::EmployeeCount => "employee_count",
        }
    }
}

/// Any fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// Yes or no.
    Flag(FlagFact),
    /// Words of the vocabulary.
    Term(TermFact),
    /// A number.
    Count(CountFact),
}

impl Fact {
    /// The word for it in predicates.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flag(flag) => flag.as_str(),
            Self::Term(term) => term.as_str(),
            Self::Count(count) => count.as_str(),
        }
    }

    /// What it is called on pages.
    pub fn title(self) -> Bilingual {
        let (ko, en) = match self {
            Self::Flag(FlagFact::UsesCloud) => ("클라우드 이용", "use of cloud services"),
            Self::Flag(FlagFact::UsesWireless) => ("무선 네트워크 이용", "use of wireless networks"),
            Self::Flag(FlagFact::RunsPublicWebServer) => ("공개용 웹서버 운영", "running a public web server"),
            Self::Flag(FlagFact::Outsources) => ("업무 위탁", "outsourcing"),
            Self::Term(TermFact::CompanyType) => ("회사 유형", "type of company"),
            Self::Term(TermFact::ServiceType) => ("서비스 유형", "type of service"),
            Self::Term(TermFact::Platform) => ("앱 플랫폼", "platform of the app"),
            Self::Count(CountFact::MemberCount) => ("가입자 수", "number of members"),
            Self::Count(CountFact::EmployeeCount) => ("종업원 수", "number of employees"),
        };
        Bilingual::new(ko, en)
    }
}
