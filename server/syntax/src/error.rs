//! What is wrong with a text, and what would mend it, as values: the words are made by whoever shows them.

use crate::{TextEdit, TextRange};

/// A place where the text is not JSON5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Where it is; [`Tree::slice`](crate::Tree::slice) gives what is written there.
    pub range: TextRange,
    /// The opening bracket that a wrong one was to close.
    pub opening: Option<TextRange>,
    /// The changes that mend it, the best first.
    pub fixes: Vec<SyntaxFix>,
    /// Whether something else may have been meant than what was read here: then nothing more is to be said of it.
    pub ambiguous: bool,
}

/// A change that mends a [`SyntaxError`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFix {
    /// What it changes.
    pub kind: FixKind,
    /// The change.
    pub edits: Vec<TextEdit>,
    /// Whether nothing else can have been meant.
    pub certain: bool,
}

/// A notation that a whole text is written in instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// YAML.
    Yaml,
    /// TOML.
    Toml,
    /// XML.
    Xml,
    /// JSON as the source of an HTML page has it: `&quot;` for each quote.
    EscapedJson,
}

/// What is wrong at a place. The root is the object that the text is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// The text has 4 GiB or more; nothing of it was read.
    TooLarge,
    /// There is nothing but blanks and comments.
    Empty,
    /// Words before the root: `export default {`.
    TextBeforeRoot,
    /// Words before the root, and what belongs to them after it.
    TextAroundRoot,
    /// Something after the root.
    TextAfterRoot,
    /// A second root after the first.
    SecondRoot,
    /// The whole text is in another notation.
    OtherNotation(Notation),
    /// Words, and no root.
    NoRoot,
    /// The root stands between other brackets than braces.
    RootInOtherBrackets,
    /// The root begins with another bracket and ends with a brace.
    RootOpenedByOther,
    /// The root has neither of its braces.
    RootWithoutBraces,
    /// The root lacks its opening brace.
    RootWithoutOpeningBrace,
    /// Two versions of some lines, from a merge that was not finished.
    MergeConflict,
    /// One marker of such a merge.
    MergeMarker,
    /// A backslash before what cannot follow it.
    InvalidEscape,
    /// `/*` without `*/`.
    UnclosedComment,
    /// `*/` without `/*`.
    StrayCommentEnd,
    /// A comment that begins with this mark of another language.
    OtherCommentMark(&'static str),
    /// Several words on a line where a key belongs, most likely a comment without its mark.
    BareComment,
    /// A key that is no identifier and has no quotes.
    UnquotedKey,
    /// `:` without a key before it.
    MissingKey,
    /// A key without `:` and value.
    KeyWithoutValue,
    /// A value where a key belongs.
    ValueWithoutKey,
    /// A key and its value within one pair of quotes.
    KeyAndValueInOneString,
    /// A second value after a member's.
    ExtraValue,
    /// `:` without a value after it.
    MissingValue,
    /// No `:` between a key and its value.
    MissingColon,
    /// Another sign between a key and its value.
    WrongColon,
    /// `:` after a value of a list.
    ColonInArray,
    /// No `,` between two entries.
    MissingComma,
    /// Another sign between two entries.
    WrongComma,
    /// `,` with nothing before it.
    ExtraComma,
    /// One `{` too many.
    ExtraBrace,
    /// One `[` too many.
    ExtraBracket,
    /// A bracket that is never closed.
    UnclosedBracket,
    /// `]` and `}` in the wrong order.
    SwappedBrackets,
    /// A list is closed by another bracket.
    ArrayClosedByOther,
    /// An object is closed by another bracket.
    ObjectClosedByOther,
    /// A list begins with another bracket.
    ArrayOpenedByOther,
    /// A list stands between other brackets.
    ArrayInOtherBrackets,
    /// Several values after one another, as if they were one.
    ArrayWithoutBrackets,
    /// A list lacks its `[`.
    ArrayWithoutOpeningBracket,
    /// Lines that begin with `-`, as YAML has lists.
    YamlList,
    /// A value in parentheses.
    Parentheses,
    /// `...`
    Spread,
    /// Something to be filled in: `{{type}}`, `${TYPE}`, `<type>`.
    Placeholder,
    /// Strings put together with `+`.
    Concatenation,
    /// A literal of another language, and how it is written here.
    OtherLiteral(&'static str),
    /// What begins as a number and is none.
    InvalidNumber,
    /// Text without quotes.
    UnquotedString,
    /// A string without its closing quote.
    UnclosedString,
    /// The same, and the `,` after it is missing too.
    UnclosedStringBeforeComma,
    /// A string without its opening quote.
    StringWithoutOpeningQuote,
    /// A string that goes on in the next line.
    LineBreakInString,
    /// A string with the quote in it that it stands in.
    QuoteInString,
    /// One quote too many.
    ExtraQuote,
    /// `""text""`
    DoubledQuotes,
    /// `\"text\"`
    EscapedQuotes,
    /// A string that ends with another quote than it begins with.
    MismatchedQuotes,
    /// Quotes that are not JSON5's.
    OtherQuotes,
    /// A character of another script that looks like this one.
    LookAlike(char),
    /// A character that nobody sees.
    InvisibleCharacter,
    /// A character that means nothing here.
    UnexpectedCharacter,
}

/// What a fix does. What it writes is in its edits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FixKind {
    /// Inserts the edit's text.
    Insert,
    /// Inserts what is missing.
    InsertMissing,
    /// Inserts these closing brackets at the end of the text, laid out as they were opened.
    InsertMissingAtEnd(String),
    /// Inserts a closing quote.
    InsertClosingQuote {
        /// And a `,` behind it.
        and_comma: bool,
    },
    /// Inserts an opening quote.
    InsertOpeningQuote,
    /// Writes something else in place of what is there.
    Change,
    /// Writes straight quotes.
    ChangeQuotes {
        /// And a `,` behind the string.
        and_comma: bool,
    },
    /// Takes out what is there.
    Remove,
    /// Takes out what is there once too often.
    RemoveExtra,
    /// Takes out a quote that is one too many.
    RemoveExtraQuote,
    /// Takes out the second of two quotes, at both ends.
    RemoveDoubledQuotes,
    /// Takes out the backslashes before quotes.
    RemoveBackslashes,
    /// Takes out what nobody sees.
    RemoveInvisible,
    /// Takes out what stands before the root.
    RemoveBefore,
    /// Takes out what stands after the root.
    RemoveAfter,
    /// Takes out what stands before and after the root.
    RemoveAround,
    /// Takes out the parentheses around a value.
    RemoveParentheses,
    /// Takes out the marker of a merge.
    RemoveMergeMarker,
    /// Keeps the first of two versions.
    KeepFirstVersion,
    /// Keeps the second of two versions.
    KeepSecondVersion,
    /// Puts quotes around a key.
    QuoteKey,
    /// Puts quotes around a value.
    Quote,
    /// Puts braces around the root.
    PutBraces,
    /// Puts brackets around a list.
    PutBrackets,
    /// Writes brackets for braces.
    BracesToBrackets,
    /// Writes brackets for parentheses.
    ParenthesesToBrackets,
    /// Writes braces for other brackets.
    BracketsToBraces,
    /// Exchanges two brackets.
    SwapBrackets,
    /// Writes lines as a list.
    WriteAsArray,
    /// Splits one string into a key and its value.
    SplitKeyAndValue,
    /// Writes several strings as one.
    WriteInOneString,
    /// Joins the lines of a string.
    JoinLines,
    /// Writes a backslash as its escape.
    EscapeBackslash,
    /// Escapes the quotes within a string.
    EscapeQuote,
    /// Closes a comment.
    CloseComment,
    /// Writes a comment of HTML as one of JSON5.
    ToBlockComment,
}
