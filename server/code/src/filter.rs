//! Which texts matter at all: in the median app 4 of 41 files do. This looks at bytes alone.

use memchr::memmem;

/// Whether a text may ask for connectors.
pub fn names_connectors(text: &str) -> bool {
    memmem::find(text.as_bytes(), b"connectors").is_some()
}

/// What may be addresses of imports in a text: relative ones, and others that an import map may lead to a file. Some are
/// none, and none is left out. What says itself that it is a package or on the web is no such address.
pub fn imports(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for at in memmem::find_iter(bytes, b"./") {
        let mut start = at;
        while start > 0 && bytes.get(start - 1) == Some(&b'.') {
            start -= 1;
        }
        let Some(quote) = start.checked_sub(1).and_then(|before| bytes.get(before)) else { continue };
        if QUOTES.contains(quote) {
            found.extend(quoted(text, start, *quote));
        }
    }
    // `import a from "x"`, `export * from "x"`, `import "x"`, `import("x")`.
    for word in ["from", "import"] {
        for at in memmem::find_iter(bytes, word.as_bytes()) {
            let behind = at + word.len();
            let skipped = text.get(behind..).unwrap_or_default().bytes();
            let skipped = skipped.take_while(|byte| byte.is_ascii_whitespace() || *byte == b'(').count();
            let Some(quote) = bytes.get(behind + skipped).filter(|quote| QUOTES.contains(*quote)) else {
                continue;
            };
            let address = quoted(text, behind + skipped + 1, *quote);
            found.extend(address.filter(|address| !address.starts_with('.') && !address.contains(':')));
        }
    }
    found
}

const QUOTES: &[u8] = b"'\"`";

/// What stands from a place up to a quote. An address is not longer than a path may be.
fn quoted(text: &str, start: usize, quote: u8) -> Option<&str> {
    let rest = text.get(start..)?;
    let end = rest.bytes().take(4_096).position(|byte| byte == quote || byte == b'\n')?;
    rest.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_between_any_quotes() {
        let text = "import a from './a.ts';\nimport { b } from \"../../shared/b.ts\";\nconst c = await import(`./c.ts`);\nx = 1./2;";
        assert_eq!(imports(text), ["./a.ts", "../../shared/b.ts", "./c.ts"]);
    }

    #[test]
    fn addresses_that_a_map_may_know_are_found_and_packages_are_not() {
        let text = "import a from '@/a.ts';\nimport 'b';\nexport * from\n\"#c/d\";\nawait import( `e` );\nimport f from 'npm:f';\nimport g from 'https://g/h.ts';\nArray.from('./i');";
        assert_eq!(imports(text), ["./i", "@/a.ts", "#c/d", "b", "e"]);
    }
}
