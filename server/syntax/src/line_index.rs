//! Offsets to lines and columns, and back.

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes of the text in UTF-8.
    Utf8,
    /// UTF-16 code units, as editors do unless another count is agreed on.
    #[default]
    Utf16,
    /// Unicode characters.
    Utf32,
}

/// A place as a person or an editor names it; both counts start at zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line.
    pub line: u32,
    /// The column, in the units of an [`Encoding`].
    pub column: u32,
}

/// Where the lines of a text begin.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Lines end with `\n`, `\r\n` or `\r`, as the Language Server Protocol has it.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes
            .iter()
            .enumerate()
            .filter(|&(at, &byte)| byte == b'\n' || byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at as u32 + 1)).collect();
        Self { starts }
    }

    /// How many lines there are; at least one.
    pub fn len(&self) -> u32 {
        self.starts.len() as u32
    }

    /// Never: the empty text has one line.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Line and column of an offset; one that lies outside is moved to the end.
    pub fn position(&self, text: &str, offset: u32, encoding: Encoding) -> LineColumn {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|&start| start as usize <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0) as usize;
        let before = text.get(start..offset).unwrap_or_default();
        LineColumn { line: line as u32, column: width(before, encoding) }
    }

    /// Offset of a line and column; one that lies outside is moved to the end of its line or of the text.
    pub fn offset(&self, text: &str, place: LineColumn, encoding: Encoding) -> u32 {
        let Some(&start) = self.starts.get(place.line as usize) else {
            return text.len() as u32;
        };
        let line = self.line_text(text, place.line);
        let mut column = 0;
        for (at, c) in line.char_indices() {
            if column >= place.column {
                return start + at as u32;
            }
            column += char_width(c, encoding);
            if column > place.column {
                return start + at as u32;
            }
        }
        start + line.len() as u32
    }

    /// A line without its end.
    pub fn line_text<'t>(&self, text: &'t str, line: u32) -> &'t str {
        let Some(&start) = self.starts.get(line as usize) else {
            return "";
        };
        let end = self.starts.get(line as usize + 1).map_or(text.len(), |&end| end as usize);
        text.get(start as usize..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }
}

fn width(text: &str, encoding: Encoding) -> u32 {
    if encoding == Encoding::Utf8 || text.is_ascii() {
        return text.len() as u32;
    }
    text.chars().map(|c| char_width(c, encoding)).sum()
}

fn char_width(c: char, encoding: Encoding) -> u32 {
    match encoding {
        Encoding::Utf8 => c.len_utf8() as u32,
        Encoding::Utf16 => c.len_utf16() as u32,
        Encoding::Utf32 => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "aé😀b\r\nc\rd\n";

    fn round_trip(encoding: Encoding) -> Vec<(u32, u32)> {
        let index = LineIndex::new(TEXT);
        TEXT.char_indices()
            .map(|(at, _)| at as u32)
            .chain([TEXT.len() as u32])
            .map(|offset| {
                let place = index.position(TEXT, offset, encoding);
                let back = index.offset(TEXT, place, encoding);
                let in_line_end = TEXT.as_bytes().get(offset as usize) == Some(&b'\n') && back + 1 == offset;
                assert!(back == offset || in_line_end, "{offset} -> {place:?} -> {back}");
                (place.line, place.column)
            })
            .collect()
    }

    #[test]
    fn columns_count_bytes_units_or_characters() {
        assert_eq!(round_trip(Encoding::Utf8)[..5], [(0, 0), (0, 1), (0, 3), (0, 7), (0, 8)]);
        assert_eq!(round_trip(Encoding::Utf16)[..5], [(0, 0), (0, 1), (0, 2), (0, 4), (0, 5)]);
        assert_eq!(round_trip(Encoding::Utf32)[..5], [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4)]);
    }

    #[test]
    fn every_kind_of_line_end_ends_a_line() {
        assert_eq!(LineIndex::new(TEXT).len(), 4);
        assert_eq!(LineIndex::new("").len(), 1);
    }

    #[test]
    fn a_position_outside_is_moved_to_the_nearest_inside() {
        let index = LineIndex::new(TEXT);
        assert_eq!(index.offset(TEXT, LineColumn { line: 1, column: 99 }, Encoding::Utf16), 11);
        assert_eq!(index.offset(TEXT, LineColumn { line: 99, column: 0 }, Encoding::Utf16), 14);
        // Half of a surrogate pair is the whole character's start.
        assert_eq!(index.offset(TEXT, LineColumn { line: 0, column: 3 }, Encoding::Utf16), 3);
        assert_eq!(index.position(TEXT, 5, Encoding::Utf16), LineColumn { line: 0, column: 2 });
    }
}
