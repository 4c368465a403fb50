//! The log of the terminal and of the language server: levels, a file or standard error, nothing secret in it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use connector_boundary::text::visible;
use connector_boundary::write::open_private;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use connector_boundary::secret::mask;

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    /// Nothing is logged.
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
///
/// Each line of a command has its name and id, each call its request's id: one push can be followed from the
/// first file to the platform's own log. A file is readable by the user alone.
pub fn start(level: LogLevel, file: Option<&Path>) {
    let opened = file.map(open);
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

/// A log that was there before may hold what only its user should see, too. One that a link leads elsewhere is none:
/// whoever put the link there would have lines written to a file of their choice.
fn open(path: &Path) -> io::Result<File> {
    let leads_to_a_file = path.is_symlink() && path.metadata().map_or(true, |target| target.is_file());
    if leads_to_a_file {
        return Err(io::Error::other("it is a link to another file; name that file itself"));
    }
    open_private(OpenOptions::new().create(true).append(true), path)
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
        let text = visible(&mask(&String::from_utf8_lossy(&self.bytes)));
        // A log that cannot be written must not stop the server.
        let _ = match &self.target {
            Target::Stderr => io::stderr().write_all(text.as_bytes()),
            Target::File(file) => {
                file.lock().unwrap_or_else(PoisonError::into_inner).write_all(text.as_bytes())
            }
        };
    }
}
