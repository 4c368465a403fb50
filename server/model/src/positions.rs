//! Lines and columns of a text that is not kept.

use connector_syntax::{Encoding, LineColumn, TextRange};

/// Where the lines of a text begin, and its characters that are not one byte wide: enough to tell the line and column
/// of any offset without the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Positions {
    /// Where each line but the first begins.
    starts: Box<[u32]>,
    /// Every character beyond ASCII, in order.
    wide: Box<[Wide]>,
    /// The length of the text in bytes.
    len: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wide {
    offset: u32,
    utf8: u8,
    utf16: u8,
}

impl Positions {
    /// Lines end with `\n`, `\r\n` or `\r`, as the Language Server Protocol has it.
    pub fn of(text: &str) -> Positions {
        let bytes = text.as_bytes();
        let is_end = |at: &usize| bytes.get(*at..*at + 2) != Some(b"\r\n");
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).filter(is_end);
        let starts = ends.map(|at| at as u32 + 1).collect();
        let wide = text.char_indices().filter(|(_, c)| !c.is_ascii()).map(|(at, c)| Wide {
            offset: at as u32,
            utf8: c.len_utf8() as u8,
            utf16: c.len_utf16() as u8,
        });
        let wide = if text.is_ascii() { Box::default() } else { wide.collect() };
        Positions { starts, wide, len: text.len() as u32 }
    }

    /// Line and column of an offset; one that lies outside is moved to the end, one inside a character to its start.
    pub fn position(&self, offset: u32, encoding: Encoding) -> LineColumn {
        let offset = offset.min(self.len);
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|before| self.starts.get(before)).copied().unwrap_or(0);
        let first = self.wide.partition_point(|wide| wide.offset < start);
        let after = self.wide.partition_point(|wide| wide.offset < offset);
        let mut column = offset - start;
        for wide in self.wide.get(first..after).unwrap_or_default() {
            let whole = u32::from(wide.utf8);
            // An offset in the middle of a character counts for its start.
            let inside = (offset - wide.offset).min(whole);
            let counted = match encoding {
                Encoding::Utf8 => whole,
                Encoding::Utf16 => u32::from(wide.utf16),
                Encoding::Utf32 => 1,
            };
            column = if inside < whole { column - inside } else { column - whole + counted };
        }
        LineColumn { line: line as u32, column }
    }

    /// Start and end of a range.
    pub fn range(&self, range: TextRange, encoding: Encoding) -> (LineColumn, LineColumn) {
        (self.position(range.start, encoding), self.position(range.end, encoding))
    }
}

#[cfg(test)]
mod tests {
    use connector_syntax::LineIndex;

    use super::*;

    #[test]
    fn every_offset_has_the_line_and_column_that_the_text_gives_it() {
        for text in ["", "a", "a\nb", "é\r\n😀x\r\ry\u{2028}z\n", "\n\n", "\u{feff}{é: '😀'}\r"] {
            let (positions, lines) = (Positions::of(text), LineIndex::new(text));
            for offset in 0..=text.len() as u32 + 2 {
                for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                    assert_eq!(
                        positions.position(offset, encoding),
                        lines.position(text, offset, encoding),
                        "{text:?} at {offset} in {encoding:?}"
                    );
                }
            }
        }
    }
}
