//! Conclusions made from those before, while a person types one scope: about the others, nothing else is to be said.
//!
//! A list may have hundreds of scopes, and each keystroke in one of them is to cost what one scope costs.

use connector_catalogue::endpoints::is_identity;
use connector_catalogue::{Catalogue, is_in_no_table};
use connector_syntax::{Shift, Tree};

use super::{Conclusions, MAX_OF_A_KIND, keep_comments, scopes, shape};
use crate::{Code, Finding, FixAction};

impl Conclusions {
    /// The conclusions about a text that differs from an earlier one, whose conclusions these are, in one scope alone;
    /// that scope was in no table and is in none now, and no other of the list is like that. None in any other case,
    /// and these are as they were then.
    pub(crate) fn retyped(&mut self, earlier: &Tree, tree: &Tree) -> Option<Conclusions> {
        if self.ignores.is_some() || self.findings.len() >= MAX_OF_A_KIND {
            return None;
        }
        let retyped = tree.retyped(earlier)?;
        let list = tree.root()?.as_object()?.get("scopes")?.value()?;
        if retyped.node.parent() != Some(list) || list.as_array().is_none() {
            return None;
        }
        let (name, _) = shape::declared_type(tree)?;
        let ty = Catalogue::get().find(&name)?;
        let (before, now) = (retyped.before.text(), retyped.node.as_string()?.text());
        let says_nothing_of_others = |scope: &str| is_in_no_table(ty, scope) && !is_identity(ty, scope);
        if !says_nothing_of_others(&before) || !says_nothing_of_others(&now) {
            return None;
        }
        // Of two that nobody knows, one may be the other again.
        let unknown = |finding: &&Finding| {
            matches!(
                finding.code,
                Code::UnknownScope | Code::InvalidScopes | Code::DuplicateScope | Code::EmptyScopes
            )
        };
        let mut said = self.findings.iter().filter(unknown);
        if said.next()?.range != retyped.before.range() || said.next().is_some() {
            return None;
        }
        let mut findings = std::mem::take(&mut self.findings);
        findings.retain(|finding| finding.range != retyped.before.range());
        findings.iter_mut().for_each(|finding| shift(finding, retyped.shift));
        let mut own = scopes::unlisted(ty, tree, retyped.node);
        keep_comments(tree, &mut own);
        let at = findings.partition_point(|finding| finding.range < retyped.node.range());
        findings.splice(at..at, own);
        Some(Conclusions { findings, ..Conclusions::default() })
    }
}

/// Moves a finding along with its text.
fn shift(finding: &mut Finding, by: Shift) {
    finding.range = by.range(finding.range);
    for place in finding.related.iter_mut().filter(|place| place.path.is_none()) {
        place.range = by.range(place.range);
    }
    for fix in &mut finding.fixes {
        if let FixAction::Edit(edits) = &mut fix.action {
            edits.iter_mut().for_each(|edit| edit.range = by.range(edit.range));
        }
    }
}

#[cfg(test)]
mod tests {
    use connector_syntax::parse;

    use super::*;

    /// A list of this type, with `scope` between what takes notice of its neighbours.
    fn text(ty: &str, others: &[&str], scope: &str) -> String {
        let (before, after) = others.split_at(others.len() / 2);
        let listed =
            |scopes: &[&str]| scopes.iter().map(|scope| format!("    {scope:?},\n")).collect::<String>();
        format!(
            "// c\n{{\n  \"type\": \"{ty}\",\n  \"Scope\": 1,\n  \"scopes\": [\n{}    \"{scope}\", // x\n{}  ],\n}}\n",
            listed(before),
            listed(after)
        )
    }

    #[test]
    fn conclusions_from_those_before_are_the_ones_that_are_made_anew() {
        let (mut made, mut tried) = (0, 0);
        for (number, ty) in Catalogue::get().types().iter().enumerate() {
            let mut others: Vec<&str> = ty.scopes.iter().map(|scope| scope.name).take(40).collect();
            others.extend(ty.combinations.iter().flat_map(|one| one.scopes.iter().chain(one.with)));
            let slip =
                ty.scopes.iter().map(|scope| scope.name).find(|name| name.is_ascii() && name.len() > 5);
            let slip = slip.unwrap_or("contacts.read");
            let typed = [
                "zzz:zzz",
                "zzz:zzzz",
                "a b",
                "",
                "openid",
                "chat:write",
                "repo",
                slip,
                &slip[1..],
                "zz, yy",
            ];
            for (from, before) in typed.into_iter().enumerate() {
                // With each type other pairs: with all of them all would take long.
                for (_, now) in
                    typed.into_iter().enumerate().filter(|(to, _)| (from + to * 3 + number) % 13 == 0)
                {
                    for others in [&others[..], &[], &["zzz:zzz"], &["openid", "openid"]] {
                        let [earlier, tree] = [before, now].map(|scope| parse(&text(ty.name, others, scope)));
                        let mut known = Conclusions::of(None, &earlier);
                        tried += 1;
                        if let Some(retyped) = known.retyped(&earlier, &tree) {
                            let anew = Conclusions::of(None, &tree);
                            assert_eq!(retyped.findings, anew.findings, "{}: {before:?} to {now:?}", ty.name);
                            made += 1;
                        } else {
                            assert_eq!(known.findings, Conclusions::of(None, &earlier).findings);
                        }
                    }
                }
            }
        }
        assert!(made * 20 > tried, "{made} of {tried}");
    }
}
