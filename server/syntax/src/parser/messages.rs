//! What is said about a mistake: what is wrong, and what to do.

pub(super) const TOO_LARGE: &str = "The text is too large to read: 4 GiB is the limit.";
pub(super) const EMPTY: &str = "There is nothing here yet. A connector begins with `{` and ends with `}`.";
pub(super) const BEFORE_THE_BEGINNING: &str = "A connector begins with `{`. Remove what stands before it.";
pub(super) const YAML: &str =
    "This is YAML. A connector is written as JSON: `{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }`.";
pub(super) const NO_BRACES: &str = "A connector stands between braces: `{` before it and `}` after it.";
pub(super) const NO_OPENING_BRACE: &str = "A connector begins with `{`, which is missing here.";
pub(super) const AFTER_THE_END: &str =
    "The connector ends before this. Remove what follows, or move it inside the braces.";
pub(super) const BAD_ESCAPE: &str = "There is no such escape. Write `\\\\` for a backslash.";
pub(super) const OPEN_COMMENT: &str = "This comment is never closed. Add `*/` where it ends.";
pub(super) const HASH_COMMENT: &str = "A comment begins with `//`, not with `#`.";
pub(super) const KEY_NEEDS_QUOTES: &str = "This key needs quotes around it.";
pub(super) const MISSING_KEY: &str = "A key is missing before the `:`.";
pub(super) const VALUE_WITHOUT_KEY: &str = "This value has no key. Write `key: value`.";
pub(super) const EQUALS_FOR_COLON: &str = "Between a key and its value stands `:`, not `=`.";
pub(super) const MISSING_COLON: &str = "A `:` is missing between the key and its value.";
pub(super) const KEY_WITHOUT_VALUE: &str = "This key has no value. Write `key: value`.";
pub(super) const MISSING_VALUE: &str = "A value is missing after the `:`.";
pub(super) const MISSING_COMMA: &str = "A `,` is missing here.";
pub(super) const LONE_COMMA: &str = "There is nothing before this `,`. Remove it.";
pub(super) const SEMICOLON: &str = "Entries are separated by `,`, not by `;`.";
pub(super) const COLON_IN_LIST: &str =
    "A list holds values only: a `:` belongs between a key and its value, within `{ }`.";
pub(super) const BAD_NUMBER: &str = "This is not a number. If it is text, put quotes around it.";
pub(super) const TEXT_NEEDS_QUOTES: &str = "Text needs quotes around it.";
pub(super) const OPEN_STRING: &str = "The closing quote is missing.";
pub(super) const NO_OPENING_QUOTE: &str = "The opening quote is missing.";
pub(super) const OTHER_QUOTES: &str = "Text stands between straight quotes: `\"` or `'`.";
pub(super) const WRONG_BRACE: &str = "A list is closed by `]`, not by `}`.";
pub(super) const WRONG_BRACKET: &str = "An object is closed by `}`, not by `]`.";
pub(super) const NEVER_CLOSED: &str = "This bracket is never closed.";
