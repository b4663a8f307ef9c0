//! What a start tells: to a person on the terminal, to a program in a file.

use super::addresses::{Addresses, Component};
use super::clock;
use super::foundation::Foundation;
use super::own_file;
use super::ready_world::ReadyWorld;
use super::world::{World, cast};
use crate::commands::CommandError;
use crate::speech::{say, terminal};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use sumun_journal::KnownTime;
use sumun_keys::KeyRecord;
use sumun_time::Timestamp;

/// The ready file: one JSON object, written when everything answers.
#[derive(Serialize)]
pub struct Ready<'a> {
    version: &'static str,
    pid: u32,
    ready_at: Timestamp,
    data: PathBuf,
    /// Base address of each component.
    addresses: BTreeMap<&'static str, String>,
    issuer: String,
    ca: ReadyCa,
    /// What is known of the keys that are used past their period (PR-049); for people alone.
    #[serde(skip)]
    keys_overdue: Vec<&'a KeyRecord>,
    /// What the clock was held against; for people alone.
    #[serde(skip)]
    known_time: &'a KnownTime,
    /// The demonstration world: institutions with certificates, customers and staff with passwords.
    world: ReadyWorld<'a>,
    /// The whole of it; for people alone.
    #[serde(skip)]
    people: &'a World,
}

/// The ready file while it is being prepared. Its place is taken before the
/// data folder is touched, because a file that cannot be written must stop the
/// start; it appears under its name only when it is whole.
pub struct ReadyFile {
    path: PathBuf,
    temporary: PathBuf,
    file: File,
}

impl ReadyFile {
    /// Takes the place of the file, for its owner alone: it will hold passwords.
    pub fn reserve(path: &Path) -> Result<Self, CommandError> {
        if path.is_dir() {
            return Err(CommandError::configuration(say("fault-ready-file-folder").with("path", path.display())));
        }
        let mut name = path.as_os_str().to_owned();
        name.push(".new");
        let temporary = PathBuf::from(name);
        let file = own_file::create_private(&temporary).map_err(|error| unwritable(path, &error))?;
        Ok(Self { path: path.to_path_buf(), temporary, file })
    }

    /// Writes it whole and gives it its name.
    pub fn write(mut self, ready: &Ready<'_>) -> Result<(), CommandError> {
        let bytes = serde_json::to_vec_pretty(ready).map_err(|error| unwritable(&self.path, &error.into()))?;
        let written = self.file.write_all(&bytes).and_then(|()| self.file.sync_all());
        written.and_then(|()| fs::rename(&self.temporary, &self.path)).map_err(|error| unwritable(&self.path, &error))
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        // After a rename there is nothing left to remove.
        let _removed = fs::remove_file(&self.temporary);
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> CommandError {
    CommandError::configuration(say("fault-ready-file").with("path", path.display()).with("cause", error))
}

#[derive(Serialize)]
struct ReadyCa {
    certificate_pem: String,
    file: PathBuf,
}

impl<'a> Ready<'a> {
    /// What is to be told about this start.
    pub fn of(ground: &'a Foundation, addresses: &Addresses) -> Self {
        let data = fs::canonicalize(ground.folder.path()).unwrap_or_else(|_| ground.folder.path().to_path_buf());
        let now = ground.clock.now();
        Self {
            version: env!("CARGO_PKG_VERSION"),
            pid: std::process::id(),
            ready_at: now,
            addresses: Component::ALL.iter().map(|component| (component.name(), addresses.url(*component))).collect(),
            issuer: addresses.url(Component::Authorization),
            ca: ReadyCa {
                certificate_pem: ground.keys.open_authority.key.certificate_pem(),
                file: data.join("keys/open-authority.crt"),
            },
            keys_overdue: ground.keys.overdue(now),
            known_time: &ground.known_time,
            world: ReadyWorld::from(ground.world.as_ref()),
            people: &ground.world,
            data,
        }
    }

    /// Says it to a person, in the language of the terminal.
    pub fn say(&self, addresses: &Addresses, out: &mut dyn Write) -> std::io::Result<()> {
        let (locale, data) = (terminal(), self.data.display());
        writeln!(out, "{}\n", say("up-heading").with("version", self.version).with("data", data))?;
        for component in Component::ALL {
            writeln!(out, "  {:<28} {}", addresses.url(component), component.title())?;
        }
        writeln!(out, "\n{}\n  {}", say("up-authority"), self.ca.file.display())?;
        writeln!(out, "\n{}", say("up-accounts"))?;
        let account = |login: &str, password: &str, who: &dyn std::fmt::Display| {
            say("up-account").with("login", format!("{login:<8}")).with("password", password).with("who", who)
        };
        let customers = self.people.customers.iter().zip(&cast::CUSTOMERS).enumerate();
        for (_, (made, cast)) in customers.filter(|(place, _)| !cast::PROBE_CUSTOMERS.contains(place)) {
            let who = say("up-customer").with("name", cast.name_in(locale));
            writeln!(out, "  {}", account(&made.login, &made.password, &who))?;
        }
        for (made, cast) in self.people.staff.iter().zip(&cast::STAFF) {
            let who = say("up-staff").with("name", cast.name_in(locale)).with("title", cast.title_in(locale));
            writeln!(out, "  {}", account(&made.login, &made.password, &who))?;
        }
        writeln!(out, "\n{}", clock::line(self.known_time, self.ready_at))?;
        for key in &self.keys_overdue {
            let ended = key.not_after.korean_date();
            writeln!(out, "\n{}", say("up-key-overdue").with("purpose", key.purpose).with("ended", ended))?;
        }
        writeln!(out, "\n{}", say("up-begin").with("address", addresses.url(Component::Start)))?;
        writeln!(out, "{}", say("up-stop"))?;
        out.flush()
    }
}
