//! The chunks of an HTTP/1 body (RFC 9112 section 7.1).

use super::head::is_text;

/// Hexadecimal digits of a chunk's size that cannot overflow a count.
const SIZE_DIGITS_MAX: usize = 16;

/// A chunk is not as the section writes it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BrokenChunks;

/// Follows chunks to the end of the body. It keeps no byte of them.
#[derive(Debug)]
pub(crate) struct Chunks {
    place: Place,
    size: u64,
    digits: usize,
    // Bytes of extensions and trailers that may still come.
    spare: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Size,
    SizeSpace,
    Extension,
    SizeEnd,
    Data,
    DataCr,
    DataLf,
    TrailerBegin,
    Trailer,
    TrailerLf,
    LastLf,
}

impl Chunks {
    /// Of a body whose extensions and trailers may have `spare` bytes together.
    pub(crate) fn new(spare: usize) -> Self {
        Self { place: Place::Size, size: 0, digits: 0, spare }
    }

    /// Takes bytes: how many belong to the body, and whether it has ended with
    /// them. When it is broken, the count is of those before the fault.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> (usize, Result<bool, BrokenChunks>) {
        let mut taken = 0;
        while let Some(byte) = bytes.get(taken) {
            if self.place == Place::Data {
                let left = usize::try_from(self.size).unwrap_or(usize::MAX).min(bytes.len() - taken);
                self.size -= left as u64;
                taken += left;
                if self.size == 0 {
                    self.place = Place::DataCr;
                }
                continue;
            }
            match self.step(*byte) {
                Ok(false) => taken += 1,
                Ok(true) => return (taken + 1, Ok(true)),
                Err(broken) => return (taken, Err(broken)),
            }
        }
        (taken, Ok(false))
    }

    fn step(&mut self, byte: u8) -> Result<bool, BrokenChunks> {
        self.place = match (self.place, byte) {
            (Place::Size, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') if self.digits < SIZE_DIGITS_MAX => {
                self.digits += 1;
                self.size = self.size << 4 | u64::from(hexadecimal(byte));
                Place::Size
            }
            (Place::Size | Place::SizeSpace, b' ' | b'\t') if self.digits > 0 => self.spend(Place::SizeSpace)?,
            (Place::Size | Place::SizeSpace, b';') if self.digits > 0 => self.spend(Place::Extension)?,
            (Place::Size | Place::SizeSpace, b'\r') if self.digits > 0 => Place::SizeEnd,
            (Place::Extension, b'\r') => Place::SizeEnd,
            (Place::Extension, byte) if is_text(byte) => self.spend(Place::Extension)?,
            (Place::SizeEnd, b'\n') => {
                self.digits = 0;
                if self.size == 0 { Place::TrailerBegin } else { Place::Data }
            }
            (Place::DataCr, b'\r') => Place::DataLf,
            (Place::DataLf, b'\n') => Place::Size,
            (Place::TrailerBegin, b'\r') => Place::LastLf,
            (Place::TrailerBegin, byte) if byte > b' ' && is_text(byte) => self.spend(Place::Trailer)?,
            (Place::Trailer, b'\r') => Place::TrailerLf,
            (Place::Trailer, byte) if is_text(byte) => self.spend(Place::Trailer)?,
            (Place::TrailerLf, b'\n') => Place::TrailerBegin,
            (Place::LastLf, b'\n') => return Ok(true),
            _ => return Err(BrokenChunks),
        };
        Ok(false)
    }

    fn spend(&mut self, next: Place) -> Result<Place, BrokenChunks> {
        self.spare = self.spare.checked_sub(1).ok_or(BrokenChunks)?;
        Ok(next)
    }
}

fn hexadecimal(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}
