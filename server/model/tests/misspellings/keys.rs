//! Mistakes in keys.

use super::slips::{slip, two_slips};
use super::tally::{Mistake, Tally, one_in};

/// A kind of mistake: its name, and what it makes of a key; none where there is nothing to be got wrong.
type Kind = (&'static str, fn(&str, &mut fastrand::Rng) -> Option<String>);

const KINDS: &[Kind] = &[
    ("a slip", |key, rng| Some(slip(key, rng))),
    ("two slips", |key, rng| (key.len() > 4).then(|| two_slips(key, rng))),
    ("case", |key, rng| {
        let plain = key.trim_start_matches('$');
        Some(match rng.bool() {
            true => key.to_uppercase(),
            false => key.replace(plain, &(plain[..1].to_uppercase() + &plain[1..])),
        })
    }),
    ("number", |key, _| Some(key.strip_suffix('s').map_or_else(|| format!("{key}s"), str::to_owned))),
    ("something around it", |key, rng| {
        let (before, after) = [
            (" ", ""),
            ("", " "),
            ("", ":"),
            ("\\\"", "\\\""),
            ("_", ""),
            ("$", ""),
            ("", "_"),
            ("@", ""),
            ("'", "'"),
        ][rng.usize(..9)];
        Some(format!("{before}{key}{after}"))
    }),
    ("a word behind it", |key, rng| {
        let words: &[&str] = if key == "type" {
            &["name", "id", "key", "slug"]
        } else {
            &["list", "required", "array", "requested", "needed"]
        };
        let word = words[rng.usize(..words.len())];
        Some(match rng.usize(..3) {
            0 => format!("{key}{}{}", word[..1].to_uppercase(), &word[1..]),
            1 => format!("{key}_{word}"),
            _ => format!("{key}-{word}"),
        })
    }),
    ("another word for it", |key, rng| {
        let words: &[&str] = if key == "type" {
            &[
                "integration",
                "integration_type",
                "integrationType",
                "connector",
                "connectorType",
                "connector_type",
                "service",
                "provider",
                "kind",
            ]
        } else {
            &[
                "permissions",
                "permission",
                "oauth_scopes",
                "oauthScopes",
                "scope",
                "access",
                "privileges",
                "grants",
            ]
        };
        Some(words[rng.usize(..words.len())].to_owned())
    }),
    ("a word before it", |key, rng| {
        let word =
            ["oauth", "connector", "integration", "auth", "required", "service", "api"][rng.usize(..7)];
        let separator = ["_", "-", ""][rng.usize(..3)];
        let key = key.trim_start_matches('$');
        Some(match separator {
            "" => format!("{word}{}{}", key[..1].to_uppercase(), &key[1..]),
            separator => format!("{word}{separator}{key}"),
        })
    }),
];

/// A file with the key in it; the value is one that fits.
fn file(meant: &str, key: &str) -> String {
    let members = ["type", "scopes"].map(|one| {
        let key = if one == meant { key } else { one };
        let value = if one == "type" { "\"slack\"" } else { "[\"chat:write\"]" };
        format!("\"{key}\": {value}")
    });
    format!("{{{}}}", members.join(", "))
}

#[test]
fn what_is_written_for_a_key_leads_to_it() {
    let times = 400 / one_in(20).min(400);
    let mut tally = Tally::default();
    for (kind, make) in KINDS {
        let mut rng = fastrand::Rng::with_seed(14);
        for meant in ["type", "scopes"].into_iter().cycle().take(2 * times.max(1)) {
            let Some(written) = make(meant, &mut rng) else { continue };
            if ["type", "scopes", "$schema"].contains(&written.as_str()) {
                continue;
            }
            tally.try_one(&Mistake {
                kind,
                text: file(meant, &written),
                right: vec![file(meant, meant)],
                meant: vec![meant.to_owned()],
                written,
            });
        }
    }
    tally.print("keys", 97.0, 95.0);
}
