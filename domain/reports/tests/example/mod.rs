//! The official example of chapter IV of source 1: the sheet of item 1.1.1.
//! Titles, criteria, evidence and findings are the example's own words; where
//! it leaves a date or a month open (OO.OO.OO, 20XX. X.), one is filled in.

use sumun_reports::{
    Cover, Criterion, Evidence, Fulfilment, Judgement, Numbered, RemediationPlan, ReportDraft, Sheet, SummaryPoint,
    Verdict, YearMonth,
};

/// The sheet of item 1.1.1, judged 부분이행.
pub fn item_1_1_1() -> Sheet {
    Sheet {
        domain: "관리".into(),
        area: Numbered::new("1", "정보보호 정책‧조직"),
        item: Numbered::new("1.1", "정보보호최고책임자 지정 및 실무조직"),
        detailed: vec![Numbered::new("1.1.1", "정보보호최고책임자를 지정하고, 실무조직을 구성하고 있다.")],
        criteria: vec![
            criterion(
                "최고경영자는 조직의 정보보호 관련 업무를 총괄 관리할 수 있도록 정보보호최고책임자를 지정하여 조직의 정보보호를 관리한다.",
                &[],
                Fulfilment::Met,
            ),
            criterion(
                "책임자의 역할을 지원하고 조직의 정보보호 활동을 체계적으로 이행하기 위한 전문성을 가진 실무조직*을 구성하여야 한다.",
                &["정보보호산업법 시행규칙 <별표 1>에서 서술한 초급 이상 기술인력을 1명 이상 포함"],
                Fulfilment::PartlyMet,
            ),
        ],
        evidence: vec![
            evidence("자료1.1.1-1", "정보보호최고책임자 인사발령서", "5a"),
            evidence("자료1.1.1-2", "정보보호 조직 구성도", "b8"),
            evidence("자료1.1.1-3", "정보보호 실무자 이력서", "77"),
        ],
        judgement: Some(Judgement {
            verdict: Verdict::Partial,
            summary: summary(),
            judged_by: "이○○".into(),
            judged_at: "2026-11-20T11:08:00+09:00".parse().unwrap(),
        }),
        plan: YearMonth::new(2027, 2).map(|target| RemediationPlan {
            target,
            steps: vec![
                "□□□는 2027. 2. 시점에 경력 요건을 만족할 예정".into(),
                "◇◇◇는 해당 목표 시기 내에 정보보호 관련 자격증을 취득할 예정".into(),
            ],
        }),
    }
}

/// A report of one sheet: the official example.
pub fn report_of_item_1_1_1() -> ReportDraft {
    ReportDraft { cover: cover(), sheets: vec![item_1_1_1()], journal: None }
}

/// A cover for the example.
pub fn cover() -> Cover {
    Cover {
        title: "보안점검 결과보고서".into(),
        engagement_number: "2026-OB-0147".into(),
        revision: 2,
        institution: "주식회사 새움페이".into(),
        inspector: "가온보안평가원".into(),
        operator: Some("다온은행".into()),
        catalog: "금융권 오픈API 이용기관 자체 보안점검".into(),
        edition: "2026년 1판".into(),
        stage: "자체점검".into(),
        from: "2026-11-02".parse().unwrap(),
        to: Some("2026-11-20".parse().unwrap()),
        issued_at: "2026-11-23T14:05:00+09:00".parse().unwrap(),
        world: None,
        signatures: Vec::new(),
    }
}

fn summary() -> Vec<SummaryPoint> {
    vec![
        SummaryPoint {
            heading: "정보보호최고책임자 지정".into(),
            lines: vec![
                "자료1.1.1-1에 따라 2026. 3. 2.일자로 정보보호 관련 업무를 총괄하는 정보보호최고책임자로 △△△를 임명하여 조직의 정보보호를 관리하고 있음".into(),
            ],
        },
        SummaryPoint {
            heading: "정보보호 실무조직 구성".into(),
            lines: vec![
                "자료1.1.1-2에 따라 정보보호를 위한 실무조직은 정보보호최고책임자를 포함하여 총 3명으로 구성되어 있음".into(),
                "직원 ‘□□□’는 관리적 보안 및 물리적 보안(정보보호 정책 및 관련 문서 관리, 인적 보안, 시설 보안, 외부 계약 등)을 담당하고 있으며, 직원 ‘◇◇◇’는 기술적 보안(정보보호시스템 정책, 개발 보안, 시스템 보안, 네트워크 보안 등)을 담당하도록 업무 분장이 되어 있음".into(),
            ],
        },
        SummaryPoint {
            heading: "정보보호 실무조직 전문성 미흡".into(),
            lines: vec!["자료1.1.1-3에 따라 현재 조직 내 전문성 기준을 충족하는 인력은 없는 상태임".into()],
        },
    ]
}

fn criterion(text: &str, notes: &[&str], fulfilment: Fulfilment) -> Criterion {
    Criterion {
        text: text.into(),
        notes: notes.iter().map(|note| (*note).into()).collect(),
        fulfilment: Some(fulfilment),
    }
}

fn evidence(number: &str, title: &str, byte: &str) -> Evidence {
    Evidence { number: number.into(), title: title.into(), revision: 1, sha256: byte.repeat(32), size_bytes: 96_000 }
}
