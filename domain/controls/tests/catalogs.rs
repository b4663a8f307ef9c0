//! The shipped catalogs: every count that the documents announce, and that nothing in them is half-said.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use sumun_controls::{
    Applicability, Bilingual, Catalog, Counts, Facts, FillError, Framework, FrameworkId, ParameterKind, ParameterValue,
    Relation, Row, RowState, SlotText, load, load_over,
};

fn shipped_files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogs");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    paths.iter().map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap())).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            paths.push(path);
        }
    }
}

fn shipped() -> Catalog {
    load(shipped_files().into_iter()).unwrap_or_else(|error| panic!("{error}"))
}

fn framework<'a>(catalog: &'a Catalog, id: &str) -> &'a Framework {
    catalog.framework(&id.parse().unwrap()).unwrap_or_else(|| panic!("no {id}"))
}

fn counts(catalog: &Catalog, id: &str) -> Counts {
    framework(catalog, id).counts()
}

fn row<'a>(framework: &'a Framework, id: &str) -> &'a Row {
    framework.row(&id.parse().unwrap()).unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn there_are_nine_frameworks_and_every_row_has_a_link_or_is_open() {
    let catalog = shipped();
    let ids: Vec<&str> = catalog.current_frameworks().map(|framework| framework.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "fsi-openapi-self-check",
            "isms-p",
            "itu-x1149",
            "mydata-guideline-ch5",
            "openapi-risks",
            "openbanking-institution",
            "openbanking-vulnerability",
            "platform-requirements",
            "robo-advisor-review"
        ]
    );
    let rows: usize = catalog.current_frameworks().map(|framework| framework.rows().len()).sum();
    assert_eq!(catalog.trace(None).count(), rows);
}

#[test]
fn the_self_check_has_38_items_42_detailed_items_and_95_criteria() {
    let catalog = shipped();
    let expected = Counts {
        domains: 3,
        areas: 15,
        items: 38,
        detailed_items: 42,
        rows: 80,
        criteria: 95,
        evidence_examples: 108,
        legal_references: 99,
    };
    let guide = framework(&catalog, "fsi-openapi-self-check");
    assert_eq!(guide.counts(), expected);
    for detail in guide.detailed_items() {
        assert!(!detail.criteria.is_empty() && !detail.evidence_examples.is_empty(), "{}", detail.id);
        let parent = detail.parent.as_ref().unwrap();
        assert!(detail.id.as_str().starts_with(&format!("{parent}.")), "{} below {parent}", detail.id);
        assert!(detail.criteria.iter().all(|criterion| criterion.line.is_some()), "{}", detail.id);
    }
    for item in guide.items() {
        assert!(guide.detailed_items_of(&item.id).next().is_some(), "{} has no detailed item", item.id);
    }
    let by_domain = |id: &str| guide.items().filter(|row| guide.domain_of(row).unwrap().id.as_str() == id).count();
    assert_eq!((by_domain("administrative"), by_domain("physical"), by_domain("technical")), (18, 3, 17));
}

#[test]
fn the_institution_inspection_has_30_items_with_obi_14_restored() {
    let catalog = shipped();
    let inspection = framework(&catalog, "openbanking-institution");
    let Counts { domains, areas, items, .. } = inspection.counts();
    assert_eq!((domains, areas, items), (3, 14, 30));
    let restored: Vec<&str> =
        inspection.items().filter(|row| row.state == RowState::Restored).map(|row| row.id.as_str()).collect();
    assert_eq!(restored, ["OBI-14"]);
    assert_eq!(row(inspection, "OBI-14").anomalies, [1]);
    let by_domain =
        |id: &str| inspection.items().filter(|row| inspection.domain_of(row).unwrap().id.as_str() == id).count();
    assert_eq!((by_domain("administrative"), by_domain("physical"), by_domain("technical")), (13, 2, 15));
}

#[test]
fn the_vulnerability_inspection_has_12_web_and_17_mobile_items_2_for_android_only() {
    let catalog = shipped();
    let inspection = framework(&catalog, "openbanking-vulnerability");
    let on = |platform: &str| {
        let facts = Facts { platform: Some(BTreeSet::from([platform.parse().unwrap()])), ..Facts::default() };
        inspection.items().filter(|row| row.applicability(&facts) == Applicability::Applies).count()
    };
    assert_eq!((on("web"), on("android"), on("ios")), (12, 17, 15));
    let areas_of = |domain: &str| {
        let domain = domain.parse().unwrap();
        inspection.areas.iter().filter(|area| area.domain.as_ref() == Some(&domain)).count()
    };
    assert_eq!((areas_of("web"), areas_of("mobile")), (4, 5));
}

#[test]
fn x1149_has_74_items_in_23_areas_22_threats_with_oat_ids_and_7_vulnerabilities() {
    let catalog = shipped();
    let standard = framework(&catalog, "itu-x1149");
    let Counts { areas, items, .. } = standard.counts();
    assert_eq!((areas, items), (23, 74));
    let operators = standard.items().filter(|row| row.area.as_ref().unwrap().as_str().parse::<u32>().unwrap() >= 16);
    assert_eq!(operators.count(), 36);
    assert_eq!(standard.rows_of_class("vulnerability").count(), 7);
    let threats: Vec<&Row> = standard.rows_of_class("threat").collect();
    assert_eq!(threats.len(), 22);
    let oat_of =
        |row: &Row| row.identifiers.iter().find(|it| it.scheme.as_str() == "owasp-oat").map(|it| it.id.clone());
    let without: Vec<&str> =
        threats.iter().filter(|row| oat_of(row).is_none()).map(|row| row.title.en.as_str()).collect();
    // The one threat beyond the 21 of OWASP.
    assert_eq!(without, ["Unauthorized access"]);
    let oats: BTreeSet<String> = threats.iter().filter_map(|row| oat_of(row)).collect();
    let all: BTreeSet<String> = (1..=21).map(|number| format!("OAT-{number:03}")).collect();
    assert_eq!(oats, all);
}

#[test]
fn the_mydata_guideline_has_172_requirements_with_subject_modality_and_proof() {
    let catalog = shipped();
    let guideline = framework(&catalog, "mydata-guideline-ch5");
    assert_eq!(guideline.counts().items, 172);
    for requirement in guideline.items() {
        assert!(requirement.modality.is_some(), "{}", requirement.id);
        assert!(!requirement.subjects.is_empty(), "{}", requirement.id);
        assert_eq!(requirement.verifiability.len(), 1, "{}", requirement.id);
    }
}

#[test]
fn the_robo_advisor_review_has_31_slots_online_27_offline_and_one_public_item() {
    let catalog = shipped();
    let review = framework(&catalog, "robo-advisor-review");
    let of = |service: &str| {
        let facts = Facts { service_type: Some(BTreeSet::from([service.parse().unwrap()])), ..Facts::default() };
        review.items().filter(|row| row.applicability(&facts) == Applicability::Applies).count()
    };
    assert_eq!((of("online"), of("offline")), (31, 27));
    let public: Vec<&str> = review.items().filter(|row| !row.is_empty_slot()).map(|row| row.id.as_str()).collect();
    assert_eq!(public, ["S2-05-SE"]);
    let rows_of = |class: &str| review.rows_of_class(class).count();
    assert_eq!(rows_of("statement-section"), 5);
    assert_eq!(rows_of("statement-field"), 21);
    assert_eq!(rows_of("scope"), 4);
    assert_eq!(rows_of("applicability"), 6);
    assert_eq!(rows_of("deadline"), 6);
}

#[test]
fn isms_p_has_101_titles_80_of_them_isms() {
    let catalog = shipped();
    let criteria = framework(&catalog, "isms-p");
    let Counts { domains, areas, items, .. } = criteria.counts();
    assert_eq!((domains, areas, items), (3, 21, 101));
    let in_chapter = |chapter: &str| criteria.items().filter(|row| row.id.as_str().starts_with(chapter)).count();
    assert_eq!((in_chapter("1."), in_chapter("2."), in_chapter("3.")), (16, 64, 21));
}

#[test]
fn there_are_17_risks_with_countermeasures_and_14_requirements() {
    let catalog = shipped();
    let model = framework(&catalog, "openapi-risks");
    let risks: Vec<&Row> = model.rows_of_class("risk").collect();
    assert_eq!(risks.len(), 17);
    assert!(risks.iter().all(|risk| !risk.countermeasures.is_empty()));
    let actors: BTreeSet<&str> =
        risks.iter().flat_map(|risk| &risk.countermeasures).map(|measure| measure.actor.as_str()).collect();
    assert_eq!(actors, BTreeSet::from(["customer", "institution", "operator"]));
    let in_area =
        |area: &str| risks.iter().filter(|risk| risk.area.as_ref().is_some_and(|id| id.as_str() == area)).count();
    assert_eq!((in_area("customer"), in_area("institution")), (11, 6));
    let requirements: Vec<&Row> = model.rows_of_class("requirement").collect();
    assert_eq!(requirements.len(), 14);
    let without: Vec<&str> =
        requirements.iter().filter(|row| row.answers.is_empty()).map(|row| row.id.as_str()).collect();
    assert_eq!(without, ["Q-14"]);
    assert_eq!(row(model, "Q-14").anomalies, [12]);
}

#[test]
fn platform_requirements_run_from_pr_001_to_pr_136() {
    let catalog = shipped();
    assert_eq!(counts(&catalog, "platform-requirements").areas, 15);
    let found: BTreeSet<&str> =
        framework(&catalog, "platform-requirements").items().map(|row| row.id.as_str()).collect();
    let all: Vec<String> = (1..=136).map(|number| format!("PR-{number:03}")).collect();
    assert_eq!(found, all.iter().map(String::as_str).collect());
    for requirement in framework(&catalog, "platform-requirements").items() {
        assert!(requirement.parts.iter().any(|part| part.kind.as_str() == "test"), "{} has no test", requirement.id);
    }
}

#[test]
fn crosswalks_have_331_mappings_and_61_to_isms_p() {
    let catalog = shipped();
    let isms: FrameworkId = "isms-p".parse().unwrap();
    let (to_isms, others): (Vec<_>, Vec<_>) = catalog.crosswalks().iter().partition(|crosswalk| crosswalk.to == isms);
    let sum = |crosswalks: &[&sumun_controls::Crosswalk]| -> usize {
        crosswalks.iter().map(|crosswalk| crosswalk.mappings.len()).sum()
    };
    assert_eq!((sum(&others), sum(&to_isms)), (331, 61));
    let mut of_relation: BTreeMap<Relation, usize> = BTreeMap::new();
    for mapping in others.iter().flat_map(|crosswalk| &crosswalk.mappings) {
        *of_relation.entry(mapping.relation).or_default() += 1;
        assert!(!mapping.author.is_empty());
    }
    let expected =
        [(Relation::Equal, 84), (Relation::Subset, 66), (Relation::Superset, 12), (Relation::Intersects, 169)];
    assert_eq!(of_relation, BTreeMap::from(expected));
}

#[test]
fn every_institution_item_leads_to_the_self_check() {
    let catalog = shipped();
    let inspection = framework(&catalog, "openbanking-institution");
    let guide = framework(&catalog, "fsi-openapi-self-check");
    let mut reached = BTreeSet::new();
    for item in inspection.items() {
        let targets: Vec<_> =
            catalog.mappings(&inspection.id, &item.id).filter(|mapped| *mapped.framework == guide.id).collect();
        assert!(!targets.is_empty(), "{} leads nowhere", item.id);
        reached.extend(targets.iter().map(|mapped| guide.row(mapped.row).unwrap().parent.clone().unwrap()));
    }
    // The eight items of the guide that the inspection leaves out.
    let left_out: Vec<&str> =
        guide.items().map(|item| &item.id).filter(|id| !reached.contains(id)).map(|id| id.as_str()).collect();
    assert_eq!(left_out, ["3.2", "4.1", "5.2", "8.1", "9.4", "10.3", "11.2", "11.4"]);
}

#[test]
fn every_contradiction_is_recorded_where_it_bites() {
    let catalog = shipped();
    let all: Vec<u32> = catalog.anomalies().map(|anomaly| anomaly.number).collect();
    assert_eq!(all, (1..=38).collect::<Vec<u32>>());
    let rows = catalog.frameworks().iter().flat_map(|framework| framework.rows()).flat_map(|row| &row.anomalies);
    let headers = catalog.frameworks().iter().flat_map(|framework| &framework.anomalies);
    let named: BTreeSet<u32> = rows.chain(headers).copied().collect();
    assert_eq!(named.into_iter().collect::<Vec<u32>>(), all);
}

#[test]
fn both_languages_are_there_and_are_what_they_claim() {
    let catalog = shipped();
    for framework in catalog.frameworks() {
        for row in framework.rows() {
            let place = format!("{}/{}", framework.id, row.id);
            check_languages(&place, &row.title);
            check_languages(&place, &row.explanation);
            row.criteria.iter().for_each(|it| check_languages(&place, &it.text));
            row.evidence_examples.iter().for_each(|it| check_languages(&place, &it.name));
            row.legal_references.iter().for_each(|it| check_languages(&place, &it.reference));
            row.parameters.iter().for_each(|it| check_languages(&place, &it.label));
            row.parts.iter().for_each(|it| check_languages(&place, &it.text));
            row.countermeasures.iter().for_each(|it| check_languages(&place, &it.text));
        }
    }
    for crosswalk in catalog.crosswalks() {
        crosswalk.mappings.iter().for_each(|it| check_languages(it.from.as_str(), &it.rationale));
    }
    catalog.anomalies().for_each(|anomaly| check_languages(&anomaly.number.to_string(), &anomaly.text));
}

fn check_languages(place: &str, text: &Bilingual) {
    let is_hangul = |letter: char| ('가'..='힣').contains(&letter);
    // A title such as `DMZ` or `N/A` is the same in both languages.
    let is_a_name = text.ko.is_ascii();
    assert!(is_a_name || text.ko.chars().any(is_hangul), "{place}: no Korean in `{}`", text.ko);
    let latin = text.en.chars().filter(char::is_ascii_alphabetic).count();
    let hangul = text.en.chars().filter(|letter| is_hangul(*letter)).count();
    assert!(latin > hangul, "{place}: no English in `{}`", text.en);
}

#[test]
fn every_parameter_is_typed_and_a_missing_number_stays_unset() {
    let catalog = shipped();
    let guide = framework(&catalog, "fsi-openapi-self-check");
    let unset = guide
        .rows()
        .iter()
        .flat_map(|row| &row.parameters)
        .filter(|parameter| parameter.value == ParameterValue::Unset);
    assert_eq!(unset.count(), 23);
    let guideline = framework(&catalog, "mydata-guideline-ch5");
    let kinds: BTreeSet<&str> =
        guideline.rows().iter().flat_map(|row| &row.parameters).map(|parameter| parameter.kind.as_str()).collect();
    assert!(kinds.contains(ParameterKind::Duration.as_str()) && kinds.contains(ParameterKind::TlsVersion.as_str()));
    let interval = row(guide, "1.1.2").parameter("review_interval").unwrap();
    assert_eq!(interval.value.to_string(), "P3M");
}

#[test]
fn applicability_names_cloud_wireless_and_public_web_servers() {
    let catalog = shipped();
    let guide = framework(&catalog, "fsi-openapi-self-check");
    let facts = Facts {
        uses_cloud: Some(false),
        uses_wireless: Some(false),
        runs_public_web_server: Some(false),
        outsources: Some(false),
        ..Facts::default()
    };
    let left_out: Vec<&str> = guide
        .detailed_items()
        .filter(|row| matches!(row.applicability(&facts), Applicability::DoesNotApply { .. }))
        .map(|row| row.id.as_str())
        .collect();
    assert_eq!(left_out, ["2.1.1", "2.1.2", "14.5.1", "15.3.1"]);
}

#[test]
fn every_framework_written_as_toml_reads_back_the_same() {
    let catalog = shipped();
    let shared = shipped_files().into_iter().filter(|(path, _)| {
        ["vocabulary.toml", "documents.toml", "anomalies.toml"].iter().any(|name| path.ends_with(name))
    });
    let written = catalog.frameworks().iter().map(|framework| (framework.id.to_string(), framework.to_toml()));
    let again = load(shared.chain(written)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.frameworks().len(), 9);
    for (first, second) in catalog.frameworks().iter().zip(again.frameworks()) {
        assert_eq!(first.to_toml(), second.to_toml(), "{}", first.id);
        assert_eq!(first.counts(), second.counts());
    }
}

fn text(number: &str, is_online_only: bool) -> SlotText {
    SlotText {
        number: number.parse().unwrap(),
        title: Bilingual::new("항목", "Item"),
        criterion: Bilingual::new("기준", "Criterion"),
        is_online_only,
    }
}

#[test]
fn a_company_fills_the_empty_slots_and_the_file_reads_back() {
    let catalog = shipped();
    let review = framework(&catalog, "robo-advisor-review");
    let texts: Vec<SlotText> =
        (1..=30).map(|place| text(&format!("S1-{place:02}-SE"), place > 26)).chain([text("S2-05-SE", false)]).collect();
    let filling = review.fill_slots(texts).unwrap();
    assert_eq!((filling.filled, filling.empty), (30, 0));
    assert_eq!(filling.already_public, ["S2-05-SE".parse().unwrap()]);
    let again = load_over(shipped_files(), vec![("filled.toml".to_owned(), filling.framework.to_toml())])
        .unwrap_or_else(|error| panic!("{error}"));
    let review = framework(&again, "robo-advisor-review");
    assert_eq!(review.counts().items, 31);
    assert!(review.items().all(|row| !row.is_empty_slot()));
    let offline = Facts { service_type: Some(BTreeSet::from(["offline".parse().unwrap()])), ..Facts::default() };
    let applies = |row: &&Row| row.applicability(&offline) == Applicability::Applies;
    assert_eq!(review.items().filter(applies).count(), 27);
}

#[test]
fn texts_that_do_not_fit_the_slots_fill_nothing() {
    let catalog = shipped();
    let review = framework(&catalog, "robo-advisor-review");
    let online = (1..=5).map(|place| text(&format!("S1-{place}"), true)).collect();
    let error = review.fill_slots(online).unwrap_err();
    assert_eq!(error, FillError::TooMany { is_online_only: true, given: 5, slots: 4 });
    let twice = vec![text("S1-1", false), text("S1-1", false)];
    assert_eq!(review.fill_slots(twice).unwrap_err(), FillError::NumberTaken("S1-1".parse().unwrap()));
    let taken = vec![text("RULE-1", false)];
    assert!(matches!(review.fill_slots(taken), Err(FillError::NumberTaken(_))));
    assert_eq!(framework(&catalog, "isms-p").fill_slots(Vec::new()).unwrap_err(), FillError::NoSlots);
}

#[test]
fn every_row_says_where_it_stands_in_its_document() {
    let catalog = shipped();
    for framework in catalog.current_frameworks() {
        for row in framework.rows() {
            let name = format!("{}/{}", framework.id, row.id);
            assert!(!row.sources.is_empty(), "{name} has no source");
            for source in &row.sources {
                assert!(catalog.document(&source.document).is_some(), "{name}: no document {}", source.document);
                assert!(source.place.is_some() || source.lines.is_some(), "{name}: nowhere in {}", source.document);
            }
        }
    }
}
