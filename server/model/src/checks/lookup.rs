//! What a misspelt type was most likely meant to be.

use crate::Catalogue;
use crate::nearest::nearest;

/// The types that the platform says it has.
#[derive(Clone, Debug, Default)]
pub struct KnownTypes {
    /// Their names.
    pub names: Vec<String>,
}

impl KnownTypes {
    /// Whether there is a type of exactly this name.
    pub fn contains(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }
}

/// The types that are near, the nearest first.
pub(super) fn suggest_type(typed: &str, _known: Option<&KnownTypes>) -> Vec<String> {
    let plain = |name: &str| name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let types = Catalogue::get().types();
    if let Some(same) = types.iter().find(|ty| plain(ty.name) == plain(typed)) {
        return vec![same.name.to_owned()];
    }
    nearest(typed, types.iter().map(|ty| ty.name)).map(str::to_owned).into_iter().collect()
}

/// The scopes in one string, joined by commas or blanks.
pub(super) fn split_joined(text: &str) -> Vec<String> {
    text.split([',', ' ', '\t', '\n', ';']).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
