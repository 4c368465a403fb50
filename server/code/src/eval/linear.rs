//! The requests behind Linear's own client, `@linear/sdk`: `client.createIssue({ … })` sends the mutation `issueCreate`,
//! `client.issues()` and `client.viewer` are queries of these names.

use super::*;

/// The client's package.
pub(super) const PACKAGE: &str = "@linear/sdk";
/// Where its requests go.
const ADDRESS: &str = "https://api.linear.app/graphql";
/// What the client asks for without a call.
const GETTERS: [&str; 4] = ["viewer", "organization", "userSettings", "applicationInfo"];
/// The verbs that stand last in a mutation's name and first in the client's.
const VERBS: [&str; 5] = ["create", "update", "delete", "unarchive", "archive"];
/// The beginnings of what the client's queries are called: of one thing, of a list, or of a search.
const THINGS: [&str; 24] = [
    "agent",
    "attachment",
    "audit",
    "comment",
    "custom",
    "cycle",
    "document",
    "email",
    "emoji",
    "external",
    "favorite",
    "initiative",
    "integration",
    "issue",
    "notification",
    "organization",
    "project",
    "release",
    "roadmap",
    "search",
    "team",
    "template",
    "user",
    "workflow",
];
/// Words in a name by which it does more than ask.
const DOING: [&str; 16] = [
    "Add",
    "Remove",
    "Link",
    "Upload",
    "Import",
    "Connect",
    "Disconnect",
    "Subscribe",
    "Unsubscribe",
    "Refresh",
    "Rotate",
    "Sync",
    "Move",
    "Accept",
    "Suspend",
    "Reminder",
];

impl Walk<'_> {
    /// `client.viewer`: a request that is made where it is read.
    pub(super) fn linear_getter(
        &mut self,
        package: &Package,
        name: &Name,
        at: (ModId, Span),
    ) -> Option<Value> {
        let is_getter = package.path.is_empty() && GETTERS.contains(&&**name);
        let tokens = self.package_tokens(package);
        if !is_getter || tokens.is_empty() {
            return None;
        }
        self.linear_request(package, &tokens, &format!("query {{ {name} }}"), at);
        Some(Value::Answer)
    }

    /// What a method of the client does; none where it is not known.
    pub(super) fn linear(
        &mut self,
        package: &Package,
        name: &Name,
        args: &[Value],
        at: (ModId, Span),
    ) -> Option<Value> {
        let tokens = self.package_tokens(package);
        if tokens.is_empty() {
            return None;
        }
        let is_raw = matches!(&**name, "rawRequest" | "request");
        let document = match (&package.path[..], args.first()) {
            ([..], Some(Value::Text(text))) if is_raw => text.all()?.to_string(),
            ([], _) => document_of(name)?,
            _ => return None,
        };
        self.linear_request(package, &tokens, &document, at);
        Some(Value::Answer)
    }

    fn linear_request(&mut self, package: &Package, tokens: &[UseId], document: &str, at: (ModId, Span)) {
        let mut body = Object::default();
        body.set(Name::from("query"), Value::text(document));
        let bodies = Some(vec![Value::Heap(self.state.add(Heap::Object(body)))]);
        let sure = tokens.len() == 1 && !package.partly;
        for token in tokens {
            let target = Target::Url(vec![UrlPart::Text(Name::from(ADDRESS))]);
            self.record(*token, Some(Name::from("POST")), target, &bodies, at, sure);
        }
    }
}

/// The document that a method of the client sends.
fn document_of(name: &str) -> Option<String> {
    for verb in VERBS {
        let thing =
            name.strip_prefix(verb).filter(|thing| thing.starts_with(|c: char| c.is_ascii_uppercase()));
        if let Some(thing) = thing {
            let mut thing = thing.to_owned();
            thing[..1].make_ascii_lowercase();
            let mut verb = verb.to_owned();
            verb[..1].make_ascii_uppercase();
            return Some(format!("mutation {{ {thing}{verb} }}"));
        }
    }
    if DOING.iter().any(|word| name.contains(word)) {
        return Some(format!("mutation {{ {name} }}"));
    }
    THINGS.iter().any(|thing| name.starts_with(thing)).then(|| format!("query {{ {name} }}"))
}
