//! What copying brings along: a name as the source of a page has it, as the query of an address, or with a remark.

use percent_encoding::percent_decode_str;

/// So many times signs may be encoded, the ones of the other.
const MAX_ENCODED: usize = 3;
/// A longer text, in bytes, is a page of something.
const MAX_TEXT: usize = 1000;

/// The names of signs in HTML that names of scopes have, or that stand around them.
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("apos", '\''),
    ("bsol", '\\'),
    ("colon", ':'),
    ("comma", ','),
    ("dash", '-'),
    ("gt", '>'),
    ("hyphen", '-'),
    ("ldquo", '"'),
    ("lowbar", '_'),
    ("lsquo", '\''),
    ("lt", '<'),
    ("nbsp", ' '),
    ("ndash", '-'),
    ("num", '#'),
    ("period", '.'),
    ("quot", '"'),
    ("rdquo", '"'),
    ("rsquo", '\''),
    ("semi", ';'),
    ("sol", '/'),
];

/// The text without what copying brought along, and without quotes and signs around it; none where there is nothing of
/// that kind in it.
pub(crate) fn without_markup(text: &str) -> Option<String> {
    let may_have_some = text.contains(['&', '<', '\\', '(', '[', '%', '?', '#']) || ends_with_yes(text);
    if !may_have_some || text.len() > MAX_TEXT {
        return None;
    }
    let mut plain = text.to_owned();
    for _ in 0..MAX_ENCODED {
        let Some(decoded) = decoded(&plain) else { break };
        plain = decoded;
    }
    plain = without_tags(&plain);
    plain = unescaped(&plain);
    let mut rest = plain.as_str();
    rest = link_text(rest).unwrap_or(rest);
    rest = without_remark(rest);
    if rest.contains("://") {
        rest = rest.split(['?', '#']).next().unwrap_or(rest);
    }
    let rest = rest.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '/');
    (rest != text.trim() && !rest.is_empty()).then(|| rest.to_owned())
}

/// A text in which what stands for a sign is the sign: `&quot;`, `&#58;`, `%3A`; none where nothing does.
pub fn decoded(text: &str) -> Option<String> {
    let unescaped = percent_decode_str(text).decode_utf8().ok()?;
    let mut plain = String::with_capacity(unescaped.len());
    let mut rest = &*unescaped;
    while let Some((before, _)) = rest.split_once('&') {
        plain.push_str(before);
        rest = rest.get(before.len()..).unwrap_or_default();
        let (sign, length) = entity(rest).unwrap_or(('&', 1));
        plain.push(sign);
        rest = rest.get(length..).unwrap_or_default();
    }
    plain.push_str(rest);
    (plain != text).then_some(plain)
}

/// The sign of the entity that a text begins with, and how long that is.
fn entity(text: &str) -> Option<(char, usize)> {
    /// No name of a sign that counts here is longer.
    const MAX_NAME: usize = 8;
    let end = text.bytes().take(MAX_NAME + 2).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let sign = match name.strip_prefix('#') {
        Some(code) => {
            let code = match code.strip_prefix(['x', 'X']) {
                Some(code) => u32::from_str_radix(code, 16),
                None => code.parse(),
            };
            char::from_u32(code.ok()?)?
        }
        None => ENTITIES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((sign, end + 1))
}

/// The text without the tags of HTML in it: `<code>chat:write</code>`.
fn without_tags(text: &str) -> String {
    let is_tag = |tag: &str| {
        let name = tag.trim_matches('/').split_whitespace().next().unwrap_or_default();
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        match after.split_once('>').filter(|(tag, _)| is_tag(tag)) {
            Some((_, behind)) => rest = behind,
            None => {
                plain.push('<');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    // What stands between these signs alone is no tag: `<read>`.
    if plain.trim().is_empty() { text.to_owned() } else { plain }
}

/// The text without the strokes that Markdown has before a sign, and with the other strokes of an address as slashes.
fn unescaped(text: &str) -> String {
    if text.contains(":\\") {
        return text.replace("\\\\", "\\").replacen(":\\", "://", 1).replace('\\', "/");
    }
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '\\' || !letters.peek().is_some_and(char::is_ascii_punctuation) {
            plain.push(letter);
        }
    }
    plain
}

/// The text of the link in Markdown that a text is.
fn link_text(text: &str) -> Option<&str> {
    let (name, address) = text.trim().strip_prefix('[')?.split_once("](")?;
    address.ends_with(')').then_some(name)
}

/// The text without what is said of it in parentheses or as a value: `chat:write (optional)`, `chat:write: true`.
fn without_remark(text: &str) -> &str {
    let text = text.trim();
    let before = text.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let text = match before {
        Some((before, _)) if !before.trim().is_empty() => before.trim_end(),
        _ => text,
    };
    match text.rsplit_once([':', '=']) {
        Some((before, _)) if ends_with_yes(text) => before.trim_end(),
        _ => text,
    }
}

/// Whether a text ends as the entry of an object that says yes.
fn ends_with_yes(text: &str) -> bool {
    let value = text.rsplit_once([':', '=']).map(|(_, value)| value.trim());
    value.is_some_and(|value| matches!(value, "true" | "True" | "yes" | "required"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_copying_brought_along_is_taken_off() {
        for (written, plain) in [
            ("&quot;chat:write&quot;", Some("chat:write")),
            ("chat&#58;write", Some("chat:write")),
            ("chat&#x3a;write", Some("chat:write")),
            ("chat&amp;#58;write", Some("chat:write")),
            ("chat%3Awrite", Some("chat:write")),
            ("chat%253Awrite", Some("chat:write")),
            ("chat:write&nbsp;", Some("chat:write")),
            ("<code>chat:write</code>", Some("chat:write")),
            ("<chat:write>", Some("chat:write")),
            ("[chat:write](https://docs.slack.dev/reference)", Some("chat:write")),
            ("chat:write (optional)", Some("chat:write")),
            ("chat:write: true", Some("chat:write")),
            ("manage\\_users", Some("manage_users")),
            ("https:\\\\www.example.com\\auth\\mail", Some("https://www.example.com/auth/mail")),
            ("https://www.example.com/auth/mail?hl=en", Some("https://www.example.com/auth/mail")),
            ("chat:write", None),
            ("\"chat:write\"", None),
            ("100%", Some("100")),
            ("&", None),
            ("<", None),
            ("%zz&#xffffffff;&;", Some("zz&#xffffffff")),
            ("<read>", Some("read")),
        ] {
            assert_eq!(without_markup(written).as_deref(), plain, "{written}");
        }
    }
}
