//! Which files are code of an app's functions, and which file an import means. Nothing is read here: what there is, is
//! told as paths with slashes.

/// The files that an import may mean, the likeliest first.
pub fn import_candidates(from: &str, specifier: &str) -> Vec<String> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let specifier = specifier.split(['?', '#']).next().unwrap_or(specifier);
    join(folder, specifier).map(candidates).unwrap_or_default()
}

/// The files that a path may mean whose end was left out or written as another one, the likeliest first.
pub fn candidates(path: String) -> Vec<String> {
    let mut candidates = vec![path.clone()];
    if let Some(stem) = path.strip_suffix(".js") {
        candidates.push(format!("{stem}.ts"));
    } else if !is_code(&path) {
        let more = [".ts", ".js", "/index.ts", "/index.js"];
        candidates.extend(more.iter().map(|end| format!("{path}{end}")));
    }
    candidates
}

/// Whether a file is code that the platform's functions can be made of.
pub fn is_code(path: &str) -> bool {
    (path.ends_with(".ts") && !path.ends_with(".d.ts")) || path.ends_with(".js")
}

/// Whether a file is by its name code that runs in the browser of a person: of a page, a component or what they share, and
/// not of a test.
pub fn is_page(name: &str) -> bool {
    let is_program = is_code(name) || [".jsx", ".tsx", ".mjs"].iter().any(|end| name.ends_with(end));
    is_program && !is_test(name) && ![".stories.", ".mock."].iter().any(|part| name.contains(part))
}

/// Whether a file is a test by its name.
pub fn is_test(name: &str) -> bool {
    [".test.", ".spec.", "_test."].iter().any(|part| name.contains(part))
}

/// Whether a folder of this name holds tests and what they need.
pub fn is_of_tests(folder: &str) -> bool {
    matches!(folder, "__tests__" | "__mocks__" | "__fixtures__" | "test" | "tests" | "e2e")
}

/// Whether a file says what a function is: its entry, and what calls it.
pub fn is_function_config(path: &str) -> bool {
    matches!(name_of(path), "function.json" | "function.jsonc")
}

/// Whether a file is where the platform starts a function, by its name and place in the functions folder. The path
/// begins in that folder. `configs` are the folders that have a function's config, which names another entry.
pub fn is_entry(path: &str, configs: &[&str]) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if folder.is_empty() {
        // As functions were laid out before: a file each.
        return is_code(path);
    }
    matches!(name_of(path), "entry.ts" | "entry.js") && !folder.contains('.') && !configs.contains(&folder)
}

/// The name of a function, by the file that it starts in. The path begins in the functions folder.
pub fn function_name(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((folder, _)) => folder,
        None => path.rsplit_once('.').map_or(path, |(stem, _)| stem),
    }
}

/// Where a file is that another one names, both in one folder tree; none if it leads out of it.
pub fn beside(path: &str, relative: &str) -> Option<String> {
    join(path.rsplit_once('/').map_or("", |(folder, _)| folder), relative)
}

fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// A folder and a relative path; none if it leads out of everything.
fn join(folder: &str, relative: &str) -> Option<String> {
    let absolute = folder.starts_with('/');
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(if absolute { format!("/{}", parts.join("/")) } else { parts.join("/") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_as_the_platform_finds_them() {
        assert!(is_entry("sendDigest/entry.ts", &[]));
        assert!(is_entry("admin/users/entry.js", &[]));
        assert!(is_entry("sendDigest.ts", &[]));
        assert!(!is_entry("sendDigest/service.ts", &[]));
        assert!(!is_entry("a.b/entry.ts", &[]));
        assert!(!is_entry("sendDigest/entry.ts", &["sendDigest"]));
        assert!(!is_entry("types.d.ts", &[]));
    }

    #[test]
    fn imports_lead_to_files() {
        assert_eq!(
            import_candidates("base44/functions/a/entry.ts", "../../shared/x.ts"),
            ["base44/shared/x.ts"]
        );
        assert_eq!(import_candidates("a/b.ts", "./c.js"), ["a/c.js", "a/c.ts"]);
        assert!(import_candidates("a/b.ts", "../../../c").is_empty());
        assert_eq!(
            import_candidates("a/b.ts", "./c")[1..],
            ["a/c.ts", "a/c.js", "a/c/index.ts", "a/c/index.js"]
        );
    }
}
