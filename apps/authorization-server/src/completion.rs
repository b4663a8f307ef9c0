//! Deeds that go to their end, whoever waits for them.

use sumun_authorization::{AuthorizationError, PlatformFault};

/// Carries out `deed` although whoever asked for it leaves in the middle. A
/// request ends with its connection, at any moment; between what it made
/// durable and what it told the gateway of it must be no such moment.
///
/// # Errors
/// Those of the deed; [`PlatformFault::Internal`] when it panicked or the process is stopping.
pub(crate) async fn to_the_end<T: Send + 'static>(
    deed: impl Future<Output = Result<T, AuthorizationError>> + Send + 'static,
) -> Result<T, AuthorizationError> {
    tokio::spawn(deed).await.map_err(|_| PlatformFault::Internal("a deed did not come to its end"))?
}
