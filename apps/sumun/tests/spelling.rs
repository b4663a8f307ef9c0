//! Text from outside is one text: what comes in decomposed is kept composed, at every border.

#![allow(clippy::unwrap_used, clippy::panic)]

use sumun_banking::{Alias, HolderName, Summary};
use sumun_controls::SlotText;
use sumun_evidence::{DetailNumber, OfficialName};
use sumun_jose::{JsonLimits, parse_json_composed};
use sumun_participants::{DistinguishedName, RegistrationForm};
use sumun_web::{Form, Locale};

/// `다온` as macOS spells it, and as everybody else does.
const DECOMPOSED: &str = "\u{1103}\u{1161}\u{110b}\u{1169}\u{11ab}";
const COMPOSED: &str = "다온";

type Border = (&'static str, fn(&str) -> String);

/// Every reader of what people write. Multipart fields and the pages behind
/// these readers are tested in the workbench, certificates in `adapters/keys`.
const BORDERS: [Border; 12] = [
    ("a form", form),
    ("JSON", json),
    ("a registration", registration),
    ("a file of slots", slots),
    ("a spreadsheet", spreadsheet),
    ("a distinguished name", distinguished_name),
    ("an official name", official_name),
    ("a title", title),
    ("the holder of an account", |text| HolderName::parse(text).unwrap().as_str().to_owned()),
    ("the alias of an account", |text| Alias::parse(text).unwrap().as_str().to_owned()),
    ("the summary of a transfer", |text| Summary::parse(text).unwrap().as_str().to_owned()),
    ("a password", password),
];

#[test]
fn uax15_every_border_keeps_the_one_spelling() {
    assert_ne!(DECOMPOSED, COMPOSED);
    for (name, read) in BORDERS {
        assert_eq!(read(COMPOSED), COMPOSED, "{name} changes what is composed");
        assert_eq!(read(DECOMPOSED), COMPOSED, "{name} keeps another spelling");
    }
}

fn form(text: &str) -> String {
    let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let form = Form::parse(format!("field={encoded}&many={encoded}").as_bytes(), Locale::Ko).unwrap();
    assert_eq!(form.exact("field"), Ok(text), "a password comes as it was typed");
    assert_eq!(form.list("many").next(), form.text("field").ok());
    form.text("field").unwrap().to_owned()
}

fn json(text: &str) -> String {
    let body = serde_json::json!({"inner": [{"text": text}], (text): true}).to_string();
    let read = parse_json_composed(body.as_bytes(), JsonLimits::BODY).unwrap();
    assert_eq!(read[text], true, "names of members are compared letter by letter");
    read["inner"][0]["text"].as_str().unwrap().to_owned()
}

fn registration(text: &str) -> String {
    let toml = format!(
        "[institution]\nname_ko = \"{text}\"\nname_en = \"Daon\"\nbusiness_number = \"124-81-00998\"\n\
         contact = \"1544-0000\"\n[app]\nname_ko = \"{text}\"\nname_en = \"Daon\"\n\
         redirect_uris = [\"https://app.daon.example/callback\"]\nscopes = [\"balance\"]\n\
         authentication = \"tls_client_auth\"\ncertificate_request_file = \"{text}.pem\"\n[consent]\n\
         purpose_ko = \"{text}\"\npurpose_en = \"a\"\noutage_effect_ko = \"{text}\"\noutage_effect_en = \"a\"\n\
         valid_days = 90\n"
    );
    let form = RegistrationForm::read(&toml, &["balance"]).unwrap();
    assert_eq!(form.certificate_request_file, format!("{text}.pem"), "the name of a file is what its bytes are");
    assert_eq!([&form.app_name_ko, &form.consent_terms.purpose_ko], [&form.institution.name_ko; 2]);
    form.institution.name_ko
}

fn slots(text: &str) -> String {
    let toml = format!("[[slot]]\nnumber = \"S1-01\"\ntitle_ko = \"{text}\"\ncriterion_ko = \"{text}\"\n");
    let slots = SlotText::read_toml("slots.toml", &toml).unwrap();
    assert_eq!(slots[0].criterion.ko, slots[0].title.ko);
    slots[0].title.ko.clone()
}

/// Two sheets that XlsxWriter wrote, in whose table one title is decomposed.
fn spreadsheet(text: &str) -> String {
    let file = include_bytes!("data/robo-items-as-seen.xlsx");
    let sheets = sumun_render::spreadsheet::sheets(file).unwrap();
    let found = sheets.iter().flat_map(|sheet| &sheet.rows).flatten().any(|cell| cell == "접근통제");
    assert!(found, "the decomposed title of the file is read composed");
    if text == DECOMPOSED { COMPOSED.to_owned() } else { text.to_owned() }
}

fn distinguished_name(text: &str) -> String {
    let name: DistinguishedName = format!("CN=api.example,O={text},C=KR").parse().unwrap();
    let composed: DistinguishedName = format!("CN=api.example,O={COMPOSED},C=KR").parse().unwrap();
    if name == composed { COMPOSED.to_owned() } else { text.to_owned() }
}

fn official_name(text: &str) -> String {
    let name: OfficialName = format!("\u{110c}\u{1161}\u{1105}\u{116d}1.1.1-1 {text}").parse().unwrap();
    assert_eq!(name.short(), "자료1.1.1-1");
    name.title().to_owned()
}

fn title(text: &str) -> String {
    let number: DetailNumber = "1.1.1".parse().unwrap();
    OfficialName::new(number, 1, text).unwrap().title().to_owned()
}

fn password(text: &str) -> String {
    let hash = sumun_identity::PasswordHash::of(text, [1; 16]).unwrap();
    let fits = sumun_identity::PasswordCheck::new(Some(hash), COMPOSED.to_owned()).run();
    if fits { COMPOSED.to_owned() } else { text.to_owned() }
}
