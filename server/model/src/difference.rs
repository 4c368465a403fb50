//! When two lists of scopes are the same to the platform.

use std::borrow::Cow;
use std::collections::HashSet;

use connector_catalogue::{Catalogue, ConnectorType};

use connector_boundary::text::printable_name;

/// What one list has and the other has not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// In the file, not on the platform.
    pub added: Vec<String>,
    /// On the platform, not in the file.
    pub removed: Vec<String>,
}

impl Difference {
    /// Compares what the platform has with what the file wants; neither order nor repetition matters.
    pub fn between(type_name: &str, remote: &[String], local: &[String]) -> Difference {
        let ty = Catalogue::get().find(type_name);
        let only = |list: &[String], other: &[String]| -> Vec<String> {
            let mut known: HashSet<Cow<'_, str>> = other.iter().map(|scope| key(ty, scope)).collect();
            list.iter().filter(|scope| known.insert(key(ty, scope))).cloned().collect()
        };
        Difference { added: only(local, remote), removed: only(remote, local) }
    }

    /// Whether both lists say the same.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    /// Both directions, as a sentence each.
    pub fn sentences(&self) -> String {
        let list = |scopes: &[String]| {
            scopes.iter().map(|scope| format!("`{}`", printable_name(scope))).collect::<Vec<_>>().join(", ")
        };
        match (self.added.is_empty(), self.removed.is_empty()) {
            (false, false) => {
                format!("Only in the file: {}. Only in the app: {}.", list(&self.added), list(&self.removed))
            }
            (false, true) => format!("Only in the file: {}.", list(&self.added)),
            (true, _) => format!("Only in the app: {}.", list(&self.removed)),
        }
    }
}

/// Whether the platform is known to have just these.
pub fn agree(type_name: &str, remote: Option<&[String]>, local: &[String]) -> bool {
    remote.is_some_and(|remote| Difference::between(type_name, remote, local).is_empty())
}

/// What tells a scope from others: what its provider says, of a type that is known.
fn key<'a>(ty: Option<&ConnectorType>, scope: &'a str) -> Cow<'a, str> {
    ty.map_or(Cow::Borrowed(scope), |ty| ty.scope_key(scope))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(type_name: &str, remote: &[&str], local: &[&str]) -> (Vec<String>, Vec<String>) {
        let owned = |list: &[&str]| list.iter().map(|scope| (*scope).to_owned()).collect::<Vec<_>>();
        let difference = Difference::between(type_name, &owned(remote), &owned(local));
        (difference.added, difference.removed)
    }

    #[test]
    fn order_and_repetition_do_not_matter() {
        assert_eq!(between("slack", &["a", "b"], &["b", "a", "a"]), (vec![], vec![]));
    }

    #[test]
    fn each_side_says_what_the_other_lacks() {
        assert_eq!(between("slack", &["a", "b"], &["b", "c"]), (vec!["c".to_owned()], vec!["a".to_owned()]));
        assert_eq!(between("slack", &["A"], &["a"]), (vec!["a".to_owned()], vec!["A".to_owned()]));
    }

    #[test]
    fn two_spellings_of_one_scope_are_the_same_only_to_their_own_provider() {
        let long = "https://www.googleapis.com/auth/userinfo.email";
        assert_eq!(between("gmail", &[long], &["email"]), (vec![], vec![]));
        assert_eq!(
            between("outlook", &["Mail.Read"], &["https://graph.microsoft.com/Mail.Read"]),
            (vec![], vec![])
        );
        assert_eq!(between("outlook", &["Mail.Read"], &["mail.read"]), (vec![], vec![]));
        assert_eq!(
            between("outlook", &["Mail.Read"], &["00000003-0000-0000-C000-000000000000/mail.read"]),
            (vec![], vec![])
        );
        assert_ne!(between("slack", &[long], &["email"]), (vec![], vec![]));
    }
}
