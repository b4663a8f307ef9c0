//! The lines of an HTTP/1 request head.

use crate::fault::ProtocolFault;

/// Digits of a `Content-Length`; more than any body here has, and never beyond counting.
const LENGTH_DIGITS_MAX: usize = 18;

/// Where the body of a message ends (RFC 9112 section 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// After so many bytes; a message without a body has none.
    Length(u64),
    /// After the last chunk and its trailers.
    Chunked,
}

/// What the lines of a head say, as far as they decide how bytes are read on.
/// A line is given without its end, CR LF.
#[derive(Debug, Default)]
pub(crate) struct Head {
    begun: bool,
    blank_before: bool,
    http_1_0: bool,
    fields: usize,
    length: Option<u64>,
    chunked: bool,
}

impl Head {
    /// Takes the next line; the framing of the message when it was the last.
    ///
    /// # Errors
    /// [`ProtocolFault::MalformedRequest`] for a line that is not HTTP,
    /// [`ProtocolFault::FramingUnclear`] when the end of the body can be read in two ways.
    pub(crate) fn take(&mut self, line: &[u8]) -> Result<Option<Framing>, ProtocolFault> {
        match (self.begun, line.is_empty()) {
            // One empty line before a request is forgiven (RFC 9112 section 2.2); that it is one is our choice.
            (false, true) if !self.blank_before => self.blank_before = true,
            (false, true) => return Err(ProtocolFault::MalformedRequest),
            (false, false) => {
                self.http_1_0 = request_line(line)?.http_1_0;
                self.begun = true;
            }
            (true, false) => self.field(line)?,
            (true, true) => return self.framing().map(Some),
        }
        Ok(None)
    }

    /// Whether the request line was read.
    pub(crate) fn is_begun(&self) -> bool {
        self.begun
    }

    /// How many header fields came so far.
    pub(crate) fn fields(&self) -> usize {
        self.fields
    }

    fn field(&mut self, line: &[u8]) -> Result<(), ProtocolFault> {
        self.fields += 1;
        let (name, value) = field(line)?;
        if name.eq_ignore_ascii_case(b"content-length") {
            // A length that is told twice, even alike, may be refused (RFC 9112 section 6.3, item 5).
            if self.length.replace(length(value)?).is_some() {
                return Err(ProtocolFault::FramingUnclear);
            }
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            // One coding, once: others are not understood here, and a second `chunked`
            // means what no sender may mean (RFC 9112 section 6.1).
            if self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(ProtocolFault::FramingUnclear);
            }
            self.chunked = true;
        }
        Ok(())
    }

    /// RFC 9112 section 6.1: a length beside a coding, or a coding in
    /// HTTP/1.0, is how requests are smuggled.
    fn framing(&self) -> Result<Framing, ProtocolFault> {
        match (self.chunked, self.length) {
            (true, None) if !self.http_1_0 => Ok(Framing::Chunked),
            (true, _) => Err(ProtocolFault::FramingUnclear),
            (false, length) => Ok(Framing::Length(length.unwrap_or(0))),
        }
    }
}

/// A request line: `method SP target SP version` (RFC 9112 section 3).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RequestLine<'a> {
    pub(crate) target: &'a [u8],
    pub(crate) http_1_0: bool,
}

/// Reads a request line, with single spaces and nothing in the target that is
/// no visible ASCII. A fragment has no place in a request: some would cut it
/// off and some would not.
pub(crate) fn request_line(line: &[u8]) -> Result<RequestLine<'_>, ProtocolFault> {
    let mut words = line.splitn(3, |byte| *byte == b' ');
    let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next()) else {
        return Err(ProtocolFault::MalformedRequest);
    };
    let http_1_0 = match version {
        b"HTTP/1.1" => false,
        b"HTTP/1.0" => true,
        _ => return Err(ProtocolFault::MalformedRequest),
    };
    let target_is_sound = !target.is_empty() && target.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'#');
    if is_token(method) && target_is_sound {
        Ok(RequestLine { target, http_1_0 })
    } else {
        Err(ProtocolFault::MalformedRequest)
    }
}

/// Reads a header field: a token, the colon at once, and a value without
/// control characters, trimmed (RFC 9112 section 5). So a folded line, a space
/// before the colon, a NUL and a lone CR are refused.
pub(crate) fn field(line: &[u8]) -> Result<(&[u8], &[u8]), ProtocolFault> {
    let colon = line.iter().position(|byte| *byte == b':').ok_or(ProtocolFault::MalformedRequest)?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    if is_token(name) && value.iter().all(|byte| is_text(*byte)) {
        Ok((name, value.trim_ascii()))
    } else {
        Err(ProtocolFault::MalformedRequest)
    }
}

fn length(value: &[u8]) -> Result<u64, ProtocolFault> {
    let sound = (1..=LENGTH_DIGITS_MAX).contains(&value.len()) && value.iter().all(u8::is_ascii_digit);
    let digits = sound.then_some(value).ok_or(ProtocolFault::FramingUnclear)?;
    Ok(digits.iter().fold(0, |length, digit| length * 10 + u64::from(digit - b'0')))
}

/// RFC 9110 section 5.6.2.
fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// RFC 9110 section 5.5: visible letters, space, tab, and bytes beyond ASCII.
pub(super) fn is_text(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}
