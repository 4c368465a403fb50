//! Which texts matter at all: in the median app 4 of 41 files do. This looks at bytes alone.

use memchr::memmem;

/// Whether a text may ask for connectors.
pub fn names_connectors(text: &str) -> bool {
    memmem::find(text.as_bytes(), b"connectors").is_some()
}

/// What may be relative addresses of imports in a text. Some are not, none is left out.
pub fn relative_imports(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for at in memmem::find_iter(bytes, b"./") {
        let mut start = at;
        while start > 0 && bytes.get(start - 1) == Some(&b'.') {
            start -= 1;
        }
        let Some(quote) = start.checked_sub(1).and_then(|before| bytes.get(before)) else { continue };
        if !b"'\"`".contains(quote) {
            continue;
        }
        let rest = text.get(start..).unwrap_or_default();
        // An address is not longer than a path may be.
        if let Some(end) = rest.bytes().take(4_096).position(|byte| byte == *quote || byte == b'\n') {
            found.extend(rest.get(..end));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_between_any_quotes() {
        let text = "import a from './a.ts';\nimport { b } from \"../../shared/b.ts\";\nconst c = await import(`./c.ts`);\nx = 1./2;";
        assert_eq!(relative_imports(text), ["./a.ts", "../../shared/b.ts", "./c.ts"]);
    }
}
