// Writes server/syntax/src/ident_tables.rs: the characters that the json5 package takes for parts of an identifier.
//
//   node tests/peers/json5-identifiers.mjs > server/syntax/src/ident_tables.rs
import unicode from "json5/lib/unicode.js";

/** The ranges of the characters beyond ASCII that one of `expressions` matches, as lines of Rust. */
function table(...expressions) {
  const ranges = [];
  for (let code = 0x80; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    if (!expressions.some((expression) => expression.test(character))) continue;
    const last = ranges.at(-1);
    if (last?.[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  const cells = ranges.map(([first, last]) => `(0x${first.toString(16)}, 0x${last.toString(16)}),`);
  const lines = [];
  for (const cell of cells) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + cell.length < 105) lines[lines.length - 1] = `${line} ${cell}`;
    else lines.push(`    ${cell}`);
  }
  return lines.join("\n");
}

process.stdout.write(`//! The characters beyond ASCII that identifiers are made of, as inclusive ranges in order.
//!
//! Written by tests/peers/json5-identifiers.mjs from the json5 package, JSON5's reference parser. It fixes an older
//! version of Unicode than any crate has, and a text has to be read here as it is there.

/// What an identifier may start with.
#[rustfmt::skip]
pub(crate) const ID_START: &[(u32, u32)] = &[
${table(unicode.ID_Start)}
];

/// What may follow in an identifier.
#[rustfmt::skip]
pub(crate) const ID_CONTINUE: &[(u32, u32)] = &[
${table(unicode.ID_Start, unicode.ID_Continue)}
];
`);
