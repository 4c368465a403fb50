//! How much each finding matters, where the user says so.

use std::borrow::Cow;

use connector_boundary::text::printable;
use connector_syntax::{Node, StringNode, parse, quote};
use foldhash::HashMap;

use crate::project::bad;
use crate::syntax_words::{self, Document};
use crate::{Code, Finding, Fix, FixAction, Severity};
use connector_catalogue::nearest::nearest;

/// The level that turns a finding off.
pub const OFF: &str = "off";

/// What the user says of each code: another severity, or off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Severities {
    overrides: HashMap<Code, Option<Severity>>,
}

impl Severities {
    /// Sets a code by the names that settings use: a code, and `error`, `warning`, `information`, `hint` or `off`.
    ///
    /// # Errors
    /// A sentence that says which of the two is not known, and what is near.
    pub fn set(&mut self, code: &str, level: &str) -> Result<(), String> {
        let known = Code::from_name(code).ok_or_else(|| {
            let near = nearest(code, Code::ALL.iter().map(|code| code.as_str()));
            let near = near.map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
            format!("There is no finding `{}`.{near}", printable(code, 60))
        })?;
        let severity = level_of(level).ok_or_else(|| {
            format!(
                "`{}` is no level: use `error`, `warning`, `information`, `hint` or `off`.",
                printable(level, 60)
            )
        })?;
        self.overrides.insert(known, severity);
        Ok(())
    }

    /// What `self` does not say, taken from `base`.
    pub fn over(mut self, base: &Severities) -> Severities {
        for (code, severity) in &base.overrides {
            self.overrides.entry(*code).or_insert(*severity);
        }
        self
    }

    /// The finding as the user wants it; nothing where it is off.
    pub fn apply(&self, mut finding: Finding) -> Option<Finding> {
        if let Some(severity) = self.overrides.get(&finding.code) {
            finding.severity = (*severity)?;
        }
        Some(finding)
    }

    /// The same of a finding that is kept elsewhere.
    pub fn level<'f>(&self, finding: Cow<'f, Finding>) -> Option<Cow<'f, Finding>> {
        match self.overrides.get(&finding.code) {
            None => Some(finding),
            Some(None) => None,
            Some(Some(severity)) if *severity == finding.severity => Some(finding),
            Some(Some(_)) => self.apply(finding.into_owned()).map(Cow::Owned),
        }
    }

    /// Whether the user wants to hear nothing of a code.
    pub fn is_off(&self, code: Code) -> bool {
        self.overrides.get(&code) == Some(&None)
    }

    /// What the checks file of a project says, and what is wrong with it.
    pub fn from_checks_file(text: &str) -> (Severities, Vec<Finding>) {
        let mut severities = Severities::default();
        let tree = parse(text);
        let mut findings: Vec<Finding> = tree
            .errors()
            .iter()
            .map(|error| bad(error.range, syntax_words::message(error, &tree, Document::Checks)))
            .collect();
        let Some(root) = tree.root().filter(|_| findings.is_empty()) else {
            return (severities, findings);
        };
        let Some(object) = root.as_object() else {
            findings.push(bad(root.range(), "Write `{ \"severity\": { \"unknown-scope\": \"off\" } }`."));
            return (severities, findings);
        };
        for member in object.members() {
            match (member.key().text().as_ref(), member.value().and_then(Node::as_object)) {
                ("$schema", _) => {}
                ("severity", Some(levels)) => severities.read_levels(levels, &mut findings),
                ("severity", None) => {
                    findings.push(bad(
                        member.range(),
                        "`severity` has to be an object: `{ \"<code>\": \"<level>\" }`.",
                    ));
                }
                // What a file that is no connector holds is not shown, here and below: it may be another than it seems.
                _ => findings.push(bad(member.key().range(), "This is no setting; there is `severity`.")),
            }
        }
        (severities, findings)
    }

    fn read_levels(&mut self, levels: connector_syntax::Object<'_>, findings: &mut Vec<Finding>) {
        for member in levels.members() {
            let code = member.key().text();
            let value = member.value();
            let level = value.and_then(Node::as_string).map(StringNode::text).unwrap_or_default();
            if self.set(&code, &level).is_ok() {
                continue;
            }
            let at_code = Code::from_name(&code).is_none();
            let range = match value {
                Some(value) if !at_code => value.range(),
                _ => member.key().range(),
            };
            let near = match at_code {
                true => nearest(&code, Code::ALL.iter().map(|code| code.as_str())),
                // A level that is one is wrong for this code alone.
                false if level_of(&level).is_some() => None,
                false => nearest(&level, ["error", "warning", "information", "hint", OFF]),
            };
            let message = match (at_code, near) {
                (true, Some(near)) => format!("There is no such finding. Did you mean `{near}`?"),
                (true, None) => "There is no such finding.".to_owned(),
                (false, _) => {
                    "This is no level: use `error`, `warning`, `information`, `hint` or `off`.".to_owned()
                }
            };
            let mut finding = bad(range, message);
            if let Some(near) = near {
                let edit = connector_syntax::TextEdit { range, new_text: quote(near, '"') };
                finding.fixes.push(Fix {
                    title: format!("Change it to `{near}`"),
                    action: FixAction::Edit(vec![edit]),
                    safe: false,
                });
            }
            findings.push(finding);
        }
    }
}

/// A level by its name; the outer option is whether there is such a level, the inner one none for off.
fn level_of(name: &str) -> Option<Option<Severity>> {
    match name {
        "error" => Some(Some(Severity::Error)),
        "warning" => Some(Some(Severity::Warning)),
        "information" | "info" => Some(Some(Severity::Information)),
        "hint" => Some(Some(Severity::Hint)),
        OFF => Some(None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use connector_syntax::TextRange;

    use super::*;

    #[test]
    fn a_code_is_turned_off_or_given_another_severity() {
        let (severities, findings) = Severities::from_checks_file(
            "{ severity: { 'unknown-scope': 'off', 'file-name': 'error' } } // ours",
        );
        assert_eq!(findings, []);
        let apply = |code| {
            severities.apply(Finding::new(code, TextRange::default(), "")).map(|finding| finding.severity)
        };
        assert_eq!(apply(Code::UnknownScope), None);
        assert_eq!(apply(Code::FileName), Some(Severity::Error));
        assert_eq!(apply(Code::UnknownKey), Some(Severity::Warning));
    }

    #[test]
    fn what_stops_a_push_can_be_turned_off_too() {
        let (severities, findings) =
            Severities::from_checks_file("{severity: {'syntax-error': 'off', 'invalid-type': 'hint'}}");
        assert_eq!(findings, []);
        let apply = |code| {
            severities.apply(Finding::new(code, TextRange::default(), "")).map(|finding| finding.severity)
        };
        assert_eq!(apply(Code::SyntaxError), None);
        assert_eq!(apply(Code::InvalidType), Some(Severity::Hint));
    }

    #[test]
    fn an_unknown_code_or_level_is_told_with_what_is_near() {
        let text = "{severity: {'unknown-scopes': 'off', 'file-name': 'warn'}}";
        let (_, findings) = Severities::from_checks_file(text);
        let said: Vec<_> =
            findings.iter().map(|finding| (finding.message.as_str(), finding.fixes.len())).collect();
        assert_eq!(
            said,
            [
                ("There is no such finding. Did you mean `unknown-scope`?", 1),
                ("This is no level: use `error`, `warning`, `information`, `hint` or `off`.", 1),
            ]
        );
    }
}
