//! From a file's text to the program that is kept of it.

use std::cell::Cell;

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use crate::ir::{Module, Span};
use crate::{lower, nesting};

/// How long a text may be, in bytes. What people write stays under 200 KB; beyond this it is a bundle.
const MAX_TEXT: usize = 5 << 20;

/// How much memory a thread keeps for the next text that it parses, in bytes: enough for what people write.
const KEPT: usize = 2 << 20;

thread_local! {
    /// What the last text was parsed into, free again. An edited file is parsed at each key, and to give so much memory
    /// back and ask for it anew makes the small pieces that the rest is made of slower to get.
    static ARENA: Cell<Option<Allocator>> = const { Cell::new(None) };
}

/// What comments begin with that speak to those who check connectors.
const DIRECTIVE: &str = "base44-ignore";

/// A file's program. Of a text that is too long or nests too deep, nothing is known.
///
/// The parser calls itself for what nests: call this on a thread with [`STACK`](crate::STACK) bytes of stack.
pub(crate) fn read(path: &str, text: &str) -> Module {
    if text.len() > MAX_TEXT || nesting::too_deep(text.as_bytes()) {
        let mut module = Module::new(path);
        module.cut = true;
        return module;
    }
    let mut allocator = ARENA.take().unwrap_or_default();
    let module = parse(path, text, &allocator);
    allocator.reset();
    if allocator.capacity() <= KEPT {
        ARENA.set(Some(allocator));
    }
    module
}

fn parse(path: &str, text: &str, allocator: &Allocator) -> Module {
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
    let parsed = Parser::new(allocator, text, kind).with_options(options).parse();
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
