//! What the last scopes turned out to be that are in no table. To compare a name with all that a type has takes longer
//! than the rest of an edit, and each edit asks the same again of every such scope in its file.

use std::cell::RefCell;

use super::Resolution;
use crate::ConnectorType;

/// So many are remembered on each thread: more than are compared of one list.
const MAX_REMEMBERED: usize = 400;

/// A longer text is no scope, and would be kept for nothing. In bytes.
const MAX_NAME: usize = 256;

/// By the name of the type, and then by the scope's.
type Answers = foldhash::HashMap<&'static str, foldhash::HashMap<Box<str>, Resolution>>;

thread_local! {
    static ANSWERS: RefCell<Answers> = RefCell::default();
}

/// What a scope is to a type: as it was found before, or as `find` says.
pub(super) fn remembered(
    ty: &'static ConnectorType,
    name: &str,
    find: impl FnOnce() -> Resolution,
) -> Resolution {
    let known = |answers: &RefCell<Answers>| answers.borrow().get(ty.name)?.get(name).cloned();
    if let Some(known) = ANSWERS.with(known) {
        return known;
    }
    let found = find();
    if name.len() <= MAX_NAME {
        ANSWERS.with_borrow_mut(|answers| {
            if answers.values().map(foldhash::HashMap::len).sum::<usize>() >= MAX_REMEMBERED {
                answers.clear();
            }
            answers.entry(ty.name).or_default().insert(name.into(), found.clone());
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalogue, resolve_one};

    fn found(ty: &str, name: &str) -> String {
        format!("{:?}", resolve_one(Catalogue::get().find(ty).unwrap(), name))
    }

    #[test]
    fn a_scope_that_is_asked_for_again_is_what_it_was() {
        for (ty, name) in
            [("slack", "chat:wirte"), ("hubspot", "crm.objects.contact.reed"), ("gmail", "send mail")]
        {
            assert_eq!(found(ty, name), found(ty, name), "{ty}, {name}");
        }
    }

    #[test]
    fn one_name_is_to_each_type_what_it_is_there() {
        assert_ne!(found("slack", "chat:wirte"), found("linear", "chat:wirte"));
        assert_ne!(found("slack", "chat:wirte"), found("hubspot", "chat:wirte"));
    }

    #[test]
    fn no_more_are_kept_than_are_worth_it() {
        for at in 0..2 * MAX_REMEMBERED {
            found("slack", &format!("zz{at}:qq"));
        }
        found("linear", &"z".repeat(MAX_NAME + 1));
        let kept = ANSWERS.with_borrow(|answers| answers.values().map(foldhash::HashMap::len).sum::<usize>());
        assert!((1..=MAX_REMEMBERED).contains(&kept), "{kept}");
        assert!(!ANSWERS.with_borrow(|answers| answers.contains_key("linear")));
    }
}
