//! A pair of tokens, and what can be read in one without trusting it.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use connector_boundary::secret::Secret;

/// A login is renewed when it has less than this left, in milliseconds.
const MARGIN: u64 = 60_000;

/// What a login consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub access: Secret,
    pub refresh: Secret,
    /// In milliseconds since 1970; none where nobody said.
    pub expires_at: Option<u64>,
}

impl Tokens {
    /// Those of the environment: the access token says itself how long it is good.
    pub(crate) fn seeded(access: Secret, refresh: Secret) -> Tokens {
        let expires_at =
            claim(&access, "exp").and_then(|exp| exp.as_f64()).map(|seconds| (seconds * 1000.0) as u64);
        Tokens { access, refresh, expires_at }
    }

    /// Whether they should be renewed before they are used.
    pub(crate) fn is_ending(&self) -> bool {
        self.expires_at.is_some_and(|end| end < now().saturating_add(MARGIN))
    }

    /// Whether the access token is of no use any more.
    pub(crate) fn has_ended(&self) -> bool {
        self.expires_at.is_some_and(|end| end <= now())
    }
}

/// Whose token it is, as the token says; nothing is verified, the platform does that.
pub(super) fn subject(token: &Secret) -> Option<String> {
    claim(token, "sub")?.as_str().map(str::to_owned)
}

fn claim(token: &Secret, name: &str) -> Option<Value> {
    let payload = token.expose().split('.').nth(1)?;
    let claims: Value = serde_json::from_slice(&decode(payload)?).ok()?;
    claims.get(name).cloned()
}

/// Base64 in the alphabet for URLs (RFC 4648, 5), with or without padding.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

/// Now, in milliseconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_whose_it_is_and_until_when() {
        // {"alg":"none"} . {"sub":"a@b.example","exp":2000000000}
        let token = Secret::new("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhQGIuZXhhbXBsZSIsImV4cCI6MjAwMDAwMDAwMH0.");
        assert_eq!(subject(&token).as_deref(), Some("a@b.example"));
        let tokens = Tokens::seeded(token, Secret::new("r"));
        assert_eq!(tokens.expires_at, Some(2_000_000_000_000));
        assert!(!tokens.is_ending());
    }

    #[test]
    fn any_text_may_stand_for_a_token() {
        for text in ["", ".", "a.b.c", "a.%%%.c", "a.eyJ9.c", "a.W10.c", "a.bnVsbA.c"] {
            assert_eq!(subject(&Secret::new(text)), None, "{text}");
        }
    }
}
