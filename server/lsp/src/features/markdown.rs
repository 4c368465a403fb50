//! What hovers and completions say, in Markdown or in plain text.

use connector_boundary::text::{is_unprintable, printable};
use connector_catalogue::{ConnectorType, Elsewhere, Resolution, Scope, Sensitivity};
use connector_model::Code;
use tower_lsp::ls_types::{MarkupContent, MarkupKind};

/// So many characters of a name are shown: the longest known scope has under a hundred.
const MAX_CODE_CHARS: usize = 200;

/// Text of any origin, with nothing in it that Markdown would act on.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii_punctuation()
                && !matches!(c, '.' | ',' | ':' | ';' | '/' | '?' | '\'' | '"' | '%' | '=') =>
            {
                escaped.push('\\');
                escaped.push(c);
            }
            c if is_unprintable(c) => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text of any origin as code. No run of backticks in it is as long as the marks around it, so it cannot end early.
pub(crate) fn code(text: &str) -> String {
    let text = printable(text, MAX_CODE_CHARS);
    match text.split(|c| c != '`').map(str::len).max() {
        None | Some(0) => format!("`{text}`"),
        Some(longest) => {
            let marks = "`".repeat(longest + 1);
            format!("{marks} {text} {marks}")
        }
    }
}

/// A link, where its address is one that may be opened.
pub(crate) fn link(text: &str, url: &str) -> String {
    let safe = url.starts_with("https://")
        && !url.contains(|c: char| c.is_whitespace() || c.is_control() || "()<>\\\"`".contains(c));
    if safe { format!("[{}]({url})", escape(text)) } else { escape(text) }
}

/// A link that was found safe to open, to this machine too.
pub(crate) fn safe_link(text: &str, link: &connector_platform::SafeLink) -> String {
    // What would end the link early is written as its escape.
    let url: String = link
        .as_str()
        .chars()
        .map(|c| match c {
            '(' => "%28".to_owned(),
            ')' => "%29".to_owned(),
            '<' => "%3C".to_owned(),
            '>' => "%3E".to_owned(),
            '\\' => "%5C".to_owned(),
            c => c.to_string(),
        })
        .collect();
    format!("[{}]({url})", escape(text))
}

/// What a sensitivity means.
pub(crate) fn sensitivity(sensitivity: Sensitivity) -> &'static str {
    match sensitivity {
        Sensitivity::NonSensitive => "Not sensitive",
        Sensitivity::Sensitive => "Sensitive: the provider verifies the app first",
        Sensitivity::Restricted => {
            "Restricted: it needs the provider's review, or an administrator's consent"
        }
    }
}

/// The card of a type.
pub(crate) fn of_type(ty: &ConnectorType) -> String {
    let mut card =
        format!("**{}** — `{}`\n\n{}\n\n", escape(ty.display_name), ty.name, escape(ty.description));
    if !ty.takes_scopes() {
        card.push_str("Takes no scopes.");
    } else {
        let count = ty.scopes.len();
        let known = match (count, ty.complete) {
            (0, _) => "No scopes are known; others may be accepted.".to_owned(),
            (1, true) => "1 scope.".to_owned(),
            (_, true) => format!("{count} scopes."),
            (_, false) => format!("{count} known scopes; others may be accepted."),
        };
        card.push_str(&known);
        if !ty.scope_docs.is_empty() {
            card.push_str(&format!(" {}", link("Scopes explained by the provider", ty.scope_docs)));
        }
    }
    card
}

/// The card of a scope.
pub(crate) fn of_scope(ty: &ConnectorType, scope: &Scope) -> String {
    let mut card = format!("`{}` — {}\n\n{}", scope.name, escape(ty.display_name), escape(scope.summary));
    if let Some(level) = scope.sensitivity {
        card.push_str(&format!("\n\n{}.", sensitivity(level)));
    }
    if scope.deprecated {
        card.push_str("\n\n**Deprecated.**");
        if let Some(better) = scope.replaced_by {
            card.push_str(&format!(" Use {} instead.", code(better)));
        }
    }
    if !scope.covers.is_empty() {
        let names: Vec<String> = scope.covers.iter().take(12).map(|name| code(name)).collect();
        let more = scope.covers.len().saturating_sub(12);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        card.push_str(&format!("\n\nIncludes {}{more}.", names.join(", ")));
    }
    if !ty.scope_docs.is_empty() {
        card.push_str(&format!("\n\n{}", link("Scopes explained by the provider", ty.scope_docs)));
    }
    card
}

/// The card of a name in a list of scopes, by what it is to the list's type.
pub(crate) fn of_resolution(ty: &ConnectorType, written: &str, resolution: &Resolution) -> String {
    let (name, service) = (code(&printable(written, 200)), escape(ty.display_name));
    match resolution {
        Resolution::Known(scope) => of_scope(ty, scope),
        Resolution::Pattern => {
            let summary = ty.pattern.as_ref().map_or("Whatever the app is registered for", |one| one.summary);
            format!("{name} — {service}\n\n{}", escape(summary))
        }
        Resolution::KnownElsewhere(elsewhere) => of_elsewhere(&name, &service, elsewhere),
        Resolution::Description(suggestions) if suggestions.is_empty() => {
            format!("{name} is no scope of {service}: a scope is a name.")
        }
        Resolution::Misspelt { suggestions, .. } | Resolution::Description(suggestions) => {
            let near: Vec<String> = suggestions.iter().map(|one| code(&one.name)).collect();
            format!("{service} has no scope {name}. Did you mean {}?", near.join(" or "))
        }
        Resolution::Joined(parts) => {
            let parts: Vec<String> = parts.iter().map(|part| code(&printable(&part.name, 200))).collect();
            format!("Several scopes in one string: {}. Each needs one of its own.", parts.join(", "))
        }
        Resolution::Blank => "An empty scope.".to_owned(),
        Resolution::NotUsed => format!("{service} takes no scopes."),
        Resolution::Unknown { complete: true } => format!("{service} has no scope {name}."),
        Resolution::Unknown { complete: false } => {
            let link = link("compare it with the provider's list", ty.scope_docs);
            format!("{name} is not among the known scopes of {service}; there may be more: {link}.")
        }
    }
}

fn of_elsewhere(name: &str, service: &str, elsewhere: &Elsewhere) -> String {
    let owners: Vec<String> = match (elsewhere.types.as_slice(), elsewhere.service) {
        ([], owner) => vec![escape(owner.unwrap_or("another service"))],
        (types, _) => types
            .iter()
            .take(4)
            .map(|ty| format!("{} ({})", escape(ty.display_name), code(ty.name)))
            .collect(),
    };
    let mut card = format!("{name} — a scope of {}", owners.join(", "));
    let more = elsewhere.types.len().saturating_sub(owners.len());
    if more > 0 {
        card.push_str(&format!(" and {more} more"));
    }
    if let Some(scope) = elsewhere.scope {
        card.push_str(&format!("\n\n{}", escape(scope.summary)));
    }
    if let Some(level) = elsewhere.sensitivity {
        card.push_str(&format!("\n\n{}.", sensitivity(level)));
    }
    let granted = if elsewhere.granted { "is granted it too" } else { "does not have it" };
    card.push_str(&format!("\n\n{service} {granted}."));
    card
}

/// The card of a finding's code.
pub(crate) fn of_code(code: Code) -> String {
    format!("`{}` — {}", code.as_str(), link("what it means and how to resolve it", code.docs_url()))
}

/// Markdown, or the same as plain text for a client that shows no other.
pub(crate) fn content(markdown: String, shows_markdown: bool) -> MarkupContent {
    if shows_markdown {
        return MarkupContent { kind: MarkupKind::Markdown, value: markdown };
    }
    MarkupContent { kind: MarkupKind::PlainText, value: plain(&markdown) }
}

/// The same without any marks.
pub(crate) fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut chars = markdown.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.extend(chars.next()),
            '*' | '`' => {}
            '[' => {
                // A link of ours: everything else that looks like one is escaped.
                let rest = chars.as_str();
                let link =
                    rest.split_once("](").and_then(|(words, rest)| Some((words, rest.split_once(')')?.0)));
                match link {
                    Some((words, address)) if is_one_line(words) && is_one_line(address) => {
                        text.push_str(&format!("{}: {address}", plain(words)));
                        let length = words.len() + "](".len() + address.len() + ")".len();
                        chars = rest.get(length..).unwrap_or_default().chars();
                    }
                    _ => text.push(c),
                }
            }
            c => text.push(c),
        }
    }
    text
}

/// Whether a part of a link is one: neither breaks a line.
fn is_one_line(text: &str) -> bool {
    !text.contains('\n')
}

#[cfg(test)]
mod tests {
    use connector_catalogue::Catalogue;

    use super::*;

    #[test]
    fn text_from_outside_makes_no_markup() {
        for hostile in
            ["![x](https://a/b.png)", "[a](command:run)", "<img src=x>", "**b**", "`c`", "# h", "a\n\n---\nb"]
        {
            let escaped = escape(hostile);
            assert!(
                !escaped.contains('\n')
                    && !escaped.contains("](")
                    && !escaped.starts_with(['<', '#', '!', '[', '*', '`']),
                "{escaped}"
            );
        }
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("``` ![x](https://a/b.png) ``"), "```` ``` ![x](https://a/b.png) `` ````");
        assert_eq!(code("a\n\n# b\u{202e}"), "`a\\u{a}\\u{a}# b\\u{202e}`");
    }

    #[test]
    fn only_https_links_are_links() {
        assert_eq!(link("a", "https://a.example/b"), "[a](https://a.example/b)");
        for url in ["command:x", "javascript:x", "http://a", "https://a) [b](command:x"] {
            assert_eq!(link("a", url), "a");
        }
    }

    #[test]
    fn a_card_tells_what_a_scope_allows() {
        let ty = Catalogue::get().find("slack").unwrap();
        let card = of_scope(ty, ty.find_scope("channels:read").unwrap());
        assert!(card.contains("channels:read") && card.contains("Slack"), "{card}");
    }

    #[test]
    fn plain_text_has_no_marks() {
        assert_eq!(plain("**a** `b_c` d\\_e"), "a b_c d_e");
        assert_eq!(
            plain("see [Scopes\\_explained](https://a.example/b). [x"),
            "see Scopes_explained: https://a.example/b. [x"
        );
    }
}
