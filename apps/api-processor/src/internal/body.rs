//! JSON bodies, read strictly.

use super::problem::ApiFault;
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use serde_json::{Map, Value};
use sumun_jose::{JsonError, JsonLimits, is_json_media_type, parse_json_composed};

/// The most bytes of a body: that of the contract, whatever the gateway let through.
const BODY_BYTES_MAX: usize = 4096;
/// Terms nest two deep.
const LIMITS: JsonLimits = JsonLimits { bytes_max: BODY_BYTES_MAX, depth_max: 4 };

/// A JSON object with every name once and its texts in their one spelling.
pub(crate) struct JsonObject(pub Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for JsonObject {
    type Rejection = ApiFault;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiFault> {
        let headers = request.headers();
        let mut types = headers.get_all(CONTENT_TYPE).iter();
        let declared = types.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !is_json_media_type(declared) || types.next().is_some() || headers.contains_key(CONTENT_ENCODING) {
            return Err(ApiFault::ContentTypeUnsupported);
        }
        let body = to_bytes(request.into_body(), BODY_BYTES_MAX).await.map_err(|_| ApiFault::BodyTooLarge)?;
        match parse_json_composed(&body, LIMITS).map_err(ApiFault::from)? {
            Value::Object(members) => Ok(Self(members)),
            _ => Err(ApiFault::JsonMalformed),
        }
    }
}

impl From<JsonError> for ApiFault {
    fn from(error: JsonError) -> Self {
        match error {
            JsonError::TooLong { .. } => Self::BodyTooLarge,
            JsonError::TooDeep { .. } => Self::JsonTooDeep,
            JsonError::DuplicateName { .. } => Self::JsonDuplicateName,
            JsonError::Syntax { .. } | JsonError::Shape(_) => Self::JsonMalformed,
        }
    }
}
