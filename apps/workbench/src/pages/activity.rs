//! What happened in an engagement, newest first, told from its rows.

use super::frame::path_of;
use super::people::People;
use super::words::{stage, verdict_status};
use crate::access::Permitted;
use crate::case::Case;
use sumun_evidence::{Evidence, Origin};
use sumun_ids::StaffId;
use sumun_inspection::{FindingDeed, StageStep};
use sumun_time::Timestamp;
use sumun_web::{Page, TimeTag};

/// One thing that happened.
pub(super) struct Happening {
    pub tone: &'static str,
    pub when: TimeTag,
    pub who: String,
    pub words: String,
    pub href: String,
    pub link: String,
    at: Timestamp,
}

struct Teller<'a> {
    page: &'a Page,
    people: &'a People,
    base: String,
}

/// Everything that happened, newest first.
pub(super) fn happenings(permit: &Permitted<Case>, page: &Page, people: &People) -> Vec<Happening> {
    let case = permit.subject();
    let file = &case.file;
    let teller = Teller { page, people, base: path_of(&file.engagement) };
    let opened = teller.plain("info", file.engagement.opened_at, file.engagement.opened_by, "log-opened");
    let mut all = vec![opened];
    all.extend(file.steps.iter().map(|step| teller.step(step)));
    all.extend(case.evidence.iter().map(|evidence| teller.evidence(evidence)));
    for judgement in &file.judgements {
        let status = verdict_status(Some(judgement.verdict));
        let words = page
            .text("log-judged")
            .with("item", case.book.official(&judgement.item))
            .with("verdict", page.text(status.key()));
        let line = teller.said(status.class(), judgement.at, judgement.author, words.to_string());
        all.push(line.to(format!("{}/items/{}", teller.base, judgement.item), case.book.official(&judgement.item)));
    }
    for finding in &file.findings {
        for event in &finding.events {
            let (tone, key) = match event.deed {
                FindingDeed::SubmitRepair => ("info", "log-repair-submitted"),
                FindingDeed::SendBack => ("part", "log-repair-sent-back"),
                FindingDeed::Confirm => ("ok", "log-repair-confirmed"),
            };
            let line = teller.plain(tone, event.at, event.by, key);
            all.push(line.to(format!("{}/findings/{}", teller.base, finding.id), finding.title.clone()));
        }
    }
    for plan in &file.plans {
        let words = page.text("log-planned").with("item", case.book.official(&plan.item)).to_string();
        let line = teller.said("info", plan.at, plan.by, words);
        all.push(line.to(format!("{}/items/{}", teller.base, plan.item), case.book.official(&plan.item)));
    }
    for report in &file.reports {
        let words = page.text("log-reported").count("pages", report.pages).to_string();
        let line = teller.said("info", report.at, report.by, words);
        all.push(line.to(format!("{}/reports", teller.base), page.text("tab-reports").to_string()));
    }
    all.sort_by_key(|happening| std::cmp::Reverse(happening.at));
    all
}

impl Teller<'_> {
    fn step(&self, step: &StageStep) -> Happening {
        let to = stage(self.page, step.to.kind());
        let key = if step.empty { "log-passed-empty" } else { "log-advanced" };
        let deed = self.page.text(&format!("deed-{}", step.deed.name().replace('_', "-"))).to_string();
        let mut words = self.page.text(key).with("deed", deed).with("stage", to).to_string();
        if !step.note.is_empty() {
            words = format!("{words} — {}", step.note);
        }
        self.said("info", step.at, step.by, words)
    }

    fn evidence(&self, evidence: &Evidence) -> Happening {
        let href = format!("{}/evidence/{}", self.base, evidence.id);
        let line = match &evidence.origin {
            Origin::Upload { by, .. } => self.plain("info", evidence.added_at, *by, "log-evidence"),
            Origin::ProbeRun { .. } => {
                let words = self.page.text("log-probed").to_string();
                let who = self.page.text("log-probe").to_string();
                self.line("info", evidence.added_at, who, words)
            }
        };
        line.to(href, evidence.name.to_string())
    }

    fn plain(&self, tone: &'static str, at: Timestamp, by: StaffId, key: &str) -> Happening {
        self.said(tone, at, by, self.page.text(key).to_string())
    }

    fn said(&self, tone: &'static str, at: Timestamp, by: StaffId, words: String) -> Happening {
        let (name, organization) = (self.people.name(by), self.people.organization(by));
        let who = if organization.is_empty() { name } else { format!("{name} ({organization})") };
        self.line(tone, at, who, words)
    }

    fn line(&self, tone: &'static str, at: Timestamp, who: String, words: String) -> Happening {
        let when = self.page.time(at);
        Happening { tone, when, who, words, href: String::new(), link: String::new(), at }
    }
}

impl Happening {
    fn to(mut self, href: String, link: String) -> Self {
        (self.href, self.link) = (href, link);
        self
    }
}
