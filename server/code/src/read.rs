//! From a file's text to the program that is kept of it.

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use crate::ir::{Module, Span};
use crate::{lower, nesting};

/// How long a text may be, in bytes. What people write stays under 200 KB; beyond this it is a bundle.
const MAX_TEXT: usize = 5 << 20;

/// What comments begin with that speak to those who check connectors.
const DIRECTIVE: &str = "base44-ignore";

/// A file's program. Of a text that is too long or nests too deep, nothing is known.
///
/// The parser calls itself for what nests: call this on a thread with [`STACK`](crate::STACK) bytes of stack.
pub(crate) fn read(path: &str, text: &str) -> Module {
    if text.len() > MAX_TEXT || nesting::too_deep(text.as_bytes()) {
        return Module { path: path.into(), cut: true, ..Module::default() };
    }
    let allocator = Allocator::default();
    let kind = match path.rsplit_once('.') {
        Some((_, "js" | "jsx" | "mjs")) => SourceType::jsx(),
        Some((_, "tsx")) => SourceType::tsx(),
        _ => SourceType::ts(),
    };
    let options = ParseOptions {
        preserve_parens: false,
        allow_return_outside_function: true,
        ..ParseOptions::default()
    };
    let parsed = Parser::new(&allocator, text, kind).with_options(options).parse();
    let mut module = lower::lower(path, text, &parsed.program);
    module.cut |= parsed.panicked;
    if memchr::memmem::find(text.as_bytes(), DIRECTIVE.as_bytes()).is_some() {
        let comments = parsed.program.comments.iter().map(|comment| (comment.span.start, comment.span.end));
        let says =
            |at: &Span| text.get(at.0 as usize..at.1 as usize).is_some_and(|it| it.contains(DIRECTIVE));
        module.directives = comments.filter(says).collect();
    }
    module
}
