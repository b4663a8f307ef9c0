//! A workbench in a folder of its own: two institutions, their staff, an
//! inspector and the operator; and a client that speaks to it.

use super::contract;
use crate::{
    Apart, EvidenceBounds, InstitutionDirectory, JournalView, Parts, ProbeEvidence, ProbeRunFault, ProbeRunner, Turn,
    remove_leftovers, router,
};
use axum::Router;
use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use sumun_controls::Catalog;
use sumun_evidence::EvidenceStore;
use sumun_identity::{
    Enrolment, IdentityStore as _, Opening, PasswordHash, Person, Session, SessionOpening, SessionToken, SignInPolicy,
    Staff, StaffEnrolment, StaffRole,
};
use sumun_ids::{EngagementId, InstitutionId, ProbeRunId, SessionId, StaffId};
use sumun_inspection::ApplicantInstitution;
use sumun_journal::{CommitmentKey, Entry, EntryKind, JournalStore as _, StoreFailure};
use sumun_probes::Conclusion;
use sumun_reports::JournalCheckpoint;
use sumun_store::{BlobFolder, FieldKey, Store};
use sumun_system::{ManualClock, Random as _, SystemRandom};
use sumun_time::{Span, Timestamp};
use sumun_web::{Bilingual, WorldLabel};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// The password of everybody.
pub const PASSWORD: &str = "봄비 내린 골목길 7";

static HASH: LazyLock<PasswordHash> = LazyLock::new(|| PasswordHash::of(PASSWORD, [1; 16]).unwrap());
/// The catalogs that are shipped.
pub static CATALOG: LazyLock<Arc<Catalog>> = LazyLock::new(|| Arc::new(sumun_controls::load(catalog_files()).unwrap()));

/// Somebody who is signed in.
#[derive(Clone)]
pub struct Who {
    pub token: SessionToken,
}

impl Who {
    /// The key of a form that is sent to `path`, as the page draws it.
    pub fn key(&self, path: &str) -> String {
        let path = path.split('?').next().unwrap_or_default();
        sumun_identity::FormKey::draw(&self.token, path, SystemRandom.id_bytes())
    }
}

/// The app and everybody in it.
pub struct World {
    pub router: Router,
    pub store: Store,
    pub folder: TempDir,
    pub clock: Arc<ManualClock>,
    pub apart: Apart,
    pub applicant: Who,
    pub stranger: Who,
    pub inspector: Who,
    pub operator: Who,
}

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The JSON of an answer that must have this status.
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// The code of a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

fn catalog_files() -> impl Iterator<Item = (String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogs");
    let mut folders = vec![root];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                files.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files.into_iter()
}

pub fn institution(seed: u8) -> InstitutionId {
    InstitutionId::from_random([seed; 16])
}

struct Directory;

#[async_trait::async_trait]
impl InstitutionDirectory for Directory {
    async fn institutions(&self) -> Result<Vec<ApplicantInstitution>, StoreFailure> {
        let one = |seed, name_ko: &str, name_en: &str| ApplicantInstitution {
            id: institution(seed),
            name_ko: name_ko.into(),
            name_en: name_en.into(),
            business_number: "1234567890".into(),
        };
        Ok(vec![one(1, "새움페이", "Saeum Pay"), one(2, "온담페이", "Ondam Pay")])
    }
}

/// A probe that finds what its id says.
struct Probes;

#[async_trait::async_trait]
impl ProbeRunner for Probes {
    fn target(&self) -> Option<String> {
        Some("api.saeum.example".into())
    }

    async fn run(&self, _: EngagementId, probe: &str) -> Result<Vec<ProbeEvidence>, ProbeRunFault> {
        let known = sumun_probes::registry::find(probe).ok_or(ProbeRunFault::Unknown)?;
        let content = serde_json::json!({
            "probe": probe,
            "judged": {"conclusion": "confirmed", "reason": {"ko": "1.3만 받았습니다", "en": "only 1.3 was taken"}},
        });
        Ok(vec![ProbeEvidence {
            run: ProbeRunId::from_random([7; 16]),
            probe: known.descriptor().id.to_owned(),
            conclusion: Conclusion::Confirmed,
            title: "전송구간 점검 자동 점검 기록".into(),
            items: vec!["OBI-30".parse().unwrap(), "OBI-18".parse().unwrap(), "XX-1".parse().unwrap()],
            content: serde_json::to_vec_pretty(&content).unwrap(),
        }])
    }
}

struct Journal;

#[async_trait::async_trait]
impl JournalView for Journal {
    async fn checkpoint(&self) -> Option<JournalCheckpoint> {
        Some(JournalCheckpoint { origin: "sumun.example/journal".into(), size: 3, root: "AAAA".into() })
    }

    fn files(
        &self,
        _: &Turn,
        subjects: &BTreeSet<String>,
    ) -> Result<Vec<(String, Vec<u8>)>, Box<dyn std::error::Error + Send + Sync>> {
        let lines: Vec<_> = subjects.iter().map(String::as_str).collect();
        Ok(vec![("subjects.txt".into(), lines.join("\n").into_bytes())])
    }
}

/// 2026-11-23, a Monday, at 10:00 in Korea.
pub const START: Timestamp = Timestamp::from_seconds(1_795_395_600);

impl World {
    pub async fn new() -> Self {
        Self::at(START).await
    }

    /// A world whose clock stands at `start`.
    pub async fn at(start: Timestamp) -> Self {
        Self::built(start, |store| Arc::new(store)).await
    }

    /// A world in which the rows of evidence go through what `between` makes of the store.
    pub async fn with_evidence(between: impl FnOnce(Store) -> Arc<dyn EvidenceStore>) -> Self {
        Self::built(START, between).await
    }

    /// A world that takes no more evidence than `bounds` say.
    pub async fn with_bounds(bounds: EvidenceBounds) -> Self {
        Self::made(START, bounds, |store| Arc::new(store)).await
    }

    async fn built(start: Timestamp, evidence: impl FnOnce(Store) -> Arc<dyn EvidenceStore>) -> Self {
        Self::made(start, EvidenceBounds::STANDARD, evidence).await
    }

    async fn made(
        start: Timestamp,
        bounds: EvidenceBounds,
        evidence: impl FnOnce(Store) -> Arc<dyn EvidenceStore>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_sqlite(folder.path().join("sumun.db"), FieldKey::from_bytes([7; 32])).await.unwrap();
        let clock = Arc::new(ManualClock::new(start));
        let parts = Parts { bounds, evidence: evidence(store.clone()), ..parts(folder.path(), &store, &clock).await };
        let apart = parts.apart.clone();
        let router = router(parts).unwrap();
        let applicant = enrol(&store, start, 1, "kim.jian", StaffRole::Applicant { institution: institution(1) }).await;
        let stranger =
            enrol(&store, start, 2, "park.ondam", StaffRole::Applicant { institution: institution(2) }).await;
        let inspector = enrol(&store, start, 3, "lee.seojun", StaffRole::Inspector).await;
        let operator = enrol(&store, start, 4, "choi.daon", StaffRole::Operator).await;
        Self { router, store, folder, clock, apart, applicant, stranger, inspector, operator }
    }

    /// What another process does first that starts on the same folder.
    pub async fn start_again(&self) {
        let parts = parts(self.folder.path(), &self.store, &self.clock).await;
        remove_leftovers(&parts).await.unwrap();
    }

    /// Sends a request and reads the whole answer. A request that did
    /// something to an engagement must have left an entry in the journal.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.clock.advance(Span::from_millis(1));
        let is_deed = request.method() == Method::POST && request.uri().path().contains("/engagements");
        let (shown, before) = (request.uri().to_string(), self.journal_size().await);
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let answer = self.send_as_it_is(request).await;
        let sent_to = answer.headers.get(header::LOCATION).map(|place| place.to_str().unwrap().to_owned());
        let is_done = answer.status.is_success() || sent_to.is_some_and(|place| !place.starts_with("/sign-in"));
        if is_deed && is_done {
            assert!(self.journal_size().await > before, "{shown} left no entry");
        }
        contract::check(&method, &path, &answer);
        answer
    }

    /// Sends a request that may be one that was sent before, and reads the whole answer.
    pub async fn send_as_it_is(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// A request by the API, as `who`.
    pub async fn api(&self, method: Method, path: &str, who: Option<&Who>, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        if let Some(who) = who {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", who.token.to_cookie()));
        }
        let Some(body) = body else { return self.send(request.body(Body::empty()).unwrap()).await };
        let request =
            request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())).unwrap();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let answer = self.send(request).await;
        if answer.status.is_success() {
            contract::check_request(&method, &path, &body);
        }
        answer
    }

    pub async fn get(&self, path: &str, who: &Who) -> Answer {
        self.api(Method::GET, path, Some(who), None).await
    }

    pub async fn post(&self, path: &str, who: &Who, body: Value) -> Answer {
        self.api(Method::POST, path, Some(who), Some(body)).await
    }

    /// A page, as `who`.
    pub async fn page(&self, path: &str, who: Option<&Who>) -> Answer {
        let mut request = Request::get(path);
        if let Some(who) = who {
            request = request.header(header::COOKIE, cookie(who));
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// A new form of a page, as `who`, with the hidden fields of the session.
    pub async fn form(&self, path: &str, who: &Who, fields: &[(&str, &str)]) -> Answer {
        let hidden = self.hidden(path, who, fields).await;
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.press(path, who, &fields.iter().copied().chain(hidden).collect::<Vec<_>>()).await
    }

    /// The hidden fields with which a page shows the form that is sent to
    /// `path`, but those that `fields` say themselves. Who is not shown the
    /// form can make up no more than those of the session.
    pub async fn hidden(&self, path: &str, who: &Who, fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let page = match path.rsplit_once('/') {
            Some((item, "judgements" | "plans" | "evidence")) => item,
            _ if path == "/engagements" => "/engagements/new",
            _ => path,
        };
        let html = self.page(page, Some(who)).await.text();
        let said = |name: &str| fields.iter().find(|(said, _)| *said == name).map(|(_, value)| *value);
        let forms = html.split("<form").skip(1).filter_map(|form| form.split("</form>").next());
        let own = forms.filter(|form| form.split('>').next().unwrap().contains(&format!("action=\"{path}\"")));
        let mut hidden = own.map(|form| {
            let inputs = super::html::tags(&format!("<form{form}")).into_iter();
            let inputs = inputs.filter(|tag| tag.attribute("type") == Some("hidden"));
            let pair =
                |tag: super::html::Tag| Some((tag.attribute("name")?.to_owned(), tag.attribute("value")?.to_owned()));
            inputs.filter_map(pair).collect::<Vec<_>>()
        });
        let fits = |hidden: &Vec<(String, String)>| {
            hidden.iter().all(|(name, value)| said(name).is_none_or(|said| said == value))
        };
        let made_up = || vec![("csrf".to_owned(), who.token.csrf()), ("once".to_owned(), who.key(path))];
        let mut shown = hidden.find(fits).unwrap_or_else(made_up);
        shown.retain(|(name, _)| said(name).is_none());
        shown
    }

    /// A form of a page, as `who`, with exactly these fields.
    pub async fn press(&self, path: &str, who: &Who, fields: &[(&str, &str)]) -> Answer {
        self.send(form_request(path, who, fields)).await
    }

    /// An engagement of the first institution, as its id.
    pub async fn engagement(&self) -> String {
        let body = serde_json::json!({"institution": institution(1).to_string(), "kind": "other"});
        let opened = self.post("/engagements", &self.applicant, body).await.expect(201);
        opened["id"].as_str().unwrap().to_owned()
    }

    /// How many entries the journal has.
    pub async fn journal_size(&self) -> u64 {
        self.store.size().await.unwrap()
    }

    /// The kinds of the journal's entries from `first` on, in their order.
    pub async fn journal_kinds(&self, first: u64) -> Vec<EntryKind> {
        let entries = self.store.entries_from(first, 1_000).await.unwrap();
        entries.iter().map(|(_, bytes)| Entry::parse(bytes).unwrap().kind).collect()
    }

    /// The names of the files in the evidence folder, those on the way included.
    pub fn evidence_files(&self) -> Vec<String> {
        let mut names = Vec::new();
        for place in ["evidence", "evidence/.incoming"] {
            for entry in std::fs::read_dir(self.folder.path().join(place)).unwrap() {
                let entry = entry.unwrap();
                if entry.path().is_file() {
                    names.push(entry.file_name().into_string().unwrap());
                }
            }
        }
        names
    }
}

/// What a workbench in `folder` stands on.
async fn parts(folder: &Path, store: &Store, clock: &Arc<ManualClock>) -> Parts {
    let port = Arc::new(store.clone());
    Parts {
        identities: port.clone(),
        engagements: port.clone(),
        judgements: port.clone(),
        evidence: port,
        evidence_files: BlobFolder::open(folder.join("evidence")).await.unwrap(),
        bounds: EvidenceBounds::STANDARD,
        report_files: BlobFolder::open(folder.join("reports")).await.unwrap(),
        institutions: Arc::new(Directory),
        probes: Arc::new(Probes),
        journal: Arc::new(Journal),
        apart: Apart::new(1),
        catalog: CATALOG.clone(),
        calendar: CATALOG.calendar("kr").unwrap().business_calendar(),
        commitments: CommitmentKey::from_bytes([9; 32]),
        clock: clock.clone(),
        random: Arc::new(SystemRandom),
        operator: Bilingual::new("다온은행", "Daon Bank"),
        inspector: Bilingual::new("가온보안평가원", "Gaon Security"),
        world: WorldLabel::Demonstration,
    }
}

/// The request that a form of a page makes, as `who`, with exactly these fields.
pub fn form_request(path: &str, who: &Who, fields: &[(&str, &str)]) -> Request<Body> {
    let fields = fields.iter().copied();
    let body: Vec<String> = fields.map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    let request = Request::post(path)
        .header(header::COOKIE, cookie(who))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.join("&")));
    request.unwrap()
}

pub fn cookie(who: &Who) -> String {
    format!("__Host-staff={}", who.token.to_cookie())
}

pub fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn enrol(store: &Store, at: Timestamp, seed: u8, login: &str, role: StaffRole) -> Who {
    let id = StaffId::from_random([seed; 16]);
    let name = ["", "김지안", "박온담", "이서준", "최다온"][usize::from(seed)];
    let staff = Staff { id, login: login.parse().unwrap(), name: name.into(), name_en: String::new(), role };
    let enrolment = StaffEnrolment { staff, password: HASH.clone() };
    assert_eq!(store.enrol_staff(&enrolment, at, &[]).await.unwrap(), Enrolment::Enrolled);
    let token = SessionToken::from_random([seed; 32]);
    let session = Session {
        id: SessionId::from_random([seed; 16]),
        person: Person::Staff(id),
        token_hash: token.hash(),
        opened_at: at,
        seen_at: at,
        end: None,
    };
    let opening = SessionOpening { session, login: login.parse().unwrap(), policy: SignInPolicy::STANDARD };
    assert!(matches!(store.open_session(&opening).await.unwrap(), Opening::Opened { .. }));
    Who { token }
}
