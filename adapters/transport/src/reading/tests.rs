use super::*;
use ProtocolFault::{FramingUnclear, HeadersTooLarge, MalformedRequest, TargetTooLong};

fn limits() -> Limits {
    Limits { header_bytes_max: 200, header_count_max: 5, ..Limits::default() }
}

/// Reads bytes that come in pieces of `size`: how many were clear, how many heads, and the fault.
fn read(bytes: &[u8], size: usize) -> (usize, u64, Option<Unread>) {
    let (mut reading, mut clear) = (Reading::new(&limits()), 0);
    let mut come = 0;
    while come < bytes.len() {
        come = (come + size).min(bytes.len());
        let (more, outcome) = reading.read(&bytes[clear..come]);
        clear += more;
        if let Err(fault) = outcome {
            return (clear, reading.heads(), Some(fault));
        }
    }
    (clear, reading.heads(), None)
}

/// However the bytes are cut, they are read in one way.
fn in_any_pieces(bytes: &[u8]) -> (usize, u64, Option<Unread>) {
    let whole = read(bytes, bytes.len());
    for size in [1, 2, 3, 7, 16] {
        assert_eq!(read(bytes, size), whole, "in pieces of {size}: {}", bytes.escape_ascii());
    }
    whole
}

/// Heads with one fault each. A request stands behind each, which must not be read.
const FAULTS: &[(&str, &str, ProtocolFault)] = &[
    ("a lone LF after the request line", "GET / HTTP/1.1\nhost: a\r\n\r\n", MalformedRequest),
    ("a lone LF after a field", "GET / HTTP/1.1\r\nhost: a\nx: y\r\n\r\n", MalformedRequest),
    ("a lone LF at the end", "GET / HTTP/1.1\r\nhost: a\r\n\n", MalformedRequest),
    ("lone LFs", "GET / HTTP/1.1\nhost: a\n\n", MalformedRequest),
    ("a lone CR in a value", "GET / HTTP/1.1\r\nx: a\rb\r\n\r\n", MalformedRequest),
    ("a lone CR in a name", "GET / HTTP/1.1\r\nx\r: a\r\n\r\n", MalformedRequest),
    ("two CRs", "GET / HTTP/1.1\r\nx: a\r\r\n\r\n", MalformedRequest),
    ("a NUL in a value", "GET / HTTP/1.1\r\nx: a\0\r\n\r\n", MalformedRequest),
    ("a control character in a value", "GET / HTTP/1.1\r\nx: \x07\r\n\r\n", MalformedRequest),
    ("DEL in a value", "GET / HTTP/1.1\r\nx: \x7f\r\n\r\n", MalformedRequest),
    ("a folded line", "GET / HTTP/1.1\r\nx: a\r\n b\r\n\r\n", MalformedRequest),
    ("a line folded by a tab", "GET / HTTP/1.1\r\nx: a\r\n\tb\r\n\r\n", MalformedRequest),
    ("a space before the first field", "GET / HTTP/1.1\r\n x: a\r\n\r\n", MalformedRequest),
    ("a space before the colon", "GET / HTTP/1.1\r\nx : a\r\n\r\n", MalformedRequest),
    ("a tab before the colon", "GET / HTTP/1.1\r\nx\t: a\r\n\r\n", MalformedRequest),
    ("no name", "GET / HTTP/1.1\r\n: a\r\n\r\n", MalformedRequest),
    ("no colon", "GET / HTTP/1.1\r\nx\r\n\r\n", MalformedRequest),
    ("a name beyond ASCII", "GET / HTTP/1.1\r\né: a\r\n\r\n", MalformedRequest),
    ("no version", "GET /\r\n\r\n", MalformedRequest),
    ("HTTP/0.9", "GET / HTTP/0.9\r\n\r\n", MalformedRequest),
    ("HTTP/2 in the words of HTTP/1", "GET / HTTP/2.0\r\n\r\n", MalformedRequest),
    ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", MalformedRequest),
    ("a version in small letters", "GET / http/1.1\r\n\r\n", MalformedRequest),
    ("two spaces", "GET  / HTTP/1.1\r\n\r\n", MalformedRequest),
    ("two spaces before the version", "GET /  HTTP/1.1\r\n\r\n", MalformedRequest),
    ("a tab for a space", "GET\t/ HTTP/1.1\r\n\r\n", MalformedRequest),
    ("a space after the version", "GET / HTTP/1.1 \r\n\r\n", MalformedRequest),
    ("a space in the target", "GET /a b HTTP/1.1\r\n\r\n", MalformedRequest),
    ("a fragment", "GET /a#b HTTP/1.1\r\n\r\n", MalformedRequest),
    ("a target beyond ASCII", "GET /é HTTP/1.1\r\n\r\n", MalformedRequest),
    ("a method that is no token", "GE/T / HTTP/1.1\r\n\r\n", MalformedRequest),
    ("no method", " / HTTP/1.1\r\n\r\n", MalformedRequest),
    ("two empty lines before", "\r\n\r\nGET / HTTP/1.1\r\n\r\n", MalformedRequest),
    (
        "a length and a coding",
        "POST / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
        FramingUnclear,
    ),
    (
        "a coding and a length",
        "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\ncontent-length: 1\r\n\r\n",
        FramingUnclear,
    ),
    (
        "chunked twice",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n",
        FramingUnclear,
    ),
    ("chunked twice in one field", "POST / HTTP/1.1\r\ntransfer-encoding: chunked, chunked\r\n\r\n", FramingUnclear),
    ("another coding before", "POST / HTTP/1.1\r\ntransfer-encoding: gzip, chunked\r\n\r\n", FramingUnclear),
    ("another coding after", "POST / HTTP/1.1\r\ntransfer-encoding: chunked, gzip\r\n\r\n", FramingUnclear),
    ("a coding that is not known", "POST / HTTP/1.1\r\ntransfer-encoding: xchunked\r\n\r\n", FramingUnclear),
    ("no coding", "POST / HTTP/1.1\r\ntransfer-encoding:\r\n\r\n", FramingUnclear),
    ("identity", "POST / HTTP/1.1\r\ntransfer-encoding: identity\r\n\r\n", FramingUnclear),
    ("a coding with a parameter", "POST / HTTP/1.1\r\ntransfer-encoding: chunked;q=1\r\n\r\n", FramingUnclear),
    ("a coding in HTTP/1.0", "POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n", FramingUnclear),
    ("two lengths", "POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", FramingUnclear),
    ("one length twice", "POST / HTTP/1.1\r\ncontent-length: 1\r\nContent-Length: 1\r\n\r\n", FramingUnclear),
    ("two lengths in one field", "POST / HTTP/1.1\r\ncontent-length: 1, 1\r\n\r\n", FramingUnclear),
    ("a length with a sign", "POST / HTTP/1.1\r\ncontent-length: +1\r\n\r\n", FramingUnclear),
    ("a length below nothing", "POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n", FramingUnclear),
    ("a hexadecimal length", "POST / HTTP/1.1\r\ncontent-length: 0x1\r\n\r\n", FramingUnclear),
    ("no length", "POST / HTTP/1.1\r\ncontent-length: \r\n\r\n", FramingUnclear),
    ("a length beyond counting", "POST / HTTP/1.1\r\ncontent-length: 18446744073709551616\r\n\r\n", FramingUnclear),
    ("too many fields", "GET / HTTP/1.1\r\na: 1\r\nb: 1\r\nc: 1\r\nd: 1\r\ne: 1\r\nf: 1\r\n\r\n", HeadersTooLarge),
];

#[test]
fn rfc9112_6_3_a_head_with_two_readings_is_not_read_on() {
    for (name, head, fault) in FAULTS {
        let behind = [head.as_bytes(), b"GET /second HTTP/1.1\r\nhost: a\r\n\r\n"].concat();
        assert_eq!(in_any_pieces(&behind), (0, 0, Some(Unread::Head(*fault))), "{name}");
        // The same behind a request that is clear.
        let first = b"POST /first HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc";
        let after = [first, behind.as_slice()].concat();
        assert_eq!(in_any_pieces(&after), (first.len(), 1, Some(Unread::Head(*fault))), "{name}, second");
    }
}

#[test]
fn rfc9112_6_3_messages_end_where_their_framing_says() {
    for (name, bytes, heads) in [
        ("no body", "GET / HTTP/1.1\r\nhost: a\r\n\r\n", 1),
        ("HTTP/1.0", "GET / HTTP/1.0\r\nhost: a\r\n\r\n", 1),
        ("an empty line before", "\r\nGET / HTTP/1.1\r\n\r\n", 1),
        ("every mark that a token may have", "!#$%&'*+-.^_`|~ * HTTP/1.1\r\n!#$%&'*+-.^_`|~: \t a \t \r\n\r\n", 1),
        ("a value beyond ASCII", "GET / HTTP/1.1\r\nx: é\r\n\r\n", 1),
        ("an empty value", "GET / HTTP/1.1\r\nx:\r\n\r\n", 1),
        ("a length of nothing", "POST / HTTP/1.1\r\ncontent-length: 00\r\n\r\n", 1),
        ("a body that looks like a head", "POST / HTTP/1.1\r\ncontent-length: 18\r\n\r\nGET / HTTP/1.1\r\n\r\n", 1),
        ("two in a row", "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n", 2),
        (
            "chunks",
            "POST / HTTP/1.1\r\nTRANSFER-ENCODING: Chunked\r\n\r\n3\r\nabc\r\n00a;x=\"y\"\r\n0123456789\r\n0\r\n\r\n",
            1,
        ),
        (
            "trailers",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n0\r\na: b\r\nc: d\r\n\r\nGET / HTTP/1.1\r\n\r\n",
            2,
        ),
        (
            "a chunk that looks like the last",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\n0\r\n\r\n\r\n0\r\n\r\n",
            1,
        ),
    ] {
        assert_eq!(in_any_pieces(bytes.as_bytes()), (bytes.len(), heads, None), "{name}");
    }
}

#[test]
fn rfc9112_7_1_a_broken_chunk_ends_the_body() {
    let long = format!("1;{}\r\na\r\n0\r\n\r\n", "x".repeat(300));
    for (name, chunks) in [
        ("no size", "\r\n"),
        ("a size that is none", "x\r\n"),
        ("a sign", "+1\r\na\r\n0\r\n\r\n"),
        ("0x", "0x1\r\na\r\n0\r\n\r\n"),
        ("a size beyond counting", "fffffffffffffffff\r\n"),
        ("a space before the size", " 1\r\na\r\n0\r\n\r\n"),
        ("a lone LF after the size", "1\na\r\n0\r\n\r\n"),
        ("a lone LF in an extension", "1;a\nb\r\na\r\n0\r\n\r\n"),
        ("a lone CR after the size", "1\ra\r\n0\r\n\r\n"),
        ("a lone LF after the data", "1\r\na\n0\r\n\r\n"),
        ("more data than said", "1\r\nab\r\n0\r\n\r\n"),
        ("a lone LF at the end", "0\r\n\n"),
        ("a lone LF in a trailer", "0\r\na: b\nc: d\r\n\r\n"),
        ("a folded trailer", "0\r\na: b\r\n c\r\n\r\n"),
        ("a NUL in a trailer", "0\r\na: \0\r\n\r\n"),
        ("an extension without an end", &long),
    ] {
        let bytes = format!("POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n{chunks}GET / HTTP/1.1\r\n\r\n");
        let (clear, heads, fault) = in_any_pieces(bytes.as_bytes());
        assert_eq!((heads, fault), (1, Some(Unread::Body)), "{name}");
        assert!(clear < bytes.find("GET").unwrap(), "{name}: nothing behind the fault is read");
    }
}

#[test]
fn rfc9112_3_and_rfc6585_5_heads_are_bounded_in_the_middle() {
    let endless = |begin: &str| format!("{begin}{}", "x".repeat(300));
    for (bytes, fault) in [
        (endless("GET /"), TargetTooLong),
        (endless("GET / HTTP/1.1\r\nx: "), HeadersTooLarge),
        (format!("{}\r\n\r\n", endless("GET / HTTP/1.1\r\nx: ")), HeadersTooLarge),
        (format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(300)), TargetTooLong),
    ] {
        assert_eq!(in_any_pieces(bytes.as_bytes()), (0, 0, Some(Unread::Head(fault))));
    }
    let fits = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(200 - 23));
    assert_eq!(fits.len(), 200);
    assert_eq!(in_any_pieces(fits.as_bytes()), (200, 1, None));
    assert_eq!(in_any_pieces(fits.replace("x:", "x:y").as_bytes()).1, 0, "a byte too many");
}

mod generated {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Pieces of which heads and their faults are made.
    fn piece() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            8 => prop::sample::select(vec![
                "GET", "POST", " ", "/", "/a?b", "HTTP/1.1", "HTTP/1.0", "\r\n", "\r\n\r\n", "host", ":", ": ", "a",
                "content-length", "3", "0", "transfer-encoding", "chunked", ",", "\n", "\r", "\t", "abc", "\0", ";",
            ])
            .prop_map(|text| text.as_bytes().to_vec()),
            1 => vec(any::<u8>(), 1..4),
        ]
    }

    fn message() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            Just(b"GET /a HTTP/1.1\r\nhost: a\r\n\r\n".to_vec()),
            (0_usize..20).prop_map(|length| {
                format!("POST /b HTTP/1.1\r\ncontent-length: {length}\r\n\r\n{}", "\n".repeat(length)).into_bytes()
            }),
            vec(0_usize..20, 0..4).prop_map(|sizes| {
                let chunk = |size: usize| format!("{size:x}\r\n{}\r\n", "\r".repeat(size));
                let chunks: String = sizes.into_iter().filter(|size| *size > 0).map(chunk).collect();
                format!("POST /c HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n{chunks}0\r\n\r\n").into_bytes()
            }),
        ]
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_in_one_way_however_they_are_cut(pieces in vec(piece(), 0..40), size in 1_usize..40) {
            let bytes = pieces.concat();
            prop_assert_eq!(read(&bytes, bytes.len().max(1)), read(&bytes, size));
        }

        #[test]
        fn every_row_of_messages_is_read_to_its_end(messages in vec(message(), 0..6), size in 1_usize..40) {
            let bytes = messages.concat();
            prop_assert_eq!(read(&bytes, size), (bytes.len(), messages.len() as u64, None));
        }

        /// A second reader of another maker finds the same in every head that is clear.
        #[test]
        fn httparse_reads_every_clear_head_alike(pieces in vec(piece(), 0..40)) {
            let bytes = [b"POST / HTTP/1.1\r\n", pieces.concat().as_slice(), b"\r\n\r\n"].concat();
            let mut reading = Reading::new(&limits());
            let Ok(Some(length)) = reading.head(&bytes) else { return Ok(()) };
            let mut fields = [httparse::EMPTY_HEADER; 8];
            let mut request = httparse::Request::new(&mut fields);
            prop_assert_eq!(request.parse(&bytes), Ok(httparse::Status::Complete(length)));
            let told = |name| request.headers.iter().filter(move |field| field.name.eq_ignore_ascii_case(name)).collect::<Vec<_>>();
            let (lengths, codings) = (told("content-length"), told("transfer-encoding"));
            match reading.place {
                Place::Chunks(_) => prop_assert!(lengths.is_empty() && codings.len() == 1 && codings[0].value.eq_ignore_ascii_case(b"chunked")),
                Place::Body(length) => prop_assert!(codings.is_empty() && lengths.len() == 1 && lengths[0].value == length.to_string().as_bytes() || lengths[0].value.len() > 1),
                Place::Head(_) => prop_assert!(codings.is_empty() && lengths.iter().all(|length| length.value.iter().all(|digit| *digit == b'0'))),
            }
        }
    }
}
