//! Files under their own hash: evidence and reports.
//!
//! It stands here and not in the workbench, because the files are the other
//! half of the rows of this slice: a row is written only after its file is on
//! the disk, and whoever reads a row (the workbench, an evidence pack, an
//! offline check) wants the file by the same hash.
//!
//! A file is written to `<folder>/.incoming`, hashed on the way, synced and
//! then renamed to its hash, so that a name in the folder always means whole
//! content. What was cut off is swept at the next start.
//!
//! Between that name and the row that refers to it stands a mark,
//! `.incoming/<hash>.placed`, which goes when the row is written. A process that
//! ends in between leaves it, and the next start asks the rows about the marked
//! files alone ([`BlobFolder::left`]). A file without a mark is never removed,
//! whatever the rows say: a database that was lost must not take the files along.

use aws_lc_rs::digest::{Context, SHA256};
use std::fmt;
use std::io::{self, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use sumun_evidence::{Digest, MediaType};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Where files that are not whole yet lie, and the marks of those without a row.
const INCOMING: &str = ".incoming";
/// How many bytes of a file are read at once.
const PIECE_BYTES: usize = 64 * 1024;
/// How the name of a mark ends, behind the hash.
const MARK: &str = ".placed";

/// Why a file could not be written or read.
#[derive(Debug)]
pub enum BlobError {
    /// The sender's: more bytes than the limit.
    TooLarge {
        /// The limit in bytes.
        bytes_max: u64,
    },
    /// The operator's: there is no room left.
    DiskFull(io::Error),
    /// The operator's: the folder or a file cannot be used.
    Folder(io::Error),
    /// There is no file with this hash.
    Missing(Digest),
    /// The file's content is no longer that of its hash.
    Changed {
        /// The hash that it is named by.
        named: Digest,
        /// The hash of what it holds now.
        found: Digest,
    },
}

impl fmt::Display for BlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes_max } => write!(f, "the file is larger than {bytes_max} bytes"),
            Self::DiskFull(_) => f.write_str("there is no room left for the file"),
            Self::Folder(_) => f.write_str("the folder of files cannot be used"),
            Self::Missing(sha256) => write!(f, "there is no file {sha256}"),
            Self::Changed { named, found } => write!(f, "file {named} was changed: it holds {found}"),
        }
    }
}

impl std::error::Error for BlobError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::DiskFull(source) | Self::Folder(source) => Some(source),
            Self::TooLarge { .. } | Self::Missing(_) | Self::Changed { .. } => None,
        }
    }
}

impl From<io::Error> for BlobError {
    fn from(source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull(source),
            _ => Self::Folder(source),
        }
    }
}

/// A folder of files that are named by their hash. Cheap to clone.
#[derive(Debug, Clone)]
pub struct BlobFolder {
    path: Arc<Path>,
    incoming: Arc<AtomicU64>,
    placing: Arc<Mutex<()>>,
}

/// A file that is whole and on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredBlob {
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// Its length.
    pub size_bytes: u64,
}

impl BlobFolder {
    /// Opens the folder at `path`, or makes it for its owner alone, and
    /// removes what was cut off before. What is whole and perhaps without its
    /// row stays until [`Self::left`] is settled.
    ///
    /// # Errors
    /// [`BlobError::Folder`] and [`BlobError::DiskFull`].
    pub async fn open(path: impl Into<PathBuf>) -> Result<Self, BlobError> {
        let path: PathBuf = path.into();
        make_folder(&path).await?;
        let incoming = path.join(INCOMING);
        make_folder(&incoming).await?;
        // What is in it is removed, so it has to be ours.
        if fs::symlink_metadata(&incoming).await?.is_symlink() {
            let link = format!("{} is a symbolic link", incoming.display());
            return Err(BlobError::Folder(io::Error::new(io::ErrorKind::NotADirectory, link)));
        }
        let mut left = fs::read_dir(&incoming).await?;
        while let Some(entry) = left.next_entry().await? {
            if marked(&entry).is_none() {
                fs::remove_file(entry.path()).await?;
            }
        }
        Ok(Self { path: path.into(), incoming: Arc::default(), placing: Arc::default() })
    }

    /// Where the files lie.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins a file of at most `bytes_max` bytes.
    ///
    /// # Errors
    /// [`BlobError::Folder`] and [`BlobError::DiskFull`].
    pub async fn begin(&self, bytes_max: u64) -> Result<IncomingBlob, BlobError> {
        let name = format!("{}.part", self.incoming.fetch_add(1, Ordering::Relaxed));
        let path = self.path.join(INCOMING).join(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let file = options.open(&path).await?;
        let incoming = Removed(path);
        Ok(IncomingBlob { file, incoming, hash: Context::new(&SHA256), size_bytes: 0, bytes_max })
    }

    /// Puts whole files under their hashes, so that the row that refers to
    /// them can be written. Until the answer is dropped no other file is put,
    /// because removing one must not meet another writer of the same content.
    ///
    /// # Errors
    /// [`BlobError::DiskFull`] and [`BlobError::Folder`]; a file that this call
    /// had brought by then is among those that are [`Self::left`].
    pub async fn place<const N: usize>(&self, files: [IncomingBlob; N]) -> Result<PlacedBlobs, BlobError> {
        let mut whole = Vec::with_capacity(N);
        for file in files {
            whole.push(file.finish().await?);
        }
        let placing = Arc::clone(&self.placing).lock_owned().await;
        for (blob, _) in &whole {
            File::create(self.mark_of(blob.sha256)).await?;
        }
        sync_folder(&self.path.join(INCOMING)).await?;
        for (blob, incoming) in &whole {
            fs::rename(&incoming.0, self.path_of(blob.sha256)).await?;
        }
        sync_folder(&self.path).await?;
        let blobs = whole.iter().map(|(blob, _)| *blob).collect();
        Ok(PlacedBlobs { folder: self.clone(), blobs, _placing: placing })
    }

    /// The files that lie under their hashes and whose row may never have been
    /// written, because the process ended or the store failed: to be settled by
    /// [`PlacedBlobs::remove_except`] at a start, before files come in. No file
    /// is put until then, and none is here whose writer is still at work.
    ///
    /// # Errors
    /// [`BlobError::Folder`].
    pub async fn left(&self) -> Result<PlacedBlobs, BlobError> {
        let placing = Arc::clone(&self.placing).lock_owned().await;
        let mut blobs = Vec::new();
        let mut entries = fs::read_dir(self.path.join(INCOMING)).await?;
        while let Some(entry) = entries.next_entry().await? {
            let Some(sha256) = marked(&entry) else { continue };
            match fs::metadata(self.path_of(sha256)).await {
                Ok(file) => blobs.push(StoredBlob { sha256, size_bytes: file.len() }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => fs::remove_file(entry.path()).await?,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(PlacedBlobs { folder: self.clone(), blobs, _placing: placing })
    }

    /// The whole file with this hash, checked against it: for files that are
    /// known to be small. Others stream ([`Self::open_checked`]).
    ///
    /// # Errors
    /// [`BlobError::Missing`], [`BlobError::Changed`] and [`BlobError::Folder`].
    pub async fn read(&self, sha256: Digest) -> Result<Vec<u8>, BlobError> {
        let folder = self.clone();
        let read = tokio::task::spawn_blocking(move || folder.read_now(sha256)).await;
        read.map_err(|error| BlobError::Folder(io::Error::other(error)))?
    }

    /// As [`Self::read`]; blocks on reading.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_now(&self, sha256: Digest) -> Result<Vec<u8>, BlobError> {
        let mut content = Vec::new();
        self.open_now(sha256)?.read_to_end(&mut content)?;
        let found = Digest::of(&content);
        if found == sha256 { Ok(content) } else { Err(BlobError::Changed { named: sha256, found }) }
    }

    /// The file with this hash and its length, checked against the hash and at
    /// its beginning again. Holds one piece of it at a time; blocks on reading.
    ///
    /// # Errors
    /// [`BlobError::Missing`], [`BlobError::Changed`] and [`BlobError::Folder`].
    pub fn open_checked(&self, sha256: Digest) -> Result<(std::fs::File, u64), BlobError> {
        let mut file = self.open_now(sha256)?;
        let (mut hash, mut length, mut piece) = (Context::new(&SHA256), 0, vec![0; PIECE_BYTES]);
        loop {
            let count = match file.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            hash.update(&piece[..count]);
            length += count as u64;
        }
        let found = digest(hash);
        if found != sha256 {
            return Err(BlobError::Changed { named: sha256, found });
        }
        file.rewind()?;
        Ok((file, length))
    }

    /// The file with this hash, unchecked: for who checks it while reading. Blocks.
    ///
    /// # Errors
    /// [`BlobError::Missing`] and [`BlobError::Folder`].
    pub fn open_now(&self, sha256: Digest) -> Result<std::fs::File, BlobError> {
        match std::fs::File::open(self.path_of(sha256)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(BlobError::Missing(sha256)),
            opened => Ok(opened?),
        }
    }

    fn path_of(&self, sha256: Digest) -> PathBuf {
        self.path.join(sha256.to_string())
    }

    fn mark_of(&self, sha256: Digest) -> PathBuf {
        self.path.join(INCOMING).join(format!("{sha256}{MARK}"))
    }
}

/// Files that lie under their hashes and have yet to get the row that refers
/// to them. Dropping it leaves the decision to the next start.
#[derive(Debug)]
pub struct PlacedBlobs {
    folder: BlobFolder,
    blobs: Vec<StoredBlob>,
    _placing: OwnedMutexGuard<()>,
}

impl PlacedBlobs {
    /// The files, in the order in which they were put.
    pub fn blobs(&self) -> &[StoredBlob] {
        &self.blobs
    }

    /// That the row which refers to the files is written.
    pub async fn keep(self) {
        if let Err(error) = self.unmark().await {
            tracing::warn!(%error, "the mark of a file could not be removed; the next start does it");
        }
    }

    /// Removes the files again, because the row was not written: all but
    /// `needed`, to which other rows refer.
    ///
    /// # Errors
    /// [`BlobError::Folder`].
    pub async fn remove_except(self, needed: &[Digest]) -> Result<(), BlobError> {
        for blob in self.blobs.iter().filter(|blob| !needed.contains(&blob.sha256)) {
            fs::remove_file(self.folder.path_of(blob.sha256)).await?;
        }
        // A mark that was gone before its file would leave the file for ever.
        sync_folder(&self.folder.path).await?;
        Ok(self.unmark().await?)
    }

    async fn unmark(&self) -> io::Result<()> {
        for blob in &self.blobs {
            fs::remove_file(self.folder.mark_of(blob.sha256)).await?;
        }
        Ok(())
    }
}

/// A file on its way in. Dropping it removes what was written.
pub struct IncomingBlob {
    file: File,
    incoming: Removed,
    hash: Context,
    size_bytes: u64,
    bytes_max: u64,
}

impl fmt::Debug for IncomingBlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IncomingBlob({} bytes)", self.size_bytes)
    }
}

impl IncomingBlob {
    /// Adds `bytes` to the end.
    ///
    /// # Errors
    /// [`BlobError::TooLarge`] before a byte over the limit is written,
    /// [`BlobError::DiskFull`] and [`BlobError::Folder`].
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        let size_bytes = self.size_bytes.saturating_add(bytes.len() as u64);
        if size_bytes > self.bytes_max {
            return Err(BlobError::TooLarge { bytes_max: self.bytes_max });
        }
        self.file.write_all(bytes).await?;
        self.hash.update(bytes);
        self.size_bytes = size_bytes;
        Ok(())
    }

    /// What kind of file it is, by what was written until now.
    ///
    /// # Errors
    /// [`BlobError::Folder`] and [`BlobError::DiskFull`].
    pub async fn media_type(&mut self) -> Result<MediaType, BlobError> {
        self.file.flush().await?;
        let path = self.incoming.0.clone();
        let told = tokio::task::spawn_blocking(move || MediaType::of_file(&mut std::fs::File::open(path)?));
        Ok(told.await.map_err(io::Error::other)??)
    }

    /// How many bytes were written.
    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    async fn finish(mut self) -> Result<(StoredBlob, Removed), BlobError> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        Ok((StoredBlob { sha256: digest(self.hash), size_bytes: self.size_bytes }, self.incoming))
    }
}

fn digest(hash: Context) -> Digest {
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(hash.finish().as_ref());
    Digest::from_bytes(sha256)
}

/// A path that is removed when it is dropped, if something is still there.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        match std::fs::remove_file(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "a file that was cut off could not be removed; the next start does it");
            }
            _ => {}
        }
    }
}

async fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    builder.mode(0o700);
    builder.create(path).await
}

/// The hash of the file that this entry marks, if it is a mark.
fn marked(entry: &fs::DirEntry) -> Option<Digest> {
    entry.file_name().to_str()?.strip_suffix(MARK)?.parse().ok()
}

/// So that the new name outlives a power failure.
async fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path).await?.sync_all().await
}

#[cfg(test)]
#[path = "blobs_tests.rs"]
mod tests;
