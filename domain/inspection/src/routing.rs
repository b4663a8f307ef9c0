//! Which way an institution goes: inspection, self-check, or later (P1.0).

use sumun_time::Date;

/// What kind of company the institution is, as far as the routing asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InstitutionKind {
    /// A bank (은행).
    Bank,
    /// An electronic financial business (전자금융업자).
    ElectronicFinancialBusiness,
    /// Any other company.
    Other,
}

impl InstitutionKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Bank, Self::ElectronicFinancialBusiness, Self::Other];

    /// The word in the store and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::ElectronicFinancialBusiness => "electronic_financial_business",
            Self::Other => "other",
        }
    }

    /// The kind with this [`Self::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What the routing rules ask of an institution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstitutionProfile {
    /// What kind of company it is.
    pub kind: InstitutionKind,
    /// Whether it holds an ISMS certificate.
    pub holds_isms: bool,
    /// Whether it already used the former open platform.
    pub used_former_platform: bool,
}

/// Why a self-check may stand in for the inspection (source 2, line 39).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Substitution {
    /// SUBSTITUTE-A: a bank or an electronic financial business.
    InstitutionKind,
    /// SUBSTITUTE-B: an ISMS certificate.
    IsmsCertificate,
}

/// The inspection may follow the start of the service (source 2, line 41).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deferral {
    /// Years from the start of the service.
    pub years_max: u8,
}

/// The ways that are open to an institution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Routing {
    /// Why a self-check may stand in for the inspection, if it may.
    pub substitution: Option<Substitution>,
    /// Whether the inspection may follow the start of the service.
    pub deferral: Option<Deferral>,
    /// By when an institution of the former platform had to be inspected (source 2, line 43).
    pub legacy_limit: Option<Date>,
}

impl InstitutionProfile {
    /// The ways that are open to this institution.
    pub fn routing(self) -> Routing {
        let named_kind = matches!(self.kind, InstitutionKind::Bank | InstitutionKind::ElectronicFinancialBusiness);
        // Source 2, line 39: ① by kind of institution, ② by ISMS certificate.
        let substitution = match (named_kind, self.holds_isms) {
            (true, _) => Some(Substitution::InstitutionKind),
            (false, true) => Some(Substitution::IsmsCertificate),
            (false, false) => None,
        };
        // Source 2, line 41 names the two kinds only: an ISMS certificate does not defer.
        let deferral = named_kind.then_some(Deferral { years_max: 1 });
        let legacy_limit = self.used_former_platform.then(|| Date::from_year_month_day(2020, 12, 31)).flatten();
        Routing { substitution, deferral, legacy_limit }
    }
}

impl Deferral {
    /// The last day of the deferral of a service that started on `start`; the
    /// 29th of February becomes the 28th.
    pub fn limit(self, start: Date) -> Date {
        let (year, month, day) = start.year_month_day();
        let later = year.saturating_add(i32::from(self.years_max));
        let same_day = Date::from_year_month_day(later, month, day);
        same_day.or_else(|| Date::from_year_month_day(later, month, day.saturating_sub(1))).unwrap_or(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(kind: InstitutionKind, holds_isms: bool) -> InstitutionProfile {
        InstitutionProfile { kind, holds_isms, used_former_platform: false }
    }

    #[test]
    fn p1_substitute_a_a_bank_or_electronic_financial_business_may_check_itself() {
        for kind in [InstitutionKind::Bank, InstitutionKind::ElectronicFinancialBusiness] {
            for holds_isms in [false, true] {
                let routing = profile(kind, holds_isms).routing();
                assert_eq!(routing.substitution, Some(Substitution::InstitutionKind));
            }
        }
        assert_eq!(profile(InstitutionKind::Other, false).routing().substitution, None);
    }

    #[test]
    fn p1_substitute_b_an_isms_certificate_opens_the_self_check() {
        let routing = profile(InstitutionKind::Other, true).routing();
        assert_eq!(routing.substitution, Some(Substitution::IsmsCertificate));
    }

    #[test]
    fn p1_defer_only_the_two_named_kinds_by_one_year() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(profile(InstitutionKind::Other, true).routing().deferral, None);
        for kind in [InstitutionKind::Bank, InstitutionKind::ElectronicFinancialBusiness] {
            let deferral = profile(kind, false).routing().deferral.unwrap();
            assert_eq!(deferral.limit(date("2026-11-21")), date("2027-11-21"));
            assert_eq!(deferral.limit(date("2028-02-29")), date("2029-02-28"));
        }
    }

    #[test]
    fn p1_legacy_users_of_the_former_platform_had_until_the_end_of_2020() {
        let mut former = profile(InstitutionKind::Other, false);
        assert_eq!(former.routing().legacy_limit, None);
        former.used_former_platform = true;
        assert_eq!(former.routing().legacy_limit.unwrap().to_string(), "2020-12-31");
    }
}
