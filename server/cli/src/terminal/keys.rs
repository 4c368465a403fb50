//! Single keys, read while something is awaited.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, poll, read};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::Terminal;

/// How long a look at the keyboard waits; the longest that putting it back takes.
const LOOK: Duration = Duration::from_millis(50);

/// A key that means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Esc: not this one.
    Skip,
    /// Ctrl-C.
    Interrupt,
}

/// The keys pressed since this was made. The terminal is put back when it is dropped.
pub(crate) struct Keys {
    terminal: Terminal,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    pressed: UnboundedReceiver<Key>,
}

impl Keys {
    /// Reads keys where there is a keyboard; elsewhere none is ever pressed.
    pub(crate) fn watch(terminal: &Terminal) -> Keys {
        let stop = Arc::new(AtomicBool::new(false));
        let (sender, pressed) = unbounded_channel();
        let watching = terminal.asks && crossterm::terminal::enable_raw_mode().is_ok();
        terminal.screen().raw = watching;
        let thread = watching.then(|| {
            let stop = stop.clone();
            thread::spawn(move || {
                while !stop.load(Ordering::Acquire) {
                    match poll(LOOK) {
                        Ok(false) => continue,
                        Ok(true) => {}
                        Err(_) => return,
                    }
                    let Ok(event) = read() else { return };
                    if let Some(key) = meaning(&event)
                        && sender.send(key).is_err()
                    {
                        return;
                    }
                }
            })
        });
        Keys { terminal: terminal.clone(), stop, thread, pressed }
    }

    /// The next key; never, where there is no keyboard.
    pub(crate) async fn next(&mut self) -> Key {
        match self.pressed.recv().await {
            Some(key) => key,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        self.stop.store(true, Ordering::Release);
        let _ = thread.join();
        super::restore();
        self.terminal.screen().raw = false;
    }
}

fn meaning(event: &Event) -> Option<Key> {
    let Event::Key(key) = event else { return None };
    if key.kind == KeyEventKind::Release {
        return None;
    }
    match key.code {
        KeyCode::Esc => Some(Key::Skip),
        KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => Some(Key::Interrupt),
        _ => None,
    }
}
