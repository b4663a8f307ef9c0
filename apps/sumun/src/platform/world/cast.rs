//! Who plays in the demonstration world: made-up companies and people, as a
//! table. Nothing of it is a real company, person or account (PR-097).

use sumun_participants::AuthenticationMethod;
use sumun_web::Locale;

/// A made-up institution with its app.
pub struct CastInstitution {
    /// How its app proves that it is itself: one app for each way.
    pub method: AuthenticationMethod,
    pub name_ko: &'static str,
    pub name_en: &'static str,
    /// A number with a valid check digit that no company is known to have.
    pub business_number: &'static str,
    pub contact: &'static str,
    pub app_ko: &'static str,
    pub app_en: &'static str,
    /// Where the app takes the customer back; `.example` never resolves (RFC 2606).
    pub redirect_uri: &'static str,
    pub purpose_ko: &'static str,
    pub purpose_en: &'static str,
    pub outage_effect_ko: &'static str,
    pub outage_effect_en: &'static str,
    pub settlement_number: &'static str,
}

pub const INSTITUTIONS: [CastInstitution; 2] = [
    CastInstitution {
        method: AuthenticationMethod::TlsClientAuth,
        name_ko: "주식회사 새움페이",
        name_en: "Saeum Pay Co., Ltd.",
        business_number: "214-87-00124",
        contact: "1544-0000",
        app_ko: "새움가계부",
        app_en: "Saeum Budget",
        redirect_uri: "https://app.saeum.example/callback",
        purpose_ko: "여러 은행의 계좌를 한 화면에서 보여 드리고, 정기 저축을 대신 이체하는 데 이용합니다.",
        purpose_en: "To show your accounts at several banks on one screen and to move regular savings for you.",
        outage_effect_ko: "새움가계부에 잔액이 늦게 반영되고 자동 저축이 미뤄질 수 있습니다. 은행 이용에는 지장이 없습니다.",
        outage_effect_en: "Balances in Saeum Budget may be out of date and automatic savings may be delayed. Your bank works as usual.",
        settlement_number: "110-900-000018",
    },
    CastInstitution {
        method: AuthenticationMethod::PrivateKeyJwt,
        name_ko: "주식회사 가람핀",
        name_en: "Garam Fin Co., Ltd.",
        business_number: "308-71-00452",
        contact: "1544-0001",
        app_ko: "가람머니",
        app_en: "Garam Money",
        redirect_uri: "https://app.garam.example/callback",
        purpose_ko: "계좌의 잔액과 거래내역을 모아 소비 습관을 분석해 드리는 데 이용합니다.",
        purpose_en: "To analyse your spending habits from your balances and transactions.",
        outage_effect_ko: "가람머니에 거래내역이 늦게 반영될 수 있습니다. 은행 이용에는 지장이 없습니다.",
        outage_effect_en: "Transactions in Garam Money may be out of date. Your bank works as usual.",
        settlement_number: "110-900-000026",
    },
];

/// A made-up customer.
pub struct CastCustomer {
    pub login: &'static str,
    pub name: &'static str,
    /// The name in Latin letters, for an English terminal.
    pub name_en: &'static str,
    pub security_phrase: &'static str,
    pub accounts: &'static [CastAccount],
}

/// An account: alias, number, kind and opening balance in won.
pub struct CastAccount {
    pub alias: &'static str,
    pub number: &'static str,
    pub is_savings: bool,
    pub opening_won: i64,
}

/// The places in [`CUSTOMERS`] of the two who stand ready for the
/// self-inspection; people leave them alone.
pub const PROBE_CUSTOMERS: [usize; 2] = [2, 3];

pub const CUSTOMERS: [CastCustomer; 4] = [
    CastCustomer {
        login: "haneul",
        name: "김하늘",
        name_en: "Kim Haneul",
        security_phrase: "봄비 내린 골목길",
        accounts: &[
            CastAccount { alias: "월급통장", number: "110-123-454821", is_savings: false, opening_won: 3_200_000 },
            CastAccount { alias: "여행 저축", number: "110-456-780317", is_savings: true, opening_won: 850_000 },
            CastAccount { alias: "비상금", number: "110-222-119950", is_savings: false, opening_won: 1_000_000 },
        ],
    },
    CastCustomer {
        login: "doyun",
        name: "이도윤",
        name_en: "Lee Doyun",
        security_phrase: "고요한 새벽 강",
        accounts: &[CastAccount {
            alias: "생활비",
            number: "110-777-301188",
            is_savings: false,
            opening_won: 2_400_000,
        }],
    },
    CastCustomer {
        login: "inspection-1",
        name: "점검용 하나",
        name_en: "Inspection One",
        security_phrase: "자체 점검 하나",
        accounts: &[CastAccount {
            alias: "점검용", number: "110-990-000013", is_savings: false, opening_won: 1_000
        }],
    },
    CastCustomer {
        login: "inspection-2",
        name: "점검용 둘",
        name_en: "Inspection Two",
        security_phrase: "자체 점검 둘",
        accounts: &[CastAccount {
            alias: "점검용", number: "110-990-000021", is_savings: false, opening_won: 1_000
        }],
    },
];

/// The person at another bank who is paid.
pub const PAYEE: CastPayee = CastPayee { name: "김민수", number: "302-555-127702", opening_won: 500_000 };

/// Somebody who receives a transfer.
pub struct CastPayee {
    pub name: &'static str,
    pub number: &'static str,
    pub opening_won: i64,
}

/// A bank of the sandbox: code, names.
pub const BANKS: [(&str, &str, &str); 2] = [("901", "다온은행", "Daon Bank"), ("902", "가나은행", "Gana Bank")];

/// What a member of staff is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum CastRole {
    /// Staff of the first institution.
    Applicant,
    /// Staff of the second institution, who must not see the first one's engagement.
    OtherApplicant,
    Inspector,
    Operator,
}

/// A made-up member of staff.
pub struct CastStaff {
    pub login: &'static str,
    pub name: &'static str,
    /// The name in Latin letters, for an English terminal.
    pub name_en: &'static str,
    pub title_ko: &'static str,
    pub title_en: &'static str,
    pub role: CastRole,
}

impl CastCustomer {
    /// The name as a reader of this language can read it.
    pub fn name_in(&self, locale: Locale) -> &'static str {
        if locale == Locale::Ko { self.name } else { self.name_en }
    }
}

impl CastStaff {
    /// The name as a reader of this language can read it.
    pub fn name_in(&self, locale: Locale) -> &'static str {
        if locale == Locale::Ko { self.name } else { self.name_en }
    }

    /// What the person does.
    pub fn title_in(&self, locale: Locale) -> &'static str {
        if locale == Locale::Ko { self.title_ko } else { self.title_en }
    }
}

pub const STAFF: [CastStaff; 4] = [
    CastStaff {
        login: "jian",
        name: "김지안",
        name_en: "Kim Jian",
        title_ko: "새움페이 보안팀 (신청인)",
        title_en: "Saeum Pay security team (applicant)",
        role: CastRole::Applicant,
    },
    CastStaff {
        login: "yuna",
        name: "한유나",
        name_en: "Han Yuna",
        title_ko: "가람핀 보안팀 (다른 이용기관의 신청인)",
        title_en: "Garam Fin security team (another institution's applicant)",
        role: CastRole::OtherApplicant,
    },
    CastStaff {
        login: "seojun",
        name: "이서준",
        name_en: "Lee Seojun",
        title_ko: "가온보안평가원 (점검자)",
        title_en: "Gaon Security Evaluation (inspector)",
        role: CastRole::Inspector,
    },
    CastStaff {
        login: "doyoon",
        name: "박도윤",
        name_en: "Park Doyoon",
        title_ko: "다온은행 플랫폼 운영부 (운영기관)",
        title_en: "Daon Bank platform operations (operator)",
        role: CastRole::Operator,
    },
];

/// The inspecting organisation.
pub const INSPECTOR: (&str, &str) = ("가온보안평가원", "Gaon Security Evaluation");
