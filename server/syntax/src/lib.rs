//! JSON5 text to a tree with ranges, recovering from every error, and text edits back.

mod range;

pub use range::{TextEdit, TextRange};
