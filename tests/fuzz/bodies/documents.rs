//! Edits applied one by one give what a whole new text gives.

use connector_lsp::fuzz::{Edit, Edited};
use connector_syntax::Encoding;

use super::bytes::Bytes;

pub fn run(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let encoding = bytes.one(&[Encoding::Utf8, Encoding::Utf16, Encoding::Utf32]);
    let mut plain = bytes.text(30);
    let mut document = Edited::open(&plain, encoding).expect("a document");
    while !bytes.is_empty() {
        let mut edits = Vec::new();
        for _ in 0..=bytes.below(3) {
            let text = bytes.text(6);
            if bytes.byte() < 16 {
                edits.push(Edit { range: None, text: text.clone() });
                plain = text;
                continue;
            }
            let mut place = || match bytes.byte() {
                // Far beyond the end.
                0..=7 => (u32::MAX, u32::MAX),
                8..=15 => (bytes.below(60_000) as u32, bytes.below(60_000) as u32),
                _ => (bytes.below(12) as u32, bytes.below(24) as u32),
            };
            let (start, end) = (place(), place());
            let at = [offset(&plain, start, encoding), offset(&plain, end, encoding)];
            let (from, to) = (at[0].min(at[1]), at[0].max(at[1]));
            plain.replace_range(from..to, &text);
            edits.push(Edit { range: Some((start, end)), text });
        }
        document.change(&edits);
        assert_eq!(document.text(), plain);
        assert!(document.tree_is_of(&plain), "the tree of {plain:?}");
        for at in [0, plain.len() / 2, plain.len()] {
            let at = (0..=at).rev().find(|at| plain.is_char_boundary(*at)).unwrap_or(0);
            let back = document.round_trip(at);
            let between = plain[..at].ends_with('\r') && plain[at..].starts_with('\n');
            assert!(back == at || (between && back + 1 == at), "{at} -> {back} in {plain:?}");
        }
    }
}

/// The byte offset of a place, counted in the plainest way there is.
fn offset(text: &str, (line, column): (u32, u32), encoding: Encoding) -> usize {
    let mut start = 0;
    for _ in 0..line {
        let rest = &text[start..];
        let Some(end) = rest.find(['\n', '\r']) else {
            return text.len();
        };
        start += end + if rest[end..].starts_with("\r\n") { 2 } else { 1 };
    }
    let line = &text[start..];
    let line = &line[..line.find(['\n', '\r']).unwrap_or(line.len())];
    let mut units = 0;
    for (at, c) in line.char_indices() {
        let width = match encoding {
            Encoding::Utf8 => c.len_utf8(),
            Encoding::Utf16 => c.len_utf16(),
            Encoding::Utf32 => 1,
        };
        // Inside of a character is before it.
        if units + width > column as usize {
            return start + at;
        }
        units += width;
    }
    start + line.len()
}
