//! The secrets that this process has read or received, known by their value: whatever text leaves, they are taken out of
//! it, whole, in parts, with other characters between their letters, and in the encodings that a text may carry.
//!
//! A text is looked at as the row of its letters and digits alone, in lower case. Eight of them in a row that stand in a
//! secret too are a part of it where they have letters and digits, as a token's have and a word of a language has not;
//! twelve are whatever they are.

mod encodings;
mod letters;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use letters::{WINDOW, letters_of, start_of_window, windows_of};

/// What stands for a secret.
pub(super) const MASK: &str = "…";
/// So many in a row are a part of a secret, whatever they are.
const SURE: usize = 12;
/// A longer secret is known by its beginning, in bytes.
const MAX_SECRET_BYTES: usize = 16 * 1024;
/// So many bytes of secrets are known at once, which is some 50 MB of windows: a login has two of a few hundred bytes,
/// and each renewal brings two more.
const MAX_KEPT_BYTES: usize = 64 * 1024;
/// Of an encoded secret every so many windows are known: its parts are long.
const STRIDE: usize = 4;
/// So far behind a cut is looked for the secret that it goes through.
const MAX_CUT_BYTES: usize = 4 * 1024;
/// What may stand between the letters of a token without ending it.
const INSIDE: &str = "-_.~+/=";

/// Whether any secret is known: most texts leave before one is.
static ANY: AtomicBool = AtomicBool::new(false);
static KNOWN: Mutex<Known> =
    Mutex::new(Known { secrets: BTreeMap::new(), bytes: 0, clock: 0, unread: Vec::new(), windows: None });

struct Known {
    secrets: BTreeMap<String, Met>,
    /// The length of all of them.
    bytes: usize,
    /// Counts the times that any of them was met.
    clock: u64,
    /// Those whose windows are not known yet: they are made when a text is looked at.
    unread: Vec<String>,
    windows: Option<Arc<Windows>>,
}

/// Which secret is forgotten before which: those of a project, which may name any number, before the person's own, and
/// of either the one that was met the longest ago. One that is in use is met each time it is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Met {
    whose: Whose,
    at: u64,
}

/// Whose a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Whose {
    /// A file of a project says it.
    Project,
    /// It is the login's, the environment's, or came from the platform.
    Person,
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
    /// So many that few are taken by the hundred thousand windows that a long login has in all its forms.
    const MARKS_BITS: u32 = 20;

    fn place(window: u64) -> (usize, u64) {
        // Fibonacci hashing: the upper bits depend on all of the window.
        let at = (window.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - Self::MARKS_BITS)) as usize;
        (at / 64, 1 << (at % 64))
    }

    fn insert(&mut self, window: u64) {
        self.marks.resize((1 << Self::MARKS_BITS) / 64, 0);
        let (at, bit) = Self::place(window);
        if let Some(marks) = self.marks.get_mut(at) {
            *marks |= bit;
        }
        self.exact.insert(window);
    }

    /// Takes in a secret as it is, and as it reads written in another way.
    fn learn(&mut self, secret: &str) {
        windows_of(secret, |window, _, _| self.insert(window));
        for form in encodings::forms(secret) {
            windows_of(&form, |window, before, _| {
                if (before + 1).is_multiple_of(STRIDE) {
                    self.insert(window);
                }
            });
        }
    }

    fn contains(&self, window: u64) -> bool {
        let (at, bit) = Self::place(window);
        self.marks.get(at).is_some_and(|marks| marks & bit != 0) && self.exact.contains(&window)
    }
}

/// Takes note of a secret: from now on no text leaves with it. A short one is none that could be told from a word.
pub(super) fn note(secret: &str, whose: Whose) {
    if secret.bytes().filter(u8::is_ascii_alphanumeric).count() < WINDOW {
        return;
    }
    let secret = secret.get(..MAX_SECRET_BYTES).unwrap_or(secret);
    let mut known = known();
    known.clock += 1;
    let met = Met { whose, at: known.clock };
    if let Some(before) = known.secrets.get_mut(secret) {
        *before = Met { whose: whose.max(before.whose), ..met };
        return;
    }
    known.secrets.insert(secret.to_owned(), met);
    known.unread.push(secret.to_owned());
    known.bytes += secret.len();
    if known.bytes > MAX_KEPT_BYTES {
        known.forget_some();
    }
    ANY.store(true, Ordering::Release);
}

impl Known {
    /// Forgets as many as make a quarter of the room free. The windows of those that go are told from no others: all
    /// are made anew, and seldom.
    fn forget_some(&mut self) {
        let mut by_use: Vec<(Met, String)> =
            self.secrets.iter().map(|(secret, met)| (*met, secret.clone())).collect();
        by_use.sort();
        for (_, secret) in by_use {
            if self.bytes <= MAX_KEPT_BYTES / 4 * 3 {
                break;
            }
            self.bytes -= secret.len();
            self.secrets.remove(&secret);
        }
        self.unread = self.secrets.keys().cloned().collect();
        self.windows = None;
    }
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

/// The part of a secret that a text has on both sides of a byte. Whoever cuts a text there leaves the beginning of a
/// secret, which may be too short to be known by what it is: they cut before it.
pub fn secret_across(text: &str, at: usize) -> Option<Range<usize>> {
    // A secret that begins before the cut is known by its first letters already, long before this end.
    let near = text.get(..text.floor_char_boundary(at.saturating_add(MAX_CUT_BYTES))).unwrap_or(text);
    let windows = windows()?;
    let across = parts(near, &windows).into_iter().find(|(start, end)| *start < at && at < *end)?;
    Some(across.0..across.1)
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
        Value::Array(all) => {
            mask_array(all) | all.iter_mut().fold(false, |any, value| mask_json(value) | any)
        }
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

/// The texts of a list as one text: each may have a part that says nothing by itself.
fn mask_array(all: &mut [Value]) -> bool {
    const BETWEEN: char = '\n';
    let texts: Option<Vec<&str>> = all.iter().map(Value::as_str).collect();
    let Some(texts) = texts.filter(|texts| !texts.iter().any(|text| text.contains(BETWEEN))) else {
        return false;
    };
    let joined = texts.join("\n");
    let Cow::Owned(masked) = mask_in_use(&joined) else { return false };
    for (value, text) in all.iter_mut().zip(masked.split(BETWEEN)) {
        *value = Value::String(text.to_owned());
    }
    true
}

fn known() -> MutexGuard<'static, Known> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn windows() -> Option<Arc<Windows>> {
    if !ANY.load(Ordering::Acquire) {
        return None;
    }
    let mut known = known();
    let Known { unread, windows, .. } = &mut *known;
    let windows = windows.get_or_insert_default();
    if !unread.is_empty() {
        let all = Arc::make_mut(windows);
        unread.drain(..).for_each(|secret| all.learn(&secret));
    }
    Some(windows.clone())
}

/// Where a text has parts of secrets, in bytes; also where they stand between characters that are shown as their codes,
/// or are such themselves.
fn parts(text: &str, windows: &Windows) -> Vec<(usize, usize)> {
    let Some((plain, places)) = letters::without_codes(text) else { return parts_of(text, windows) };
    let place = |at: usize| places.get(at).copied().unwrap_or(text.len());
    parts_of(&plain, windows).into_iter().map(|(start, end)| (place(start), place(end))).collect()
}

fn parts_of(text: &str, windows: &Windows) -> Vec<(usize, usize)> {
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
    windows_of(text, |window, at, end| {
        if !windows.contains(window) {
            return;
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
                let start = start_of_window(text, end);
                Some(Run { start, end, letters: WINDOW, last: at, mixed })
            }
        };
    });
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
        if letters_of(c) == 0 {
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
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;

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
        let backwards: String = SECRET.chars().rev().collect();
        for twice in [BASE64_STANDARD.encode(format!("a:{SECRET}")), backwards] {
            is_masked(&BASE64_STANDARD.encode(twice));
        }
        is_masked(&encodings::forms(SECRET).pop().unwrap());
        for form in encodings::forms(SECRET) {
            is_masked(&form);
        }
        is_masked(&SECRET.bytes().map(|byte| format!("\\{byte:03o}")).collect::<String>());
        is_masked(&SECRET.bytes().map(|byte| format!("{byte:02x}00")).collect::<String>());
        // As `base32` of the coreutils writes it, and `basenc --base32hex`.
        is_masked("MI2DI6C7LJVTG5RZKF3UYLTQGIWVI5CSG52VSYZQL5EG4NLTIRTEO2RYMFGWKMI=");
        is_masked("C8Q38U2VB9LJ6THPA5RKOBJG68ML8T2I6TQLIOPGBT46SDBJ8HJ4EQHOC56MAC8=");
        // In UTF-32, as CSS escapes it, in seven bits, and turned by thirteen and backwards.
        for form in [
            |byte: u8| format!("{byte:02x}000000"),
            |byte: u8| format!("\\{byte:06x}"),
            |byte: u8| format!("{byte:07b} "),
        ] {
            is_masked(&SECRET.bytes().map(form).collect::<String>());
        }
        is_masked("1rZn8wTsQf5aU_0pLh7EgG-2c.YjD9i3xM_k44o");
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
    fn a_secret_in_letters_of_another_shape_is_masked() {
        // Of full width, in circles, and of the monospaced and double-struck styles of mathematics.
        let shaped = |letters: u32, digits: u32| -> String {
            let shape = |c: char| match c {
                'A'..='Z' => char::from_u32(letters + u32::from(c) - u32::from('A')),
                'a'..='z' => char::from_u32(letters + 26 + u32::from(c) - u32::from('a')),
                '0'..='9' => char::from_u32(digits + u32::from(c) - u32::from('0')),
                _ => Some(c),
            };
            SECRET.chars().filter_map(shape).collect()
        };
        is_masked(&shaped(0x1d670, 0x1d7f6));
        is_masked(&shaped(0x1d538, 0x1d7d8));
        is_masked(&shaped(0x24b6, 0x1d7ce));
        // White on black in circles and squares, as flags, and as tags, which draw nothing.
        for letters in [0x1f150, 0x1f170, 0x1f1e6, 0xe0041] {
            let upper = |c: char| match c.to_ascii_uppercase() {
                c @ 'A'..='Z' => char::from_u32(letters + u32::from(c) - u32::from('A')),
                c @ '0'..='9' => char::from_u32(0x660 + u32::from(c) - u32::from('0')),
                c => Some(c),
            };
            is_masked(&SECRET.chars().filter_map(upper).collect::<String>());
        }
        // With the digits of Devanagari and Adlam, and those of tags.
        for nought in [0x966, 0x1e950, 0xe0030] {
            let digits = |c: char| match c {
                '0'..='9' => char::from_u32(nought + u32::from(c) - u32::from('0')),
                c => Some(c),
            };
            is_masked(&SECRET.chars().filter_map(digits).collect::<String>());
        }
        let wide = |c: char| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xfee0) } else { None };
        is_masked(&SECRET.chars().filter_map(wide).collect::<String>());
    }

    #[test]
    fn however_many_secrets_a_project_names_none_of_the_persons_is_forgotten() {
        let (own, old, new) = ("q7Xk2mVt9RzLw4Hs8Bd1", "projects_own_0_a1b2c3", "projects_own_19999_a1b2c3");
        note(own, Whose::Person);
        for at in 0..20_000 {
            note(&format!("projects_own_{at}_a1b2c3"), Whose::Project);
        }
        assert!(holds_secret(own));
        assert!(holds_secret(&format!("x {new} x")));
        let known = known();
        assert!(known.bytes <= MAX_KEPT_BYTES);
        assert!(known.secrets.contains_key(new) && !known.secrets.contains_key(old));
    }

    #[test]
    fn what_is_shown_as_its_code_hides_no_secret() {
        for between in ["\u{200b}", "\u{202e}", "\u{3164}\n"] {
            let spread: Vec<String> = SECRET.chars().map(String::from).collect();
            is_masked(&crate::text::printable(&format!("x {}", spread.join(between)), 1_000));
        }
        let tag = |c: char| if c.is_ascii_graphic() { char::from_u32(0xe0000 + u32::from(c)) } else { None };
        is_masked(&crate::text::printable(&SECRET.chars().filter_map(tag).collect::<String>(), 1_000));
    }

    #[test]
    fn no_cut_leaves_a_part_of_a_secret_that_is_not_known_any_more() {
        super::super::Secret::new(SECRET);
        let encoded = BASE64_STANDARD.encode(SECRET);
        let spread: Vec<String> = SECRET.chars().map(String::from).collect();
        for secret in [SECRET.to_owned(), encoded, spread.join("\u{200b}")] {
            let text = format!("the token {secret} {}", "is not valid ".repeat(40));
            for max in 0..text.chars().count() {
                let shown = crate::text::printable(&text, max);
                let masked = mask_in_use(&shown).into_owned();
                let left: String = masked.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
                assert!(
                    "thetokenisnotvalid".starts_with(&left) || left.starts_with("thetokenisnotvalid"),
                    "{masked}"
                );
            }
        }
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
