//! The data folder of one installation: found, checked and locked before
//! anything is written into it.

use super::own_file;
use crate::commands::CommandError;
use crate::speech::{Saying, say};
use serde::{Deserialize, Serialize};
use std::fs::{self, DirEntry, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The version of the folder's layout that this program writes.
const FORMAT_VERSION: u32 = 1;
const FORMAT_NAME: &str = "sumun-data";
/// How the format file begins, of which a killed start may have written a part.
const FORMAT_BEGIN: &[u8] = br#"{"format":"sumun-data""#;

/// A data folder that is ours, of a version that we know, and locked for us
/// as long as this value lives.
pub struct DataFolder {
    path: PathBuf,
    option: &'static str,
    whereabouts: Whereabouts,
    _lock: File,
}

/// A data folder as a command was told it: the path, and the option that a
/// refusal asks to change.
#[derive(Clone, Copy)]
pub struct Named<'a> {
    path: &'a Path,
    option: &'static str,
}

impl<'a> Named<'a> {
    /// The folder that `option`, such as `--out DIR`, named.
    pub fn by(option: &'static str, path: &'a Path) -> Self {
        Self { path, option }
    }

    fn refusal(self, why: Saying) -> CommandError {
        CommandError::configuration(why.with("path", self.path.display()).with("option", self.option))
    }

    fn unwritable(self, error: std::io::Error) -> CommandError {
        self.refusal(say("fault-data-unwritable").with("cause", error))
    }
}

/// Most commands call it `--data DIR`.
impl<'a> From<&'a Path> for Named<'a> {
    fn from(path: &'a Path) -> Self {
        Self::by("--data DIR", path)
    }
}

/// Where an app's server found the platform when it last ran. It is for
/// commands that work while nothing runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whereabouts {
    /// The authorization server.
    #[serde(default)]
    pub issuer: Option<String>,
    /// The gateway; a folder from before it was noted has none.
    #[serde(default)]
    pub gateway: Option<String>,
    /// The contract of the open API.
    #[serde(default)]
    pub contract: Option<String>,
}

/// What a look at the folder found; nothing has been written yet.
enum Found {
    Nothing,
    Ours(Format),
}

#[derive(Serialize, Deserialize)]
struct Format {
    format: String,
    version: u32,
    /// Whether a start has come as far as the listeners. From then on every
    /// file of [`SETTLED`] has to be there: one that is missing was lost, and
    /// making it anew would bury the loss.
    #[serde(default)]
    settled: bool,
    #[serde(flatten)]
    whereabouts: Whereabouts,
}

/// What a settled folder has.
const SETTLED: &[&str] = &[
    "sumun.db",
    "world.json",
    "journal/checkpoint",
    "journal/verifier-key",
    "keys/checkpoint-signing.pem",
    "keys/commitment.pem",
    "keys/field-encryption.pem",
    "keys/internal-authority.pem",
    "keys/open-authority.pem",
    "keys/token-signing.pem",
];

impl DataFolder {
    /// Looks at `path` and says why it cannot be used, without writing anything.
    pub fn check<'a>(named: impl Into<Named<'a>>) -> Result<(), CommandError> {
        look(named.into()).map(|_| ())
    }

    /// Checks the folder, makes it when there is none, and locks it.
    pub fn open_or_create<'a>(named: impl Into<Named<'a>>) -> Result<Self, CommandError> {
        let named = named.into();
        let path = named.path;
        let found = look(named)?;
        fs::create_dir_all(path).map_err(|error| named.unwritable(error))?;
        let lock = lock(named)?;
        let whereabouts = match found {
            Found::Ours(format) => format.whereabouts,
            Found::Nothing => {
                let nowhere = Whereabouts::default();
                write_format(path, false, &nowhere).map_err(|error| named.unwritable(error))?;
                nowhere
            }
        };
        Ok(Self { path: path.to_path_buf(), option: named.option, whereabouts, _lock: lock })
    }

    /// Checks and locks a folder on which a platform has run. There is no
    /// register yet in any other, so nothing is made.
    pub fn open_settled(path: &Path) -> Result<Self, CommandError> {
        let named = Named::from(path);
        match look(named)? {
            Found::Ours(Format { settled: true, whereabouts, .. }) => {
                Ok(Self { path: path.to_path_buf(), option: named.option, whereabouts, _lock: lock(named)? })
            }
            Found::Ours(_) | Found::Nothing => Err(named.refusal(say("fault-data-unused"))),
        }
    }

    /// Notes that everything is in place; later starts find it or say what is
    /// missing.
    pub fn settle(&self, whereabouts: &Whereabouts) -> Result<(), CommandError> {
        let named = Named::by(self.option, &self.path);
        write_format(&self.path, true, whereabouts).map_err(|error| named.unwritable(error))
    }

    /// Where the platform was found when it last ran.
    pub fn whereabouts(&self) -> &Whereabouts {
        &self.whereabouts
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn lock(named: Named<'_>) -> Result<File, CommandError> {
    make_private(named.path).map_err(|error| named.unwritable(error))?;
    let lock = open_lock(&named.path.join("lock")).map_err(|error| named.unwritable(error))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(named.refusal(say("fault-data-in-use"))),
        Err(TryLockError::Error(error)) => Err(named.unwritable(error)),
    }
}

/// Opens the lock as it is, or makes it: nothing is ever written into it. A
/// link that was put there since the look is not followed.
fn open_lock(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    options.open(path)
}

fn look(named: Named<'_>) -> Result<Found, CommandError> {
    let path = named.path;
    let refuse = |why: Saying| Err(named.refusal(why));
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            let why = if path.is_file() { say("fault-data-is-file") } else { say("fault-data-below-file") };
            return refuse(why);
        }
        Err(error) => return refuse(say("fault-data-unreadable").with("cause", error)),
    };
    let entries: Vec<DirEntry> = entries.filter_map(Result::ok).collect();
    // Sumun makes no link; one that is there was put there to lead it to files that are not its own.
    if let Some(link) = entries.iter().find(|entry| entry.file_type().is_ok_and(|kind| kind.is_symlink())) {
        return refuse(say("fault-data-link").with("file", link.file_name().display()));
    }
    let text = match fs::read_to_string(path.join("format")) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if entries.is_empty() || is_killed_start(path, &entries) {
                return Ok(Found::Nothing);
            }
            return refuse(say("fault-data-foreign"));
        }
        Err(error) => {
            return refuse(say("fault-data-format-unreadable").with("cause", error));
        }
    };
    match serde_json::from_str::<Format>(&text) {
        Ok(format) if format.format == FORMAT_NAME && format.version <= FORMAT_VERSION => {
            match SETTLED.iter().find(|name| format.settled && !path.join(name).exists()) {
                Some(name) => refuse(say("fault-data-lost").with("file", name)),
                None => Ok(Found::Ours(format)),
            }
        }
        Ok(format) if format.format == FORMAT_NAME => {
            refuse(say("fault-data-newer").with("found", format.version).with("known", FORMAT_VERSION))
        }
        _ => refuse(say("fault-data-format-foreign")),
    }
}

/// Whether this is what a start leaves that is killed between the lock and the
/// format file: the lock, into which nothing is ever written, and maybe a part
/// of the format. A lock with content is another program's.
fn is_killed_start(path: &Path, entries: &[DirEntry]) -> bool {
    let content = |name: &str| {
        let path = path.join(name);
        path.symlink_metadata().is_ok_and(|metadata| metadata.is_file()).then(|| fs::read(path).ok()).flatten()
    };
    let is_ours = |entry: &DirEntry| match entry.file_name().to_str() {
        Some("lock") => content("lock").is_some_and(|content| content.is_empty()),
        Some("lock.format") => content("lock.format")
            .is_some_and(|content| content.starts_with(FORMAT_BEGIN) || FORMAT_BEGIN.starts_with(&content)),
        _ => false,
    };
    entries.iter().any(|entry| entry.file_name() == "lock") && entries.iter().all(is_ours)
}

/// Written beside and renamed, so that a folder has a whole format file or none.
fn write_format(path: &Path, settled: bool, whereabouts: &Whereabouts) -> std::io::Result<()> {
    let whereabouts = whereabouts.clone();
    let format = Format { format: FORMAT_NAME.to_owned(), version: FORMAT_VERSION, settled, whereabouts };
    let temporary = path.join("lock.format");
    let mut file = own_file::create_private(&temporary)?;
    file.write_all(&serde_json::to_vec(&format)?)?;
    file.sync_all()?;
    fs::rename(&temporary, path.join("format"))?;
    File::open(path)?.sync_all()
}

#[cfg(unix)]
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_private(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(path: &Path) -> String {
        DataFolder::open_or_create(path).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_new_folder_is_made_private_and_found_again() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("data");
        assert!(DataFolder::open_or_create(path.as_path()).is_ok());
        assert!(matches!(look(path.as_path().into()), Ok(Found::Ours(_))));
        assert!(DataFolder::open_or_create(path.as_path()).is_ok());
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_foreign_folder_is_refused_and_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.txt"), "mine").unwrap();
        assert!(refusal(folder.path()).contains("not Sumun's"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_refusal_names_the_option_of_the_command_that_was_called() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("thesis.txt"), "mine").unwrap();
        let demo = DataFolder::check(Named::by("--out DIR", folder.path())).err().unwrap().to_string();
        assert!(demo.ends_with("with --out DIR") && !demo.contains("--data"), "{demo}");
        assert!(refusal(folder.path()).ends_with("with --data DIR"));
    }

    #[test]
    fn a_newer_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("format"), r#"{"format":"sumun-data","version":99}"#).unwrap();
        assert!(refusal(folder.path()).contains("layout 99"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_settled_folder_that_lost_a_key_is_refused_and_no_key_is_made() {
        let folder = tempfile::tempdir().unwrap();
        for name in SETTLED {
            fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
            fs::write(folder.path().join(name), "").unwrap();
        }
        write_format(folder.path(), true, &Whereabouts::default()).unwrap();
        let text = |text: &str| Some(text.to_owned());
        let whereabouts = Whereabouts {
            issuer: text("https://127.0.0.1:7401"),
            gateway: text("https://127.0.0.1:7403"),
            contract: None,
        };
        DataFolder::open_or_create(folder.path()).unwrap().settle(&whereabouts).unwrap();
        let settled = DataFolder::open_settled(folder.path()).unwrap();
        assert_eq!(settled.whereabouts(), &whereabouts);
        drop(settled);
        fs::remove_file(folder.path().join("keys/commitment.pem")).unwrap();
        assert!(refusal(folder.path()).contains("has lost keys/commitment.pem"));
        assert!(!folder.path().join("keys/commitment.pem").exists());
    }

    #[test]
    fn a_folder_on_which_nothing_ran_has_no_register_and_gets_none() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("data");
        let refusal = |path: &Path| DataFolder::open_settled(path).err().map(|error| error.to_string());
        assert!(refusal(&path).unwrap().contains("`sumun up`") && !path.exists());
        drop(DataFolder::open_or_create(path.as_path()).unwrap());
        assert!(refusal(&path).unwrap().contains("`sumun up`"));
    }

    #[test]
    fn a_second_process_is_kept_out() {
        let parent = tempfile::tempdir().unwrap();
        let first = DataFolder::open_or_create(parent.path()).unwrap();
        assert!(refusal(parent.path()).contains("in use"));
        drop(first);
        assert!(DataFolder::open_or_create(parent.path()).is_ok());
    }

    #[test]
    fn a_start_killed_before_the_format_file_is_taken_up_again() {
        for begun in [None, Some(""), Some(r#"{"form"#), Some(r#"{"format":"sumun-data","version":1,"se"#)] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("lock"), "").unwrap();
            if let Some(begun) = begun {
                fs::write(folder.path().join("lock.format"), begun).unwrap();
            }
            assert!(DataFolder::open_or_create(folder.path()).is_ok(), "{begun:?}");
            assert!(matches!(look(folder.path().into()), Ok(Found::Ours(_))), "{begun:?}");
        }
    }

    #[test]
    fn the_lock_of_another_program_is_foreign_and_keeps_its_content() {
        let table: &[&[(&str, &str)]] = &[
            &[("lock", "4711")],
            &[("lock.format", "")],
            &[("lock", ""), ("lock.format", "mine")],
            &[("lock", ""), ("thesis.txt", "mine")],
        ];
        for files in table {
            let folder = tempfile::tempdir().unwrap();
            for (name, content) in *files {
                fs::write(folder.path().join(name), content).unwrap();
            }
            assert!(refusal(folder.path()).contains("not Sumun's"), "{files:?}");
            for (name, content) in *files {
                assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), *content);
            }
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), files.len());
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_a_data_folder_is_refused_and_what_it_leads_to_stays_as_it_was() {
        let parent = tempfile::tempdir().unwrap();
        let victim = parent.path().join("victim");
        for (number, name) in ["lock", "lock.format", "world.json.new", "keys", "journal"].iter().enumerate() {
            for is_ours in [false, true] {
                let data = parent.path().join(format!("{number}-{is_ours}"));
                fs::create_dir(&data).unwrap();
                if is_ours {
                    drop(DataFolder::open_or_create(data.as_path()).unwrap());
                    let _removed = fs::remove_file(data.join(name));
                }
                fs::write(&victim, "mine").unwrap();
                std::os::unix::fs::symlink(&victim, data.join(name)).unwrap();
                let error = DataFolder::open_or_create(data.as_path()).err().unwrap();
                assert_eq!(error.exit_code(), 64);
                assert!(error.to_string().contains(&format!("`{name}` that is a symbolic link")), "{error}");
                assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
            }
        }
        // Also one that comes after the look.
        assert!(open_lock(&parent.path().join("0-true/lock")).is_err());
    }

    #[test]
    fn the_format_begins_as_a_killed_start_may_have_left_it() {
        let folder = tempfile::tempdir().unwrap();
        write_format(folder.path(), false, &Whereabouts::default()).unwrap();
        assert!(fs::read(folder.path().join("format")).unwrap().starts_with(FORMAT_BEGIN));
    }
}
