//! Files on their way out: in small pieces, and each with a place that lasts
//! until its last byte was taken or its reader is gone.
//!
//! The body that the connection holds has one piece. What reads the file is a
//! task of its own, because a body is not asked while its reader takes nothing:
//! only so can a reader that is too slow lose its place.

use crate::access::Member;
use crate::error::{PlatformFault, WorkbenchError};
use crate::places::Place;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderValue, header};
use std::fs::File;
use std::io;
use std::time::Duration;
use sumun_evidence::Digest;
use sumun_store::BlobFolder;
use sumun_transport::Pace;
use tokio::io::AsyncReadExt as _;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

/// The bytes of one piece. A reader holds two of them: one here, one in its connection.
const PIECE_BYTES: usize = 16 * 1024;
/// The slowest reader: nothing for half a minute, then a quarter of a megabit a second.
pub(crate) const SLOWEST: Pace = Pace { grace: Duration::from_secs(30), bytes_per_second: 32 * 1024 };

/// A file with its place, open and at its beginning.
#[derive(Debug)]
pub(crate) struct Download {
    file: File,
    length: u64,
    place: Place,
}

impl Download {
    /// A place for a download of `member`.
    ///
    /// # Errors
    /// [`PlatformFault::OwnPlaces`] and [`PlatformFault::Busy`].
    pub fn place(member: &Member) -> Result<Place, PlatformFault> {
        member.workbench().turns.downloads.take(&member.parties())
    }

    /// A file that was made just now.
    pub const fn of(file: File, length: u64, place: Place) -> Self {
        Self { file, length, place }
    }

    /// A kept file, checked against its hash before a byte of it goes out.
    pub async fn kept(member: &Member, folder: &BlobFolder, sha256: Digest) -> Result<Self, WorkbenchError> {
        let (place, folder) = (Self::place(member)?, folder.clone());
        // The check holds the place, also when whoever asked has left.
        let checked = tokio::task::spawn_blocking(move || {
            let (file, length) = folder.open_checked(sha256)?;
            Ok(Self { file, length, place })
        });
        checked.await.map_err(|_| PlatformFault::Internal("the check of a file did not come to its end"))?
    }

    /// As a file to be saved, never drawn: whatever it holds, it does not run as one of our pages.
    pub fn attachment(self, media_type: &'static str, name: &str) -> Response {
        let length = HeaderValue::from(self.length);
        let mut response = self.body(SLOWEST).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        headers.insert(header::CONTENT_LENGTH, length);
        headers.insert(header::CONTENT_DISPOSITION, disposition(name));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
        response
    }

    /// The body. It breaks off for a reader that is slower than `pace`.
    fn body(self, pace: Pace) -> Body {
        let length = self.length;
        let (out, pieces) = mpsc::channel(1);
        tokio::spawn(self.feed(out, pace));
        let pieces = stream::try_unfold((pieces, length), |(mut pieces, left)| async move {
            match pieces.recv().await {
                Some(piece) => {
                    let piece: Bytes = piece?;
                    Ok(Some((piece.clone(), (pieces, left.saturating_sub(piece.len() as u64)))))
                }
                None if left > 0 => Err(io::Error::new(io::ErrorKind::TimedOut, "the reader was too slow")),
                None => Ok(None),
            }
        });
        Body::from_stream(pieces)
    }

    /// Reads a piece as soon as there is room for it, and ends, with its
    /// place, when the reader is gone or too slow.
    async fn feed(self, out: mpsc::Sender<io::Result<Bytes>>, pace: Pace) {
        let Self { file, length, place: _place } = self;
        let (mut file, begun, mut taken) = (tokio::fs::File::from_std(file), Instant::now(), 0);
        while taken < length {
            // So far away is never.
            let end = begun.checked_add(pace.time_for(taken)).unwrap_or(begun + pace.grace);
            let Ok(Ok(room)) = timeout_at(end, out.reserve()).await else { return };
            let mut piece = vec![0; PIECE_BYTES.min(usize::try_from(length - taken).unwrap_or(PIECE_BYTES))];
            match file.read(&mut piece).await {
                Ok(0) => return,
                Ok(count) => {
                    piece.truncate(count);
                    taken += count as u64;
                    room.send(Ok(piece.into()));
                }
                Err(error) => return room.send(Err(error)),
            }
        }
    }
}

/// RFC 6266 with the name in the form of RFC 8187, so that Korean names arrive
/// and nothing in a name can end the header.
fn disposition(name: &str) -> HeaderValue {
    let mut encoded = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    let value = format!("attachment; filename*=UTF-8''{encoded}");
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::{Party, Places};
    use futures_util::{FutureExt as _, StreamExt as _};
    use http_body_util::BodyExt as _;
    use std::io::{Seek as _, Write as _};
    use sumun_ids::StaffId;

    const NEVER: Pace = Pace { grace: Duration::from_secs(3_600), bytes_per_second: 1 };

    fn staff() -> Party {
        Party::Staff(StaffId::from_random([1; 16]))
    }

    fn download(places: &Places, length: usize) -> (Download, Vec<u8>) {
        let content: Vec<u8> = (0..length).map(|place| place as u8).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&content).unwrap();
        file.rewind().unwrap();
        (Download::of(file, length as u64, places.take(&[staff()]).unwrap()), content)
    }

    /// Waits for a state, whatever it takes.
    async fn until(reached: impl Fn() -> bool) {
        while !reached() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test]
    async fn a_file_goes_out_whole_in_small_pieces_and_its_place_comes_back() {
        let places = Places::new(1, 1, 1);
        for length in [0, 1, PIECE_BYTES, 3 * PIECE_BYTES + 7] {
            let (download, content) = download(&places, length);
            let mut body = download.body(NEVER).into_data_stream();
            let mut sent = Vec::new();
            while let Some(piece) = body.next().await {
                let piece = piece.unwrap();
                assert!(piece.len() <= PIECE_BYTES);
                sent.extend_from_slice(&piece);
            }
            assert!(sent == content, "{length} bytes");
            drop(body);
            until(|| places.taken() == 0).await;
        }
    }

    #[tokio::test]
    async fn the_place_lasts_as_long_as_the_reader_reads_and_goes_with_the_reader() {
        let places = Places::new(1, 1, 1);
        let (download, _) = download(&places, 20 * PIECE_BYTES);
        let mut body = download.body(NEVER).into_data_stream();
        body.next().await.unwrap().unwrap();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert_eq!(places.taken(), 1, "most of the file is still to come");
        drop(body);
        until(|| places.taken() == 0).await;
    }

    #[tokio::test]
    async fn a_reader_that_takes_nothing_loses_its_place_and_sees_the_file_break_off() {
        let places = Places::new(1, 1, 1);
        let (download, content) = download(&places, 20 * PIECE_BYTES);
        let pace = Pace { grace: Duration::from_millis(20), bytes_per_second: u64::MAX };
        let body = download.body(pace);
        // The body is held and not asked, as by a connection whose window is shut.
        until(|| places.taken() == 0).await;
        let mut body = body.into_data_stream();
        let mut sent = 0;
        let end = loop {
            match body.next().await {
                Some(Ok(piece)) => sent += piece.len(),
                end => break end,
            }
        };
        assert!(matches!(end, Some(Err(_))), "a part never looks like the whole");
        assert!(sent < content.len() && sent <= 2 * PIECE_BYTES, "{sent} bytes were ready");
    }

    #[tokio::test]
    async fn a_file_that_is_shorter_than_said_breaks_off() {
        let places = Places::new(1, 1, 1);
        let (mut download, _) = download(&places, 100);
        download.length = 101;
        assert!(download.body(NEVER).collect().await.is_err());
    }

    #[tokio::test]
    async fn what_a_reader_holds_does_not_grow_with_the_file() {
        let places = Places::new(1, 1, 1);
        let (download, _) = download(&places, 100 * PIECE_BYTES);
        let mut body = download.body(NEVER).into_data_stream();
        body.next().await.unwrap().unwrap();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        let ready = std::iter::from_fn(|| body.next().now_or_never().flatten()).count();
        assert!(ready <= 1, "{ready} pieces were ready at once");
    }

    #[test]
    fn rfc8187_3_2_a_name_cannot_break_out_of_its_header() {
        assert_eq!(disposition("자료1.1.1-1 a.pdf"), "attachment; filename*=UTF-8''%EC%9E%90%EB%A3%8C1.1.1-1%20a.pdf");
        assert_eq!(disposition("a\"; x=\r\n'%/"), "attachment; filename*=UTF-8''a%22%3B%20x%3D%0D%0A%27%25%2F");
    }
}
