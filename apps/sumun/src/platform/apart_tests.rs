//! Where work runs that grows with what people put in.

use super::addresses::{Component, Listeners, Ports};
use super::data_folder::DataFolder;
use super::world::cast::{self, CastRole};
use super::{Platform, Reach, Sizes};
use crate::journey::{Document, Staff};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use sumun_evidence::{Evidence, EvidenceStore as _, EvidenceWrite, OfficialName, Quotas};
use sumun_ids::{EngagementId, EvidenceId};
use sumun_inspection::evidence_added;
use sumun_transport::{Client, ClientLimits, ClientTls};
use sumun_workbench::Work;
use tokio::task::JoinSet;

const PIECES: u32 = 5_000;
const BATCH: usize = 500;
const PACKS: u64 = 4;

/// A client that takes a pack of many pieces.
fn client(platform: &Platform) -> Client {
    let root = platform.ground().keys.open_authority.key.certificate_der().to_vec();
    let tls = ClientTls::new(&[root], None).unwrap();
    let hour = Duration::from_secs(3_600);
    let limits = ClientLimits { body_bytes_max: 64 * 1024 * 1024, answer_timeout: hour, ..ClientLimits::default() };
    Client::new(&tls, limits)
}

async fn staff(platform: &Platform, role: CastRole) -> Staff {
    let place = cast::STAFF.iter().position(|staff| staff.role == role).unwrap();
    let made = &platform.ground().world.staff[place];
    let workbench = platform.addresses().url(Component::Workbench);
    Staff::sign_in(client(platform), workbench, (&made.login, &made.password)).await.unwrap()
}

/// Makes one piece of evidence into [`PIECES`] of them, each with its entry in the journal.
async fn multiply(platform: &Platform, engagement: EngagementId) {
    let (store, random) = (&platform.ground().store, &platform.ground().random);
    let one = store.of_engagement(engagement).await.unwrap().remove(0);
    let another = |serial: u32| Evidence {
        id: EvidenceId::from_random(random.id_bytes()),
        name: OfficialName::new(one.name.number(), serial, one.name.title()).unwrap(),
        ..one.clone()
    };
    let all: Vec<_> = (2..=PIECES).map(another).collect();
    for batch in all.chunks(BATCH) {
        let journal = batch.iter().map(|one| evidence_added(one, &platform.ground().keys.commitment.key));
        let journal: Vec<_> = journal.collect();
        assert_eq!(store.add(batch, &Quotas::STANDARD, &journal).await.unwrap(), EvidenceWrite::Written);
    }
}

/// Reports and packs of 5,000 pieces, made at once by one applicant, run on the
/// workbench's own threads alone, and whoever calls the authorization server
/// meanwhile is answered. Counted, not timed: each such work needs a turn, and
/// the turns know on which threads they were taken.
#[test]
fn work_that_grows_with_data_never_runs_on_the_runtime_that_all_share() {
    let folder = tempfile::tempdir().unwrap();
    let mut shared = tokio::runtime::Builder::new_multi_thread();
    let shared = shared.worker_threads(2).thread_name("shared").enable_all().build().unwrap();
    shared.block_on(async {
        let data = DataFolder::open_or_create(folder.path().join("data").as_path()).unwrap();
        let listeners = Listeners::bind(&Reach::loopback(), Ports::Free).unwrap();
        let platform = Platform::start(data, listeners, Sizes::default()).await.unwrap();
        let applicant = Arc::new(staff(&platform, CastRole::Applicant).await);
        let institution = platform.ground().world.institutions[0].id;
        let opening = json!({ "institution": institution, "kind": "other" });
        let engagement = applicant.post("/api/v1/engagements", &opening).await.unwrap().text("id");
        let document =
            Document { item: "OBI-01", number: "1.1.1", title: "조직도", file_name: "a.txt", content: b"one" };
        applicant.upload(&engagement, &document).await.unwrap();
        multiply(&platform, engagement.parse().unwrap()).await;

        let inspector = staff(&platform, CastRole::Inspector).await;
        inspector.post_nothing(&format!("/api/v1/engagements/{engagement}/reports")).await.unwrap();
        let mut packs = JoinSet::new();
        for _ in 0..PACKS {
            let (applicant, path) = (Arc::clone(&applicant), format!("/api/v1/engagements/{engagement}/evidence-pack"));
            packs.spawn(async move { applicant.download(&path).await.unwrap() });
        }
        let done = Arc::new(AtomicBool::new(false));
        let calling = tokio::spawn(metadata_until(client(&platform), platform.addresses().clone(), Arc::clone(&done)));
        for pack in packs.join_all().await {
            let pieces = pieces_and_proofs(&pack);
            assert_eq!(pieces, (PIECES as usize, PIECES as usize + 2), "evidence, and entries with their proofs");
        }
        done.store(true, Ordering::SeqCst);
        assert!(calling.await.unwrap() > 0, "others were answered meanwhile");

        let ran = platform.heavy_work().ran();
        assert!(ran.iter().all(|ran| ran.thread == "workbench"), "{ran:?}");
        let count = |work| ran.iter().filter(|ran| ran.work == work).map(|ran| ran.count).sum::<u64>();
        assert_eq!((count(Work::Report), count(Work::Pack)), (1, PACKS), "{ran:?}");
        platform.stop().await.unwrap();
    });
}

/// How many calls of the metadata page were answered, of which none may be refused.
async fn metadata_until(client: Client, addresses: super::addresses::Addresses, done: Arc<AtomicBool>) -> u64 {
    let address = format!("{}/.well-known/oauth-authorization-server", addresses.url(Component::Authorization));
    let mut answered = 0;
    while !done.load(Ordering::SeqCst) {
        let request = http::Request::get(&address).body(bytes::Bytes::new()).unwrap();
        assert_eq!(client.request(request).await.unwrap().status(), 200);
        answered += 1;
    }
    answered
}

/// How many files of evidence a pack has, and how many entries of the journal with a proof.
fn pieces_and_proofs(pack: &[u8]) -> (usize, usize) {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(pack)).unwrap();
    let pieces =
        archive.file_names().filter(|name| name.as_ref().is_ok_and(|name| name.starts_with("evidence/"))).count();
    let mut entries = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("journal/entries.jsonl").unwrap(), &mut entries).unwrap();
    let proven = |line: &&str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        !line["proof"].as_array().unwrap().is_empty()
    };
    (pieces, entries.lines().filter(proven).count())
}

#[test]
fn the_threads_of_a_component_have_its_name_and_end() {
    let (runtime, handle) = super::own_runtime::OwnRuntime::start("workbench").unwrap();
    let shared = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    shared.block_on(async {
        let name = || std::thread::current().name().map(str::to_owned);
        assert_eq!(handle.spawn(async move { name() }).await.unwrap().as_deref(), Some("workbench"));
        assert_eq!(handle.spawn_blocking(name).await.unwrap().as_deref(), Some("workbench"));
        runtime.stop().await;
        assert!(handle.spawn(async {}).await.unwrap_err().is_cancelled());
    });
}
