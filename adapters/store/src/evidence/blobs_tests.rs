use super::*;
use tempfile::TempDir;

/// Every file below the folder, by its path within it.
fn files(folder: &TempDir) -> Vec<String> {
    let mut files = Vec::new();
    for place in [folder.path().to_owned(), folder.path().join(INCOMING)] {
        for entry in std::fs::read_dir(place).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                files.push(path.strip_prefix(folder.path()).unwrap().display().to_string());
            }
        }
    }
    files.sort();
    files
}

async fn folder() -> (TempDir, BlobFolder) {
    let folder = tempfile::tempdir().unwrap();
    let blobs = BlobFolder::open(folder.path()).await.unwrap();
    (folder, blobs)
}

async fn incoming(blobs: &BlobFolder, content: &[u8]) -> IncomingBlob {
    let mut file = blobs.begin(1_000).await.unwrap();
    for piece in content.chunks(3) {
        file.write(piece).await.unwrap();
    }
    file
}

async fn keep(blobs: &BlobFolder, content: &[u8]) {
    let file = incoming(blobs, content).await;
    let placed = blobs.place([file]).await.unwrap();
    assert_eq!(placed.blobs(), [StoredBlob { sha256: Digest::of(content), size_bytes: content.len() as u64 }]);
    placed.keep().await;
}

#[tokio::test]
async fn a_file_lies_under_its_hash_for_its_owner_alone() {
    let (folder, blobs) = folder().await;
    keep(&blobs, b"content").await;
    let name = Digest::of(b"content").to_string();
    assert_eq!(files(&folder), std::slice::from_ref(&name));
    assert_eq!(blobs.read(Digest::of(b"content")).await.unwrap(), b"content");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.path().join(name)), 0o600);
        assert_eq!(mode(&folder.path().join(INCOMING)), 0o700);
    }
}

#[tokio::test]
async fn the_kind_is_told_by_what_lies_at_any_place_of_the_file() {
    let (_folder, blobs) = folder().await;
    let workbook = include_bytes!("../../../../domain/evidence/tests/files/xlwt.xls");
    let mut file = blobs.begin(u64::MAX).await.unwrap();
    assert_eq!(file.media_type().await.unwrap(), MediaType::Binary);
    file.write(&workbook[..600]).await.unwrap();
    assert_eq!(file.media_type().await.unwrap(), MediaType::Compound, "its directory is not there yet");
    file.write(&workbook[600..]).await.unwrap();
    assert_eq!(file.media_type().await.unwrap(), MediaType::Xls);
    assert_eq!(file.size_bytes(), workbook.len() as u64);
}

#[tokio::test]
async fn a_file_that_is_too_large_leaves_nothing() {
    let (folder, blobs) = folder().await;
    let mut file = blobs.begin(5).await.unwrap();
    file.write(b"12345").await.unwrap();
    assert!(matches!(file.write(b"6").await, Err(BlobError::TooLarge { bytes_max: 5 })));
    drop(file);
    assert_eq!(files(&folder), [""; 0]);
}

#[tokio::test]
async fn an_upload_that_is_cut_off_leaves_nothing() {
    let (folder, blobs) = folder().await;
    let file = incoming(&blobs, b"half of it").await;
    assert_eq!(files(&folder).len(), 1);
    drop(file);
    assert_eq!(files(&folder), [""; 0]);
}

#[tokio::test]
async fn what_a_crash_left_is_swept_at_the_next_start() {
    let (folder, blobs) = folder().await;
    keep(&blobs, b"whole").await;
    std::fs::write(folder.path().join(INCOMING).join("7.part"), b"half").unwrap();
    BlobFolder::open(folder.path()).await.unwrap();
    assert_eq!(files(&folder), [Digest::of(b"whole").to_string()]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_in_place_of_the_incoming_folder_does_not_lead_to_files_of_others() {
    let (folder, others) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(others.path().join("theirs"), b"theirs").unwrap();
    std::os::unix::fs::symlink(others.path(), folder.path().join(INCOMING)).unwrap();
    assert!(matches!(BlobFolder::open(folder.path()).await, Err(BlobError::Folder(_))));
    assert!(others.path().join("theirs").is_file());
}

#[tokio::test]
async fn a_file_without_its_row_is_removed_unless_another_row_needs_it() {
    let (folder, blobs) = folder().await;
    let (refused, shared) = (Digest::of(b"refused"), Digest::of(b"shared"));
    let files_in = [incoming(&blobs, b"refused").await, incoming(&blobs, b"shared").await];
    let placed = blobs.place(files_in).await.unwrap();
    assert_eq!(files(&folder).len(), 4, "two files and two marks");
    placed.remove_except(&[shared]).await.unwrap();
    assert_eq!(files(&folder), [shared.to_string()]);
    assert!(matches!(blobs.read(refused).await, Err(BlobError::Missing(_))));
}

#[tokio::test]
async fn a_file_whose_row_is_unknown_waits_for_the_next_start_and_no_other_is_touched() {
    let (folder, blobs) = folder().await;
    let (named, lost) = (Digest::of(b"named"), Digest::of(b"lost"));
    keep(&blobs, b"settled").await;
    let files_in = [incoming(&blobs, b"named").await, incoming(&blobs, b"lost").await];
    drop(blobs.place(files_in).await.unwrap());
    // A mark whose file never came to its name.
    std::fs::write(blobs.mark_of(Digest::of(b"never")), b"").unwrap();
    drop(blobs);

    let blobs = BlobFolder::open(folder.path()).await.unwrap();
    let left = blobs.left().await.unwrap();
    let mut hashes: Vec<Digest> = left.blobs().iter().map(|blob| blob.sha256).collect();
    hashes.sort();
    let mut expected = [named, lost];
    expected.sort();
    assert_eq!(hashes, expected);
    left.remove_except(&[named]).await.unwrap();
    let mut whole = [named.to_string(), Digest::of(b"settled").to_string()];
    whole.sort();
    assert_eq!(files(&folder), whole);
    assert_eq!(blobs.left().await.unwrap().blobs(), []);
}

#[tokio::test]
async fn a_file_whose_writer_is_at_work_is_not_left() {
    let (folder, blobs) = folder().await;
    let file = incoming(&blobs, b"under way").await;
    let placed = blobs.place([file]).await.unwrap();
    let waiting = tokio::spawn(async move { blobs.left().await.unwrap().blobs().len() });
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished());
    placed.keep().await;
    assert_eq!(waiting.await.unwrap(), 0);
    assert_eq!(files(&folder), [Digest::of(b"under way").to_string()]);
}

#[tokio::test]
async fn the_same_content_twice_is_one_file() {
    let (folder, blobs) = folder().await;
    keep(&blobs, b"same").await;
    keep(&blobs, b"same").await;
    assert_eq!(files(&folder), [Digest::of(b"same").to_string()]);
}

#[tokio::test]
async fn a_change_of_a_file_is_seen_when_it_is_read() {
    let (folder, blobs) = folder().await;
    keep(&blobs, b"as it was").await;
    let (named, path) = (Digest::of(b"as it was"), folder.path().join(Digest::of(b"as it was").to_string()));
    std::fs::write(&path, b"as it is!").unwrap();
    assert!(
        matches!(blobs.read(named).await, Err(BlobError::Changed { found, .. }) if found == Digest::of(b"as it is!"))
    );
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(blobs.read(named).await, Err(BlobError::Missing(missing)) if missing == named));
}

/// The device answers every write as a full disk does.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_told_as_such_and_leaves_nothing() {
    let (folder, blobs) = folder().await;
    let mut file = blobs.begin(1_000_000).await.unwrap();
    file.file = OpenOptions::new().write(true).open("/dev/full").await.unwrap();
    file.write(b"some bytes").await.unwrap();
    let placed = blobs.place([file]).await;
    assert!(matches!(placed, Err(BlobError::DiskFull(_))), "{placed:?}");
    assert_eq!(files(&folder), [""; 0]);
}
