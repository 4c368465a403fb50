//! Which files are code of an app's functions, and which file an import means. Nothing is read here: what there is, is
//! told as paths with slashes.

/// The files that an import may mean, the likeliest first.
pub fn import_candidates(from: &str, specifier: &str) -> Vec<String> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let specifier = specifier.split(['?', '#']).next().unwrap_or(specifier);
    let Some(path) = join(folder, specifier) else { return Vec::new() };
    let mut candidates = vec![path.clone()];
    if let Some(stem) = path.strip_suffix(".js") {
        candidates.push(format!("{stem}.ts"));
    } else if !is_code(&path) {
        candidates.extend([
            format!("{path}.ts"),
            format!("{path}.js"),
            format!("{path}/index.ts"),
            format!("{path}/index.js"),
        ]);
    }
    candidates
}

/// Whether a file is code that the platform's functions can be made of.
pub fn is_code(path: &str) -> bool {
    path.ends_with(".ts") || path.ends_with(".js")
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
