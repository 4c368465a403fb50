//! `file:` addresses and the paths they stand for, on every system.
//!
//! Works on texts, so that what Windows does is tested everywhere.

use std::borrow::Cow;

use connector_boundary::system::{System, plain_path};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The path of a `file:` address with this host (none, mostly) and this path, both decoded.
pub(crate) fn to_path(host: &str, path: &str, system: System) -> Option<String> {
    let host = if host.eq_ignore_ascii_case("localhost") { "" } else { host };
    if system != System::Windows {
        // A share has no path of its own here; clients show it so.
        return match (host, path) {
            (_, "") => None,
            ("", path) => Some(path.to_owned()),
            (host, path) => Some(format!("//{host}{path}")),
        };
    }
    let path = path.replace('/', r"\");
    if !host.is_empty() {
        return Some(format!(r"\\{host}{path}"));
    }
    // Some clients write a share's host as the first part of the path.
    if path.starts_with(r"\\") {
        return Some(format!(r"\\{}", path.trim_start_matches('\\')));
    }
    let without = path.strip_prefix('\\').unwrap_or(&path);
    match drive(without) {
        Some(letter) => {
            let rest = without.get(2..).unwrap_or_default();
            // `C:` alone is the folder that a program last worked in there.
            let rest = if rest.is_empty() { r"\" } else { rest };
            Some(format!("{}:{rest}", letter.to_ascii_uppercase()))
        }
        None if path.is_empty() => None,
        None => Some(path),
    }
}

/// The `file:` address of an absolute path, as VS Code writes it: `file:///c%3A/app`, `file://server/share`.
pub(crate) fn from_path(path: &str, system: System) -> Option<String> {
    if system != System::Windows {
        return of_root(path);
    }
    let path = plain_path(path, system).replace('\\', "/");
    if let Some(share) = path.strip_prefix("//") {
        return (!share.is_empty()).then(|| ["file://", &encoded(share)].concat());
    }
    match drive(&path) {
        Some(letter) => {
            let rest = path.get(2..).unwrap_or_default();
            rest.starts_with('/')
                .then(|| format!("file:///{}%3A{}", letter.to_ascii_lowercase(), encoded(rest)))
        }
        None => of_root(&path),
    }
}

/// The address of a path from the root of a disk that has no letter.
fn of_root(path: &str) -> Option<String> {
    path.starts_with('/').then(|| ["file://", &encoded(path)].concat())
}

/// What two spellings of one path have in common, where the disk takes them for one.
pub(crate) fn folded(path: &str, system: System) -> Option<String> {
    let path = plain_path(path, system);
    match system {
        // Either slash divides there: what code is known by is joined with the other one than the client's.
        System::Windows => Some(path.replace('/', r"\").to_lowercase()),
        System::Mac => Some(path.to_lowercase()),
        System::Unix => None,
    }
}

fn drive(path: &str) -> Option<char> {
    let mut chars = path.chars();
    let letter = chars.next().filter(char::is_ascii_alphabetic)?;
    (chars.next() == Some(':')).then_some(letter)
}

/// What VS Code writes as an escape: all but what no address has another meaning for.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Mostly nothing has to be escaped: then this is the path as it stands.
fn encoded(path: &str) -> Cow<'_, str> {
    utf8_percent_encode(path, ENCODED).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_windows_address_leads_to_its_path() {
        for (host, path, expected) in [
            ("", "/c:/app/a b.jsonc", r"C:\app\a b.jsonc"),
            ("", "/C:/app", r"C:\app"),
            ("localhost", "/c:/app", r"C:\app"),
            ("", "c:/app", r"C:\app"),
            ("", "/c:", r"C:\"),
            ("server", "/share/app", r"\\server\share\app"),
            ("wsl.localhost", "/Ubuntu/home/ana", r"\\wsl.localhost\Ubuntu\home\ana"),
            ("wsl$", "/Ubuntu/home/ana", r"\\wsl$\Ubuntu\home\ana"),
            ("", "//server/share/app", r"\\server\share\app"),
            ("", "////server/share/app", r"\\server\share\app"),
        ] {
            assert_eq!(to_path(host, path, System::Windows).as_deref(), Some(expected), "{host} {path}");
        }
        assert_eq!(to_path("", "", System::Windows), None);
    }

    #[test]
    fn every_windows_path_leads_back_to_the_address_that_editors_write() {
        for (path, expected) in [
            (r"C:\app\a b.jsonc", "file:///c%3A/app/a%20b.jsonc"),
            (r"\\?\C:\app", "file:///c%3A/app"),
            (r"\\server\share\é", "file://server/share/%C3%A9"),
            (r"\\?\UNC\server\share", "file://server/share"),
            (r"\\wsl$\Ubuntu\home", "file://wsl%24/Ubuntu/home"),
            ("C:/app", "file:///c%3A/app"),
        ] {
            assert_eq!(from_path(path, System::Windows).as_deref(), Some(expected), "{path}");
        }
        for path in ["app", r"C:app", "", r"\\"] {
            assert_eq!(from_path(path, System::Windows), None, "{path}");
        }
    }

    #[test]
    fn elsewhere_a_path_stays_what_it_is() {
        assert_eq!(to_path("", "/c:/app", System::Unix).as_deref(), Some("/c:/app"));
        assert_eq!(to_path("localhost", "/app", System::Mac).as_deref(), Some("/app"));
        assert_eq!(to_path("server", "/share", System::Unix).as_deref(), Some("//server/share"));
        assert_eq!(from_path("/app/[x]", System::Unix).as_deref(), Some("file:///app/%5Bx%5D"));
        assert_eq!(from_path("app", System::Mac), None);
    }

    #[test]
    fn case_counts_on_linux_alone() {
        assert_eq!(folded("/App/Slack.jsonc", System::Unix), None);
        let one = |system| folded(r"C:\App\Slack.jsonc", system) == folded(r"C:\app\slack.JSONC", system);
        assert!(one(System::Windows) && one(System::Mac));
    }

    #[test]
    fn on_windows_either_slash_divides_and_the_long_form_is_the_same_path() {
        let whole = folded(r"C:\App\base44\functions\send.ts", System::Windows);
        assert_eq!(folded(r"c:\app\base44/functions/send.ts", System::Windows), whole);
        assert_eq!(folded(r"\\?\C:\App\base44\functions\send.ts", System::Windows), whole);
        assert_ne!(folded(r"/a\b", System::Mac), folded("/a/b", System::Mac));
    }
}
