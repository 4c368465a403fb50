//! Secrets are held in a type that never shows them, and masked out of every text that leaves.

mod in_use;

use std::fmt;

use in_use::Whose;
pub use in_use::{holds_secret, mask_in_use, mask_json, secret_across};

/// What follows such a name and `=` is a secret, however short.
const SECRET_NAMES: [&str; 6] = ["token", "secret", "password", "api_key", "apikey", "code"];

/// A token, key or code. Neither `Debug` nor anything else shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a value in keeping. From now on it is masked in whatever text leaves this process.
    pub fn new(value: impl Into<String>) -> Self {
        let value = value.into();
        in_use::note(&value, Whose::Person);
        Self(value)
    }

    /// The value, for a header or a file and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Takes note of a value that is one of this process's secrets wherever it is kept: it is masked from now on.
pub fn keep_secret(value: &str) {
    in_use::note(value, Whose::Person);
}

/// The same of one that a file of a project says: however many it says, none of the person's own is forgotten for them.
pub(crate) fn keep_secret_of_project(value: &str) {
    in_use::note(value, Whose::Project);
}

/// `text` with tokens, keys and the private part of links left out, for logs.
pub fn mask(text: &str) -> String {
    mask_words(&mask_in_use(text), true)
}

/// `text` with tokens and keys left out, for what a person reads: a scope may be a link, and its end matters.
pub fn mask_tokens(text: &str) -> String {
    mask_words(&mask_in_use(text), false)
}

fn mask_words(text: &str, links: bool) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    let mut before_it = "";
    while let Some(start) = rest.find(|c: char| !is_separator(c)) {
        let (before, from) = rest.split_at(start);
        masked.push_str(before);
        let (word, after) = from.split_at(from.find(is_separator).unwrap_or(from.len()));
        // The id of a request helps whoever looks into it, and opens nothing.
        if before_it == "request" && uuid::Uuid::try_parse(word).is_ok() {
            masked.push_str(word);
        } else if before_it.eq_ignore_ascii_case("bearer") {
            masked.push('…');
        } else {
            masked.push_str(&mask_word(word, links));
        }
        before_it = word;
        rest = after;
    }
    masked.push_str(rest);
    masked
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '"' | '\'' | '`' | ',' | ';' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}')
}

fn mask_word(word: &str, links: bool) -> String {
    if let Some((scheme, rest)) = word.split_once("://") {
        // The host helps; what follows may carry a token, what precedes a password.
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let private =
            rest.contains(['?', '#']) || authority.contains('@') || (links && rest.len() > host.len());
        return if private { format!("{scheme}://{host}/…") } else { word.to_owned() };
    }
    if let Some((name, value)) = word.split_once('=')
        && !value.is_empty()
        && SECRET_NAMES.iter().any(|secret| name.to_ascii_lowercase().ends_with(secret))
    {
        return format!("{name}=…");
    }
    let value = word.rsplit(['=', ':', '&']).next().unwrap_or(word);
    let long = value.len() >= 32
        && value.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~+/=".contains(c))
        && value.chars().any(|c| c.is_ascii_digit())
        && !value.contains('/');
    if value.starts_with("b44k_") || (value.starts_with("eyJ") && value.len() > 16) || long {
        return format!("{}…", word.strip_suffix(value).unwrap_or_default());
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_shown() {
        assert_eq!(format!("{:?}", Secret::new("b44k_abc")), "…");
    }

    #[test]
    fn secrets_and_links_are_masked() {
        for (text, expected) in [
            ("key b44k_abc123", "key …"),
            ("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", "Authorization: Bearer …"),
            ("open https://auth.base44.io/oauth/abc?state=1 now", "open https://auth.base44.io/… now"),
            ("http://user:pw@proxy.example:3128", "http://proxy.example:3128/…"),
            ("refresh_token=0123456789abcdef0123456789abcdef", "refresh_token=…"),
            ("invalid scope https://www.googleapis.com", "invalid scope https://www.googleapis.com"),
            ("access_token=short&x=1 device_code=d", "access_token=… device_code=…"),
            ("bearer abc/def+g==", "bearer …"),
            (
                "push of slack to /home/a/project/base44/connectors took 12 ms",
                "push of slack to /home/a/project/base44/connectors took 12 ms",
            ),
            (
                "in 3 ms, request 0b0c2b9e-7c1f-4f6a-9d4e-2f1f4c1d2e3a",
                "in 3 ms, request 0b0c2b9e-7c1f-4f6a-9d4e-2f1f4c1d2e3a",
            ),
            ("token 0b0c2b9e-7c1f-4f6a-9d4e-2f1f4c1d2e3a", "token …"),
        ] {
            assert_eq!(mask(text), expected);
        }
    }

    #[test]
    fn a_scope_that_is_a_link_stays_readable_where_a_person_reads_it() {
        let text = "Invalid scope: https://www.googleapis.com/auth/calendar.evnts";
        assert_eq!(mask_tokens(text), text);
        assert_eq!(mask_tokens("see https://a.example/x?token=1 b44k_1"), "see https://a.example/… …");
    }
}
