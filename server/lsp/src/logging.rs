//! The server's own log: levels, a file or standard error, and nothing secret in it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What failed.
    Error,
    /// And what may become a problem.
    #[default]
    Warn,
    /// And what is done.
    Info,
    /// And how.
    Debug,
    /// And every message, with its texts left out.
    Trace,
}

impl std::str::FromStr for LogLevel {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "off" => Ok(Self::Off),
            "error" => Ok(Self::Error),
            "warn" | "warning" => Ok(Self::Warn),
            "info" => Ok(Self::Info),
            "debug" => Ok(Self::Debug),
            "trace" => Ok(Self::Trace),
            _ => Err(format!("`{name}` is no log level: use off, error, warn, info, debug or trace")),
        }
    }
}

impl LogLevel {
    fn filter(self) -> LevelFilter {
        match self {
            Self::Off => LevelFilter::OFF,
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

/// Starts logging to `file`, or to standard error where none is given or it cannot be opened.
pub(crate) fn start(level: LogLevel, file: Option<&PathBuf>) {
    let opened = file.map(|path| OpenOptions::new().create(true).append(true).open(path));
    let (target, problem) = match opened {
        Some(Ok(file)) => (Target::File(Arc::new(Mutex::new(file))), None),
        Some(Err(error)) => (Target::Stderr, Some(error)),
        None => (Target::Stderr, None),
    };
    let _ = tracing_subscriber::fmt()
        .with_max_level(level.filter())
        .with_ansi(false)
        .with_target(false)
        .with_writer(Masked(target))
        .try_init();
    if let Some(error) = problem {
        tracing::error!("the log file cannot be opened: {error}");
    }
}

/// Logs a panic as one line; the person is told by the failed request.
pub(crate) fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place =
            panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let payload = panic.payload();
        let reason = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("no reason given");
        tracing::error!("internal error{place}: {reason}");
    }));
}

#[derive(Clone)]
enum Target {
    Stderr,
    File(Arc<Mutex<File>>),
}

struct Masked(Target);

impl<'a> MakeWriter<'a> for Masked {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { target: self.0.clone(), bytes: Vec::new() }
    }
}

/// One event's text, masked when it is whole.
struct Line {
    target: Target,
    bytes: Vec<u8>,
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let text = mask(&String::from_utf8_lossy(&self.bytes));
        // A log that cannot be written must not stop the server.
        let _ = match &self.target {
            Target::Stderr => io::stderr().write_all(text.as_bytes()),
            Target::File(file) => {
                file.lock().unwrap_or_else(PoisonError::into_inner).write_all(text.as_bytes())
            }
        };
    }
}

/// `text` with tokens, keys and the private part of links left out.
pub(crate) fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| !is_separator(c)) {
        let (before, from) = rest.split_at(start);
        masked.push_str(before);
        let end = from.find(is_separator).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        masked.push_str(&mask_word(word));
        rest = after;
    }
    masked.push_str(rest);
    masked
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}')
}

fn mask_word(word: &str) -> String {
    if let Some((scheme, rest)) = word.split_once("://") {
        // The host helps; what follows may carry a token.
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default();
        if matches!(scheme, "http" | "https") && rest.len() > host.len() {
            return format!("{scheme}://{host}/…");
        }
    }
    let value = word.rsplit(['=', ':']).next().unwrap_or(word);
    let secret = value.starts_with("b44k_")
        || (value.starts_with("eyJ") && value.len() > 16)
        || (value.len() >= 32
            && value.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~+/=".contains(c))
            && value.chars().any(|c| c.is_ascii_digit())
            && !value.contains('/'));
    if secret {
        let kept = word.strip_suffix(value).unwrap_or_default();
        return format!("{kept}…");
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_links_are_masked() {
        for (text, expected) in [
            ("key b44k_abc123", "key …"),
            ("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", "Authorization: Bearer …"),
            ("open https://auth.base44.io/oauth/abc?state=1 now", "open https://auth.base44.io/… now"),
            ("https://user:pw@host.example/x", "https://host.example/…"),
            ("refresh_token=0123456789abcdef0123456789abcdef", "refresh_token=…"),
        ] {
            assert_eq!(mask(text), expected);
        }
    }

    #[test]
    fn what_helps_stays() {
        let text = "push of slack, googlecalendar to /home/a/project/base44/connectors took 12 ms";
        assert_eq!(mask(text), text);
    }
}
