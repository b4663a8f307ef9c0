//! What applicants, inspectors and the operator see.

use crate::audit::Audit;
use crate::customer::sign_in;
use sumun_conformance::inspection;
use sumun_conformance::{Chromium, Ready, Running, Tab};

/// The pages of an engagement that everybody in it may see.
const ENGAGEMENT_PAGES: [(&str, &str); 8] = [
    ("", "overview"),
    ("/log", "log"),
    ("/items", "items"),
    ("/items/OBI-18", "item"),
    ("/evidence", "evidence-list"),
    ("/findings", "findings"),
    ("/probes", "probes"),
    ("/reports", "reports"),
];

/// A member of staff at a browser.
struct Seat<'a> {
    tab: Tab,
    workbench: &'a str,
    language: &'static str,
}

impl<'a> Seat<'a> {
    async fn take(chromium: &Chromium, ready: &'a Ready, login: &str, language: &'static str) -> Self {
        let tab = chromium.visitor(language).await;
        tab.open(&format!("{}/sign-in", ready.addresses.workbench)).await;
        sign_in(&tab, ready.staff(login)).await;
        assert_eq!(tab.path().await, "/engagements", "{login} is signed in");
        Self { tab, workbench: &ready.addresses.workbench, language }
    }

    async fn look(&self, audit: &mut Audit, path: &str, name: &str) {
        self.tab.open(&format!("{}{path}", self.workbench)).await;
        audit.look_at(&self.tab, name, self.language).await;
    }

    /// Every deed that the overview offers now, as a form.
    async fn look_at_deeds(&self, audit: &mut Audit, engagement: &str) {
        let base = format!("/engagements/{engagement}");
        self.tab.open(&format!("{}{base}", self.workbench)).await;
        let links: Vec<String> = self
            .tab
            .value("[...document.querySelectorAll('a[href*=\"/deeds/\"]')].map(link => link.getAttribute('href'))")
            .await;
        assert!(!links.is_empty(), "the overview offers no deed");
        for link in links {
            let name = format!("deed-{}", link.rsplit('/').next().unwrap_or_default());
            self.look(audit, &link, &name).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_see_is_accessible_and_fits_every_screen() {
    let running = Running::fresh();
    let ready = running.ready();
    let chromium = Chromium::start(ready).await;
    let mut audit = Audit::new();

    let stranger = chromium.visitor("ko").await;
    stranger.open(&format!("{}/engagements", ready.addresses.workbench)).await;
    audit.look_at(&stranger, "workbench-sign-in", "ko").await;
    stranger.go("form button[type=submit]").await;
    audit.look_at(&stranger, "workbench-sign-in-empty", "ko").await;

    // Nothing there yet, and the first form.
    let seat = Seat::take(&chromium, ready, "jian", "ko").await;
    seat.look(&mut audit, "/engagements", "list-empty").await;
    seat.look(&mut audit, "/engagements/new", "opening").await;
    seat.look(&mut audit, "/engagements/eng_nothing", "engagement-unknown").await;

    // Documents are being handed in: the applicant's turn.
    let engagement = inspection::open(ready).await;
    let seat = Seat::take(&chromium, ready, "jian", "en").await;
    let called: String = seat.tab.value("document.querySelector('.whoami').textContent").await;
    assert!(called.contains("Kim Jian") && !called.contains("김지안"), "on an English page: {called}");
    seat.look_at_deeds(&mut audit, &engagement).await;
    seat.look(&mut audit, &format!("/engagements/{engagement}/items/OBI-18"), "item-of-applicant").await;

    // The written check: the inspector's turn, with findings and probes.
    inspection::take_to_written_check(ready, &engagement).await;
    for language in ["ko", "en"] {
        let seat = Seat::take(&chromium, ready, "seojun", language).await;
        seat.look(&mut audit, "/engagements", "list").await;
        for (path, name) in ENGAGEMENT_PAGES {
            seat.look(&mut audit, &format!("/engagements/{engagement}{path}"), name).await;
        }
        seat.look(&mut audit, "/sign-out", "workbench-sign-out").await;
        for (list, name) in [("evidence", "evidence"), ("findings", "finding")] {
            seat.tab.open(&format!("{}/engagements/{engagement}/{list}", seat.workbench)).await;
            seat.tab.go("main th a[href]").await;
            audit.look_at(&seat.tab, name, language).await;
        }
    }
    let seat = Seat::take(&chromium, ready, "yuna", "ko").await;
    seat.look(&mut audit, &format!("/engagements/{engagement}"), "engagement-of-another").await;
    assert!(!seat.tab.text().await.contains("새움페이"), "another institution's staff see nothing of it");

    // The end, as the operator sees it.
    inspection::take_to_the_end(ready, &engagement).await;
    let seat = Seat::take(&chromium, ready, "doyoon", "ko").await;
    for (path, name) in ENGAGEMENT_PAGES {
        seat.look(&mut audit, &format!("/engagements/{engagement}{path}"), &format!("closed-{name}")).await;
    }
    chromium.close().await;
    running.stop_well();
    audit.conclude(35);
}
