//! How each provider reads a scope's name: which spellings are one scope, and whose scopes it grants.
//!
//! A provider without a file here has one spelling for each scope, and grants a type's own scopes only. To add one,
//! write its file and name it in [`Provider::habits`].

mod facebook;
mod google;
mod identity;
mod microsoft;
mod plain;

use std::borrow::Cow;
use std::fmt;

use crate::{ConnectorType, Provider, Scope, Sensitivity};

/// What a provider does in a way of its own; the defaults are what most of them do.
pub(crate) trait Habits: Sync {
    /// What people call it, where no type is named after it alone.
    fn display_name(&self) -> Option<&'static str> {
        None
    }

    /// Whether it grants every scope it has to a connector of any of its types.
    ///
    /// Slack does not: what a person's token can have, a bot's may not. Others have one type only.
    fn grants_across_types(&self) -> bool {
        false
    }

    /// Whether signing people in is something that its connectors are for.
    fn signs_in(&self) -> bool {
        false
    }

    /// Whether it reads several spellings of one scope.
    fn has_spellings(&self) -> bool {
        false
    }

    /// Whether it compares names without regard to case.
    fn ignores_case(&self) -> bool {
        false
    }

    /// Whether all its scopes are known that are written like this one, of types whose scopes are not all known.
    fn knows_all_written_like(&self, _ty: &ConnectorType, _name: &str) -> bool {
        false
    }

    /// Whether its scopes are addresses, or may be.
    fn has_addresses(&self) -> bool {
        false
    }

    /// A spelling that is the same for all spellings of one scope, and for no other scope.
    fn spelling_key<'a>(&self, name: &'a str) -> Cow<'a, str> {
        name.into()
    }

    /// A name that is the same for all scopes that allow the same, under whatever name.
    fn effect_key<'a>(&self, name: &'a str) -> Cow<'a, str> {
        self.spelling_key(name)
    }

    /// The type's scope of this name, which its table has in another spelling.
    fn find_respelled(&self, _ty: &'static ConnectorType, _name: &str) -> Option<&'static Scope> {
        None
    }

    /// What the provider's own list, which goes beyond its types, says of a name.
    fn in_own_list(&self, _ty: &ConnectorType, _name: &str) -> Option<OwnList> {
        None
    }

    /// The names in the provider's own list.
    fn own_list(&self) -> Box<dyn Iterator<Item = &'static str>> {
        Box::new(std::iter::empty())
    }

    /// Whether it is a scope of a service of the provider that nobody has a list of.
    fn is_of_unlisted_service(&self, _name: &str) -> bool {
        false
    }

    /// Whether a scope may open whatever a call needs, because nobody can tell from its name what it opens.
    fn may_open_anything(&self, _name: &str) -> bool {
        false
    }

    /// Whether a name of one of its scopes, in a connector of another provider, is surely meant as that.
    fn is_recognizable(&self, _name: &str) -> bool {
        true
    }

    /// Whether what scopes with a parameter look like tells which names are scopes; else `in_own_list` does.
    fn trusts_pattern(&self) -> bool {
        true
    }

    /// A scope's name with the address before it that another written one has.
    fn in_form_of(&self, name: &'static str, _written: &str) -> Cow<'static, str> {
        name.into()
    }

    /// The words of the address that may stand before a scope's name.
    fn address_words(&self) -> &'static [&'static str] {
        &["https", "http"]
    }

    /// Words that stand in many of its scopes, and that people add to others.
    fn filler_words(&self) -> &'static [&'static str] {
        &[]
    }

    /// The word that stands in the provider's scopes for one that people use.
    fn synonym<'a>(&self, word: &'a str) -> &'a str {
        word
    }
}

/// What a provider's own list says of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OwnList {
    /// It is a scope of this service, guarded like this where that is known.
    Listed(&'static str, Option<Sensitivity>),
    /// It asks for whatever the app is registered for.
    Pattern,
}

impl Provider {
    /// What this provider does in a way of its own.
    pub(crate) fn habits(self) -> &'static dyn Habits {
        match self {
            Provider::Facebook => &facebook::Facebook,
            Provider::Discord | Provider::Linkedin => &identity::Identity,
            Provider::Google => &google::Google,
            Provider::Microsoft => &microsoft::Microsoft,
            _ => &plain::Plain,
        }
    }

    /// Whether signing people in is something that its connectors are for.
    pub fn signs_in(self) -> bool {
        self.habits().signs_in()
    }

    /// What people call it, where no type is named after it alone: `Google`, `Meta`.
    pub fn display_name(self) -> Option<&'static str> {
        self.habits().display_name()
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
