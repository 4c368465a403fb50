//! What differs between operating systems, as a value: what follows from it can be tested on every machine.

use std::path::{Path, PathBuf};

/// Windows' number for a file that another program keeps from being opened.
const SHARING_VIOLATION: i32 = 32;
/// Windows' number for a part of a file that another program keeps from being read.
const LOCK_VIOLATION: i32 = 33;

/// The kind of system that a path, a name or a hint is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Windows: drives, shares, names that belong to devices.
    Windows,
    /// macOS: a Unix whose disks mostly take `A` and `a` for one letter.
    Mac,
    /// Linux and every other Unix.
    Unix,
}

impl System {
    /// The one that this was compiled for.
    pub const CURRENT: System = if cfg!(windows) {
        System::Windows
    } else if cfg!(target_os = "macos") {
        System::Mac
    } else {
        System::Unix
    };

    /// Whether its disks usually take two names that differ in case alone for one.
    pub fn folds_case(self) -> bool {
        self != System::Unix
    }

    /// Whether two names lead to the same entry of a folder.
    pub fn is_same_name(self, one: &str, other: &str) -> bool {
        one == other || self.folds_case() && one.to_lowercase() == other.to_lowercase()
    }

    /// Whether a file cannot be opened, replaced or renamed only as long as another program has it open, as scanners
    /// for viruses, indexers and editors do on Windows.
    pub fn is_in_use(self, error: &std::io::Error) -> bool {
        self == System::Windows && matches!(error.raw_os_error(), Some(SHARING_VIOLATION | LOCK_VIOLATION))
    }

    /// Whether a path begins at another machine or at a device: `\\\\server\\share`, `//server/share`, `\\\\.\\pipe`. Only to
    /// look whether it is there would sign in at that machine, with the person's account.
    pub fn leaves_machine(self, path: &str) -> bool {
        let mut first = path.trim_start().chars().take(2);
        self == System::Windows && first.all(|c| matches!(c, '\\' | '/')) && path.trim_start().len() >= 2
    }

    /// Whether no file can be called so here, whatever its extension: `con.jsonc` is the console.
    pub fn is_reserved(self, name: &str) -> bool {
        if self != System::Windows {
            return false;
        }
        // Blanks and dots at the end do not count, nor does what follows the first dot.
        let stem = name.split(['.', ':']).next().unwrap_or_default().trim_end().to_ascii_uppercase();
        let numbered = |device: &str| {
            stem.strip_prefix(device).is_some_and(|number| {
                matches!(number, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
            })
        };
        matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
            || numbered("COM")
            || numbered("LPT")
    }
}

/// A path as people write it: without the mark of Windows' long form (`\\?\`), which many programs do not take.
pub fn plain_path(path: &str, system: System) -> String {
    if system != System::Windows {
        return path.to_owned();
    }
    match (path.strip_prefix(r"\\?\UNC\"), path.strip_prefix(r"\\?\")) {
        (Some(share), _) => format!(r"\\{share}"),
        // Only a drive has a short form; a volume's id has none.
        (None, Some(rest)) if rest.as_bytes().get(1) == Some(&b':') => rest.to_owned(),
        _ => path.to_owned(),
    }
}

/// The path that [`std::fs::canonicalize`] gave, as people write it.
pub fn plain(path: PathBuf) -> PathBuf {
    match path.to_str().map(|text| plain_path(text, System::CURRENT)) {
        // What is no text is no path that anybody wrote.
        Some(plain) => PathBuf::from(plain),
        None => path,
    }
}

/// A path as the disk spells it: typed in another case, or through a link, it is one file all the same.
///
/// On Windows a drive may stand for a share or for a folder of another one; then the path stays as it was asked for.
///
/// # Errors
/// What the system says where nothing is there.
pub fn spelled(path: &Path) -> std::io::Result<PathBuf> {
    let asked = std::path::absolute(path)?;
    // Some drivers of disks cannot tell where a file really lies.
    let real = match path.canonicalize() {
        Ok(real) => plain(real),
        Err(_) if System::CURRENT == System::Windows && path.exists() => return Ok(asked),
        Err(error) => return Err(error),
    };
    let is_moved = System::CURRENT == System::Windows && drive(&real) != drive(&asked);
    Ok(if is_moved { asked } else { real })
}

/// What a path of Windows begins with: its drive or its share.
fn drive(path: &Path) -> Option<std::path::PrefixComponent<'_>> {
    match path.components().next()? {
        std::path::Component::Prefix(prefix) => Some(prefix),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_spelled_as_the_disk_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = spelled(folder.path()).unwrap();
        std::fs::write(root.join("slack.jsonc"), "").unwrap();
        assert_eq!(spelled(&root.join("slack.jsonc")).unwrap(), root.join("slack.jsonc"));
        assert_eq!(spelled(&root.join("none")).unwrap_err().kind(), std::io::ErrorKind::NotFound);
        // Whether the disk folds case is the disk's own affair: where it does, it is one file.
        if let Ok(other) = spelled(&root.join("SLACK.jsonc")) {
            assert_eq!(other, root.join("slack.jsonc"));
        }
    }

    #[test]
    fn names_of_devices_are_reserved_on_windows_with_any_extension_and_case() {
        for name in
            ["con.jsonc", "CON", "Nul.tar.gz", "com1.json", "LPT9", "aux .jsonc", "com³.json", "con:x"]
        {
            assert!(System::Windows.is_reserved(name), "{name}");
            assert!(!System::Unix.is_reserved(name) && !System::Mac.is_reserved(name), "{name}");
        }
        for name in ["slack.jsonc", "console.jsonc", "com.jsonc", "com10.json", "", ".con", "lptx"] {
            assert!(!System::Windows.is_reserved(name), "{name}");
        }
    }

    #[test]
    fn a_file_that_another_program_has_open_is_free_later_on_windows_alone() {
        let error = std::io::Error::from_raw_os_error;
        assert!(System::Windows.is_in_use(&error(32)) && System::Windows.is_in_use(&error(33)));
        assert!(!System::Windows.is_in_use(&error(2)) && !System::Unix.is_in_use(&error(32)));
        assert!(!System::Windows.is_in_use(&std::io::ErrorKind::PermissionDenied.into()));
    }

    #[test]
    fn names_that_differ_in_case_are_one_where_the_disk_says_so() {
        assert!(System::Windows.is_same_name("Slack.JSONC", "slack.jsonc"));
        assert!(System::Mac.is_same_name("ÉTÉ", "été"));
        assert!(!System::Unix.is_same_name("Slack.jsonc", "slack.jsonc"));
    }

    #[test]
    fn a_path_to_another_machine_is_known_by_its_beginning() {
        for path in
            [r"\\evil.example\share", "//evil.example/share", r"\/evil\x", r"\\?\UNC\evil\x", r" \\.\pipe\x"]
        {
            assert!(System::Windows.leaves_machine(path), "{path}");
            assert!(!System::Unix.leaves_machine(path), "{path}");
        }
        for path in ["connectors", r"..\shared", r"C:\app", r"\app", "/app", "", "/"] {
            assert!(!System::Windows.leaves_machine(path), "{path}");
        }
    }

    #[test]
    fn a_path_is_shown_as_people_write_it() {
        for (long, plain) in [
            (r"\\?\C:\Users\ana\app", r"C:\Users\ana\app"),
            (r"\\?\UNC\server\share\app", r"\\server\share\app"),
            (r"\\wsl.localhost\Ubuntu\home", r"\\wsl.localhost\Ubuntu\home"),
            (r"\\?\Volume{1}\app", r"\\?\Volume{1}\app"),
            (r"C:\app", r"C:\app"),
        ] {
            assert_eq!(plain_path(long, System::Windows), plain);
        }
        assert_eq!(plain_path(r"\\?\C:\a", System::Unix), r"\\?\C:\a");
    }
}
