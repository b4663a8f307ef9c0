//! The page that a newcomer copies from does what it says, word by word.

use crate::desk::Desk;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use sumun_conformance::program::{program, run_to_end, wait};
use sumun_conformance::{Person, Ready, Running, sound_start_page, verify_journal};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const PAGE: &str = include_str!("../../../../docs/how-to/register-an-app.md");

/// The blocks of the page in a row: those marked `sh` are for a platform that
/// is stopped, those marked `bash` for one that runs.
fn blocks(mark: &str) -> Vec<&'static str> {
    let begin = format!("```{mark}\n");
    PAGE.split(&begin).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

/// The shell that the page is copied into, with the program at hand.
fn shell(place: &Path, script: &str) -> Command {
    let folder = program().parent().unwrap().to_owned();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.args(["-euo", "pipefail", "-c", script]).current_dir(place).env("PATH", path).env("LC_ALL", "C.UTF-8");
    command
}

fn run(place: &Path, script: &str) -> String {
    let outcome = run_to_end(&mut shell(place, script), PATIENCE);
    assert_eq!(outcome.code, Some(0), "{script}\n{}{}", outcome.stdout, outcome.stderr);
    outcome.stdout
}

/// No block waits longer for anybody.
const PATIENCE: Duration = Duration::from_secs(60);

/// The port of the page's callback.
const CALLBACK: &str = "7480";

/// The addresses of the page are those of a start with no options.
fn at(ready: &Ready, script: &str) -> String {
    let addresses = &ready.addresses;
    let ports = [
        ("https://127.0.0.1:7400", &addresses.start),
        ("https://127.0.0.1:7401", &addresses.authorization),
        ("https://127.0.0.1:7402", &addresses.authorization_mtls),
        ("https://127.0.0.1:7403", &addresses.gateway),
        ("https://127.0.0.1:7404", &addresses.bank),
    ];
    ports.iter().fold(script.to_owned(), |script, (written, real)| script.replace(written, real))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_leads_from_the_first_key_to_the_first_transfer_by_both_ways_of_authentication() {
    let desk = Desk::new();
    std::fs::rename(desk.data(), desk.path("sumun-data")).unwrap();
    let place = desk.path("");
    let callback = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let blocks = |mark| -> Vec<String> { blocks(mark).iter().map(|text| text.replace(CALLBACK, &callback)).collect() };
    let (resting, running_blocks) = (blocks("sh"), blocks("bash"));
    assert_eq!((resting.len(), running_blocks.len()), (4, 13), "the page has other blocks than this test knows");
    let said = run(&place, &resting[..3].join("\n"));
    assert!(said.contains("client_id") && said.contains("124-81-00998"), "{said}");

    let to_the_token = |from: usize, to: usize| running_blocks[from..to].join("\n");
    let to_the_transfer = running_blocks[5..10].join("\n");
    let running = Running::start(&desk.path("sumun-data"));
    let script = [to_the_token(0, 5), to_the_transfer.clone()].join("\n");
    assert_paid(&Reader::at(&desk, running.ready()).follow(&script).await);
    running.stop_well();

    run(&place, &resting[3]);
    for left in ["hanbit/pushed.json", "hanbit/token.json", "hanbit/transfer.json"] {
        std::fs::remove_file(desk.path(left)).unwrap();
    }
    let running = Running::start(&desk.path("sumun-data"));
    let script = [to_the_token(0, 2), to_the_token(10, 13), to_the_transfer].join("\n");
    assert_paid(&Reader::at(&desk, running.ready()).follow(&script).await);
    sound_start_page(running.ready()).await;
    running.stop_well();
    verify_journal(&desk.path("sumun-data"));
}

/// What the app saw on the way, and at its end the money that was moved.
fn assert_paid(said: &str) {
    for seen in ["\"request_uri\"", "\"authorization_details\"", "\"balance\"", "\"transactions\"", "\"김*수\""] {
        assert!(said.contains(seen), "{seen} is missing in {said}");
    }
    let end = said.trim_end().rsplit('\n').next().unwrap_or_default();
    assert!(end.contains("\"executed\""), "{said}");
}

/// Who reads the page: copies its blocks into a shell and is the customer at the browser.
struct Reader<'a> {
    desk: &'a Desk,
    ready: &'a Ready,
    haneul: Person,
}

impl<'a> Reader<'a> {
    fn at(desk: &'a Desk, ready: &'a Ready) -> Self {
        Self { desk, ready, haneul: Person::new(ready, "haneul") }
    }

    /// Runs blocks to their end, opening each address that they print.
    async fn follow(&mut self, script: &str) -> String {
        let script = at(self.ready, script);
        let mut shell = shell(&self.desk.path(""), &script).stdout(Stdio::piped()).spawn().unwrap();
        let lines = lines_of(&mut shell);
        let told = tokio::time::timeout(PATIENCE, self.open_what_is_printed(lines)).await;
        let status = wait(&mut shell, Duration::from_secs(5));
        if status.is_none() {
            let _killed = shell.kill();
        }
        let told = told.unwrap_or_else(|_| panic!("the blocks did not end: {script}"));
        assert!(status.is_some_and(|status| status.success()), "{script}\n{told}");
        told
    }

    async fn open_what_is_printed(&mut self, mut lines: UnboundedReceiver<String>) -> String {
        let mut told = String::new();
        while let Some(line) = lines.recv().await {
            if line.starts_with(&format!("{}/authorize?", self.ready.addresses.authorization)) {
                self.agree(&line).await;
            } else if line.starts_with(&format!("{}/transfers/", self.ready.addresses.bank)) {
                self.confirm(&line).await;
            }
            told += &(line + "\n");
        }
        told
    }

    /// Chooses 월급통장, agrees, and lets the browser go back to the app.
    async fn agree(&mut self, address: &str) {
        let account = self.haneul.accounts().await[0].clone();
        let page = self.haneul.page(address).await;
        let back = self.haneul.browser.send(&page, &[("account", &account), ("decision", "approve")]).await.app();
        // The app may not wait there yet: what printed the address starts it next.
        let patience = ["--retry", "100", "--retry-connrefused", "--retry-delay", "1", "--retry-max-time", "30"];
        let mut curl = Command::new("curl");
        let outcome = run_to_end(curl.args(["--silent", "--fail"]).args(patience).arg(&back), PATIENCE);
        assert!(outcome.code == Some(0) && outcome.stdout.contains("Back at the app"), "{back}: {outcome:?}");
    }

    /// Compares the number that the app shows with the bank's, and approves.
    async fn confirm(&mut self, address: &str) {
        let transfer: Value = serde_json::from_str(&self.desk.read("hanbit/transfer.json")).unwrap();
        let number = transfer["confirmation_number"].as_str().unwrap();
        let page = self.haneul.page(address).await;
        assert!(page.says(&format!("<b>{number}</b>")), "{number} is missing in {}", page.html);
        let page = self.haneul.browser.send(&page, &[("decision", "approve")]).await.page();
        assert_eq!(page.status, 200, "{}", page.html);
    }
}

/// What a shell prints, line by line.
fn lines_of(shell: &mut Child) -> UnboundedReceiver<String> {
    let output = BufReader::new(shell.stdout.take().unwrap());
    let (said, lines) = unbounded_channel();
    std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| said.send(line)));
    lines
}

/// The words of the tables are those that the program answers with.
#[test]
fn every_code_in_the_table_of_refusals_is_one_that_is_answered() {
    const SOURCES: [&str; 3] = [
        include_str!("../../../../domain/traffic/src/refusal/table.rs"),
        include_str!("../../../../apps/api-processor/src/internal/problem.rs"),
        include_str!("../../../../domain/banking/src/transfer.rs"),
    ];
    let table = PAGE.split("| status, `code` |").nth(1).unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let cells = rows.filter_map(|row| row.split('|').nth(1)).flat_map(|cell| cell.split(", "));
    let named: Vec<(&str, &str)> = cells.filter_map(|one| one.trim().split_once(' ')).collect();
    assert!(named.len() > 15, "{named:?}");
    for (status, code) in named {
        let code = code.trim_matches('`');
        let is_known = SOURCES.iter().any(|source| source.contains(&format!("\"{code}\"")));
        assert!(is_known && status.parse::<u16>().is_ok_and(|status| (400..600).contains(&status)), "{status} {code}");
    }
}
