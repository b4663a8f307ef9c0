//! The orderly end of a stream.

use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Bytes that are taken at once from a peer that still talks.
const REST_BYTES: usize = 4 * 1024;

/// Ends a stream so that the peer can tell the end from a cut: the TLS
/// `close_notify` (RFC 8446 section 6.1), then the end of the TCP stream, then
/// what the peer still sends is read and dropped until it has closed too. A
/// socket that is closed over unread bytes resets the connection and can take
/// our last answer with it (RFC 9112 section 9.6).
///
/// All of it takes `timeout` at most: a dead peer holds nothing.
pub(crate) async fn close<T: AsyncRead + AsyncWrite + Unpin>(mut stream: T, timeout: Duration) {
    let orderly = async {
        stream.shutdown().await?;
        let mut rest = vec![0; REST_BYTES];
        while stream.read(&mut rest).await? > 0 {}
        Ok::<_, std::io::Error>(())
    };
    // A peer that is gone or does not close is let go of all the same.
    let _ = tokio::time::timeout(timeout, orderly).await;
}
