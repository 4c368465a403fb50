//! What must not leave, and how it is told in a text, whichever way it was written down.

use std::collections::HashSet;

/// So many letters and digits of a secret in a row betray it.
const BETRAYING: usize = 12;

/// What a worker plants, all of it without meaning and unlike everything else.
pub struct Secrets {
    /// The login of the person, and what it is renewed to.
    pub access: String,
    pub refresh: String,
    pub renewed: (String, String),
    /// The workspace's own.
    pub key: String,
    pub own_access: String,
    pub own_refresh: String,
    /// Another project's, outside.
    pub outside: String,
    leaving: HashSet<u64>,
    outside_rows: HashSet<u64>,
}

/// A text without meaning, the same for the same number.
fn random(number: u64, length: usize) -> String {
    let mut dice = super::dice::Dice::new(number);
    let letters: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').collect();
    (0..length).map(|_| *dice.one(&letters)).collect()
}

impl Secrets {
    pub fn of_worker(worker: u64) -> Secrets {
        let part = |at: u64| random(worker * 100 + at, 36);
        let mut secrets = Secrets {
            access: part(1),
            refresh: part(2),
            renewed: (part(3), part(4)),
            key: format!("b44k_{}", part(5)),
            own_access: part(6),
            own_refresh: part(7),
            outside: part(8),
            leaving: HashSet::new(),
            outside_rows: HashSet::new(),
        };
        let all = [
            &secrets.access,
            &secrets.refresh,
            &secrets.renewed.0,
            &secrets.renewed.1,
            &secrets.key,
            &secrets.own_access,
            &secrets.own_refresh,
        ];
        let mut leaving = HashSet::new();
        for secret in all {
            // An address has letters of its own.
            for form in forms(secret).iter().filter(|form| !form.starts_with("https://")) {
                leaving.extend(windows(form));
            }
        }
        secrets.leaving = leaving;
        secrets.outside_rows = windows(&secrets.outside).collect();
        secrets
    }

    /// Whether a text has a secret in it that this process knows.
    pub fn leak_in(&self, text: &str) -> bool {
        windows(text).any(|window| self.leaving.contains(&window)) || self.outside_in(text)
    }

    /// Whether a text has something in it that lies outside of the project.
    pub fn outside_in(&self, text: &str) -> bool {
        text.contains("marker") || windows(text).any(|window| self.outside_rows.contains(&window))
    }
}

/// The ways in which a platform says a secret back.
pub fn forms(secret: &str) -> Vec<String> {
    let (first, second) = secret.split_at(secret.len() / 2);
    vec![
        secret.to_owned(),
        first.to_owned(),
        second.to_owned(),
        format!("{first} {second}"),
        secret.chars().rev().collect(),
        secret.to_uppercase(),
        secret.chars().map(|c| format!("{c}\u{200b}")).collect(),
        secret.bytes().map(|byte| format!("{byte:02x}")).collect(),
        secret.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        crate::secrets::base64(secret.as_bytes()),
        crate::secrets::base64(format!("a:{secret}").as_bytes()),
        format!("https://evil.example/?t={secret}"),
        secret.bytes().map(|byte| format!("%25{byte:02x}")).collect(),
        secret.bytes().map(|byte| format!("\\u{{{byte:x}}}")).collect(),
        secret.bytes().map(|byte| format!("&#{byte:03};")).collect(),
        secret.chars().rev().map(|c| format!("{:02x}", u32::from(c))).collect(),
        crate::secrets::base64(crate::secrets::base64(secret.as_bytes()).as_bytes()),
        crate::secrets::base64(secret.to_uppercase().as_bytes()),
    ]
}

/// Each row of letters and digits of a text, as a number. Case does not count.
fn windows(text: &str) -> impl Iterator<Item = u64> {
    const BASE: u64 = 1_099_511_628_211;
    let leaves = (0..BETRAYING).fold(1_u64, |power, _| power.wrapping_mul(BASE));
    let row: Vec<u8> =
        text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase()).collect();
    let mut hash = 0_u64;
    (0..row.len()).filter_map(move |at| {
        hash = hash.wrapping_mul(BASE).wrapping_add(u64::from(row[at]) + 1);
        if at >= BETRAYING {
            hash = hash.wrapping_sub(leaves.wrapping_mul(u64::from(row[at - BETRAYING]) + 1));
        }
        (at + 1 >= BETRAYING).then_some(hash)
    })
}
