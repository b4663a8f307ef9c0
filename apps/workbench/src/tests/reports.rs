//! What a report is made of.

use super::pages::written_check;
use super::world::{CATALOG, World};
use http::{Method, header};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use sumun_reports::ReportDraft;

/// The data of the last report, out of its evidence pack.
async fn data_of_report(world: &World, path: &str) -> Vec<u8> {
    world.api(Method::POST, &format!("{path}/reports"), Some(&world.inspector), None).await.expect(201);
    let pack = world.get(&format!("{path}/evidence-pack"), &world.inspector).await;
    assert_eq!(pack.headers[header::CONTENT_TYPE], "application/zip");
    let mut archive = zip::ZipArchive::new(Cursor::new(pack.body)).unwrap();
    let mut data = Vec::new();
    archive.by_name("report.json").unwrap().read_to_end(&mut data).unwrap();
    data
}

#[tokio::test]
async fn a_report_has_every_note_of_every_criterion() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let data = data_of_report(&world, &format!("/engagements/{id}")).await;
    let report: ReportDraft = serde_json::from_slice(&data).unwrap();
    let guide = CATALOG.framework(&"fsi-openapi-self-check".parse().unwrap()).unwrap();
    let criteria = guide.rows().iter().flat_map(|row| &row.criteria);
    let known: BTreeMap<&str, Vec<&str>> =
        criteria.map(|one| (one.text.ko.as_str(), one.notes.iter().map(|note| note.ko.as_str()).collect())).collect();
    let mut several = 0;
    for criterion in report.sheets.iter().flat_map(|sheet| &sheet.criteria) {
        assert_eq!(criterion.notes, known[criterion.text.as_str()], "{}", criterion.text);
        several += usize::from(criterion.notes.len() > 1);
    }
    assert!(several > 10, "{several} criteria with several notes");
}

/// The bytes in the pack are those that were kept, and whose hash the document prints.
#[tokio::test]
async fn a_pack_holds_the_data_of_the_report_as_it_was_kept() {
    let world = World::new().await;
    let id = written_check(&world).await;
    let data = data_of_report(&world, &format!("/engagements/{id}")).await;
    let kept = world.folder.path().join("reports").join(sumun_evidence::Digest::of(&data).to_string());
    assert_eq!(std::fs::read(kept).unwrap(), data);
}
