//! How deep a text nests, before it is parsed: the parser calls itself for what nests, and a stack has an end.
//!
//! This counts what may make the parser go deeper, rather too much than too little: brackets that are open, and what
//! stands before its operand or to the left of a branch (`!`, `=>`, `?`, `else`) until the statement ends.

/// How deep a text may nest to be parsed. Programs that people write stay under 100; with a megabyte of stack for
/// some 80 levels in a debug build, this stays within [`STACK`](crate::STACK).
const MAX_NESTING: usize = 1_200;

/// Which bytes begin a word, and which go on with it: most of a text is words, so this is asked for each of its bytes.
static BEGINS_WORD: [bool; 256] = bytes_of_words(false);
static GOES_ON_WITH_WORD: [bool; 256] = bytes_of_words(true);

const fn bytes_of_words(digits: bool) -> [bool; 256] {
    let mut table = [false; 256];
    let mut at = 0;
    while at < table.len() {
        let byte = at as u8;
        table[at] = byte.is_ascii_alphabetic()
            || byte == b'_'
            || byte == b'$'
            || byte >= 0x80
            || (digits && byte.is_ascii_digit());
        at += 1;
    }
    table
}

/// Words that are followed by what they nest around.
const NESTING: &[&str] = &[
    "new", "typeof", "void", "delete", "await", "yield", "if", "else", "for", "while", "do", "case", "keyof",
    "infer", "extends", "throw", "in", "label", "unique", "readonly", "with",
];

/// Words that a statement begins with, so that what came before has ended.
const STARTING: &[&str] =
    &["const", "let", "var", "return", "function", "class", "import", "export", "throw"];

/// For each letter, the lengths of the words above that begin with it, a bit for each: most words are none of them.
static LENGTHS: [u16; 256] = lengths_of_keywords();

const fn lengths_of_keywords() -> [u16; 256] {
    let mut table = [0; 256];
    let lists = [NESTING, STARTING];
    let mut list = 0;
    while list < lists.len() {
        let mut at = 0;
        while at < lists[list].len() {
            let word = lists[list][at].as_bytes();
            table[word[0] as usize] |= 1 << word.len();
            at += 1;
        }
        list += 1;
    }
    table
}

/// Whether a word may be one of the above.
fn may_be_keyword(word: &[u8]) -> bool {
    let lengths = word.first().map_or(0, |first| LENGTHS[usize::from(*first)]);
    u32::try_from(word.len()).is_ok_and(|length| lengths.checked_shr(length).unwrap_or(0) & 1 == 1)
}

fn is_one_of(words: &[&str], word: &[u8]) -> bool {
    words.iter().any(|known| known.as_bytes() == word)
}

/// Whether a word goes on with what a brace has ended.
fn goes_on(word: &[u8]) -> bool {
    matches!(
        word,
        b"else"
            | b"in"
            | b"of"
            | b"instanceof"
            | b"as"
            | b"satisfies"
            | b"catch"
            | b"finally"
            | b"while"
            | b"from"
    )
}

struct Depth {
    /// The level at each bracket that is open, and in a template the bracket's kind.
    open: Vec<(u8, usize)>,
    /// What nests since the innermost bracket.
    here: usize,
    /// The sum of all levels that are open.
    below: usize,
}

impl Depth {
    fn open(&mut self, bracket: u8) {
        self.open.push((bracket, self.here));
        self.below += self.here + 1;
        self.here = 0;
    }

    fn close(&mut self) -> u8 {
        match self.open.pop() {
            Some((bracket, here)) => {
                self.below -= here + 1;
                self.here = here;
                bracket
            }
            None => 0,
        }
    }

    /// What was taken for the start of a list of types was a comparison.
    fn close_types(&mut self) {
        while self.open.last().is_some_and(|(bracket, _)| *bracket == b'<') {
            self.close();
        }
    }

    fn deep(&self) -> bool {
        self.below + self.here > MAX_NESTING
    }
}

/// Whether a text may nest deeper than the parser's stack allows.
pub(crate) fn too_deep(text: &[u8]) -> bool {
    let mut depth = Depth { open: Vec::new(), here: 0, below: 0 };
    let mut at = 0;
    // Whether a slash here would begin a regular expression.
    let mut operand = true;
    // Texts cannot be told apart from code to the end of this line: brackets only open here.
    let mut uncertain_until = 0;
    // Whether only spaces stood on this line so far.
    let mut fresh_line = true;
    while let Some(&byte) = text.get(at) {
        // A blank changes nothing.
        if byte == b' ' {
            at += 1;
            continue;
        }
        if BEGINS_WORD[usize::from(byte)] {
            let end = end_of_word(text, at);
            let starts_line = std::mem::replace(&mut fresh_line, false);
            operand = false;
            let word = &text[at..end];
            if may_be_keyword(word) && text.get(at.wrapping_sub(1)) != Some(&b'.') {
                if is_one_of(NESTING, word) {
                    depth.here += 1;
                    operand = true;
                } else if is_one_of(STARTING, word) {
                    if depth.deep() {
                        return true;
                    }
                    if starts_line {
                        depth.here = 0;
                    }
                    operand = true;
                }
            }
            at = end;
            continue;
        }
        if depth.deep() {
            return true;
        }
        let uncertain = at < uncertain_until;
        fresh_line = byte == b'\n' || (fresh_line && byte.is_ascii_whitespace());
        match byte {
            b'\'' | b'"' if !uncertain => {
                at = end_of_string(text, at);
                operand = false;
                continue;
            }
            b'`' if !uncertain => {
                at = template(text, at + 1, &mut depth);
                operand = false;
                continue;
            }
            b'/' if !uncertain && text.get(at + 1) == Some(&b'/') => {
                at = end_of_line(text, at);
                continue;
            }
            b'/' if !uncertain && text.get(at + 1) == Some(&b'*') => {
                at = match memchr::memmem::find(&text[at + 2..], b"*/") {
                    Some(end) => at + 2 + end + 2,
                    None => text.len(),
                };
                continue;
            }
            b'/' if !uncertain => match regex(text, at) {
                Some(end) if operand => {
                    at = end;
                    operand = false;
                    continue;
                }
                Some(end) if unsettling(&text[at..end]) => uncertain_until = end_of_line(text, at),
                _ => operand = true,
            },
            b'(' | b'[' | b'{' | b'<' if byte != b'<' || generic(text, at) => {
                depth.open(byte);
                operand = true;
            }
            b')' | b']' if !uncertain => {
                depth.close_types();
                depth.close();
                operand = false;
            }
            b'>' if !uncertain && depth.open.last().is_some_and(|(bracket, _)| *bracket == b'<') => {
                if text.get(at.wrapping_sub(1)) == Some(&b'=') {
                    depth.here += 1;
                } else {
                    depth.close();
                    // A type before a value, or a tag before what stands in it.
                    depth.here += 1;
                }
                operand = true;
            }
            b'}' if !uncertain => {
                depth.close_types();
                let bracket = depth.close();
                if bracket == b'$' {
                    at = template(text, at + 1, &mut depth);
                    operand = false;
                    continue;
                }
                if ends_statement(text, at + 1) {
                    depth.here = 0;
                }
                operand = true;
            }
            b';' => {
                depth.close_types();
                depth.here = 0;
                operand = true;
            }
            b',' => {
                // The next entry, argument or declaration.
                depth.here = 0;
                operand = true;
            }
            b'!' | b'~' | b'?' | b'=' | b'@' | b':' => {
                depth.here += 1;
                operand = true;
            }
            // One of these is an operator; several in a row stand before their operand.
            b'+' | b'-' | b'*' => {
                if operand || byte == b'*' {
                    depth.here += 1;
                }
                operand = true;
            }
            b'&' | b'|' | b'%' | b'^' | b'>' | b'<' => operand = true,
            _ if byte.is_ascii_digit() => operand = false,
            _ => {}
        }
        at += 1;
    }
    depth.deep()
}

/// A template's text up to its end, or to what is put into it.
fn template(text: &[u8], mut at: usize, depth: &mut Depth) -> usize {
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 1,
            b'`' => return at + 1,
            b'$' if text.get(at + 1) == Some(&b'{') => {
                depth.open(b'$');
                return at + 2;
            }
            _ => {}
        }
        at += 1;
    }
    at
}

fn end_of_string(text: &[u8], at: usize) -> usize {
    let quote = text.get(at).copied().unwrap_or(b'"');
    let mut here = at + 1;
    while let Some(&byte) = text.get(here) {
        match byte {
            b'\\' => here += 1,
            b'\n' => return here,
            _ if byte == quote => return here + 1,
            _ => {}
        }
        here += 1;
    }
    here
}

fn end_of_line(text: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', text.get(at..).unwrap_or_default()).map_or(text.len(), |end| at + end)
}

fn end_of_word(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| !GOES_ON_WITH_WORD[usize::from(*byte)]).unwrap_or(rest.len())
}

/// Where a regular expression that begins here would end.
fn regex(text: &[u8], at: usize) -> Option<usize> {
    let mut here = at + 1;
    let mut in_class = false;
    while let Some(&byte) = text.get(here) {
        match byte {
            b'\\' => here += 1,
            b'\n' => return None,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return Some(here + 1),
            _ => {}
        }
        here += 1;
    }
    None
}

/// Whether it matters if this is a regular expression.
fn unsettling(text: &[u8]) -> bool {
    text.iter().any(|byte| b"'\"`()[]{}".contains(byte))
}

/// Whether `<` opens types: a name, or the start of one, stands behind it at once.
fn generic(text: &[u8], at: usize) -> bool {
    text.get(at + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || b"<[({_$".contains(byte))
}

/// Whether nothing behind a closing brace goes on with what stands before it.
fn ends_statement(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let Some(next) = rest.iter().position(|byte| !byte.is_ascii_whitespace()) else { return true };
    let here = at + next;
    match text.get(here) {
        Some(b'}') => true,
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
            let word = text.get(here..end_of_word(text, here)).unwrap_or_default();
            !goes_on(word)
        }
        _ => false,
    }
}
