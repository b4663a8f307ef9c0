//! How an app signs that it is itself: a client assertion of RFC 7523.

use super::app::CallError;
use serde_json::json;
use std::sync::Arc;
use sumun_jose::{Algorithm, sign_compact};
use sumun_keys::SoftwareKey;
use sumun_system::{Clock, Random};
use sumun_time::Span;

/// Long enough for one call, too short to be worth stealing.
const LIFETIME: Span = Span::from_seconds(60);

/// The key of an app, and whom it signs for.
pub struct Assertions {
    key: SoftwareKey,
    issuer: String,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

impl Assertions {
    /// The assertions of the app that has this ES256 key (PEM), for the
    /// authorization server `issuer`.
    pub fn new(
        app_key_pem: &str,
        issuer: String,
        clock: &Arc<dyn Clock>,
        random: &Arc<dyn Random>,
    ) -> Result<Self, CallError> {
        let key = SoftwareKey::from_pem(Algorithm::Es256, app_key_pem);
        let key = key.ok_or_else(|| CallError::new("the key of an app is broken"))?;
        Ok(Self { key, issuer, clock: Arc::clone(clock), random: Arc::clone(random) })
    }

    /// One assertion: for the issuer alone (FAPI 2.0 section 5.3.3.1), once, and soon over.
    pub fn sign(&self, client_id: &str) -> Result<String, CallError> {
        let now = self.clock.now();
        let id: String = self.random.id_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let claims = json!({
            "iss": client_id,
            "sub": client_id,
            "aud": self.issuer,
            "iat": now.seconds(),
            "exp": now.plus(LIFETIME).seconds(),
            "jti": id,
        });
        sign_compact(&self.key, "JWT", &claims).map_err(|error| CallError::new(error.to_string()))
    }
}
