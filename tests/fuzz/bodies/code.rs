//! Any program text: something is found or nothing, each place lies in its text, and the same text says the same again.

use std::sync::Arc;

use connector_code::{Analysis, Module, Modules, Place, analyse, read};

use super::bytes::Bytes;

/// Pieces of functions that use connectors.
const PIECES: &[&str] = &[
    "const t = ",
    "let u = ",
    "await ",
    "base44",
    ".asServiceRole",
    "?.",
    ".connectors",
    ".getConnection",
    ".getAccessToken",
    ".callApi",
    "('slack')",
    "(type)",
    ".accessToken",
    "{ accessToken }",
    " = ",
    "fetch(",
    "`https://slack.com/api/${t}`",
    "'https://h/a'",
    ", { headers: { Authorization: `Bearer ${t}` }, method }",
    ")",
    "(",
    "{",
    "}",
    "[",
    "]",
    ";\n",
    ", ",
    "=> ",
    "async ",
    "function f(a, b = a) ",
    "class A extends A ",
    "constructor() ",
    "this",
    ".f(",
    "return ",
    "throw ",
    "if (u) ",
    "else ",
    "for (const x of [1, f]) ",
    "while (u) ",
    "try ",
    "catch (e) ",
    "finally ",
    "switch (u) ",
    "case 1: ",
    "break;",
    "import { f } from './b.ts';\n",
    "export { f as g } from './a.ts';\n",
    "export default ",
    "export * from './b.ts';\n",
    "new URL(u)",
    ".searchParams.set('a', t)",
    "...",
    "`${",
    "`",
    "'",
    "/",
    "//",
    "/*",
    "u += t;",
    "t",
    "u",
    "f",
    "1",
    "null",
    " ? ",
    " : ",
    " || ",
    " && ",
    ": string",
    "<T>",
    " as const",
    "@a ",
    "é",
    "😀",
    "\u{2028}",
    "\u{0}",
];

pub fn run(data: &[u8]) {
    let data = data.to_vec();
    let thread = std::thread::Builder::new().stack_size(connector_code::STACK).spawn(move || run_here(&data));
    if let Err(panic) = thread.unwrap().join() {
        std::panic::resume_unwind(panic);
    }
}

struct Files([(&'static str, Arc<Module>); 2]);

impl Modules for Files {
    fn module(&self, path: &str) -> Option<Arc<Module>> {
        self.0.iter().find(|(known, _)| *known == path).map(|(_, module)| module.clone())
    }
}

fn run_here(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let texts = [bytes.text_of(PIECES, 120), bytes.text_of(PIECES, 60)];
    let [first, second] = &texts;
    let files = Files([("a.ts", Arc::new(read("a.ts", first))), ("b.ts", Arc::new(read("b.ts", second)))]);
    let found = analyse(&files.0[0].1, &files);
    let inside = |place: &Place| {
        let text = if &*place.path == "a.ts" { first } else { second };
        assert!(text.get(place.start as usize..place.end as usize).is_some(), "{place:?} in {text:?}");
    };
    for used in &found.uses {
        inside(&used.at);
        inside(&used.method_at);
        used.literal.iter().chain(&used.callers).for_each(inside);
    }
    for call in &found.calls {
        assert!(call.used < found.uses.len());
        inside(&call.at);
        call.callers.iter().for_each(inside);
    }
    let again: Analysis = analyse(&files.0[0].1, &files);
    assert_eq!(found, again);
}
