//! What a person sees and answers: lines, colours, a moving line while something is awaited, questions, keys.
//!
//! Everything goes through one [`Terminal`], so that the moving line never tears what is said. Where standard
//! output is no terminal there are only plain lines, and nothing is asked.

mod keys;
mod progress;
mod prompt;
mod table;

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use connector_boundary::secret::mask_in_use;
use connector_boundary::text::{is_unprintable, visible, without_orders};

pub(crate) use keys::{Key, Keys};
pub(crate) use progress::Progress;
pub(crate) use prompt::Answer;
pub(crate) use table::{columns, table};

/// The place where a command speaks. Clones speak at the same place.
#[derive(Clone)]
pub(crate) struct Terminal {
    /// Whether a person reads what is said.
    shows: bool,
    /// Whether a person can answer too.
    asks: bool,
    color: bool,
    /// Whether standard output belongs to a program, and people are told on standard error alone.
    silent: bool,
    screen: Arc<Mutex<Screen>>,
}

/// What is on the last line, and how line breaks are written.
#[derive(Default)]
struct Screen {
    moving: Option<String>,
    frame: usize,
    raw: bool,
}

/// How a piece of text is drawn on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    /// Stands out.
    Bold,
    /// Steps back.
    Dim,
    /// Went well.
    Good,
    /// Wants attention.
    Careful,
    /// Went wrong.
    Bad,
    /// To be opened, typed or copied.
    Link,
}

impl Terminal {
    /// Standard output of this process.
    pub(crate) fn of_process() -> Terminal {
        let shows = io::stdout().is_terminal();
        // A console that draws no escape codes would print them: it gets plain lines, coloured or not.
        let dumb =
            std::env::var_os("TERM").is_some_and(|term| term == "dumb") || shows && !understands_escapes();
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Terminal {
            shows: shows && !dumb,
            asks: shows && !dumb && !is_ci() && io::stdin().is_terminal(),
            color: shows && !dumb && !no_color,
            silent: false,
            screen: Arc::default(),
        }
    }

    /// The same, leaving standard output to what a program reads: nothing is said there, and nothing asked.
    pub(crate) fn silent(&self) -> Terminal {
        Terminal { shows: false, asks: false, color: false, silent: true, screen: self.screen.clone() }
    }

    /// Whether a person sees a moving line.
    pub(crate) fn shows(&self) -> bool {
        self.shows
    }

    /// Whether questions can be asked.
    pub(crate) fn asks(&self) -> bool {
        self.asks
    }

    /// Whether to colour.
    pub(crate) fn color(&self) -> bool {
        self.color
    }

    /// The text as it is drawn.
    pub(crate) fn paint(&self, paint: Paint, text: &str) -> String {
        if !self.color {
            return text.to_owned();
        }
        let code = match paint {
            Paint::Bold => "1",
            Paint::Dim => "2",
            Paint::Good => "32",
            Paint::Careful => "33",
            Paint::Bad => "31",
            Paint::Link => "36",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// Says a line, or several, and ends the last.
    pub(crate) fn say(&self, text: &str) {
        self.show(&format!("{text}\n"));
    }

    /// Says lines that already end as they should.
    pub(crate) fn show(&self, text: &str) {
        if self.silent || text.is_empty() {
            return;
        }
        let screen = self.screen();
        let clear = screen.clearing();
        let said = screen.with_breaks(&format!("{clear}{text}"));
        let moving = screen.drawing(self);
        put(format!("{said}{moving}").as_bytes());
    }

    /// Says a line of the engine's words, with its mark coloured.
    pub(crate) fn say_marked(&self, line: &str) {
        let marked = [("✓", Paint::Good), ("✗", Paint::Bad)].into_iter().find_map(|(mark, paint)| {
            let (before, after) = line.split_once(mark)?;
            before.trim().is_empty().then(|| format!("{before}{}{after}", self.paint(paint, mark)))
        });
        self.say(marked.as_deref().unwrap_or(line));
    }

    /// Says something; on standard error where standard output belongs to a program.
    pub(crate) fn say_or_aside(&self, text: &str) {
        if self.silent { self.aside(text) } else { self.say(text) }
    }

    /// Says on standard error what does not belong into an output that a program reads.
    pub(crate) fn aside(&self, text: &str) {
        // What is coloured has been made safe piece by piece.
        let text = if self.color { text.to_owned() } else { visible(text) };
        let _ = io::stderr().write_all(&harmless(format!("{}\n", text.trim_end()).as_bytes()));
    }

    /// Says on standard error why something failed.
    pub(crate) fn fail(&self, text: &str) {
        let screen = self.screen();
        let clear = screen.clearing();
        put(clear.as_bytes());
        let mark = if self.color && io::stderr().is_terminal() { "\u{1b}[31m✗\u{1b}[0m " } else { "✗ " };
        let line = screen.with_breaks(&format!("{mark}{}\n", visible(text.trim_end())));
        // Where standard error is closed too, there is nowhere to report it.
        let _ = io::stderr().write_all(&harmless(line.as_bytes()));
        put(screen.drawing(self).as_bytes());
    }

    fn screen(&self) -> MutexGuard<'_, Screen> {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Screen {
    /// What takes the moving line away.
    fn clearing(&self) -> &'static str {
        if self.moving.is_some() { "\r\u{1b}[2K" } else { "" }
    }

    /// While keys are read one by one, a line break does not return to the first column by itself.
    fn with_breaks(&self, text: &str) -> String {
        if self.raw { text.replace('\n', "\r\n") } else { text.to_owned() }
    }
}

/// Whether a build server runs this: it may give a terminal, and nobody sits at it.
fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.trim(), "" | "0" | "false"))
}

/// What of the output was lost for want of room: whoever reads it must not take it for whole.
static LOST: OnceLock<String> = OnceLock::new();

/// Writes to standard output. Where nobody reads any more, the work goes on in silence.
pub(crate) fn put(bytes: &[u8]) {
    write(&harmless(bytes));
}

/// Writes what is to reach a program as it is: annotations that a build server shows beside lines, a script for a shell.
/// Whatever is in it of others has been made safe.
pub(crate) fn put_as_is(text: &str) {
    write(mask_in_use(text).as_bytes());
}

/// Writes a text to standard error, whole or not.
pub(crate) fn put_error(text: &str) -> io::Result<()> {
    io::stderr().write_all(&harmless(visible(text).as_bytes()))
}

fn write(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let _ = LOST.set(error.to_string());
        }
        _ => {}
    }
}

/// What is written, without the secrets of this process, without orders to a build server, and with nothing that a
/// terminal would act on but our own colours, wherever it came from. It is the last door: whoever forgets to make a text
/// safe before is caught here.
fn harmless(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Cow::Borrowed(bytes) };
    let masked = mask_in_use(text);
    match drawn(&without_orders(&masked)) {
        safe if safe == text => Cow::Borrowed(bytes),
        safe => Cow::Owned(safe.into_owned().into_bytes()),
    }
}

/// The only ones that a terminal is to act on: colours, a cleared line, and line breaks while keys are read one by one.
const OWN_SEQUENCES: [&str; 9] = [
    "\u{1b}[0m",
    "\u{1b}[1m",
    "\u{1b}[2m",
    "\u{1b}[31m",
    "\u{1b}[32m",
    "\u{1b}[33m",
    "\u{1b}[36m",
    "\r\u{1b}[2K",
    "\r\n",
];

/// The text with everything escaped that may not be shown, but for our own sequences.
fn drawn(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c != '\n' && is_unprintable(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.find(['\u{1b}', '\r']).map(|at| rest.split_at(at)) {
        shown.push_str(&visible(before));
        let own = OWN_SEQUENCES.into_iter().find(|own| from.starts_with(own));
        match own {
            Some(own) => shown.push_str(own),
            None => shown.push_str(&visible(from.get(..1).unwrap_or_default())),
        }
        rest = from.get(own.map_or(1, str::len)..).unwrap_or_default();
    }
    shown.push_str(&visible(rest));
    Cow::Owned(shown)
}

/// Why some of the output could not be written, where it could not.
pub(crate) fn lost() -> Option<&'static str> {
    LOST.get().map(String::as_str)
}

/// Gives the terminal back as it was found.
pub(crate) fn restore() {
    if crossterm::terminal::is_raw_mode_enabled().unwrap_or(false) {
        let _ = crossterm::terminal::disable_raw_mode();
    }
}

#[cfg(windows)]
fn understands_escapes() -> bool {
    crossterm::ansi_support::supports_ansi()
}

#[cfg(not(windows))]
fn understands_escapes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_acts_on_our_own_colours_alone() {
        for own in ["a\n", "\u{1b}[31mx\u{1b}[0m\n", "\r\u{1b}[2Ka", "a\r\nb"] {
            assert!(matches!(harmless(own.as_bytes()), Cow::Borrowed(_)), "{own:?}");
        }
        for (text, shown) in [
            ("\u{1b}[2Jx", "\\u{1b}[2Jx"),
            ("\u{1b}]8;;https://evil.example\u{7}x", "\\u{1b}]8;;https://evil.example\\u{7}x"),
            ("\u{1b}[31m\u{202e}x\rSummary", "\u{1b}[31m\\u{202e}x\\u{d}Summary"),
            ("\u{9b}2J\u{e0b0}", "\\u{9b}2J\\u{e0b0}"),
        ] {
            assert_eq!(String::from_utf8_lossy(&harmless(text.as_bytes())), shown);
        }
    }
}
