//! Clients of connections that stay open: of the vendor's interface, of `/v1`, and of its events.

use std::fmt::Write as _;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use socialgraph_tim::{Command, UserSig};

use crate::server::{ADMIN, APP, SECRET};

/// A connection that makes one request after the other.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// The value of `Content-Type`.
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

/// What the head of a response says.
#[derive(Debug, Default)]
struct Head {
    status: u16,
    content_type: String,
    length: usize,
    is_chunked: bool,
}

impl Connection {
    pub(crate) fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// Sends a request, and does not wait for the response.
    pub(crate) fn write(&mut self, request: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(request)
    }

    /// Sends a request, and returns the response.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> io::Result<Response> {
        self.write(request)?;
        let head = self.read_head()?;
        let mut body = vec![0; head.length];
        self.stream.read_exact(&mut body)?;
        Ok(Response {
            status: head.status,
            content_type: head.content_type,
            body,
        })
    }

    fn read_head(&mut self) -> io::Result<Head> {
        let mut head = Head::default();
        let line = self.read_line()?;
        let status = line.strip_prefix("HTTP/1.1 ").and_then(|it| it.get(..3));
        let status = status.and_then(|it| it.parse().ok());
        head.status = status.ok_or_else(|| io::Error::other(format!("{line:?} has no status")))?;

        loop {
            let line = self.read_line()?;
            let Some((name, value)) = line.split_once(':') else {
                return Ok(head);
            };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => head.length = value.parse().map_err(io::Error::other)?,
                "content-type" => value.clone_into(&mut head.content_type),
                "transfer-encoding" => head.is_chunked = value == "chunked",
                _ => {}
            }
        }
    }

    /// Reads a line, and returns it without its end.
    fn read_line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line.truncate(line.trim_end_matches(['\r', '\n']).len());
        Ok(line)
    }
}

/// Returns a request to `/v1`. A body is declared as JSON unless a header says otherwise.
pub(crate) fn v1_request(
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
) -> Vec<u8> {
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n");
    for (name, value) in headers {
        // Writing to a string does not fail.
        let _ = write!(head, "{name}: {value}\r\n");
    }
    if let Some(body) = body {
        if !headers.iter().any(|(name, _)| *name == "Content-Type") {
            head.push_str("Content-Type: application/json\r\n");
        }
        let _ = write!(head, "Content-Length: {}\r\n", body.len());
    }
    head.push_str("\r\n");
    head.push_str(body.unwrap_or_default());
    head.into_bytes()
}

/// Returns a text as a parameter's value in a query.
pub(crate) fn query_value(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            value.push(byte.into());
        } else {
            // Writing to a string does not fail.
            let _ = write!(value, "%{byte:02X}");
        }
    }
    value
}

/// Signs the calls of an account to the vendor's interface.
pub(crate) struct Signer(UserSig);

impl Signer {
    pub(crate) fn new(identifier: &str) -> Self {
        let day = Duration::from_secs(86_400);
        Self(UserSig::new(APP, identifier, SystemTime::now(), day))
    }

    /// Returns a whole request.
    pub(crate) fn request(&self, command: Command, body: &Value) -> Vec<u8> {
        let target = self.0.sign_target(command, SECRET, 1);
        let body = body.to_string();
        let length = body.len();
        let head = format!("POST {target} HTTP/1.1\r\nHost: s\r\nContent-Length: {length}\r\n\r\n");
        (head + &body).into_bytes()
    }
}

/// A connection of an account to the vendor's interface.
pub(crate) struct Client {
    connection: Connection,
    signer: Signer,
}

impl Client {
    pub(crate) fn connect(address: &str, identifier: &str) -> io::Result<Self> {
        Ok(Self {
            connection: Connection::open(address)?,
            signer: Signer::new(identifier),
        })
    }

    pub(crate) fn admin(address: &str) -> io::Result<Self> {
        Self::connect(address, ADMIN)
    }

    /// Returns a whole request, to be sent by [`send`](Self::send).
    pub(crate) fn request(&self, command: Command, body: &Value) -> Vec<u8> {
        self.signer.request(command, body)
    }

    /// Sends a request, and returns the body of the answer.
    pub(crate) fn send(&mut self, request: &[u8]) -> io::Result<Vec<u8>> {
        send(&mut self.connection, request)
    }

    /// Makes a call, and returns the reply.
    pub(crate) fn call(&mut self, command: Command, body: &Value) -> io::Result<Value> {
        let request = self.request(command, body);
        let reply = self.send(&request)?;
        serde_json::from_slice(&reply).map_err(io::Error::other)
    }
}

/// Sends a request, and returns the body of a response with status 200.
pub(crate) fn send(connection: &mut Connection, request: &[u8]) -> io::Result<Vec<u8>> {
    let response = connection.exchange(request)?;
    if response.status == 200 {
        return Ok(response.body);
    }
    let text = String::from_utf8_lossy(&response.body);
    let error = format!("the status is {}: {text}", response.status);
    Err(io::Error::other(error))
}

/// The changes that a server sends as events.
pub(crate) struct Events {
    connection: Connection,
    /// What was read of the body and is no whole line yet.
    rest: Vec<u8>,
}

/// An event.
#[derive(Debug, Default)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) id: String,
    pub(crate) data: String,
}

impl Events {
    /// Follows the changes behind a position, which is named in the query or in a header.
    pub(crate) fn open(address: &str, after: &str, in_header: bool) -> io::Result<Self> {
        let mut connection = Connection::open(address)?;
        let request = if in_header {
            v1_request("GET", "/v1/changes", &[("Last-Event-ID", after)], None)
        } else {
            v1_request("GET", &format!("/v1/changes?after={after}"), &[], None)
        };
        connection.write(&request)?;

        let head = connection.read_head()?;
        if head.status != 200 || !head.is_chunked || head.content_type != "text/event-stream" {
            return Err(io::Error::other(format!("no stream of events: {head:?}")));
        }
        let rest = Vec::new();
        Ok(Self { connection, rest })
    }

    /// Waits for the next event.
    pub(crate) fn next(&mut self) -> io::Result<Event> {
        let mut event = Event::default();
        loop {
            let line = self.next_line()?;
            let (field, value) = line.split_once(": ").unwrap_or((&line, ""));
            match field {
                "event" => value.clone_into(&mut event.name),
                "id" => value.clone_into(&mut event.id),
                "data" => value.clone_into(&mut event.data),
                // A comment alone is no event.
                "" if !event.data.is_empty() => return Ok(event),
                _ => {}
            }
        }
    }

    /// Returns the next line of the body without its end.
    fn next_line(&mut self) -> io::Result<String> {
        let mut searched = 0;
        loop {
            let end = self.rest.iter().skip(searched).position(|it| *it == b'\n');
            if let Some(end) = end {
                let line: Vec<u8> = self.rest.drain(..=searched + end).collect();
                let line = String::from_utf8(line).map_err(io::Error::other)?;
                return Ok(line.trim_end_matches('\n').to_owned());
            }
            searched = self.rest.len();
            self.read_chunk()?;
        }
    }

    fn read_chunk(&mut self) -> io::Result<()> {
        let size = self.connection.read_line()?;
        let size = usize::from_str_radix(&size, 16).map_err(io::Error::other)?;
        if size == 0 {
            return Err(io::Error::other("the stream ended"));
        }
        let start = self.rest.len();
        self.rest.resize(start + size, 0);
        self.connection.stream.read_exact(&mut self.rest[start..])?;
        // The end of the chunk's line.
        self.connection.read_line().map(drop)
    }
}
