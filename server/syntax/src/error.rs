//! What is wrong with a text, and what would mend it.

use std::borrow::Cow;

use crate::{TextEdit, TextRange};

/// A place where the text is not JSON5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub range: TextRange,
    /// What is wrong, in words for somebody who never heard of JSON5.
    pub message: Cow<'static, str>,
    /// Another place it speaks of, such as the bracket that is not closed.
    pub related: Option<(TextRange, &'static str)>,
    /// The change that certainly mends it, where there is one.
    pub fix: Option<SyntaxFix>,
}

/// A change that mends a [`SyntaxError`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFix {
    /// What it changes, as a quick fix's title.
    pub title: Cow<'static, str>,
    /// The change.
    pub edits: Vec<TextEdit>,
}
