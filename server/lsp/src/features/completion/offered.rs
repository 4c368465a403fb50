//! The types that may be written.

use connector_catalogue::{Catalogue, ConnectorType};
use connector_model::facts::KnownTypes;
use tower_lsp::ls_types::Documentation;

use super::super::markdown;
use super::writer::documentation;
use crate::capabilities::ClientCaps;

/// The types of the catalogue that the platform has, and those that only the platform knows.
pub(in crate::features) fn offered(known: Option<&KnownTypes>) -> Vec<Offered> {
    let catalogue = Catalogue::get().types();
    let Some(known) = known else {
        return catalogue.iter().map(Offered::Described).collect();
    };
    let mut offered: Vec<Offered> =
        catalogue.iter().filter(|ty| known.contains(ty.name)).map(Offered::Described).collect();
    let named = known.names.iter().filter(|name| Catalogue::get().find(name).is_none());
    offered.extend(named.cloned().map(Offered::Named));
    offered
}

/// A type that may be written.
pub(in crate::features) enum Offered {
    Described(&'static ConnectorType),
    Named(String),
}

impl Offered {
    pub(in crate::features) fn name(&self) -> &str {
        match self {
            Offered::Described(ty) => ty.name,
            Offered::Named(name) => name,
        }
    }

    pub(in crate::features) fn display_name(&self) -> &str {
        match self {
            Offered::Described(ty) => ty.display_name,
            Offered::Named(name) => name,
        }
    }

    pub(in crate::features) fn documentation(&self, caps: &ClientCaps) -> Option<Documentation> {
        match self {
            Offered::Described(ty) => Some(documentation(markdown::of_type(ty), caps)),
            Offered::Named(_) => None,
        }
    }
}
