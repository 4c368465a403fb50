//! JSON5 text to a tree with ranges, recovering from every error, and text edits back.
//!
//! [`parse`] accepts what JSON5 accepts and gives the same value. On anything else every independent mistake is
//! told at its own place, and the tree still holds what can be made out around it.

mod chars;
pub mod edit;
mod edited;
mod error;
mod format;
mod ident_tables;
mod lexer;
mod line_index;
mod number;
mod parser;
mod range;
mod string;
mod tree;

pub use chars::{is_identifier_continue, is_identifier_start};
pub use edited::{Retyped, Shift};
pub use error::{FixKind, Notation, SyntaxError, SyntaxErrorKind, SyntaxFix};
pub use format::{FormatOptions, TrailingComma, format};
pub use line_index::{Encoding, LineColumn, LineIndex};
pub use parser::parse;
pub use range::{TextEdit, TextRange};
pub use string::quote;
pub use tree::{Array, Comment, Member, Node, NodeKind, Object, StringNode, Tree};
