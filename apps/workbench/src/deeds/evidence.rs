//! Adding evidence.

use super::ATTEMPTS_MAX;
use crate::access::Permitted;
use crate::book::BookItem;
use crate::case::Case;
use crate::error::{AccessFault, PlatformFault, WorkbenchError};
use crate::files::{named_by_evidence, to_the_end};
use crate::upload::{Description, Upload};
use std::sync::Arc;
use sumun_evidence::{
    Binding, Evidence, EvidenceDraft, EvidenceError, EvidenceWrite, FileFacts, ItemCode, MediaType, OfficialName,
    Origin, next_serial,
};
use sumun_ids::EvidenceId;
use sumun_inspection::{InspectionError, ProcedureFault, evidence_added};
use sumun_store::{IncomingBlob, PlacedBlobs, StoredBlob};
use sumun_time::Date;

/// Keeps an uploaded file as evidence of `items`, also when its sender has left meanwhile.
pub(crate) async fn add_upload(
    permit: &Arc<Permitted<Case>>,
    items: Vec<ItemCode>,
    upload: Upload,
) -> Result<Evidence, WorkbenchError> {
    let permit = Arc::clone(permit);
    to_the_end(async move {
        let Upload { description, file, kept: _kept, .. } = upload;
        keep(&permit, &items, &description, file).await
    })
    .await
}

async fn keep(
    permit: &Permitted<Case>,
    items: &[ItemCode],
    description: &Description,
    mut file: IncomingBlob,
) -> Result<Evidence, WorkbenchError> {
    permit.seat()?;
    let parts = &permit.workbench().parts;
    let wanted = Wanted::read(permit, items, description)?;
    if file.size_bytes() == 0 {
        return Err(EvidenceError::Empty.into());
    }
    let media_type = file.media_type().await?;
    let placed = parts.evidence_files.place([file]).await?;
    let written = write(permit, &wanted, &description.file_name, (placed.blobs(), media_type)).await;
    settle(permit, placed, written).await
}

/// Writes the row of a placed file under the next free name.
async fn write(
    permit: &Permitted<Case>,
    wanted: &Wanted<'_>,
    file_name: &str,
    (blobs, media_type): (&[StoredBlob], MediaType),
) -> Result<Evidence, WorkbenchError> {
    let seat = permit.seat()?;
    let blob = blobs.first().ok_or(PlatformFault::Internal("a placed file has no hash"))?;
    let file = FileFacts { sha256: blob.sha256, size_bytes: blob.size_bytes, media_type };
    for _ in 0..ATTEMPTS_MAX {
        let origin = Origin::Upload { by: seat.staff(), file_name: file_name.to_owned() };
        let evidence = wanted.evidence(permit, file, origin).await?;
        let journal = [evidence_added(&evidence, &permit.workbench().parts.commitments)];
        let parts = &permit.workbench().parts;
        match parts.evidence.add(std::slice::from_ref(&evidence), &parts.bounds.quotas, &journal).await? {
            EvidenceWrite::Written => return Ok(evidence),
            EvidenceWrite::OverQuota(over) => return Err(PlatformFault::OverQuota(over).into()),
            EvidenceWrite::Closed => return Err(closed(permit)),
            EvidenceWrite::NameTaken => {}
        }
    }
    Err(WorkbenchError::Changed)
}

/// Leaves no file behind whose row was not written, unless another row needs it.
pub(super) async fn settle<T>(
    permit: &Permitted<Case>,
    placed: PlacedBlobs,
    written: Result<T, WorkbenchError>,
) -> Result<T, WorkbenchError> {
    match &written {
        Ok(_) => placed.keep().await,
        // A store that failed may still write the row, so the next start decides.
        Err(WorkbenchError::Platform(PlatformFault::Store(_))) => drop(placed),
        Err(_) => {
            let needed = named_by_evidence(&*permit.workbench().parts.evidence, placed.blobs()).await?;
            placed.remove_except(&needed).await?;
        }
    }
    written
}

/// That the engagement takes no more evidence.
pub(super) fn closed(permit: &Permitted<Case>) -> WorkbenchError {
    let stage = permit.subject().file.engagement.stage.kind();
    InspectionError::from(ProcedureFault::NotNow(stage)).into()
}

/// Everything that is wrong with what was written beside a file, for a page
/// that shows all of it; the deed itself says the first of them.
pub(crate) fn faults(permit: &Permitted<Case>, item: &BookItem, said: &Description) -> Vec<EvidenceError> {
    let name = said.official_name();
    let unnamed = matches!(name, Ok(None));
    let number = (unnamed && said.revises.is_none())
        .then(|| match said.number.parse() {
            Ok(number) if item.takes(number) => None,
            Ok(_) => Some(EvidenceError::Number),
            Err(fault) => Some(fault),
        })
        .flatten();
    let title = unnamed.then(|| OfficialName::check_title(&said.title).err()).flatten();
    let stray = said.criteria.iter().any(|code| item.criteria.iter().all(|one| one.code != *code));
    let criteria = stray.then_some(EvidenceError::Code);
    let day = said.effective_on.filter(|day| *day > permit.now().korean_date());
    let day = day.map(|_| EvidenceError::EffectiveInFuture);
    [number, name.err().or(title), criteria, day].into_iter().flatten().collect()
}

/// What the sender asks for, checked against the catalog.
struct Wanted<'a> {
    title: String,
    number: sumun_evidence::DetailNumber,
    serial: Option<u32>,
    bindings: Vec<Binding>,
    effective_on: Date,
    revises: Option<&'a Evidence>,
}

impl<'a> Wanted<'a> {
    fn read(
        permit: &'a Permitted<Case>,
        items: &[ItemCode],
        description: &Description,
    ) -> Result<Self, WorkbenchError> {
        let case = permit.subject();
        let books: Vec<_> = items.iter().filter_map(|code| case.book.item(code)).collect();
        if books.is_empty() || books.len() != items.len() {
            return Err(AccessFault::NotFound.into());
        }
        let revises = description.revises.as_deref().map(|id| case.evidence(id)).transpose()?;
        let (number, serial, title) = match (description.official_name()?, revises) {
            (Some(name), _) => (name.number(), Some(name.serial()), name.title().to_owned()),
            (None, Some(earlier)) => (earlier.name.number(), None, description.title.clone()),
            (None, None) => (description.number.parse()?, None, description.title.clone()),
        };
        if !books.iter().any(|item| item.takes(number)) {
            return Err(EvidenceError::Number.into());
        }
        let mut bindings = Vec::new();
        for item in &books {
            let own =
                |criterion: &&sumun_evidence::CriterionCode| item.criteria.iter().any(|one| one.code == **criterion);
            let criteria: Vec<_> = description.criteria.iter().filter(own).cloned().collect();
            if criteria.is_empty() {
                bindings.push(Binding { item: item.code.clone(), criterion: None });
            }
            bindings.extend(criteria.into_iter().map(|one| Binding { item: item.code.clone(), criterion: Some(one) }));
        }
        let bound = bindings.iter().filter(|binding| binding.criterion.is_some()).count();
        if bound < description.criteria.len() {
            return Err(EvidenceError::Code.into());
        }
        let effective_on = description.effective_on.unwrap_or_else(|| permit.now().korean_date());
        Ok(Self { title, number, serial, bindings, effective_on, revises })
    }

    /// The evidence under the next free name.
    async fn evidence(
        &self,
        permit: &Permitted<Case>,
        file: FileFacts,
        origin: Origin,
    ) -> Result<Evidence, WorkbenchError> {
        let parts = &permit.workbench().parts;
        let engagement = permit.subject().file.engagement.id;
        let all = parts.evidence.names(engagement, self.number).await?;
        let names = || all.iter().map(|(name, _)| name);
        let earlier = self.revises.map(|earlier| earlier.name.serial());
        let serial = self.serial.or(earlier).unwrap_or_else(|| next_serial(self.number, names()));
        let draft = EvidenceDraft {
            id: EvidenceId::from_random(parts.random.id_bytes()),
            engagement,
            name: OfficialName::new(self.number, serial, &self.title)?,
            bindings: self.bindings.clone(),
            origin,
            effective_on: self.effective_on,
        };
        let now = permit.workbench().now();
        Ok(match self.revises {
            None => draft.first(file, names(), now)?,
            Some(earlier) => {
                let same = all.iter().filter(|(name, _)| name.serial() == earlier.name.serial());
                let newest = same.map(|(_, revision)| *revision).max().unwrap_or(earlier.revision);
                draft.revision_of(earlier, newest, file, now)?
            }
        })
    }
}
