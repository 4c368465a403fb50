//! The `.env` files beside a project: only names of ours are read from them, and nothing is substituted.

use std::path::{Path, PathBuf};

use crate::read::read_inside;
use crate::secret::keep_secret_of_project;

/// The names that are ours.
const NAMES: [&str; 5] =
    ["BASE44_APP_ID", "BASE44_ACCESS_TOKEN", "BASE44_REFRESH_TOKEN", "BASE44_API_KEY", "BASE44_API_URL"];
/// Those of them whose value is a secret.
const SECRETS: [&str; 3] = ["BASE44_ACCESS_TOKEN", "BASE44_REFRESH_TOKEN", "BASE44_API_KEY"];
/// Some tools put this before each name; the bare name wins.
const PREFIX: &str = "BASE44_PROJECTS_";

/// What one `.env` file says in our names.
#[derive(Clone, PartialEq, Eq)]
pub struct EnvFile {
    /// Which file.
    pub path: PathBuf,
    values: Vec<(&'static str, String)>,
}

/// The values may be secrets: only the names are shown.
impl std::fmt::Debug for EnvFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.values.iter().map(|(name, _)| *name).collect();
        f.debug_struct("EnvFile").field("path", &self.path).field("names", &names).finish()
    }
}

impl EnvFile {
    /// `.env.local`, then `.env`, of a folder; the first that has a name wins. One that leads out of the folder is not
    /// read: it would lend another project's secrets to this one.
    pub fn read_all(folder: &Path) -> Vec<EnvFile> {
        [".env.local", ".env"].iter().filter_map(|name| EnvFile::read(folder, &folder.join(name))).collect()
    }

    fn read(folder: &Path, path: &Path) -> Option<EnvFile> {
        if !path.exists() {
            return None;
        }
        let text = read_inside(folder, path).ok()?;
        let values = values(&text);
        let secrets = values.iter().filter(|(name, _)| SECRETS.contains(name));
        secrets.for_each(|(_, value)| keep_secret_of_project(value));
        Some(EnvFile { path: path.to_owned(), values })
    }

    /// The value of one of our names.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

fn values(text: &str) -> Vec<(&'static str, String)> {
    let mut bare = Vec::new();
    let mut prefixed = Vec::new();
    // Editors of Windows begin a text with a byte order mark.
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        let key = key.trim();
        let (list, key) = match key.strip_prefix(PREFIX) {
            Some(key) => (&mut prefixed, key),
            None => (&mut bare, key),
        };
        if let Some(name) = NAMES.iter().find(|name| **name == key) {
            list.push((*name, unquote(value.trim())));
        }
    }
    bare.extend(prefixed);
    bare
}

fn unquote(value: &str) -> String {
    for quote in ['"', '\'', '`'] {
        if let Some(rest) = value.strip_prefix(quote)
            && let Some((inside, _)) = rest.split_once(quote)
        {
            return inside.to_owned();
        }
    }
    value.split_once('#').map_or(value, |(value, _)| value).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_and_windows_line_ends_are_no_part_of_what_is_said() {
        let text = "\u{feff}BASE44_APP_ID=app\r\nBASE44_API_KEY='k'\r\n";
        assert_eq!(values(text), [("BASE44_APP_ID", "app".to_owned()), ("BASE44_API_KEY", "k".to_owned())]);
    }

    #[test]
    fn only_our_names_are_read_and_nothing_is_substituted() {
        let text = "# c\nNODE_OPTIONS=--x\nexport BASE44_APP_ID = \"a b\" # c\nBASE44_API_URL=http://${HOME} # c\nBASE44_PROJECTS_BASE44_ACCESS_TOKEN='t'\nBASE44_PROJECTS_BASE44_APP_ID=no\n";
        assert_eq!(
            values(text),
            [
                ("BASE44_APP_ID", "a b".to_owned()),
                ("BASE44_API_URL", "http://${HOME}".to_owned()),
                ("BASE44_ACCESS_TOKEN", "t".to_owned()),
                ("BASE44_APP_ID", "no".to_owned()),
            ]
        );
    }
}
