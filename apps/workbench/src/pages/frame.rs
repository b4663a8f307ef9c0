//! What the pages have in common: navigation, head and tabs.

use super::words::said;
use crate::access::{Member, Permitted};
use crate::case::Case;
use sumun_evidence::Origin;
use sumun_identity::StaffRole;
use sumun_inspection::Engagement;
use sumun_time::{Date, Span, Timestamp};
use sumun_web::{Crumb, Locale, Menu, MenuGroup, MenuLink, Page, SignedIn, Tab};

/// The hour of a deadline's day at which it ends.
const CLOSING_HOUR: i64 = 18;

/// Which part of an engagement a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Overview,
    Items,
    Evidence,
    Findings,
    Probes,
    Reports,
    Log,
}

/// The head of a page about an engagement.
pub(super) struct Head {
    pub crumbs: Vec<Crumb>,
    pub strip: Vec<String>,
    pub tabs: Vec<Tab>,
    pub tabs_label: String,
}

/// Words about a deed just done, by the name in `?done=`.
const DONE: [&str; 14] = [
    "opened",
    "advanced",
    "judged",
    "uploaded",
    "planned",
    "repaired",
    "sent-back",
    "confirmed",
    "probed",
    "reported",
    "self-checked",
    "deferred",
    "signed-in",
    "ended-elsewhere",
];

/// A page for somebody who is signed in.
pub(super) fn staff_page(member: &Member, title_key: &str) -> Page {
    let mut page = member.visit.page(title_key);
    let parts = &member.workbench().parts;
    let (organization, role) = match member.staff.role {
        StaffRole::Applicant { .. } => (String::new(), "role-applicant"),
        StaffRole::Inspector => (page.name(&parts.inspector).to_owned(), "role-inspector"),
        StaffRole::Operator => (page.operator().to_owned(), "role-operator"),
    };
    page.signed_in = Some(SignedIn {
        name: match page.locale {
            Locale::Ko => member.staff.name.clone(),
            Locale::En => member.staff.name_in_english().to_owned(),
        },
        organization,
        role: page.text(role).to_string(),
        sign_out_href: "/sign-out".to_owned(),
        until: Some(member.session.lasts_until(member.visit.now)),
    });
    let list = MenuLink {
        href: "/engagements".to_owned(),
        text: page.text("menu-engagements").to_string(),
        icon: "list",
        count: None,
        current: page.address.split('?').next() == Some("/engagements"),
    };
    let heading = Some(page.text("menu-inspection").to_string());
    page.menu = Menu { groups: vec![MenuGroup { heading, links: vec![list] }] };
    page.toast = member
        .visit
        .query("done")
        .and_then(|done| DONE.iter().find(|known| **known == done))
        .map(|done| page.text(&format!("done-{done}")).to_string());
    page
}

/// A page about an engagement, with its navigation.
pub(super) fn case_page(permit: &Permitted<Case>, section: Section, title_key: &str) -> (Page, Head) {
    let mut page = staff_page(permit.member(), title_key);
    let case = permit.subject();
    let engagement = &case.file.engagement;
    if let (Some(person), true) =
        (page.signed_in.as_mut(), matches!(permit.member().staff.role, StaffRole::Applicant { .. }))
    {
        person.organization = name_of(engagement, page.locale);
    }
    let base = path_of(engagement);
    let link = |of: Section, path: &str, key: &str, icon| MenuLink {
        href: format!("{base}{path}"),
        text: page.text(key).to_string(),
        icon,
        count: None,
        current: of == section,
    };
    let links = vec![
        link(Section::Items, "/items", "menu-items", "flag"),
        link(Section::Evidence, "/evidence", "menu-evidence", "file"),
        link(Section::Probes, "/probes", "menu-probes", "seek"),
        link(Section::Reports, "/reports", "menu-reports", "print"),
    ];
    let heading = Some(name_of(engagement, page.locale));
    page.menu.groups.push(MenuGroup { heading, links });
    let head = head(permit, &page, section);
    (page, head)
}

fn head(permit: &Permitted<Case>, page: &Page, section: Section) -> Head {
    let case = permit.subject();
    let engagement = &case.file.engagement;
    let base = path_of(engagement);
    let open = case.file.findings.iter().filter(|finding| finding.open()).count();
    let runs = case.evidence.iter().filter(|one| matches!(one.origin, Origin::ProbeRun { .. })).count();
    let tab = |of: Section, path: &str, key: &str, count: Option<usize>| Tab {
        href: format!("{base}{path}"),
        text: page.text(key).to_string(),
        count: count.map(|count| count as u64),
        current: of == section,
    };
    let strip = [
        page.text("strip-number").with("number", engagement.number).to_string(),
        page.text("strip-catalog")
            .with("title", said(&case.book.title, page.locale))
            .count("items", case.book.items.len())
            .with("edition", &engagement.catalog.edition)
            .to_string(),
        page.text("strip-inspector").with("name", page.name(&permit.workbench().parts.inspector)).to_string(),
        page.text("strip-operator").with("name", page.operator()).to_string(),
    ];
    Head {
        crumbs: vec![
            Crumb::up("/engagements", page.text("menu-engagements")),
            Crumb::up(&base, name_of(engagement, page.locale)),
        ],
        strip: strip.into(),
        tabs: vec![
            tab(Section::Overview, "", "tab-overview", None),
            tab(Section::Items, "/items", "tab-items", Some(case.book.items.len())),
            tab(Section::Evidence, "/evidence", "tab-evidence", Some(case.current_evidence().count())),
            tab(Section::Findings, "/findings", "tab-findings", Some(open)),
            tab(Section::Probes, "/probes", "tab-probes", Some(runs)),
            tab(Section::Reports, "/reports", "tab-reports", Some(case.file.reports.len())),
            tab(Section::Log, "/log", "tab-log", None),
        ],
        tabs_label: page.text("tabs-label").to_string(),
    }
}

impl Head {
    /// With the page itself at the end of the breadcrumb.
    pub fn here(mut self, text: impl std::fmt::Display) -> Self {
        self.crumbs.push(Crumb::here(text));
        self
    }

    /// With a page above this one in the breadcrumb.
    pub fn under(mut self, href: impl std::fmt::Display, text: impl std::fmt::Display) -> Self {
        self.crumbs.push(Crumb::up(href, text));
        self
    }
}

/// The institution's name in the language of the page.
pub(super) fn name_of(engagement: &Engagement, locale: Locale) -> String {
    match locale {
        Locale::Ko => engagement.applicant.name_ko.clone(),
        Locale::En => engagement.applicant.name_en.clone(),
    }
}

/// The address of an engagement.
pub(super) fn path_of(engagement: &Engagement) -> String {
    format!("/engagements/{}", engagement.id)
}

/// The instant at which a deadline's day ends for the inspection.
pub(super) fn closing(day: Date) -> Timestamp {
    day.korean_start().plus(Span::from_hours(CLOSING_HOUR))
}

/// A button in the head of a page: a link to what can be done.
pub(super) struct Action {
    pub href: String,
    pub text: String,
    pub icon: &'static str,
    pub primary: bool,
}
