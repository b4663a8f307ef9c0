//! What a registration leaves for the institution: the certificate and what its app must know.
//!
//! Both files are written beside their names before anything is registered and
//! get their names afterwards. A power cut in between leaves a registration
//! whose files are whole; the next call in the same folder finishes it.

use crate::commands::CommandError;
use crate::platform::own_file;
use crate::speech::say;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

const CERTIFICATE: &str = "certificate.pem";
const CLIENT: &str = "registration.json";

/// What an app must know of itself and the platform; members are named as in
/// RFC 7591 section 2, RFC 8705 sections 2.1.2 and 3.1 and RFC 8414 where they name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Client {
    pub client_id: String,
    pub client_name: String,
    pub institution_id: String,
    pub redirect_uris: Vec<String>,
    pub scope: String,
    pub token_endpoint_auth_method: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_auth_subject_dn: Option<String>,
    /// The file with the certificate and its authority's.
    pub certificate: PathBuf,
    #[serde(rename = "x5t#S256")]
    pub thumbprint: String,
    /// When the certificate ends, RFC 3339.
    pub not_after: String,
    /// Where the authorization server could be reached when it last ran.
    pub issuer: Option<String>,
    pub metadata: Option<String>,
    /// Where the gateway could be reached then, and where the contract was.
    #[serde(default)]
    pub gateway: Option<String>,
    #[serde(default)]
    pub contract: Option<String>,
}

/// The folder that the files go to.
pub(super) struct Output {
    folder: PathBuf,
    /// Whether the folder was made for this call.
    is_new: bool,
}

impl Output {
    /// Looks whether the files can get their names in this folder; writes nothing.
    pub(super) fn look(folder: &Path) -> Result<Self, CommandError> {
        let shown = folder.display();
        match folder.metadata() {
            Ok(metadata) if metadata.is_dir() => Ok(Self { folder: folder.to_path_buf(), is_new: false }),
            Ok(_) => Err(CommandError::misuse(say("fault-out-is-file").with("path", shown))),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Ok(Self { folder: folder.to_path_buf(), is_new: true })
            }
            Err(error) => {
                Err(CommandError::misuse(say("fault-out-unreadable").with("path", shown).with("cause", error)))
            }
        }
    }

    /// Where the certificate will be.
    pub(super) fn certificate(&self) -> PathBuf {
        std::path::absolute(self.path(CERTIFICATE)).unwrap_or_else(|_| self.path(CERTIFICATE))
    }

    /// What an interrupted call left that would only need its names, if there is anything.
    pub(super) fn left(&self) -> Option<(Client, Staged)> {
        let bytes = fs::read(self.draft(CLIENT)).ok()?;
        let client = serde_json::from_slice(&bytes).ok()?;
        let drafts = [CERTIFICATE, CLIENT].map(|name| (self.draft(name), self.path(name)));
        let is_whole = drafts.iter().all(|(draft, path)| draft.is_file() || path.is_file());
        is_whole.then(|| (client, Staged { folder: self.folder.clone(), drafts: drafts.into(), made: None }))
    }

    /// Refuses to write over files of another registration.
    pub(super) fn check_free(&self) -> Result<(), CommandError> {
        match [CERTIFICATE, CLIENT].map(|name| self.path(name)).iter().find(|path| path.exists()) {
            None => Ok(()),
            Some(path) => Err(CommandError::misuse(say("fault-out-taken").with("path", path.display()))),
        }
    }

    /// Writes both files whole, not yet under their names.
    pub(super) fn stage(&self, certificate_pem: &str, client: &Client) -> Result<Staged, CommandError> {
        let mut staged = Staged { folder: self.folder.clone(), drafts: Vec::new(), made: None };
        let mut write = || {
            if self.is_new {
                fs::create_dir_all(&self.folder)?;
                staged.made = Some(self.folder.clone());
            }
            // The client is written last: where its draft is, the certificate's is whole.
            let client = serde_json::to_string_pretty(client)? + "\n";
            for (name, bytes) in [(CERTIFICATE, certificate_pem.as_bytes()), (CLIENT, client.as_bytes())] {
                staged.drafts.push((self.draft(name), self.path(name)));
                let mut file = own_file::create(&self.draft(name))?;
                file.write_all(bytes)?;
                file.sync_all()?;
            }
            File::open(&self.folder)?.sync_all()
        };
        let written: std::io::Result<()> = write();
        match written {
            Ok(()) => Ok(staged),
            Err(error) => Err(unwritable(&self.folder, &error)),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn draft(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.new"))
    }
}

/// Files that are whole and wait for their names. Dropped, they go.
pub(super) struct Staged {
    folder: PathBuf,
    drafts: Vec<(PathBuf, PathBuf)>,
    made: Option<PathBuf>,
}

impl Staged {
    /// Gives the files their names. The registration stands by now, so a
    /// failure leaves the drafts for the next call.
    pub(super) fn publish(mut self) -> Result<(), CommandError> {
        self.made = None;
        let folder = std::mem::take(&mut self.folder);
        for (draft, path) in std::mem::take(&mut self.drafts) {
            match fs::rename(&draft, &path) {
                Err(error) if !(error.kind() == ErrorKind::NotFound && path.is_file()) => {
                    let unnamed = say("fault-out-unnamed").with("path", path.display()).with("cause", error);
                    return Err(CommandError::failure(unnamed));
                }
                _ => {}
            }
        }
        File::open(&folder).and_then(|folder| folder.sync_all()).map_err(|error| unwritable(&folder, &error))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for (draft, _) in &self.drafts {
            let _removed = fs::remove_file(draft);
        }
        if let Some(folder) = &self.made {
            let _removed = fs::remove_dir(folder);
        }
    }
}

fn unwritable(folder: &Path, error: &std::io::Error) -> CommandError {
    CommandError::misuse(say("fault-out-folder-unwritable").with("path", folder.display()).with("cause", error))
}
