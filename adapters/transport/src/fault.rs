//! What a peer can do wrong below any call.

/// How a peer broke HTTP on a connection, outside of any call that the
/// application saw: such a fault has no other trace than this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProtocolFault {
    /// The head is not HTTP (RFC 9112 section 2.2).
    MalformedRequest,
    /// Where the body of the request ends can be read in two ways (RFC 9112 section 6.3).
    FramingUnclear,
    /// The request target is too long.
    TargetTooLong,
    /// The head has too many or too long headers (RFC 6585 section 5).
    HeadersTooLarge,
    /// The head was begun and did not end in time (RFC 9110 section 15.5.9).
    HeadTooSlow,
    /// The head was begun and the peer left.
    HeadBroken,
    /// HTTP/2 was broken, with this error code (RFC 9113 section 7).
    Http2 {
        /// The code that we answered with.
        code: u32,
    },
}

/// RFC 9113 section 7.
pub(crate) const NO_ERROR: u32 = 0;
pub(crate) const INTERNAL_ERROR: u32 = 2;
pub(crate) const STREAM_CLOSED: u32 = 5;
pub(crate) const REFUSED_STREAM: u32 = 7;
pub(crate) const CANCEL: u32 = 8;

impl ProtocolFault {
    /// The stable short name for records: the `code` of the problem details where there are some.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MalformedRequest => "malformed_request",
            Self::FramingUnclear => "framing_unclear",
            Self::TargetTooLong => "target_too_long",
            Self::HeadersTooLarge => "headers_too_large",
            Self::HeadTooSlow => "head_too_slow",
            Self::HeadBroken => "head_broken",
            Self::Http2 { code } => match code {
                1 => "http2_protocol_error",
                2 => "http2_internal_error",
                3 => "http2_flow_control_error",
                4 => "http2_settings_timeout",
                5 => "http2_stream_closed",
                6 => "http2_frame_size_error",
                7 => "http2_refused_stream",
                8 => "http2_cancel",
                9 => "http2_compression_error",
                10 => "http2_connect_error",
                11 => "http2_enhance_your_calm",
                12 => "http2_inadequate_security",
                13 => "http2_http_1_1_required",
                _ => "http2_unknown_error",
            },
        }
    }

    /// The status that the peer was answered with; none where no answer was possible.
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::MalformedRequest | Self::FramingUnclear => Some(400),
            Self::HeadTooSlow => Some(408),
            Self::TargetTooLong => Some(414),
            Self::HeadersTooLarge => Some(431),
            Self::HeadBroken | Self::Http2 { .. } => None,
        }
    }

    pub(crate) const fn of_status(status: u16) -> Self {
        match status {
            408 => Self::HeadTooSlow,
            414 => Self::TargetTooLong,
            431 => Self::HeadersTooLarge,
            _ => Self::MalformedRequest,
        }
    }

    /// The title of the problem details.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::MalformedRequest => "The request is not well-formed HTTP.",
            Self::FramingUnclear => "Where the request's body ends is not clear.",
            Self::TargetTooLong => "The request target is too long.",
            Self::HeadersTooLarge => "The request has too many or too long headers.",
            Self::HeadTooSlow => "The request head did not arrive in time.",
            Self::HeadBroken => "The request head broke off.",
            Self::Http2 { .. } => "The peer broke HTTP/2.",
        }
    }
}
