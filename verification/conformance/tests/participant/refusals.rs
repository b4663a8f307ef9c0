//! What is wrong with a registration is one line with its place, a number for
//! programs, and nothing written.

use crate::desk::{Desk, REGISTRATION, openssl, register_arguments, second_registration};
use std::fs;
use std::path::Path;
use std::process::Command;
use sumun_conformance::{Outcome, Running};

/// Wrong use of the command line, or a file that it names.
const MISUSE: i32 = 2;
/// A data folder that does not allow it.
const CONFIGURATION: i32 = 64;

/// The command must be refused with this exit code and one line that has all these words.
fn check(outcome: &Outcome, code: i32, words: &[&str]) -> Result<(), String> {
    let stderr = &outcome.stderr;
    let is_line = stderr.lines().count() == 1 && stderr.starts_with("sumun: ") && stderr.ends_with('\n');
    if outcome.code != Some(code) || !outcome.stdout.is_empty() || !is_line {
        return Err(format!("not one line and exit code {code}: {outcome:?}"));
    }
    match words.iter().find(|word| !stderr.contains(**word)) {
        Some(word) => Err(format!("`{word}` is missing in: {stderr}")),
        None => Ok(()),
    }
}

/// As [`check`] for `participant register`, and nothing may have been written.
fn refused(desk: &Desk, code: i32, words: &[&str]) -> Result<(), String> {
    let before = desk.contents();
    let outcome = desk.run(&register_arguments("given"));
    check(&outcome, code, words)?;
    let after = desk.contents();
    let changed: Vec<_> =
        before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path)).collect();
    if changed.is_empty() { Ok(()) } else { Err(format!("{}written: {changed:?}", outcome.stderr)) }
}

fn report(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} of the table:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn a_registration_that_says_something_wrong_is_refused_with_line_and_column() {
    let table: &[(&str, &str, &[&str])] = &[
        ("[app]", "[app", &["registration.toml:7:5", "`]`"]),
        ("contact", "phone", &["registration.toml:5:1", "unknown field `phone`", "`contact`"]),
        ("contact = \"1544-0002\"\n", "", &["registration.toml:1:1", "no `contact`"]),
        ("00998", "00999", &["registration.toml:4:19", "`124-81-00999`", "last digit"]),
        ("124-81-00998", "12481", &["registration.toml:4:19", "ten digits"]),
        ("한빛가계부", "", &["registration.toml:8:11", "1 to 64 visible letters"]),
        ("https://app", "http://app", &["registration.toml:10:18", "`http://app.hanbit.example/callback`", "https://"]),
        ("callback", "callback#x", &["registration.toml:10:18", "without a fragment"]),
        ("\"balance\", ", "\"everything\", ", &["registration.toml:11:11", "`everything`", "account-holder, balance"]),
        ("tls_client_auth", "none", &["registration.toml:12:18", "`none`", "`private_key_jwt`"]),
        ("tls_client_auth", "private_key_jwt", &["registration.toml:12:18", "without keys", "`jwks_file`"]),
        ("valid_days = 90", "valid_days = 400", &["registration.toml:20:14", "`400`", "1 to 365 days"]),
        ("request.pem", "nowhere.pem", &["nowhere.pem", "cannot be read"]),
        ("Hanbit Fin Co., Ltd.", "\\u0007", &["registration.toml:3:11", "on one line"]),
    ];
    let mut faults = Vec::new();
    for (from, to, words) in table {
        let desk = Desk::new();
        desk.write("fintech/registration.toml", &REGISTRATION.replacen(from, to, 1));
        faults.extend(refused(&desk, MISUSE, words).err().map(|fault| format!("{from} -> {to}: {fault}")));
    }
    report(faults);
}

#[test]
fn a_key_set_with_a_private_key_is_refused_and_so_is_any_broken_one() {
    type Spoil = fn(&str) -> String;
    let table: &[(&str, Spoil, &[&str])] = &[
        (
            "a private member",
            |good| good.replace("{\"keys\":[{", "{\"keys\":\n  [{\"d\":\"AAAA\","),
            &["jwks.json:2:4", "private", "public keys alone"],
        ),
        (
            "a symmetric key",
            |_| "{\"keys\": [\n{\"kty\": \"oct\", \"k\": \"AAAA\"}]}".to_owned(),
            &["jwks.json:2:1", "private or symmetric"],
        ),
        ("no JSON", |_| "keys: none".to_owned(), &["jwks.json:1:1", "not JSON"]),
        ("no array", |_| "{}".to_owned(), &["jwks.json:1:1", "`keys`"]),
        ("no key", |_| "{\"keys\": []}".to_owned(), &["jwks.json", "no key that can be used"]),
        (
            "a key that is not for signatures",
            |good| good.replace("\"sig\"", "\"enc\""),
            &["jwks.json", "ES256, EdDSA or PS256"],
        ),
        (
            "one name twice",
            |good| good.replace("{\"keys\"", "{\"keys\":[],\n\"keys\""),
            &["jwks.json:2:", "same name twice"],
        ),
        ("a point beside the curve", |good| good.replace("\"x\":\"", "\"x\":\"AAAA"), &["jwks.json:1:10", "not sound"]),
    ];
    let mut faults = Vec::new();
    for (name, spoil, words) in table {
        let desk = Desk::new();
        desk.write("fintech/registration.toml", &second_registration());
        let good = desk.read("fintech/jwks.json");
        let spoilt = spoil(&good);
        assert_ne!(good, spoilt, "{name}: {good}");
        desk.write("fintech/jwks.json", &spoilt);
        faults.extend(refused(&desk, MISUSE, words).err().map(|fault| format!("{name}: {fault}")));
    }
    report(faults);
}

#[test]
fn a_request_that_proves_no_key_is_refused() {
    type Spoil = fn(&Path);
    let table: &[(&str, Spoil, &[&str])] = &[
        ("nothing", |folder| write(folder, ""), &["request.pem", "no certificate request", "CERTIFICATE REQUEST"]),
        (
            "the private key beside it",
            |folder| write(folder, &(read(folder, "request.pem") + &read(folder, "key.pem"))),
            &["request.pem", "private key", "never leaves its owner"],
        ),
        ("the private key instead", |folder| write(folder, &read(folder, "key.pem")), &["private key"]),
        ("a changed request", change_name, &["request.pem", "does not verify", "private key of the request"]),
        ("half of it", halve, &["request.pem", "damaged"]),
        ("an Ed25519 key", |folder| request(folder, &["-newkey", "ed25519"], "/CN=a"), &["another kind", "P-256"]),
        ("a short RSA key", |folder| request(folder, &["-newkey", "rsa:1024"], "/CN=a"), &["2048 to 8192 bits"]),
        (
            "SHA-1",
            |folder| request(folder, &["-newkey", "rsa:2048", "-sha1"], "/CN=a"),
            &["another signature", "SHA-256"],
        ),
        ("no common name", |folder| request(folder, &["-newkey", "rsa:2048"], "/O=Hanbit"), &["common name", "CN"]),
        (
            "another company's number",
            |folder| request(folder, &["-newkey", "rsa:2048"], "/CN=a/serialNumber=220-81-62517"),
            &["serialNumber `220-81-62517`", "124-81-00998"],
        ),
    ];
    let mut faults = Vec::new();
    for (name, spoil, words) in table {
        let desk = Desk::new();
        desk.write("fintech/registration.toml", REGISTRATION);
        spoil(&desk.path("fintech"));
        faults.extend(refused(&desk, MISUSE, words).err().map(|fault| format!("{name}: {fault}")));
    }
    report(faults);
    // A request with an RSA key of 2048 bits and the right number is taken.
    let desk = Desk::new();
    request(&desk.path("fintech"), &["-newkey", "rsa:2048"], "/CN=a/serialNumber=124-81-00998");
    desk.registered(REGISTRATION, "given");
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}

fn write(folder: &Path, request: &str) {
    fs::write(folder.join("request.pem"), request).unwrap();
}

fn request(folder: &Path, key: &[&str], subject: &str) {
    let out = ["-nodes", "-keyout", "other.pem", "-subj", subject, "-out", "request.pem"];
    openssl(folder, &[&["req", "-new"], key, &out].concat());
    // It is the fintech's own affair and no part of what is compared.
    fs::remove_file(folder.join("other.pem")).unwrap();
}

fn halve(folder: &Path) {
    let request = read(folder, "request.pem");
    let lines: Vec<&str> = request.lines().collect();
    let kept = [&lines[..2], &lines[lines.len() - 1..]].concat();
    write(folder, &(kept.join("\n") + "\n"));
}

/// Another name under the same signature.
fn change_name(folder: &Path) {
    openssl(folder, &["req", "-in", "request.pem", "-outform", "DER", "-out", "request.der"]);
    let der = folder.join("request.der");
    let mut bytes = fs::read(&der).unwrap();
    let place = bytes.windows(7).position(|part| part == b"access1").unwrap();
    bytes[place + 6] = b'2';
    fs::write(&der, bytes).unwrap();
    openssl(folder, &["req", "-inform", "DER", "-in", "request.der", "-out", "request.pem"]);
    fs::remove_file(der).unwrap();
}

#[test]
fn what_does_not_fit_what_is_registered_is_refused() {
    let desk = Desk::new();
    desk.registered(REGISTRATION, "first");
    let table: &[(&str, String, &[&str])] = &[
        ("the same again", REGISTRATION.to_owned(), &["has an app of this name, app_", "another name"]),
        (
            "another company's number",
            second_registration().replace("Hanbit Fin Co., Ltd.", "Dalbit Fin Co., Ltd."),
            &["name_en = \"Hanbit Fin Co., Ltd.\"", "mend the business number"],
        ),
        (
            "the first app's access server",
            second_registration().replace("second-request.pem", "request.pem"),
            &["CN=access1.hanbit.example", "another app's", "another common name"],
        ),
    ];
    for (name, form, words) in table {
        desk.write("fintech/registration.toml", form);
        refused(&desk, MISUSE, words).unwrap_or_else(|fault| panic!("{name}: {fault}"));
    }
    // What the first registration gave is not written over.
    let outcome = desk.register(&second_registration(), "first");
    check(&outcome, MISUSE, &["certificate.pem is there already", "--out DIR"]).unwrap();
    for out in ["fintech/registration.toml", "/proc/given", "/dev/null/given"] {
        let outcome = desk.register(&second_registration(), out);
        check(&outcome, MISUSE, &[out, "--out DIR"]).unwrap_or_else(|fault| panic!("{out}: {fault}"));
    }
    let list = desk.run(&["participant", "list", "--data", "data", "--format", "json"]).json();
    assert_eq!(list.as_array().unwrap().iter().flat_map(|one| one["apps"].as_array().unwrap()).count(), 3, "{list}");
}

#[test]
fn a_data_folder_that_cannot_be_used_is_refused_as_a_start_refuses_it() {
    type Change = fn(&Path);
    let table: &[(&str, Change, &[&str])] = &[
        ("none", |data| fs::remove_dir_all(data).unwrap(), &["no platform yet", "`sumun up`", "--data DIR"]),
        ("foreign", |data| fs::remove_file(data.join("format")).unwrap(), &["not Sumun's", "--data DIR"]),
        (
            "newer",
            |data| fs::write(data.join("format"), r#"{"format":"sumun-data","version":99}"#).unwrap(),
            &["layout 99", "newer sumun"],
        ),
        (
            "never started",
            |data| fs::write(data.join("format"), r#"{"format":"sumun-data","version":1}"#).unwrap(),
            &["no platform yet", "`sumun up`"],
        ),
        (
            "without a key",
            |data| fs::remove_file(data.join("keys/open-authority.pem")).unwrap(),
            &["has lost", "backup"],
        ),
        ("with a broken key", |data| fs::write(data.join("keys/open-authority.pem"), "x").unwrap(), &["backup"]),
        ("with a forged head", |data| fs::write(data.join("journal/checkpoint"), "x\n").unwrap(), &["checkpoint"]),
        (
            "a file",
            |data| {
                fs::remove_dir_all(data).unwrap();
                fs::write(data, "mine").unwrap();
            },
            &["is a file", "--data DIR"],
        ),
    ];
    let mut faults = Vec::new();
    for (name, change, words) in table {
        let desk = Desk::new();
        desk.write("fintech/registration.toml", REGISTRATION);
        change(&desk.data());
        faults.extend(refused(&desk, CONFIGURATION, words).err().map(|fault| format!("{name}: {fault}")));
    }
    report(faults);
}

#[test]
fn a_data_folder_in_use_is_refused_and_the_platform_goes_on() {
    let desk = Desk::new();
    let mut running = Running::start(&desk.data());
    let words = ["in use by another sumun", "stop it", "--data DIR"];
    check(&desk.register(REGISTRATION, "given"), CONFIGURATION, &words).unwrap();
    for deed in [&["list"][..], &["stop", "--institution", "124-81-00998"]] {
        let outcome = desk.run(&[&["participant"], deed, &["--data", "data"]].concat());
        check(&outcome, CONFIGURATION, &words).unwrap();
    }
    assert!(running.is_alive() && !desk.path("given").exists());
    running.stop_well();
    desk.registered(REGISTRATION, "given");
}

#[test]
fn a_mistyped_call_is_one_line_and_exit_2() {
    let desk = Desk::new();
    let table: &[(&[&str], &[&str])] = &[
        (&["participant"], &["--help"]),
        (&["participant", "register"], &["--registration", "--help"]),
        (&["participant", "register", "--registration", "nowhere.toml"], &["nowhere.toml", "cannot be read"]),
        (&["participant", "register", "--registration", "fintech"], &["fintech", "not a file"]),
        (&["participant", "list", "--format", "xml"], &["'xml'", "--help"]),
        (&["participant", "stop"], &["--institution", "--help"]),
        (&["participant", "stop", "--data", "data", "--institution", "1"], &["`1`", "participant list"]),
        (&["contract"], &["--help"]),
        (&["contract", "check"], &["<PATH>", "--help"]),
        (&["contract", "list", "--lang", "fr"], &["'fr'", "--help"]),
    ];
    let faults = table.iter().filter_map(|(arguments, words)| {
        let outcome = desk.run(arguments);
        check(&outcome, MISUSE, words).err().map(|fault| format!("{arguments:?}: {fault}"))
    });
    report(faults.collect());
}

#[test]
fn a_korean_terminal_is_told_in_korean() {
    let desk = Desk::new();
    desk.write("fintech/registration.toml", REGISTRATION);
    fs::write(desk.path("fintech/request.pem"), "").unwrap();
    let mut command = sumun_conformance::program::command();
    command.args(register_arguments("given")).current_dir(desk.path("")).env("LC_ALL", "ko_KR.UTF-8");
    let outcome = sumun_conformance::program::run_to_end(&mut command, std::time::Duration::from_secs(30));
    check(&outcome, MISUSE, &["request.pem: 인증서 발급 요청이 없습니다"]).unwrap();
}

#[test]
fn a_reader_who_leaves_early_is_no_failure() {
    let desk = Desk::new();
    let program = sumun_conformance::program::program();
    let line = format!("{} participant list --data data | head -c 1", program.display());
    let mut command = Command::new("bash");
    command.args(["-o", "pipefail", "-c", &line]).current_dir(desk.path(""));
    let outcome = sumun_conformance::program::run_to_end(&mut command, std::time::Duration::from_secs(30));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{}", outcome.stdout);
}
