//! The moving line that shows that something is under way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use connector_boundary::secret::mask_in_use;
use unicode_width::UnicodeWidthChar;

use super::{Paint, Screen, Terminal, put};

const FRAMES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const EVERY: Duration = Duration::from_millis(80);

/// A moving line; it goes when this is dropped. On anything but a terminal there is none.
pub(crate) struct Progress {
    terminal: Terminal,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Terminal {
    /// Shows a moving line until the answer is dropped.
    pub(crate) fn progress(&self, text: &str) -> Progress {
        let stop = Arc::new(AtomicBool::new(false));
        let thread = self.shows.then(|| {
            self.screen().moving = Some(text.to_owned());
            self.move_on();
            let (terminal, stop) = (self.clone(), stop.clone());
            thread::spawn(move || {
                loop {
                    thread::park_timeout(EVERY);
                    if stop.load(Ordering::Acquire) {
                        return;
                    }
                    terminal.move_on();
                }
            })
        });
        Progress { terminal: self.clone(), stop, thread }
    }

    fn move_on(&self) {
        let mut screen = self.screen();
        screen.frame += 1;
        let (clear, drawn) = (screen.clearing(), screen.drawing(self));
        put(format!("{clear}{drawn}").as_bytes());
    }
}

impl Progress {
    /// Changes what the line says.
    pub(crate) fn set(&self, text: &str) {
        if self.thread.is_some() {
            self.terminal.screen().moving = Some(text.to_owned());
            self.terminal.move_on();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        self.stop.store(true, Ordering::Release);
        thread.thread().unpark();
        let _ = thread.join();
        let mut screen = self.terminal.screen();
        put(screen.clearing().as_bytes());
        screen.moving = None;
    }
}

impl Screen {
    /// The moving line as it is now, never wider than the terminal.
    pub(super) fn drawing(&self, terminal: &Terminal) -> String {
        let Some(text) = &self.moving else { return String::new() };
        let width = crossterm::terminal::size().ok().map(|(width, _)| usize::from(width));
        // A terminal that nobody told its size says 0.
        let width = width.filter(|width| *width > 0).unwrap_or(80);
        let frame = FRAMES[self.frame % FRAMES.len()];
        format!("{} {}", terminal.paint(Paint::Link, frame), fitting(text, width.saturating_sub(3)))
    }
}

/// The beginning of a text that fits into a line; secrets are taken out while they can still be told.
fn fitting(text: &str, most: usize) -> String {
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= most
    };
    mask_in_use(text).chars().take_while(fits).collect()
}
