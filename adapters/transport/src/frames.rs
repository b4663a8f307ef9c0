//! The heads of HTTP/2 frames in a stream of bytes (RFC 9113 section 4.1).

const HEAD_BYTES: usize = 9;
/// The flag of DATA and HEADERS that ends a stream (RFC 9113 sections 6.1 and 6.2).
const END_STREAM: u8 = 1;

/// What a frame is, as far as we look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Data,
    Headers,
    Reset,
    GoAway,
    Other,
}

/// One frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    /// The error code of [`Kind::Reset`] and [`Kind::GoAway`], else 0.
    pub(crate) code: u32,
    /// Whether it is the last of its stream.
    pub(crate) ends_stream: bool,
}

/// Reads frames out of bytes that come in any pieces. It keeps a frame's head
/// and an error code, never a payload.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    head: [u8; HEAD_BYTES],
    head_filled: usize,
    payload_left: usize,
    // Bytes of the payload before the error code ends; 0 where there is none.
    code_left: usize,
    code: u32,
}

impl Frames {
    /// Takes the next bytes and tells of every frame that they complete, as far as it is looked at.
    pub(crate) fn read(&mut self, mut bytes: &[u8], mut saw: impl FnMut(&Frame)) {
        while !bytes.is_empty() {
            if self.head_filled < HEAD_BYTES {
                let count = bytes.len().min(HEAD_BYTES - self.head_filled);
                self.head[self.head_filled..self.head_filled + count].copy_from_slice(&bytes[..count]);
                self.head_filled += count;
                bytes = &bytes[count..];
                if self.head_filled == HEAD_BYTES {
                    self.begin(&mut saw);
                }
                continue;
            }
            let count = bytes.len().min(self.payload_left);
            let of_code = count.min(self.code_left);
            for byte in &bytes[..of_code] {
                self.code = (self.code << 8) | u32::from(*byte);
            }
            if of_code > 0 {
                self.code_left -= of_code;
                if self.code_left == 0 {
                    saw(&Frame { kind: self.kind(), code: self.code, ends_stream: false });
                }
            }
            self.payload_left -= count;
            bytes = &bytes[count..];
            if self.payload_left == 0 {
                self.head_filled = 0;
            }
        }
    }

    fn begin(&mut self, saw: &mut impl FnMut(&Frame)) {
        let [high, middle, low, ..] = self.head;
        self.payload_left = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
        self.code = 0;
        // The error code is the whole of RST_STREAM and, after a stream's id, of GOAWAY; shifting drops the id.
        self.code_left = match self.kind() {
            Kind::Reset => 4,
            Kind::GoAway => 8,
            Kind::Data | Kind::Headers | Kind::Other => 0,
        };
        if self.code_left == 0 {
            let ends_stream = matches!(self.kind(), Kind::Data | Kind::Headers) && self.head[4] & END_STREAM > 0;
            saw(&Frame { kind: self.kind(), code: 0, ends_stream });
        }
        if self.payload_left == 0 {
            self.head_filled = 0;
        }
    }

    fn kind(&self) -> Kind {
        match self.head[3] {
            0 => Kind::Data,
            1 => Kind::Headers,
            3 => Kind::Reset,
            7 => Kind::GoAway,
            _ => Kind::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&length[1..], &[kind, flags, 0, 0, 0, 1], payload].concat()
    }

    #[test]
    fn rfc9113_4_1_frames_are_told_apart_however_their_bytes_are_cut() {
        let bytes = [
            frame(4, 1, &[0; 12]),
            frame(1, 4, &[7; 300]),
            frame(0, 0, &[3; 70_000]),
            frame(3, 0, &11u32.to_be_bytes()),
            frame(0, 1, &[]),
            frame(7, 0, &[0, 0, 0, 9, 0, 0, 0, 1, b'w', b'h', b'y']),
        ]
        .concat();
        let expected = [
            (Kind::Other, 0, false),
            (Kind::Headers, 0, false),
            (Kind::Data, 0, false),
            (Kind::Reset, 11, false),
            (Kind::Data, 0, true),
            (Kind::GoAway, 1, false),
        ];
        for size in [1, 2, 3, 8, 9, 10, 13, 1_000, bytes.len()] {
            let (mut frames, mut seen) = (Frames::default(), Vec::new());
            for piece in bytes.chunks(size) {
                frames.read(piece, |frame| seen.push((frame.kind, frame.code, frame.ends_stream)));
            }
            assert_eq!(seen, expected, "in pieces of {size}");
        }
    }
}
