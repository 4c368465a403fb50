//! Document links: where a provider explains its scopes.

use std::str::FromStr;

use connector_catalogue::Catalogue;
use connector_syntax::{TextRange, Tree};
use tower_lsp::ls_types::{DocumentLink, DocumentLinkParams, Uri};

use super::context;
use crate::world::World;

/// The links in a document.
pub(crate) fn links(world: &World, params: DocumentLinkParams) -> Option<Vec<DocumentLink>> {
    let document = world.connector_document(&params.text_document.uri)?;
    let found = places(document.tree());
    Some(
        found
            .into_iter()
            .filter_map(|(range, url, tooltip)| {
                Some(DocumentLink {
                    range: document.text.range(range, world.caps.encoding),
                    target: Some(Uri::from_str(url).ok()?),
                    tooltip: world.caps.link_tooltips.then_some(tooltip),
                    data: None,
                })
            })
            .collect(),
    )
}

/// The type and the word `scopes`, both leading to the provider's page.
fn places(tree: &Tree) -> Vec<(TextRange, &'static str, String)> {
    let Some(object) = tree.root().and_then(|root| root.as_object()) else {
        return Vec::new();
    };
    let Some(ty) = context::type_name(tree).and_then(|name| Catalogue::get().find(&name)) else {
        return Vec::new();
    };
    if ty.scope_docs.is_empty() {
        return Vec::new();
    }
    let type_value = object
        .get("type")
        .and_then(|member| member.value()?.as_string())
        .map(|string| string.content_range());
    let scopes_key = object.get("scopes").map(|member| member.key().content_range());
    type_value
        .into_iter()
        .chain(scopes_key)
        .map(|range| (range, ty.scope_docs, format!("Scopes of {}", ty.display_name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use connector_syntax::parse;

    use super::*;

    fn linked(text: &str) -> Vec<String> {
        let tree = parse(text);
        places(&tree).iter().map(|(range, _, _)| tree.slice(*range).to_owned()).collect()
    }

    #[test]
    fn the_type_and_its_scopes_lead_to_the_providers_page() {
        assert_eq!(linked("{type: 'slack', scopes: []}"), ["slack", "scopes"]);
        assert_eq!(linked("{\"type\": \"slack\""), ["slack"]);
    }

    #[test]
    fn an_unknown_type_leads_nowhere() {
        assert!(linked("{type: 'nonsense', scopes: []}").is_empty());
    }
}
