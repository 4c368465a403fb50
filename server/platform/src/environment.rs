//! What the process was started with.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// What the process was started with, as far as it concerns the platform. Tests make their own.
#[derive(Clone)]
pub struct Environment {
    /// The process environment: `BASE44_*`, and what names proxies and certificates.
    pub variables: BTreeMap<String, String>,
    /// The user's folder; the login is `.base44/auth/auth.json` below it.
    pub home: PathBuf,
    /// Where the product keeps what it knows of each app.
    pub state_dir: PathBuf,
    /// The platform's address by a command-line flag or a machine-level setting.
    pub api_url: Option<String>,
}

/// The values may be secrets: only the names are shown.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment")
            .field("variables", &self.variables.keys().collect::<Vec<_>>())
            .field("home", &self.home)
            .field("state_dir", &self.state_dir)
            .field("api_url", &self.api_url.is_some())
            .finish()
    }
}

/// The names besides `BASE44_*` that count, in any case of letters.
const NAMES: [&str; 7] = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
];

impl Environment {
    /// Those of this process.
    pub fn of_process() -> Self {
        let variables: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with("BASE44_") || NAMES.contains(&name.to_uppercase().as_str()))
            .collect();
        let home = home_of(std::env::home_dir());
        let state_dir = state_dir(&home);
        Self { variables, home, state_dir, api_url: None }
    }

    /// The same with the platform's address by a flag or a machine-level setting.
    #[must_use]
    pub fn with_api_url(self, api_url: Option<String>) -> Self {
        Self { api_url, ..self }
    }

    /// A variable that is set to something.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// Where the login is kept, shared with the official CLI.
    pub fn login_path(&self) -> PathBuf {
        self.home.join(".base44").join("auth").join("auth.json")
    }
}

/// The user's folder. One that is named from wherever the process stands (`HOME=.`, `HOME=~` without a shell) would be a
/// folder of whatever project that is, whose login would be taken for the person's: then it is the root of the disk, where
/// only the system's owner can have put one.
fn home_of(named: Option<PathBuf>) -> PathBuf {
    named
        .filter(|folder| folder.is_absolute())
        .unwrap_or_else(|| PathBuf::from(std::path::MAIN_SEPARATOR_STR))
}

/// `$XDG_STATE_HOME/base44-connectors`, else what the system uses for state.
fn state_dir(home: &std::path::Path) -> PathBuf {
    let absolute =
        |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let folder = if let Some(folder) = absolute("XDG_STATE_HOME") {
        folder
    } else if cfg!(windows) {
        absolute("LOCALAPPDATA").unwrap_or_else(|| home.join("AppData").join("Local"))
    } else if cfg!(target_os = "macos") {
        home.join("Library").join("Application Support")
    } else {
        home.join(".local").join("state")
    };
    folder.join("base44-connectors")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_that_is_named_from_where_one_stands_is_none() {
        for named in [Some(""), Some("."), Some("~"), Some("project/home"), None] {
            let home = home_of(named.map(PathBuf::from));
            assert_eq!(home, PathBuf::from(std::path::MAIN_SEPARATOR_STR), "{named:?}");
        }
        let there = std::env::temp_dir();
        assert_eq!(home_of(Some(there.clone())), there);
    }

    #[test]
    fn no_value_of_the_environment_is_shown() {
        let environment = Environment {
            variables: [("BASE44_API_KEY".to_owned(), "b44k_secret".to_owned())].into(),
            home: "/home/a".into(),
            state_dir: "/home/a/state".into(),
            api_url: Some("https://user:pw@host".to_owned()),
        };
        let shown = format!("{environment:?}");
        assert!(shown.contains("BASE44_API_KEY") && !shown.contains("b44k_") && !shown.contains("pw"));
    }
}
