//! From a file's text to the program that is kept of it.

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use crate::ir::Module;
use crate::{lower, nesting};

/// How long a text may be, in bytes. What people write stays under 200 KB; beyond this it is a bundle.
const MAX_TEXT: usize = 5 << 20;

/// A file's program. Of a text that is too long or nests too deep, nothing is known.
///
/// The parser calls itself for what nests: call this on a thread with [`STACK`](crate::STACK) bytes of stack.
pub(crate) fn read(path: &str, text: &str) -> Module {
    if text.len() > MAX_TEXT || nesting::too_deep(text.as_bytes()) {
        return Module { path: path.into(), cut: true, ..Module::default() };
    }
    let allocator = Allocator::default();
    let kind = if path.ends_with(".js") { SourceType::mjs() } else { SourceType::ts() };
    let options = ParseOptions {
        preserve_parens: false,
        allow_return_outside_function: true,
        ..ParseOptions::default()
    };
    let parsed = Parser::new(&allocator, text, kind).with_options(options).parse();
    let mut module = lower::lower(path, text, &parsed.program);
    module.cut |= parsed.panicked;
    module
}
