//! The outline of what calls functions: each automation that waits for a connector's service.

use connector_syntax::{Node, NodeKind, TextRange, Tree};

/// Deeper than any config; what a hostile text nests below is left out.
const MAX_DEPTH: usize = 12;

/// An automation of a connector's service.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    /// What it is called, or what it waits for.
    pub(crate) name: String,
    /// The type of the connector.
    pub(crate) type_name: String,
    /// All of it.
    pub(crate) range: TextRange,
    /// Where the type stands.
    pub(crate) type_range: TextRange,
}

/// The automations of a function's config or a workflow, in their order.
pub(crate) fn all(tree: &Tree) -> Vec<Shown> {
    let mut found = Vec::new();
    if let Some(root) = tree.root() {
        below(root, 0, &mut found);
    }
    found
}

fn below(node: Node<'_>, depth: usize, found: &mut Vec<Shown>) {
    if depth > MAX_DEPTH {
        return;
    }
    if let Some(object) = node.as_object() {
        let text = |key: &str| Some(object.get(key)?.value()?.as_string()?.text().into_owned());
        if let Some(value) = object.get("integration_type").and_then(|member| member.value())
            && let Some(type_name) = value.as_string().map(|string| string.text().into_owned())
        {
            let name = ["name", "title", "id"].into_iter().find_map(text);
            let name = name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| type_name.clone());
            found.push(Shown { name, type_name, range: node.range(), type_range: value.range() });
        }
        object.members().filter_map(|member| member.value()).for_each(|value| below(value, depth + 1, found));
    } else if matches!(node.kind(), NodeKind::Array(_)) {
        node.children().for_each(|value| below(value, depth + 1, found));
    }
}

#[cfg(test)]
mod tests {
    use connector_syntax::parse;

    use super::*;

    fn outline(text: &str) -> Vec<String> {
        all(&parse(text)).into_iter().map(|one| format!("{} ({})", one.name, one.type_name)).collect()
    }

    #[test]
    fn each_automation_is_named_after_what_it_is_called() {
        let text = r#"{
            "entry": "main.ts",
            "automations": [
                { "name": "On message", "type": "connector", "integration_type": "slack" },
                { "type": "connector", "integration_type": "gmail" },
                { "name": "Nightly", "type": "scheduled" },
            ],
        }"#;
        assert_eq!(outline(text), ["On message (slack)", "gmail (gmail)"]);
    }

    #[test]
    fn a_broken_or_hostile_config_shows_what_there_is() {
        assert_eq!(outline("{automations: [{integration_type: 'slack'"), ["slack (slack)"]);
        assert_eq!(outline(&"[".repeat(100_000)), [""; 0]);
    }
}
