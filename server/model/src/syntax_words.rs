//! The words for what is wrong with a text: the parser knows kinds and places, and no connector.

use connector_boundary::secret::secret_across;
use connector_syntax::{
    FixKind, Notation, SyntaxError, SyntaxErrorKind as Kind, SyntaxFix, TextEdit, TextRange, Tree,
};

/// Bytes of a row of characters without a meaning that are shown: it is one character, over and over.
const MAX_SHOWN: usize = 16;

/// What a text was to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Document {
    /// A connector file.
    Connector,
    /// `.app.jsonc`.
    AppLink,
    /// `config.jsonc`.
    Config,
    /// `connector-checks.jsonc`.
    Checks,
}

impl Document {
    /// What people call it, with its article.
    fn article(self) -> &'static str {
        match self {
            Document::AppLink => "An",
            _ => "A",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Document::Connector => "connector",
            Document::AppLink => "app link",
            Document::Config => "config",
            Document::Checks => "checks file",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Document::Connector => "`{ \"type\": \"slack\", \"scopes\": [\"chat:write\"] }`",
            Document::AppLink => "`{ \"id\": \"<app id>\" }`",
            Document::Config => "`{ \"name\": \"<name>\" }`",
            Document::Checks => "`{ \"severity\": { \"unknown-scope\": \"off\" } }`",
        }
    }
}

/// What is wrong, in words for somebody who never heard of JSON5.
///
/// Only of a connector file the words show what is written: another file may hold what is nobody's business.
pub(crate) fn message(error: &SyntaxError, tree: &Tree, document: Document) -> String {
    let (a, noun) = (document.article(), document.noun());
    // What stands at the place, as a part of a sentence.
    let written = || match document {
        Document::Connector => format!("`{}`", tree.slice(error.range)),
        _ => "this".to_owned(),
    };
    let text = match error.kind {
        Kind::TooLarge => "The text is too large to read: 4 GiB is the limit.",
        Kind::Empty => {
            return format!("There is nothing here yet. {a} {noun} begins with `{{` and ends with `}}`.");
        }
        Kind::TextBeforeRoot => {
            return format!("{a} {noun} begins with `{{`. Remove what stands before it.");
        }
        Kind::TextAroundRoot => {
            return format!(
                "{a} {noun} begins with `{{` and ends with `}}`. Remove what stands before and after it."
            );
        }
        Kind::TextAfterRoot => {
            return format!(
                "The {noun} ends before this. Remove what follows, or move it inside the braces."
            );
        }
        Kind::SecondRoot if document == Document::Connector => {
            "A file holds one connector, which ends before this. Move this one into a file of its own."
        }
        Kind::SecondRoot => return format!("The {noun} ends before this. Remove this second one."),
        Kind::OtherNotation(notation) => {
            let name = match notation {
                Notation::Yaml => "YAML",
                Notation::Toml => "TOML",
                Notation::Xml => "XML",
                Notation::EscapedJson => "JSON from the source of a web page, with codes for its quotes",
            };
            return format!("This is {name}. {a} {noun} is written as JSON: {}.", document.example());
        }
        Kind::NoRoot => return format!("This is no {noun}. One is written as {}.", document.example()),
        Kind::RootInOtherBrackets => return format!("{a} {noun} stands between `{{` and `}}`."),
        Kind::RootOpenedByOther => {
            return format!("{a} {noun} begins with `{{`, not with {}.", written());
        }
        Kind::RootWithoutBraces => {
            return format!("{a} {noun} stands between braces: `{{` before it and `}}` after it.");
        }
        Kind::RootWithoutOpeningBrace => {
            return format!("{a} {noun} begins with `{{`, which is missing here.");
        }
        Kind::MergeConflict => {
            "Two versions stand here, from a merge that was not finished. Keep one, and remove the lines with the markers."
        }
        Kind::MergeMarker => {
            "This is left from a merge that was not finished. Remove it, or keep of it what belongs here."
        }
        Kind::InvalidEscape => "There is no such escape. Write `\\\\` for a backslash.",
        Kind::UnclosedComment => "This comment is never closed. Add `*/` where it ends.",
        Kind::StrayCommentEnd => "A comment ends here that never began. Begin it with `/*`, or remove this.",
        Kind::OtherCommentMark(mark) => {
            return format!("A comment begins with `//`, not with `{mark}`.");
        }
        Kind::BareComment => "This is no key with a value. If it is a comment, begin it with `//`.",
        Kind::UnquotedKey => "This key needs quotes around it.",
        Kind::MissingKey => "A key is missing before the `:`.",
        Kind::KeyWithoutValue => "This key has no value. Write `key: value`.",
        Kind::ValueWithoutKey => "This value has no key. Write `key: value`.",
        Kind::KeyAndValueInOneString => "The key and its value are one text here. Each has its own quotes.",
        Kind::ExtraValue => "There is a value already. Remove this one, or put a `,` and a key before it.",
        Kind::MissingValue => "A value is missing after the `:`.",
        Kind::MissingColon => "A `:` is missing between the key and its value.",
        Kind::WrongColon => {
            return format!("Between a key and its value stands `:`, not {}.", written());
        }
        Kind::ColonInArray => {
            "A list holds values only: a `:` belongs between a key and its value, within `{ }`."
        }
        Kind::MissingComma => "A `,` is missing here.",
        Kind::WrongComma => return format!("Entries are separated by `,`, not by {}.", written()),
        Kind::ExtraComma => "There is nothing before this `,`. Remove it.",
        Kind::ExtraBrace => "There is one `{` too many.",
        Kind::ExtraBracket => "There is one `[` too many.",
        Kind::UnclosedBracket if tree.slice(error.range) == "[" => {
            "This `[` is never closed: a `]` is missing."
        }
        Kind::UnclosedBracket => {
            // A list whose bracket is written as another one is closed as that one would be.
            return format!("This `{}` is never closed: a `}}` is missing.", tree.slice(error.range));
        }
        Kind::SwappedBrackets => "These two brackets are swapped.",
        Kind::ArrayClosedByOther => return format!("A list is closed by `]`, not by {}.", written()),
        Kind::ObjectClosedByOther => return format!("An object is closed by `}}`, not by {}.", written()),
        Kind::ArrayOpenedByOther => return format!("A list begins with `[`, not with {}.", written()),
        Kind::ArrayInOtherBrackets => "A list stands between `[` and `]`.",
        Kind::ArrayWithoutBrackets => "Several values are a list: put `[` before them and `]` after them.",
        Kind::ArrayWithoutOpeningBracket => "The `[` that begins this list is missing.",
        Kind::YamlList => "A list stands between `[` and `]`, with a `,` after each value but the last.",
        Kind::Parentheses => "A value stands here without parentheses around it.",
        Kind::Spread => "Nothing can be left out or taken over with `...`: write out what belongs here.",
        Kind::Placeholder => "This is a placeholder. Write what belongs in its place.",
        Kind::Concatenation => "Text cannot be put together with `+`. Write it in one piece.",
        Kind::OtherLiteral(right) => match document {
            Document::Connector => return format!("{} is written `{right}` here.", written()),
            _ => return format!("This is written `{right}` here."),
        },
        Kind::InvalidNumber => "This is not a number. If it is text, put quotes around it.",
        Kind::UnquotedString => "Text needs quotes around it.",
        Kind::UnclosedString => "The closing quote is missing.",
        Kind::UnclosedStringBeforeComma => "The closing quote is missing, and a `,` after it.",
        Kind::StringWithoutOpeningQuote => "The opening quote is missing.",
        Kind::LineBreakInString => {
            "Text cannot go on in the next line. Write it in one line, or end the line with `\\`."
        }
        Kind::QuoteInString => "A quote within the text ends it. Put a `\\` before that quote.",
        Kind::ExtraQuote => "There is one quote too many.",
        Kind::DoubledQuotes => "There are two quotes where one belongs.",
        Kind::EscapedQuotes => "Quotes around text have no backslash before them.",
        Kind::MismatchedQuotes => {
            let written = tree.slice(error.range);
            let (first, last) = (written.chars().next(), written.chars().next_back());
            let (first, last) = (first.unwrap_or('"'), last.unwrap_or('"'));
            return format!(
                "This begins with `{first}` and ends with `{last}`. Both have to be the same quote."
            );
        }
        Kind::OtherQuotes => "Text stands between straight quotes: `\"` or `'`.",
        Kind::LookAlike(right) => match document {
            Document::Connector => {
                return format!("{} looks like `{right}`, but only `{right}` counts here.", written());
            }
            _ => return format!("This looks like `{right}`, but only `{right}` counts here."),
        },
        Kind::InvisibleCharacter => {
            let code = tree.slice(error.range).chars().next().map_or(0, u32::from);
            return format!("An invisible character is here, U+{code:04X}. Remove it.");
        }
        Kind::UnexpectedCharacter => match document {
            Document::Connector => {
                return format!("`{}` has no meaning here. Remove it.", beginning(tree, error.range));
            }
            _ => "This has no meaning here. Remove it.",
        },
    };
    text.to_owned()
}

/// What is said of the bracket that a wrong one was to close.
pub(crate) const OPENING: &str = "opened here";

/// A fix of a connector file's mistake, as a quick fix's title.
pub(crate) fn title(fix: &SyntaxFix, tree: &Tree) -> String {
    let edit = fix.edits.first();
    let new = || edit.map_or("", |edit| edit.new_text.as_str());
    let old = || edit.map_or("", |edit| beginning(tree, edit.range));
    let title = match &fix.kind {
        FixKind::Insert => return format!("Insert `{}`", new()),
        FixKind::InsertMissing => return format!("Insert the missing `{}`", new()),
        FixKind::InsertMissingAtEnd(missing) => return format!("Insert the missing `{missing}` at the end"),
        FixKind::InsertClosingQuote { and_comma } => {
            let quote = new().chars().next().unwrap_or('"');
            return format!("Insert the closing `{quote}`{}", comma(*and_comma));
        }
        FixKind::InsertOpeningQuote => return format!("Insert the opening `{}`", new()),
        FixKind::Change => {
            let written = edit.map_or("", |edit| tree.slice(edit.range));
            return format!("Change `{written}` to `{}`", new());
        }
        FixKind::ChangeQuotes { and_comma } => {
            return format!("Change the quotes to `\"`{}", comma(*and_comma));
        }
        FixKind::Remove => return format!("Remove `{}`", old()),
        FixKind::RemoveExtra => return format!("Remove the extra `{}`", old()),
        FixKind::RemoveExtraQuote => "Remove the extra quote",
        FixKind::RemoveDoubledQuotes => "Remove the second ones",
        FixKind::RemoveBackslashes => "Remove the backslashes",
        FixKind::RemoveInvisible => "Remove it",
        FixKind::RemoveBefore => "Remove what stands before the `{`",
        FixKind::RemoveAfter => "Remove what follows the end",
        FixKind::RemoveAround => "Remove what stands around the connector",
        FixKind::RemoveParentheses => "Remove the parentheses",
        FixKind::RemoveMergeMarker => "Remove what the merge left",
        FixKind::KeepFirstVersion => "Keep the first version",
        FixKind::KeepSecondVersion => "Keep the second version",
        FixKind::QuoteKey => "Put quotes around the key",
        FixKind::Quote => "Put quotes around it",
        FixKind::PutBraces => "Put braces around it",
        FixKind::PutBrackets => "Put brackets around the list",
        FixKind::BracesToBrackets => "Change the braces to `[` and `]`",
        FixKind::ParenthesesToBrackets => "Change the parentheses to `[` and `]`",
        FixKind::BracketsToBraces => "Change the brackets to `{` and `}`",
        FixKind::SwapBrackets => {
            let both: String = fix.edits.iter().map(|edit: &TextEdit| edit.new_text.as_str()).collect();
            return format!("Change to `{both}`");
        }
        FixKind::WriteAsArray => "Write it as a list",
        FixKind::SplitKeyAndValue => "Split into a key and its value",
        FixKind::WriteInOneString => return format!("Write {}", new()),
        FixKind::JoinLines => "Join the lines",
        FixKind::EscapeBackslash => "Write `\\\\` for a backslash",
        FixKind::EscapeQuote => "Put `\\` before the quote within",
        FixKind::CloseComment => "Close the comment",
        FixKind::ToBlockComment => "Change to `/* */`",
    };
    title.to_owned()
}

fn comma(is_missing: bool) -> &'static str {
    if is_missing { " and a `,`" } else { "" }
}

/// What is written at a place, or its beginning, up to the secret that this would cut.
fn beginning(tree: &Tree, range: TextRange) -> &str {
    let written = tree.slice(range);
    let end = secret_across(written, MAX_SHOWN).map_or(MAX_SHOWN, |secret| secret.start);
    written.get(..end).unwrap_or(written)
}

#[cfg(test)]
mod tests {
    use connector_syntax::parse;

    use super::*;

    fn said(text: &str, document: Document) -> Vec<String> {
        let tree = parse(text);
        tree.errors().iter().map(|error| message(error, &tree, document)).collect()
    }

    #[test]
    fn a_text_is_called_what_it_was_to_be() {
        assert_eq!(
            said("hello", Document::AppLink),
            ["This is no app link. One is written as `{ \"id\": \"<app id>\" }`."]
        );
        assert_eq!(
            said("id: 1\nname: 2\n", Document::Config),
            ["This is YAML. A config is written as JSON: `{ \"name\": \"<name>\" }`."]
        );
        assert_eq!(
            said("", Document::Connector),
            ["There is nothing here yet. A connector begins with `{` and ends with `}`."]
        );
        for text in ["", "hello", "x {}", "x {} y", "{} y", "{} {}", "[a: 1]", "a: 1", "(a: 1}"] {
            for document in [Document::AppLink, Document::Config, Document::Checks] {
                let said = said(text, document).concat();
                assert!(!said.is_empty() && !said.contains("connector"), "{text:?}: {said}");
            }
        }
    }

    #[test]
    fn of_another_file_than_a_connector_nothing_is_shown_that_stands_in_it() {
        for text in ["{a = 'secret'}", "{a: 1 | b: 2}", "{a: True}", "{a： 1}", "{a: 1, }}}}} §§§ secret"]
        {
            for error in said(text, Document::Config) {
                for written in ["secret", "True", "=", "|", "：", "§"] {
                    assert!(!error.contains(written), "{text:?}: {error}");
                }
            }
        }
        assert_eq!(
            said("{a = 1}", Document::Connector),
            ["Between a key and its value stands `:`, not `=`."]
        );
    }
}
