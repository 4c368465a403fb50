//! Which other copies of the program there are. None is run.

use std::path::{Path, PathBuf};

use connector_boundary::read::read_inside;
use connector_boundary::system::System;

/// Editors that keep the extension, and the folder in the user's that they keep it in.
const EDITORS: [(&str, &str); 5] = [
    ("VS Code", ".vscode"),
    ("VS Code Insiders", ".vscode-insiders"),
    ("VS Code Server", ".vscode-server"),
    ("VSCodium", ".vscode-oss"),
    ("Cursor", ".cursor"),
];
/// How many entries of a folder of extensions are looked at.
const MAX_ENTRIES: usize = 10_000;

/// The programs on the search path, the one that is taken first. One that is reached by two ways counts once.
pub(super) fn on_path(system: System) -> Vec<PathBuf> {
    let names: &[&str] = match system {
        System::Windows => &["base44-connectors.exe", "base44-connectors.cmd"],
        System::Mac | System::Unix => &["base44-connectors"],
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<PathBuf> = Vec::new();
    let mut seen: Vec<PathBuf> = Vec::new();
    for folder in std::env::split_paths(&path).filter(|folder| folder.is_absolute()) {
        // npm puts a script beside the program; a folder counts once.
        let program = names.iter().map(|name| folder.join(name)).find(|path| path.is_file());
        let Some(program) = program else { continue };
        let real = program.canonicalize().unwrap_or_else(|_| program.clone());
        if !seen.contains(&real) {
            seen.push(real);
            found.push(program);
        }
    }
    found
}

/// The version of the npm package that a project has.
pub(super) fn npm_version(root: &Path) -> Option<String> {
    let manifest = |folder: &Path| folder.join("node_modules/base44-connectors/package.json");
    // What it says is shown: a link leads to no other file of the person's.
    let text = root.ancestors().find_map(|folder| read_inside(folder, &manifest(folder)).ok())?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    manifest.get("version")?.as_str().map(str::to_owned)
}

/// The extensions that editors of this user have: editor, version, folder.
pub(super) fn editor_servers(home: Option<&Path>) -> Vec<(&'static str, String, PathBuf)> {
    let Some(home) = home else { return Vec::new() };
    let mut found = Vec::new();
    for (editor, folder) in EDITORS {
        let entries = std::fs::read_dir(home.join(folder).join("extensions")).into_iter().flatten();
        for entry in entries.take(MAX_ENTRIES).flatten() {
            let name = entry.file_name();
            let version =
                name.to_str().and_then(|name| name.strip_prefix("base44-connectors.base44-connectors-"));
            if let Some(version) = version {
                found.push((editor, version.to_owned(), entry.path()));
            }
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_and_packages_are_found_with_their_versions() {
        let folder = tempfile::tempdir().unwrap();
        let (home, app) = (folder.path(), folder.path().join("apps/shop"));
        let extension = home.join(".cursor/extensions/base44-connectors.base44-connectors-0.1.0-linux-x64");
        std::fs::create_dir_all(&extension).unwrap();
        std::fs::create_dir_all(home.join(".vscode/extensions/somebody.else-1.0.0")).unwrap();
        assert_eq!(editor_servers(Some(home)), [("Cursor", "0.1.0-linux-x64".to_owned(), extension)]);
        assert_eq!(npm_version(&app), None);
        #[cfg(unix)]
        {
            let package = app.join("node_modules/base44-connectors");
            std::fs::create_dir_all(&package).unwrap();
            std::fs::write(home.join("secret.json"), "{\"version\": \"a secret\"}").unwrap();
            std::os::unix::fs::symlink(home.join("secret.json"), package.join("package.json")).unwrap();
            assert_eq!(npm_version(&app), None);
            std::fs::remove_dir_all(&package).unwrap();
        }
        let package = home.join("apps/node_modules/base44-connectors");
        std::fs::create_dir_all(&package).unwrap();
        std::fs::write(package.join("package.json"), "{\"version\": \"0.2.0\"}").unwrap();
        assert_eq!(npm_version(&app).as_deref(), Some("0.2.0"));
    }
}
