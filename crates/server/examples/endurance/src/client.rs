//! A client of one connection that stays open.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use socialgraph_tim::{Command, UserSig};

use crate::server::{ADMIN, APP, SECRET};

/// A connection of the admin.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    usersig: UserSig,
}

impl Client {
    pub(crate) fn connect(address: &str, identifier: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let day = Duration::from_secs(86_400);
        Ok(Self {
            stream: BufReader::new(stream),
            usersig: UserSig::new(APP, identifier, SystemTime::now(), day),
        })
    }

    pub(crate) fn admin(address: &str) -> io::Result<Self> {
        Self::connect(address, ADMIN)
    }

    /// Returns a whole request, to be sent by [`send`](Self::send).
    pub(crate) fn request(&self, command: Command, body: &Value) -> Vec<u8> {
        let target = self.usersig.sign_target(command, SECRET, 1);
        let body = body.to_string();
        let length = body.len();
        let head = format!("POST {target} HTTP/1.1\r\nHost: s\r\nContent-Length: {length}\r\n\r\n");
        (head + &body).into_bytes()
    }

    /// Sends a request, and returns the body of the answer.
    pub(crate) fn send(&mut self, request: &[u8]) -> io::Result<Vec<u8>> {
        self.stream.get_mut().write_all(request)?;
        let (mut line, mut length) = (String::new(), 0);
        let mut is_ok = false;
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            is_ok |= line.starts_with("HTTP/1.1 200 ");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        if is_ok {
            Ok(body)
        } else {
            Err(io::Error::other("the status is not 200"))
        }
    }

    /// Makes a call, and returns the reply.
    pub(crate) fn call(&mut self, command: Command, body: &Value) -> io::Result<Value> {
        let request = self.request(command, body);
        let reply = self.send(&request)?;
        serde_json::from_slice(&reply).map_err(io::Error::other)
    }
}
