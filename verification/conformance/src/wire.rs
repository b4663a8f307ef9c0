//! A TLS connection on which anything can be said: what no HTTP client would send.

use crate::ready::{Certificate, Ready, socket};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long a server may think about what it was sent.
const PATIENCE: Duration = Duration::from_secs(5);

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// HTTP status.
    pub status: u16,
    /// The head, without the empty line.
    pub head: String,
    /// The body, as far as it came.
    pub body: String,
}

impl RawAnswer {
    /// The value of a header; names are compared in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }

    /// Status and stable code; the body must be problem details of RFC 9457.
    pub fn refusal(&self) -> (u16, String) {
        let body: serde_json::Value =
            serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("no problem details ({error}): {self:?}"));
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        assert_eq!(body["status"].as_u64(), Some(u64::from(self.status)), "{self:?}");
        let code = body["code"].as_str().unwrap_or_else(|| panic!("no code: {self:?}"));
        assert_eq!(body["type"], format!("urn:sumun:problem:{code}"));
        (self.status, code.to_owned())
    }
}

/// One connection.
pub struct Wire {
    stream: StreamOwned<ClientConnection, TcpStream>,
}

impl Wire {
    /// Connects to a base address, with a certificate or without one. TLS 1.3
    /// lets a server refuse a client's certificate after the client is done, so
    /// a refusal may show only at the first answer.
    pub fn connect(ready: &Ready, address: &str, certificate: Option<&Certificate>) -> Self {
        let config = ready.tls(certificate).config();
        let address = socket(address);
        let name = ServerName::from(address.ip());
        let connection = ClientConnection::new(config, name).expect("TLS can begin");
        let stream = TcpStream::connect_timeout(&address, PATIENCE).expect("a connection is made");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket has a timeout");
        stream.set_write_timeout(Some(PATIENCE)).expect("a socket has a timeout");
        stream.set_nodelay(true).expect("a socket sends at once");
        Self { stream: StreamOwned::new(connection, stream) }
    }

    /// Sends bytes; a server that has heard enough may refuse them.
    pub fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    /// Sends bytes and reads one answer; nothing when the server closes without a word.
    pub fn exchange(&mut self, bytes: &[u8]) -> Option<RawAnswer> {
        let _heard_enough = self.send(bytes);
        self.answer()
    }

    /// As [`Self::exchange`], for servers that may fall silent.
    ///
    /// # Errors
    /// What came until the patience ended, when the server neither answers nor closes.
    pub fn try_exchange(&mut self, bytes: &[u8]) -> Result<Option<RawAnswer>, String> {
        let _heard_enough = self.send(bytes);
        self.try_answer()
    }

    /// Reads one answer; nothing when the server closes without a word.
    pub fn answer(&mut self) -> Option<RawAnswer> {
        self.try_answer().unwrap_or_else(|silence| panic!("{silence}"))
    }

    fn try_answer(&mut self) -> Result<Option<RawAnswer>, String> {
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            if let Some(answer) = whole(&bytes) {
                return Ok(Some(answer));
            }
            match self.stream.read(&mut buffer) {
                Ok(0) => return Ok(parse(&bytes)),
                Ok(count) => bytes.extend_from_slice(&buffer[..count]),
                Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                    return Err(format!("no answer within {PATIENCE:?}: {}", String::from_utf8_lossy(&bytes)));
                }
                Err(_) => return Ok(parse(&bytes)),
            }
        }
    }

    /// Whether the server has closed, or closes within a moment.
    pub fn is_closed(&mut self) -> bool {
        let mut buffer = [0; 64];
        !matches!(self.stream.read(&mut buffer), Ok(count) if count > 0)
    }
}

/// The answer, when all that its head announces is there.
fn whole(bytes: &[u8]) -> Option<RawAnswer> {
    let answer = parse(bytes)?;
    let length: usize = answer.header("content-length")?.parse().ok()?;
    (answer.body.len() >= length).then_some(answer)
}

fn parse(bytes: &[u8]) -> Option<RawAnswer> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok()?;
    Some(RawAnswer { status, head: head.to_owned(), body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_when_it_is_whole() {
        let text = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nX-A: b\r\n\r\nhi";
        let answer = whole(text).unwrap();
        assert_eq!((answer.status, answer.body.as_str(), answer.header("x-a")), (400, "hi", Some("b")));
        assert_eq!(whole(&text[..text.len() - 1]), None);
        assert_eq!(parse(b"HTTP/1.1 200"), None);
    }
}
