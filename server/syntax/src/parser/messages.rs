//! What is said about a mistake: what is wrong, and what to do.

pub(super) const TOO_LARGE: &str = "The text is too large to read: 4 GiB is the limit.";
pub(super) const EMPTY: &str = "There is nothing here yet. A connector begins with `{` and ends with `}`.";
pub(super) const BEFORE_THE_BEGINNING: &str = "A connector begins with `{`. Remove what stands before it.";
pub(super) const AROUND_THE_CONNECTOR: &str =
    "A connector begins with `{` and ends with `}`. Remove what stands before and after it.";
pub(super) const YAML: &str =
    "This is YAML. A connector is written as JSON: `{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }`.";
pub(super) const TOML: &str =
    "This is TOML. A connector is written as JSON: `{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }`.";
pub(super) const XML: &str =
    "This is XML. A connector is written as JSON: `{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }`.";
pub(super) const NO_CONNECTOR: &str =
    "This is no connector. One is written as `{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }`.";
pub(super) const OTHER_BRACKETS: &str = "A connector stands between `{` and `}`.";
pub(super) const NO_BRACES: &str = "A connector stands between braces: `{` before it and `}` after it.";
pub(super) const NO_OPENING_BRACE: &str = "A connector begins with `{`, which is missing here.";
pub(super) const AFTER_THE_END: &str =
    "The connector ends before this. Remove what follows, or move it inside the braces.";
pub(super) const ANOTHER_CONNECTOR: &str =
    "A file holds one connector, which ends before this. Move this one into a file of its own.";
pub(super) const CONFLICT: &str = "Two versions stand here, from a merge that was not finished. Keep one, and remove the lines with the markers.";
pub(super) const CONFLICT_MARKER: &str =
    "This is left from a merge that was not finished. Remove it, or keep of it what belongs here.";
pub(super) const BAD_ESCAPE: &str = "There is no such escape. Write `\\\\` for a backslash.";
pub(super) const OPEN_COMMENT: &str = "This comment is never closed. Add `*/` where it ends.";
pub(super) const STRAY_COMMENT_END: &str =
    "A comment ends here that never began. Begin it with `/*`, or remove this.";
pub(super) const BARE_COMMENT: &str = "This is no key with a value. If it is a comment, begin it with `//`.";
pub(super) const KEY_NEEDS_QUOTES: &str = "This key needs quotes around it.";
pub(super) const MISSING_KEY: &str = "A key is missing before the `:`.";
pub(super) const VALUE_WITHOUT_KEY: &str = "This value has no key. Write `key: value`.";
pub(super) const KEY_AND_VALUE_IN_ONE: &str =
    "The key and its value are one text here. Each has its own quotes.";
pub(super) const EXTRA_VALUE: &str =
    "There is a value already. Remove this one, or put a `,` and a key before it.";
pub(super) const EXTRA_BRACE: &str = "There is one `{` too many.";
pub(super) const EXTRA_BRACKET: &str = "There is one `[` too many.";
pub(super) const LIST_WITHOUT_BRACKETS: &str =
    "Several values are a list: put `[` before them and `]` after them.";
pub(super) const NO_OPENING_BRACKET: &str = "The `[` that begins this list is missing.";
pub(super) const LIST_BRACKETS: &str = "A list stands between `[` and `]`.";
pub(super) const YAML_LIST: &str =
    "A list stands between `[` and `]`, with a `,` after each value but the last.";
pub(super) const PARENTHESES: &str = "A value stands here without parentheses around it.";
pub(super) const WRONG_OPENING: &str = "A list begins with `[`, not with `(`.";
pub(super) const WRONG_PARENTHESIS_IN_LIST: &str = "A list is closed by `]`, not by `)`.";
pub(super) const WRONG_PARENTHESIS_IN_OBJECT: &str = "An object is closed by `}`, not by `)`.";
pub(super) const SWAPPED: &str = "These two brackets are swapped.";
pub(super) const SPREAD: &str =
    "Nothing can be left out or taken over with `...`: write out what belongs here.";
pub(super) const PLACEHOLDER: &str = "This is a placeholder. Write what belongs in its place.";
pub(super) const CONCATENATION: &str = "Text cannot be put together with `+`. Write it in one piece.";
pub(super) const MISSING_COLON: &str = "A `:` is missing between the key and its value.";
pub(super) const KEY_WITHOUT_VALUE: &str = "This key has no value. Write `key: value`.";
pub(super) const MISSING_VALUE: &str = "A value is missing after the `:`.";
pub(super) const MISSING_COMMA: &str = "A `,` is missing here.";
pub(super) const LONE_COMMA: &str = "There is nothing before this `,`. Remove it.";
pub(super) const COLON_IN_LIST: &str =
    "A list holds values only: a `:` belongs between a key and its value, within `{ }`.";
pub(super) const BAD_NUMBER: &str = "This is not a number. If it is text, put quotes around it.";
pub(super) const TEXT_NEEDS_QUOTES: &str = "Text needs quotes around it.";
pub(super) const OPEN_STRING: &str = "The closing quote is missing.";
pub(super) const OPEN_STRING_AND_COMMA: &str = "The closing quote is missing, and a `,` after it.";
pub(super) const LINE_BREAK: &str =
    "Text cannot go on in the next line. Write it in one line, or end the line with `\\`.";
pub(super) const INNER_QUOTE: &str = "A quote within the text ends it. Put a `\\` before that quote.";
pub(super) const EXTRA_QUOTE: &str = "There is one quote too many.";
pub(super) const DOUBLED_QUOTES: &str = "There are two quotes where one belongs.";
pub(super) const ESCAPED_QUOTES: &str = "Quotes around text have no backslash before them.";
pub(super) const NO_OPENING_QUOTE: &str = "The opening quote is missing.";
pub(super) const OTHER_QUOTES: &str = "Text stands between straight quotes: `\"` or `'`.";
pub(super) const WRONG_BRACE: &str = "A list is closed by `]`, not by `}`.";
pub(super) const WRONG_BRACKET: &str = "An object is closed by `}`, not by `]`.";
