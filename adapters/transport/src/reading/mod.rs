//! One reading of HTTP/1: which bytes of a connection belong to which message.
//!
//! The HTTP library forgives what has two readings (a lone LF, a length beside
//! a coding) and tells nobody. Whoever stands between a client and us may read
//! such bytes in the other way, and then sees other requests than we do
//! (request smuggling, RFC 9112 section 11.2). So bytes are read here first,
//! strictly, and what is not clear never reaches the library. The rules are
//! functions of bytes alone.

mod chunks;
mod head;
#[cfg(test)]
mod tests;

use crate::Limits;
use crate::fault::ProtocolFault;
use chunks::Chunks;
pub(crate) use head::{Framing, Head, field, request_line};

/// Why reading does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// A head is at fault: the request in it does not exist.
    Head(ProtocolFault),
    /// The body of a request that is known already is at fault.
    Body,
}

/// Follows the messages of one connection.
#[derive(Debug)]
pub(crate) struct Reading {
    place: Place,
    // Of the head that is not whole: where its first line without an end begins, and how far an end was looked for.
    line: usize,
    looked: usize,
    heads: u64,
    head_bytes_max: usize,
    fields_max: usize,
}

#[derive(Debug)]
enum Place {
    Head(Head),
    Body(u64),
    Chunks(Chunks),
}

impl Reading {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            place: Place::Head(Head::default()),
            line: 0,
            looked: 0,
            heads: 0,
            head_bytes_max: limits.header_bytes_max,
            fields_max: limits.header_count_max,
        }
    }

    /// How many heads were clear so far.
    pub(crate) fn heads(&self) -> u64 {
        self.heads
    }

    /// Reads on. `bytes` begins where the bytes that the last call called
    /// clear ended; the count says how many may be read by others. What is not
    /// clear yet is a part of a head.
    ///
    /// # Errors
    /// After a fault nothing more is clear.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> (usize, Result<(), Unread>) {
        let mut clear = 0;
        while clear < bytes.len() {
            let rest = &bytes[clear..];
            match &mut self.place {
                Place::Head(_) => match self.head(rest) {
                    Ok(Some(length)) => clear += length,
                    Ok(None) => break,
                    Err(fault) => return (clear, Err(Unread::Head(fault))),
                },
                Place::Body(left) => {
                    let part = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                    *left -= part as u64;
                    clear += part;
                    if *left == 0 {
                        self.place = Place::Head(Head::default());
                    }
                }
                Place::Chunks(chunks) => {
                    let (taken, ended) = chunks.read(rest);
                    clear += taken;
                    match ended {
                        Ok(true) => self.place = Place::Head(Head::default()),
                        Ok(false) => {}
                        Err(_) => return (clear, Err(Unread::Body)),
                    }
                }
            }
        }
        (clear, Ok(()))
    }

    /// Reads a head that begins with `bytes`: its length, when it is whole.
    fn head(&mut self, bytes: &[u8]) -> Result<Option<usize>, ProtocolFault> {
        let Place::Head(head) = &mut self.place else { return Ok(None) };
        while let Some(length) = bytes[self.looked..].iter().position(|byte| *byte == b'\n') {
            let end = self.looked + length;
            if end >= self.head_bytes_max {
                return Err(too_long(head));
            }
            // A lone LF ends a line for some and not for others (RFC 9112 section 2.2 leaves it open; here it does not).
            let line = bytes[self.line..end].strip_suffix(b"\r").ok_or(ProtocolFault::MalformedRequest)?;
            let framing = head.take(line)?;
            if head.fields() > self.fields_max {
                return Err(ProtocolFault::HeadersTooLarge);
            }
            (self.line, self.looked) = (end + 1, end + 1);
            if let Some(framing) = framing {
                self.begin_body(framing);
                return Ok(Some(end + 1));
            }
        }
        if bytes.len() >= self.head_bytes_max {
            return Err(too_long(head));
        }
        self.looked = bytes.len();
        Ok(None)
    }

    fn begin_body(&mut self, framing: Framing) {
        self.heads += 1;
        (self.line, self.looked) = (0, 0);
        self.place = match framing {
            Framing::Length(0) => Place::Head(Head::default()),
            Framing::Length(length) => Place::Body(length),
            Framing::Chunked => Place::Chunks(Chunks::new(self.head_bytes_max)),
        };
    }
}

/// RFC 9112 section 3: a target that is too long has an answer of its own.
fn too_long(head: &Head) -> ProtocolFault {
    if head.is_begun() { ProtocolFault::HeadersTooLarge } else { ProtocolFault::TargetTooLong }
}
