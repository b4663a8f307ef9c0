//! Is the body JSON that everybody reads alike?

use super::method::Requested;
use crate::Refusal;
use serde_json::Value;
use sumun_jose::{JsonError, JsonLimits, is_json_media_type, parse_json_strict};

/// How deep JSON may nest in a request.
const DEPTH_MAX: u32 = 16;

/// The body of a request: nothing, or JSON without doubt about its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JsonBody {
    value: Option<Value>,
}

impl JsonBody {
    /// The member `name` of the top object.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.value.as_ref()?.get(name)
    }
}

/// Looks at the declared type before a byte is read: JSON in UTF-8, not compressed.
pub fn content_type<'a>(
    requested: &Requested<'_>,
    mut types: impl Iterator<Item = &'a [u8]>,
    encoded: bool,
) -> Result<(), Refusal> {
    if requested.route().body_bytes_max == 0 {
        return Ok(());
    }
    let only = types.next().filter(|_| types.next().is_none());
    let fit = only.and_then(|value| std::str::from_utf8(value).ok()).is_some_and(is_json_media_type);
    if fit && !encoded { Ok(()) } else { Err(Refusal::ContentTypeUnsupported) }
}

/// Reads the body: a repeated name or excess depth is refused, so that the
/// gateway and the processor can never read two different requests.
pub fn read(requested: &Requested<'_>, bytes: &[u8]) -> Result<JsonBody, Refusal> {
    let bytes_max = requested.route().body_bytes_max;
    if bytes_max == 0 {
        return if bytes.is_empty() { Ok(JsonBody::default()) } else { Err(Refusal::BodyUnexpected) };
    }
    let limits = JsonLimits { bytes_max: bytes_max as usize, depth_max: DEPTH_MAX };
    match parse_json_strict(bytes, limits) {
        Ok(value @ Value::Object(_)) => Ok(JsonBody { value: Some(value) }),
        Ok(_) | Err(JsonError::Syntax { .. } | JsonError::Shape(_)) => Err(Refusal::JsonMalformed),
        Err(JsonError::TooLong { .. }) => Err(Refusal::BodyTooLarge { bytes_max: u64::from(bytes_max) }),
        Err(JsonError::TooDeep { .. }) => Err(Refusal::JsonTooDeep),
        Err(JsonError::DuplicateName { .. }) => Err(Refusal::JsonDuplicateName),
    }
}
