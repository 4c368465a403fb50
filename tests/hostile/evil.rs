//! A server that answers with any bytes at all, and remembers what it was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A request as it came: head and body.
#[derive(Clone, Debug)]
pub struct Asked {
    pub head: String,
    pub body: String,
}

impl Asked {
    pub fn is(&self, start: &str) -> bool {
        self.head.starts_with(start)
    }
}

/// Listens on loopback until the end of the test process.
pub struct Evil {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Evil {
    /// Answers each request with what `answer` writes; the connection is closed after it.
    pub fn start(
        answer: impl Fn(&Asked, &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> Evil {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let evil = Evil { port: listener.local_addr().unwrap().port(), asked: Arc::default() };
        let (asked, answer) = (evil.asked.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (asked, answer) = (asked.clone(), answer.clone());
                std::thread::spawn(move || {
                    let mut stream = stream;
                    if let Some(request) = read(&mut BufReader::new(&stream)) {
                        asked.lock().unwrap().push(request.clone());
                        // Who hangs up early has had enough.
                        let _ = answer(&request, &mut stream);
                    }
                });
            }
        });
        evil
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// A whole answer with these headers.
pub fn respond(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) -> std::io::Result<()> {
    let head =
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)
}

/// The next request of a connection; none where it ends before.
pub fn read(reader: &mut impl BufRead) -> Option<Asked> {
    let mut head = String::new();
    loop {
        let before = head.len();
        reader.read_line(&mut head).ok().filter(|count| *count > 0)?;
        if head[before..].trim().is_empty() {
            break;
        }
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { head, body: String::from_utf8_lossy(&body).into_owned() })
}
