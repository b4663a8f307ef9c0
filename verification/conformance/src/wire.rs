//! A TLS connection on which anything can be said: what no HTTP client would send.

use crate::ready::{Certificate, Ready, socket};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use socket2::{Domain, Socket, Type};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
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
    /// What came and was not yet taken as an answer.
    heard: Vec<u8>,
}

impl Wire {
    /// Connects to a base address, with a certificate or without one. TLS 1.3
    /// lets a server refuse a client's certificate after the client is done, so
    /// a refusal may show only at the first answer.
    pub fn connect(ready: &Ready, address: &str, certificate: Option<&Certificate>) -> Self {
        let stream = TcpStream::connect_timeout(&socket(address), PATIENCE).expect("a connection is made");
        Self::over(stream, ready, address, certificate)
    }

    /// As [`Self::connect`], from another address of this machine.
    pub fn connect_from(source: Ipv4Addr, ready: &Ready, address: &str, certificate: Option<&Certificate>) -> Self {
        Self::over(connect_from(source, address), ready, address, certificate)
    }

    fn over(stream: TcpStream, ready: &Ready, address: &str, certificate: Option<&Certificate>) -> Self {
        let config = ready.tls(certificate).config();
        let name = ServerName::from(socket(address).ip());
        let connection = ClientConnection::new(config, name).expect("TLS can begin");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket has a timeout");
        stream.set_write_timeout(Some(PATIENCE)).expect("a socket has a timeout");
        stream.set_nodelay(true).expect("a socket sends at once");
        Self { stream: StreamOwned::new(connection, stream), heard: Vec::new() }
    }

    /// Sends bytes; a server that has heard enough may refuse them.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
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
        loop {
            if let Some(answer) = whole(&self.heard) {
                self.heard.drain(..answer.head.len() + 4 + answer.body.len());
                return Ok(Some(answer));
            }
            match self.hear() {
                Ok(0) => return Ok(parse(&self.heard)),
                Ok(_) => {}
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    return Err(format!("no answer within {PATIENCE:?}: {}", String::from_utf8_lossy(&self.heard)));
                }
                Err(_) => return Ok(parse(&self.heard)),
            }
        }
    }

    /// Takes in what came. Not through the stream's own reading, which first
    /// wants to send what is left: a server that answers early and closes
    /// refuses that, and its answer would be lost.
    fn hear(&mut self) -> io::Result<usize> {
        let mut buffer = [0; 16 * 1024];
        loop {
            match self.stream.conn.reader().read(&mut buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                read => {
                    let count = read?;
                    self.heard.extend_from_slice(&buffer[..count]);
                    return Ok(count);
                }
            }
            if self.stream.conn.read_tls(&mut self.stream.sock)? == 0 {
                return Ok(0);
            }
            self.stream.conn.process_new_packets().map_err(io::Error::other)?;
        }
    }
}

/// A connection from one address of this machine that says nothing yet.
pub fn connect_from(source: Ipv4Addr, address: &str) -> TcpStream {
    let from = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket is made");
    from.bind(&SocketAddr::from((source, 0)).into()).expect("the address is one of this machine");
    from.connect_timeout(&socket(address).into(), PATIENCE).expect("a connection is made");
    from.into()
}

/// The answer, when all that its head announces is there.
fn whole(bytes: &[u8]) -> Option<RawAnswer> {
    let answer = parse(bytes)?;
    let length: usize = answer.header("content-length")?.parse().ok()?;
    let body = answer.body.get(..length)?.to_owned();
    Some(RawAnswer { body, ..answer })
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
