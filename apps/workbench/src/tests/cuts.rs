//! What a cut between a file's place and its row leaves: nothing.

use super::uploads::{FIELDS, add, adding};
use super::world::World;
use std::sync::Arc;
use std::time::Duration;
use sumun_evidence::{DetailNumber, Digest, Evidence, EvidenceStore, EvidenceWrite, OfficialName, Quotas, Usage};
use sumun_ids::{EngagementId, EvidenceId, InstitutionId};
use sumun_journal::{Entry, StoreFailure};
use sumun_store::{BlobFolder, Store};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

/// A store that holds every row of evidence back until it is let through.
struct Gate {
    store: Store,
    reached: Semaphore,
    open: Semaphore,
}

#[async_trait::async_trait]
impl EvidenceStore for Gate {
    async fn add(
        &self,
        evidence: &[Evidence],
        quotas: &Quotas,
        journal: &[Entry],
    ) -> Result<EvidenceWrite, StoreFailure> {
        self.reached.add_permits(1);
        self.open.acquire().await.unwrap().forget();
        self.store.add(evidence, quotas, journal).await
    }

    async fn usage(&self, engagement: EngagementId, institution: InstitutionId) -> Result<Usage, StoreFailure> {
        self.store.usage(engagement, institution).await
    }

    async fn names(
        &self,
        engagement: EngagementId,
        number: DetailNumber,
    ) -> Result<Vec<(OfficialName, u32)>, StoreFailure> {
        self.store.names(engagement, number).await
    }

    async fn evidence(&self, engagement: EngagementId, id: EvidenceId) -> Result<Option<Evidence>, StoreFailure> {
        self.store.evidence(engagement, id).await
    }

    async fn of_engagement(&self, engagement: EngagementId) -> Result<Vec<Evidence>, StoreFailure> {
        self.store.of_engagement(engagement).await
    }

    async fn refers_to(&self, sha256: Digest) -> Result<bool, StoreFailure> {
        self.store.refers_to(sha256).await
    }
}

/// A world behind a gate, with an engagement in it.
async fn gated() -> (World, Arc<Gate>, String) {
    let mut gate = None;
    let world = World::with_evidence(|store| {
        let made = Arc::new(Gate { store, reached: Semaphore::new(0), open: Semaphore::new(0) });
        gate = Some(Arc::clone(&made));
        made
    });
    let world = world.await;
    let engagement = world.engagement().await;
    (world, gate.unwrap(), engagement)
}

/// Sends a file and ends its connection when the row is about to be written.
async fn cut(world: &World, gate: &Gate, engagement: &str, content: &[u8]) {
    let request = adding(world, engagement, content);
    let connection = tokio::spawn(world.router.clone().oneshot(request));
    let reached = tokio::time::timeout(Duration::from_secs(20), gate.reached.acquire()).await;
    reached.unwrap().unwrap().forget();
    connection.abort();
    assert!(connection.await.unwrap_err().is_cancelled());
    assert!(world.evidence_files().contains(&Digest::of(content).to_string()), "the file is in its place");
}

#[tokio::test]
async fn a_file_whose_connection_is_cut_before_its_row_gets_its_row() {
    let (world, gate, engagement) = gated().await;
    cut(&world, &gate, &engagement, b"content").await;
    gate.open.add_permits(1);
    let sha256 = Digest::of(b"content");
    for _ in 0..400 {
        if world.store.refers_to(sha256).await.unwrap() && world.evidence_files().len() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let all = world.get(&format!("/engagements/{engagement}/evidence"), &world.applicant).await.expect(200);
    assert_eq!(all["evidence"][0]["sha256"], sha256.to_string(), "a file without a row");
    assert_eq!(world.evidence_files(), [sha256.to_string()]);
}

#[tokio::test]
async fn a_file_whose_process_ends_before_its_row_is_removed_at_the_next_start() {
    let (world, gate, engagement) = gated().await;
    gate.open.add_permits(1);
    add(&world, &engagement, &FIELDS, ("a.pdf", b"named")).await.expect(201);
    gate.reached.acquire().await.unwrap().forget();
    cut(&world, &gate, &engagement, b"lost").await;
    let reports = BlobFolder::open(world.folder.path().join("reports")).await.unwrap();
    let mut report = reports.begin(10).await.unwrap();
    report.write(b"report").await.unwrap();
    drop(reports.place([report]).await.unwrap());

    world.start_again().await;
    assert_eq!(world.evidence_files(), [Digest::of(b"named").to_string()]);
    assert!(reports.read(Digest::of(b"report")).await.is_err());
}
