//! What the place and name of a file say about its type.

use std::path::Path;

use connector_boundary::text::printable;
use connector_syntax::TextRange;

use super::Around;
use crate::index::MAX_COUNTED;
use crate::state::Connector;
use crate::{Code, Finding, Fix, FixAction, Place};

/// Of a file that a push reads. `in_question` says that the type itself is, by what was found so far.
pub(super) fn check(
    path: &Path,
    connector: &Connector,
    around: &Around<'_>,
    in_question: bool,
    findings: &mut Vec<Finding>,
) {
    duplicate(connector, around, findings);
    if !in_question {
        file_name(path, connector, around, findings);
    }
}

/// Whether another file declares the same type.
pub(super) fn duplicate(connector: &Connector, around: &Around<'_>, findings: &mut Vec<Finding>) {
    let name = connector.type_name.as_str();
    if name.trim().is_empty() {
        // That it names no service is what is wrong with each.
        return;
    }
    // Of nearly every file this is all there is to tell; which others it points to takes longer.
    if around.others(name).next().is_none() {
        return;
    }
    let others: Vec<(&Path, TextRange)> = around.related(name).collect();
    let Some((first, _)) = others.first() else {
        return;
    };
    let shown =
        around.project.map_or_else(|| first.display().to_string(), |project| project.display_path(first));
    let count = around.index.map_or(others.len(), |index| index.count(name).saturating_sub(1));
    let more = match count.saturating_sub(1) {
        0 => String::new(),
        // Counted on, every file would say something else whenever another one comes or goes.
        more if more > MAX_COUNTED => format!(" and more than {MAX_COUNTED} more"),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "The connector `{}` is declared twice, here and in {}{more}. A push stops at that: keep one file.",
        printable(name, 60),
        printable(&shown, 200),
    );
    let mut finding = Finding::new(Code::DuplicateConnector, connector.type_range, message);
    finding.related = others
        .into_iter()
        .map(|(path, range)| Place {
            path: Some(path.to_owned()),
            range,
            message: format!("`{}` is declared here too", printable(name, 60)),
        })
        .collect();
    findings.push(finding);
}

fn file_name(path: &Path, connector: &Connector, around: &Around<'_>, findings: &mut Vec<Finding>) {
    let name = connector.type_name.as_str();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let named_well =
        stem == name || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if named_well || name.is_empty() || name.len() > 100 {
        return;
    }
    let wanted = path.with_file_name(format!("{name}.jsonc"));
    let plain = path.with_file_name(format!("{name}.json"));
    let taken = around.index.is_some_and(|index| index.contains(&wanted) || index.contains(&plain));
    if taken {
        return;
    }
    let mut finding = Finding::new(
        Code::FileName,
        connector.type_range,
        format!("By convention the file of this connector is named `{name}.jsonc`."),
    );
    finding.fixes.push(Fix {
        title: format!("Rename the file to `{name}.jsonc`"),
        action: FixAction::Rename(wanted),
        safe: false,
    });
    findings.push(finding);
}
