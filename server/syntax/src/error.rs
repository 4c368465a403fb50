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
    /// The changes that mend it, the best first.
    pub fixes: Vec<SyntaxFix>,
    /// Whether something else may have been meant than what was read here: then nothing more is to be said of it.
    pub doubtful: bool,
}

/// A change that mends a [`SyntaxError`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFix {
    /// What it changes, as a quick fix's title.
    pub title: Cow<'static, str>,
    /// The change.
    pub edits: Vec<TextEdit>,
    /// Whether nothing else can have been meant.
    pub certain: bool,
}
