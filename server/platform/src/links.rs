//! The only links that are ever opened or offered.

use std::fmt;

use connector_boundary::secret::holds_secret;
use connector_boundary::text::printable;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// A link longer than this, in bytes, is none.
const MAX_LINK_BYTES: usize = 8 * 1024;

/// A link that may be opened: `https:` anywhere, or `http:` to this machine; no user name in it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SafeLink(String);

/// Why a link is not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It is no link at all, or holds what a link cannot.
    #[error("'{0}' is no link")]
    NotALink(String),
    /// Another scheme, or `http:` to another machine.
    #[error("'{0}' is not opened: only https links are, and http to this machine")]
    Scheme(String),
    /// A secret of this process would go along with it.
    #[error("'{0}' is not opened: it carries a secret of the login")]
    Secret(String),
    /// A user name before the host makes a link look like it leads somewhere else.
    #[error("'{0}' is not opened: it has a user name before its host")]
    UserName(String),
}

impl SafeLink {
    /// Checks a link.
    ///
    /// # Errors
    /// [`LinkError`] where it is none or must not be opened.
    pub fn new(text: &str) -> Result<SafeLink, LinkError> {
        let shown = || printable(&connector_boundary::secret::mask(text), 80);
        // Some providers write the blanks between scopes as they are.
        let encoded = text.replace(' ', "%20");
        let text = encoded.as_str();
        if text.len() > MAX_LINK_BYTES || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(LinkError::NotALink(shown()));
        }
        // Masked on its way here, it had one.
        if holds_secret(text) || text.contains('…') {
            return Err(LinkError::Secret(shown()));
        }
        let url = Url::parse(text).map_err(|_| LinkError::NotALink(shown()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(LinkError::UserName(shown()));
        }
        if !is_allowed(&url) {
            return Err(LinkError::Scheme(shown()));
        }
        // Encoded it is longer, and it is to be read again as it is kept.
        match unmistakable(&url) {
            link if link.len() > MAX_LINK_BYTES => Err(LinkError::NotALink(shown())),
            link => Ok(SafeLink(link)),
        }
    }

    /// The link itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host, which may be shown where the whole may not.
    pub fn host(&self) -> String {
        Url::parse(&self.0).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// The same address with everything behind its host encoded that a shell, an opener or Markdown could take for its own.
/// `&` and `=` part a query and stay: a link is given as one argument, and to no shell.
fn unmistakable(url: &Url) -> String {
    const FOR_OTHERS: &[u8] = b"'\"`$();|<>\\!*^{}[]";
    let host = &url[..url::Position::BeforePath];
    let rest = url.as_str().get(host.len()..).unwrap_or_default().as_bytes();
    let mut link = host.to_owned();
    for (at, byte) in rest.iter().enumerate() {
        let is_code = || rest.get(at + 1..at + 3).is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit));
        match byte {
            b'%' if !is_code() => link.push_str("%25"),
            byte if FOR_OTHERS.contains(byte) => link.push_str(&format!("%{byte:02X}")),
            byte => link.push(char::from(*byte)),
        }
    }
    link
}

/// Where a link may lead, and where a credential may go as far as the scheme is concerned.
pub(crate) fn is_allowed(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(url),
        _ => false,
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl fmt::Display for SafeLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A link may carry a secret: logs see its host only.
impl fmt::Debug for SafeLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SafeLink({}/…)", self.host())
    }
}

impl TryFrom<String> for SafeLink {
    type Error = LinkError;

    fn try_from(text: String) -> Result<Self, LinkError> {
        SafeLink::new(&text)
    }
}

impl From<SafeLink> for String {
    fn from(link: SafeLink) -> String {
        link.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_this_machine_are_opened() {
        for link in [
            "https://auth.base44.io/oauth/1?a=b%20c",
            "http://127.0.0.1:4444/consent",
            "http://localhost/x",
            "http://[::1]:80/",
        ] {
            assert!(SafeLink::new(link).is_ok(), "{link}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for link in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "--help",
            "-a Calculator",
            "http://auth.base44.io/",
            "http://127.0.0.1.evil.example/",
            "http://localhost.evil.example/",
            "https://app.base44.com@evil.example/",
            "https://a b/",
            "https://a/\u{1b}[2J",
            "https://a/\nhttps://b/",
            " https://a/",
            "ms-msdt:/id",
            "smb://host/share",
            "vscode://x",
            "data:text/html,x",
            "",
        ] {
            assert!(SafeLink::new(link).is_err(), "{link}");
        }
    }

    #[test]
    fn a_host_in_other_letters_is_shown_as_what_it_is() {
        let link = SafeLink::new("https://аuth.base44.io/\u{202e}x?\u{200b}").unwrap();
        assert!(link.as_str().starts_with("https://xn--") && link.as_str().is_ascii(), "{link}");
    }

    #[test]
    fn what_a_shell_or_an_opener_would_take_for_its_own_is_encoded() {
        for (link, expected) in [
            ("https://a.example/$(id)?x=`id`", "https://a.example/%24%28id%29?x=%60id%60"),
            ("https://a.example/?a=1&b='c';d|e", "https://a.example/?a=1&b=%27c%27%3Bd%7Ce"),
            ("https://a.example/%TEMP%/%20#x(y)!", "https://a.example/%25TEMP%25/%20#x%28y%29%21"),
            ("https://[::1]:8/[a]{b}*^\\c", "https://[::1]:8/%5Ba%5D%7Bb%7D%2A%5E/c"),
        ] {
            let safe = SafeLink::new(link).unwrap();
            assert_eq!(safe.as_str(), expected);
            assert_eq!(SafeLink::new(safe.as_str()), Ok(safe.clone()), "kept and read again");
        }
    }

    #[test]
    fn a_link_without_end_is_none() {
        let error = SafeLink::new(&format!("https://a.example/{}", "a".repeat(1 << 20))).unwrap_err();
        assert!(matches!(error, LinkError::NotALink(_)) && error.to_string().len() < 200);
        // What is taken is taken again as it was kept, however much longer it is when it is encoded.
        for count in [2_000, 2_700, 2_800, 8_000] {
            let link = SafeLink::new(&format!("https://a.example/{}", "'".repeat(count)));
            assert!(link.is_err() || link.is_ok_and(|link| SafeLink::new(link.as_str()).is_ok()), "{count}");
        }
    }

    #[test]
    fn a_refused_link_is_shown_without_what_a_terminal_would_act_on() {
        let error = SafeLink::new("file:///\u{1b}[2J").unwrap_err();
        assert_eq!(error.to_string(), "'file:///…[2J' is no link");
    }

    #[test]
    fn only_the_host_is_logged() {
        let link = SafeLink::new("https://auth.base44.io/oauth/secret").unwrap();
        assert_eq!(format!("{link:?}"), "SafeLink(auth.base44.io/…)");
    }
}
