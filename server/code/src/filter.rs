//! Which texts matter at all: in the median app 4 of 41 files do. This looks at bytes alone.

use memchr::memmem;

/// The keys of connectors that the platform puts into the functions' environment, each with its type.
pub(crate) const KEYS_IN_ENVIRONMENT: [(&str, &str); 1] = [("STRIPE_SECRET_KEY", "stripe")];

/// Whether a text may ask for connectors.
pub fn names_connectors(text: &str) -> bool {
    let has = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    has("connectors") || KEYS_IN_ENVIRONMENT.iter().any(|(key, _)| has(key))
}

/// Whether the text of a page may take a connector's token: it speaks of connectors and of a method that gives one, and
/// of nothing that only servers have.
pub fn takes_connectors(text: &str) -> bool {
    let has = |word: &&str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    has(&"connectors") && TAKING_METHODS.iter().any(has) && !OF_SERVERS.iter().any(has)
}

/// What only a function has: the runtime it runs in, and a client with the rights of a request.
const OF_SERVERS: [&str; 3] = ["Deno.", "createClientFromRequest", "npm:@base44"];

/// The methods that take a connector by its type.
pub const TAKING_METHODS: [&str; 3] = ["getConnection", "getAccessToken", "callApi"];

/// Whether an address may lead to code of the app where no file of it was found: a relative one, unless it is data's,
/// and one that is no package's name, such as `@/x`, `~/x`, `#x` and `/x`, and that no import map knows.
pub fn may_lead_to_code(address: &str) -> bool {
    if address.starts_with('.') {
        let name = address.rsplit('/').next().unwrap_or(address);
        let is_program = [".ts", ".js", ".tsx", ".jsx", ".mts", ".mjs"].iter().any(|end| name.ends_with(end));
        return (is_program && !name.ends_with(".d.ts")) || !name.trim_start_matches('.').contains('.');
    }
    address.starts_with(['~', '#', '$', '/']) || address.starts_with("@/")
}

/// Whether a text imports files whose addresses are only known when it runs.
pub fn computes_imports(text: &str) -> bool {
    memmem::find_iter(text.as_bytes(), b"import").any(|at| {
        let given = text.get(at + "import".len()..).unwrap_or_default().trim_start();
        let Some(given) = given.strip_prefix('(').map(str::trim_start) else { return false };
        match given.strip_prefix('`') {
            Some(text) => text.split('`').next().is_some_and(|text| text.contains("${")),
            None => !given.starts_with(['\'', '"']),
        }
    })
}

/// The words between quotes in a text that may be names of types, and whether it asks for a connector whose type is
/// not one of them: for texts that were not understood.
pub fn words(text: &str) -> (Vec<&str>, bool) {
    let bytes = text.as_bytes();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let mut words = Vec::new();
    for at in memchr::memchr3_iter(b'\'', b'"', b'`', bytes) {
        let rest = bytes.get(at + 1..).unwrap_or_default();
        let length = rest.iter().take(MAX_TYPE + 1).take_while(|byte| is_word(byte)).count();
        let closed = rest.get(length).is_some_and(|quote| bytes.get(at) == Some(quote));
        if (1..=MAX_TYPE).contains(&length) && closed {
            words.extend(text.get(at + 1..at + 1 + length));
        }
    }
    let asks = TAKING_METHODS.iter().any(|method| {
        memmem::find_iter(bytes, method).any(|at| {
            let behind = text.get(at + method.len()..).unwrap_or_default().trim_start();
            let behind = behind.strip_prefix("?.").unwrap_or(behind).trim_start();
            let given = behind.strip_prefix('(').map(str::trim_start);
            given.is_some_and(|given| !given.starts_with(['\'', '"', '`']) || given.starts_with("`$"))
        })
    });
    (words, asks)
}

/// How long the name of a type may be.
const MAX_TYPE: usize = 64;

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
