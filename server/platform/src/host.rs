//! Where the platform is, who named the place, and whether a credential may be sent there.

use std::path::{Path, PathBuf};

use connector_boundary::EnvFile;
use connector_boundary::secret::mask;
use connector_boundary::text::printable;
use url::Url;

use crate::agreed::is_agreed;
use crate::links::{is_allowed, is_loopback};
use crate::{Environment, SetupError};

/// Where the platform is when nobody says otherwise.
pub(crate) const BUILT_IN: &str = "https://app.base44.com";
const VARIABLE: &str = "BASE44_API_URL";
/// A longer address, in bytes, is none: nobody could read it before they agree to it.
const MAX_ADDRESS_BYTES: usize = 300;

/// The platform's address: scheme, host, and a path without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Base {
    text: String,
    url: Url,
}

impl Base {
    fn new(text: &str, source_name: &str) -> Result<Base, SetupError> {
        let bad = |why: String| SetupError::BadUrl { source_name: source_name.to_owned(), why };
        let shown = printable(&mask(text), 80);
        let url = Url::parse(text).map_err(|_| bad(format!("'{shown}' is no URL; write {BUILT_IN}")))?;
        if url.as_str().len() > MAX_ADDRESS_BYTES {
            return Err(bad(format!("'{shown}' is too long")));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad(format!("'{shown}' has a user name in it")));
        }
        if !is_allowed(&url) {
            return Err(bad(format!("'{shown}' is not private: use https, or http to this machine")));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad(format!("'{shown}' has more than a host and a path")));
        }
        Ok(Base { text: url.as_str().trim_end_matches('/').to_owned(), url })
    }

    /// The address without a slash at its end.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    pub(crate) fn is_private(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether a URL leads to the same scheme, host and port.
    pub(crate) fn is_origin_of(&self, url: &Url) -> bool {
        self.url.origin() == url.origin()
    }

    /// The host, with its port where that is not the usual one.
    pub(crate) fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

/// Where the platform is, and the file of the project that said so, if one did.
#[derive(Debug)]
pub(crate) struct Place {
    pub base: Base,
    /// A file that whoever wrote the project controls.
    pub named_by_project: Option<PathBuf>,
}

impl Place {
    /// The first that names one: a flag or machine-level setting, the environment, the project's `.env` files.
    pub(crate) fn choose(environment: &Environment, files: &[EnvFile]) -> Result<Place, SetupError> {
        let trusted = |base| Place { base, named_by_project: None };
        if let Some(text) = environment.api_url.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            return Base::new(text, "--api-url").map(trusted);
        }
        if let Some(text) = environment.variable(VARIABLE) {
            return Base::new(text, VARIABLE).map(trusted);
        }
        let built_in = Base::new(BUILT_IN, VARIABLE)?;
        for file in files {
            if let Some(text) = file.get(VARIABLE).map(str::trim).filter(|text| !text.is_empty()) {
                let base = Base::new(text, &format!("{VARIABLE} in {}", shown_path(&file.path)))?;
                // Whoever names the built-in host names nothing new.
                let named_by_project = (base != built_in).then(|| file.path.clone());
                return Ok(Place { base, named_by_project });
            }
        }
        Ok(trusted(built_in))
    }

    /// Refuses to send anything at all to a host that a file of the project named, before the person agreed to it.
    pub(crate) fn allow_own(&self, environment: &Environment, root: Option<&Path>) -> Result<(), SetupError> {
        let Some(path) = &self.named_by_project else { return Ok(()) };
        let host = self.base.as_str();
        if root.is_some_and(|root| is_agreed(environment, root, host)) {
            return Ok(());
        }
        Err(SetupError::HostNotAgreed { path: path.clone(), host: host.to_owned() })
    }

    /// Refuses to send what belongs to the user to a host that a file of the project named.
    pub(crate) fn allow(&self, credential: &'static str) -> Result<(), SetupError> {
        match &self.named_by_project {
            None => Ok(()),
            Some(path) => Err(SetupError::HostOfProject {
                path: path.clone(),
                host: printable(self.base.as_str(), 120),
                credential,
            }),
        }
    }
}

pub(crate) fn shown_path(path: &Path) -> String {
    printable(&path.to_string_lossy(), 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_private_or_on_this_machine() {
        for good in ["https://app.base44.com/", "http://127.0.0.1:8080", "http://[::1]:1/base/"] {
            assert!(Base::new(good, "x").is_ok(), "{good}");
        }
        for bad in [
            "app.base44.com",
            "http://app.base44.com",
            "https://a:b@host",
            "https://h?x",
            "file:///etc/passwd",
            "javascript:1",
            "",
        ] {
            assert!(Base::new(bad, "x").is_err(), "{bad}");
        }
    }

    #[test]
    fn no_slash_is_left_at_the_end() {
        assert_eq!(Base::new("https://h.example/p//", "x").unwrap().as_str(), "https://h.example/p");
    }

    #[test]
    fn a_bad_address_says_who_named_it_and_shows_no_password() {
        let error = Base::new("http://user:pw@host.example/", "BASE44_API_URL").unwrap_err().to_string();
        assert_eq!(
            error,
            "BASE44_API_URL is no address of Base44: 'http://host.example/…' has a user name in it."
        );
    }
}
