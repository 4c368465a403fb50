//! The secrets that this process has read or received, known by their value: whatever text leaves, they are taken out of
//! it, whole, in parts, with other characters between their letters, and in the encodings that a text may carry.
//!
//! A text is looked at as the row of its letters and digits alone, in lower case. Eight of them in a row that stand in a
//! secret too are a part of it where they have letters and digits, as a token's have and a word of a language has not;
//! twelve are whatever they are.

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};
use std::fmt::Write;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

/// What stands for a secret.
pub(super) const MASK: &str = "…";
/// So many letters and digits in a row are compared at once: as many as fit into a number.
const WINDOW: usize = 8;
/// So many in a row are a part of a secret, whatever they are.
const SURE: usize = 12;
/// A longer secret is known by its beginning, in bytes.
const MAX_SECRET_BYTES: usize = 16 * 1024;
/// So many secrets at least are known at once; a login has two, and each renewal brings two more.
const MAX_SECRETS: usize = 64;
/// Of an encoded secret every so many windows are known: its parts are long.
const STRIDE: usize = 4;
/// What may stand between the letters of a token without ending it.
const INSIDE: &str = "-_.~+/=";

/// Whether any secret is known: most texts leave before one is.
static ANY: AtomicBool = AtomicBool::new(false);
static KNOWN: Mutex<Known> = Mutex::new(Known { secrets: VecDeque::new(), looked_for: 0, windows: None });

struct Known {
    secrets: VecDeque<String>,
    /// The windows of the first so many of them are known; those of the others are made when a text is looked at.
    looked_for: usize,
    windows: Option<Arc<Windows>>,
}

/// Windows of secrets. Nearly every window of nearly every text is in none, which a few bits tell.
#[derive(Clone, Default)]
struct Windows {
    exact: HashSet<u64, BuildHasherDefault<Mixed>>,
    /// A bit for each that may be among them, at a place that follows from it; empty where there are none.
    marks: Vec<u64>,
}

/// Windows are numbers, and nobody outside chooses which are kept: to mix their bits is hash enough.
#[derive(Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(self.0 ^ u64::from(*byte)));
    }

    fn write_u64(&mut self, window: u64) {
        self.0 = window.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
}

impl Windows {
    const MARKS: usize = 1 << 16;

    fn place(window: u64) -> (usize, u64) {
        // Fibonacci hashing: the upper bits depend on all of the window.
        let at = (window.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize;
        (at / 64, 1 << (at % 64))
    }

    fn extend(&mut self, windows: impl Iterator<Item = u64>) {
        self.marks.resize(Self::MARKS / 64, 0);
        for window in windows {
            let (at, bit) = Self::place(window);
            if let Some(marks) = self.marks.get_mut(at) {
                *marks |= bit;
            }
            self.exact.insert(window);
        }
    }

    fn contains(&self, window: u64) -> bool {
        let (at, bit) = Self::place(window);
        self.marks.get(at).is_some_and(|marks| marks & bit != 0) && self.exact.contains(&window)
    }
}

/// Takes note of a secret: from now on no text leaves with it. A short one is none that could be told from a word.
pub(super) fn note(secret: &str) {
    if secret.bytes().filter(u8::is_ascii_alphanumeric).count() < WINDOW {
        return;
    }
    let mut known = known();
    if known.secrets.iter().any(|other| other == secret) {
        return;
    }
    if known.secrets.len() >= 2 * MAX_SECRETS {
        // The windows of those that go are told from no others: all are made anew, and seldom.
        known.secrets.drain(..MAX_SECRETS);
        (known.looked_for, known.windows) = (0, None);
    }
    known.secrets.push_back(secret.to_owned());
    ANY.store(true, Ordering::Release);
}

/// The text without any secret of this process.
pub fn mask_in_use(text: &str) -> Cow<'_, str> {
    if text.len() < WINDOW {
        return Cow::Borrowed(text);
    }
    let Some(windows) = windows() else { return Cow::Borrowed(text) };
    let parts = parts(text, &windows);
    if parts.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in parts {
        masked.push_str(text.get(from..start).unwrap_or_default());
        mask_part(text.get(start..end).unwrap_or_default(), &mut masked);
        from = end;
    }
    masked.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(masked)
}

/// Whether a text has a secret of this process in it.
pub fn holds_secret(text: &str) -> bool {
    windows().is_some_and(|windows| !parts(text, &windows).is_empty())
}

/// The same value with every secret of this process taken out of its texts. Whether there was one.
pub fn mask_json(value: &mut Value) -> bool {
    match value {
        Value::String(text) => {
            let masked = match mask_in_use(text) {
                Cow::Owned(masked) => masked,
                Cow::Borrowed(_) => return false,
            };
            *text = masked;
            true
        }
        Value::Array(all) => all.iter_mut().fold(false, |any, value| mask_json(value) | any),
        Value::Object(members) => {
            let mut any = members.values_mut().fold(false, |any, value| mask_json(value) | any);
            let named: Vec<String> = members.keys().filter(|name| holds_secret(name)).cloned().collect();
            for name in named {
                any = true;
                if let Some(value) = members.remove(&name) {
                    members.insert(mask_in_use(&name).into_owned(), value);
                }
            }
            any
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn known() -> MutexGuard<'static, Known> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn windows() -> Option<Arc<Windows>> {
    if !ANY.load(Ordering::Acquire) {
        return None;
    }
    let mut known = known();
    let Known { secrets, looked_for, windows } = &mut *known;
    let windows = windows.get_or_insert_default();
    if *looked_for < secrets.len() {
        let all = Arc::make_mut(windows);
        secrets.iter().skip(*looked_for).for_each(|secret| collect(secret, all));
        *looked_for = secrets.len();
    }
    Some(windows.clone())
}

/// The windows of a secret as it is, and as it reads encoded or the other way round.
fn collect(secret: &str, windows: &mut Windows) {
    let secret = secret.get(..MAX_SECRET_BYTES).unwrap_or(secret);
    windows.extend(row(secret).map(|(window, _, _)| window));
    let bytes = secret.as_bytes();
    let mut encoded: Vec<String> = vec![secret.chars().rev().collect()];
    // The same bytes read in three ways in Base64, by where in a longer text they stand.
    encoded.extend((0..3).filter_map(|from| Some(BASE64_STANDARD.encode(bytes.get(from..)?))));
    // Hexadecimal, percent-encoded, and the escapes of programs: `41`, `%41`, `\x41`, `\u0041`, `&#65;`.
    for before in ["", "x", "u00"] {
        encoded.push(bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{before}{byte:02x}");
            text
        }));
    }
    encoded.push(bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte}");
        text
    }));
    for text in encoded {
        windows.extend(row(&text).map(|(window, _, _)| window).step_by(STRIDE));
    }
}

/// Every window of a text, with the bytes where it begins and ends.
fn row(text: &str) -> impl Iterator<Item = (u64, usize, usize)> {
    let letters = text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_alphanumeric());
    let mut window = 0_u64;
    let mut places = [0_usize; WINDOW];
    letters.enumerate().filter_map(move |(count, (at, byte))| {
        window = (window << 8) | u64::from(byte.to_ascii_lowercase());
        // The place that is overwritten is that of the letter that has just left the window.
        *places.get_mut(count % WINDOW)? = at;
        let start = places.get((count + 1) % WINDOW).copied()?;
        (count + 1 >= WINDOW).then_some((window, start, at + 1))
    })
}

/// Where a text has parts of secrets, in bytes.
fn parts(text: &str, windows: &Windows) -> Vec<(usize, usize)> {
    struct Run {
        start: usize,
        end: usize,
        letters: usize,
        last: usize,
        mixed: bool,
    }
    let mut parts = Vec::new();
    let mut keep = |run: Run| {
        if run.mixed || run.letters >= SURE {
            parts.push((run.start, run.end));
        }
    };
    let mut open: Option<Run> = None;
    for (at, (window, start, end)) in row(text).enumerate() {
        if !windows.contains(window) {
            continue;
        }
        let bytes = window.to_be_bytes();
        let mixed = bytes.iter().any(u8::is_ascii_digit) && bytes.iter().any(u8::is_ascii_alphabetic);
        open = match open.take() {
            // The next of an encoded secret may be some windows further on.
            Some(mut run) if at - run.last <= STRIDE => {
                run.letters += at - run.last;
                run.end = end;
                run.last = at;
                run.mixed |= mixed;
                Some(run)
            }
            before => {
                if let Some(run) = before {
                    keep(run);
                }
                Some(Run { start, end, letters: WINDOW, last: at, mixed })
            }
        };
    }
    if let Some(run) = open {
        keep(run);
    }
    // Runs that are near each other may share their letters.
    let mut joined: Vec<(usize, usize)> = Vec::with_capacity(parts.len());
    for (start, end) in parts {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}

/// Each stretch of letters of a part becomes one mark; what stands between them stays, so that JSON stays JSON.
fn mask_part(part: &str, into: &mut String) {
    let mut masked = false;
    let mut between = String::new();
    for c in part.chars() {
        if !c.is_ascii_alphanumeric() {
            between.push(c);
            continue;
        }
        let goes_on = masked && between.chars().all(|c| INSIDE.contains(c));
        if !goes_on {
            into.push_str(&between);
            into.push_str(MASK);
            masked = true;
        }
        between.clear();
    }
    into.push_str(&between);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "b44x_Zk3v9QwL.p2-TtR7uYc0_Hn5sDfGj8aMe1";

    fn is_masked(text: &str) {
        super::super::Secret::new(SECRET);
        let masked = mask_in_use(text);
        assert!(masked.contains(MASK) && holds_secret(text), "{text} -> {masked}");
        assert!(!holds_secret(&masked), "{text} -> {masked}");
    }

    #[test]
    fn a_secret_in_use_is_masked_by_its_value_in_parts_and_encoded() {
        is_masked(SECRET);
        is_masked(&format!("the token {SECRET} is not valid"));
        is_masked(&format!("…{}…", &SECRET[6..16]));
        is_masked(&SECRET.to_uppercase());
        is_masked(&SECRET.chars().rev().collect::<String>());
        let spaced: Vec<String> = SECRET.chars().map(String::from).collect();
        for between in [" ", "\u{200b}", "-", "\n", "\", \""] {
            is_masked(&spaced.join(between));
        }
        for before in ["", "a", "ab", "Bearer "] {
            is_masked(&BASE64_STANDARD.encode(format!("{before}{SECRET}")));
            is_masked(&base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(format!("{before}{SECRET}")));
        }
        for form in ["{:02x}", "%{:02X}", "\\x{:02x}", "\\u00{:02x}"] {
            let of = |byte: u8| match form {
                "{:02x}" => format!("{byte:02x}"),
                "%{:02X}" => format!("%{byte:02X}"),
                "\\x{:02x}" => format!("\\x{byte:02x}"),
                _ => format!("\\u00{byte:02x}"),
            };
            is_masked(&SECRET.bytes().map(of).collect::<String>());
        }
        is_masked(&SECRET.bytes().map(|byte| format!("&#{byte};")).collect::<String>());
    }

    #[test]
    fn everything_else_stays_as_it_is() {
        super::super::Secret::new(SECRET);
        super::super::Secret::new("b44s_access_0123abcdef");
        super::super::Secret::new("short");
        for text in [
            "Pushing connectors (3 of 12)",
            "short words stay, and so does the access of calendars",
            "https://www.googleapis.com/auth/calendar.events.readonly",
            "0b0c2b9e-7c1f-4f6a-9d4e-2f1f4c1d2e3a 1700000000000",
            "größer als 2 — „so“",
            "",
        ] {
            assert!(matches!(mask_in_use(text), Cow::Borrowed(_)), "{text}: {}", mask_in_use(text));
        }
    }

    #[test]
    fn json_stays_json() {
        super::super::Secret::new(SECRET);
        let (one, two) = SECRET.split_at(20);
        let mut value = serde_json::json!({"a": [one, two], one: two, "n": 1, "text": format!("x {SECRET}")});
        let text = mask_in_use(&value.to_string()).into_owned();
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&read["n"], &read["text"]), (&1.into(), &"x …".into()), "{text}");
        assert!(mask_json(&mut value) && !holds_secret(&value.to_string()), "{value}");
        assert!(!mask_json(&mut value));
    }
}
