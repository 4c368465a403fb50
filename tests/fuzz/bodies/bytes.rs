//! Choices, and texts of the kind that is met, out of any bytes.

/// Bytes that are used up by choices; without bytes, every choice is the first one.
pub struct Bytes<'a>(&'a [u8]);

/// Pieces that connector files and their troubles are made of.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "'",
    "\"type\"",
    "\"scopes\"",
    "type",
    "scopes",
    "\"slack\"",
    "'googlecalendar'",
    "\"chat:write\"",
    "\"https://www.googleapis.com/auth/calendar\"",
    "\"a b\"",
    "\"a,b\"",
    "null",
    "true",
    "NaN",
    "-Infinity",
    "0x1F",
    "1e999",
    ".5",
    "+1.",
    "// c\n",
    "/* c */",
    "/*",
    "//",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "\u{feff}",
    "\u{a0}",
    "\u{2028}",
    "\u{85}",
    "\u{0}",
    "\u{1b}[2J",
    "\u{202e}",
    "\\",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\ud800",
    "\\x41",
    "\\\n",
    "\\0",
    "é",
    "😀",
    "a\u{301}",
    "\u{10ffff}",
    "{\"type\": \"slack\", \"scopes\": [\"chat:write\"]}",
    "// base44-ignore unknown-key\n",
    "__proto__",
    "connectorsDir",
    "\"..\"",
    "id",
];

impl<'a> Bytes<'a> {
    pub fn new(bytes: &'a [u8]) -> Bytes<'a> {
        Bytes(bytes)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::from(u16::from_le_bytes([self.byte(), self.byte()])) % limit.max(1)
    }

    /// One of these.
    pub fn one<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::from(self.byte()) % all.len()]
    }

    /// The next bytes as they are.
    pub fn raw(&mut self, most: usize) -> &'a [u8] {
        let count = self.below(most + 1).min(self.0.len());
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    /// A text: pieces, and now and then whatever the bytes say.
    pub fn text(&mut self, most: usize) -> String {
        self.text_of(PIECES, most)
    }

    /// A text of these pieces, and now and then whatever the bytes say.
    pub fn text_of(&mut self, pieces: &[&str], most: usize) -> String {
        let mut text = String::new();
        for _ in 0..self.below(most + 1) {
            match self.byte() {
                0..=199 => text.push_str(self.one(pieces)),
                200..=239 => text.push(char::from(self.byte())),
                _ => text.push_str(&String::from_utf8_lossy(self.raw(8))),
            }
        }
        text
    }
}

/// Bytes that are the same for the same seed on every machine.
pub fn generate(seed: u64, count: usize) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)).to_le_bytes()
    };
    std::iter::repeat_with(&mut next).flatten().take(count).collect()
}
