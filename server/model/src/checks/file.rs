//! What the place and name of a file say about its type.

use std::path::Path;

use connector_boundary::text::printable;
use connector_syntax::TextRange;

use super::Context;
use crate::{Code, Finding, Fix, FixAction, Place};

pub(super) fn check(
    path: Option<&Path>,
    name: &str,
    range: TextRange,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) {
    let Some(path) =
        path.filter(|path| context.project.is_none_or(|project| project.is_connector_path(path)))
    else {
        return;
    };
    duplicate(path, name, range, context, findings);
    // While the type itself is in question, its file's name is not.
    let in_question = |finding: &Finding| {
        let doubtful_type = matches!(finding.code, Code::UnknownType | Code::UnavailableType);
        finding.code == Code::SyntaxError || doubtful_type && !finding.fixes.is_empty()
    };
    if findings.iter().any(in_question) {
        return;
    }
    file_name(path, name, range, context, findings);
}

fn duplicate(path: &Path, name: &str, range: TextRange, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(index) = context.index else {
        return;
    };
    let mut others: Vec<(&Path, TextRange)> = index.also_declared(name, Some(path)).collect();
    let Some((first, _)) = others.first() else {
        return;
    };
    let shown =
        context.project.map_or_else(|| first.display().to_string(), |project| project.display_path(first));
    let more = match others.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let message = format!(
        "The connector `{}` is declared twice, here and in {}{more}. A push stops at that: keep one file.",
        printable(name, 60),
        printable(&shown, 200),
    );
    let mut finding = Finding::new(Code::DuplicateConnector, range, message);
    others.truncate(10);
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

fn file_name(path: &Path, name: &str, range: TextRange, context: &Context<'_>, findings: &mut Vec<Finding>) {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let named_well =
        stem == name || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if named_well || name.is_empty() || name.len() > 100 {
        return;
    }
    let wanted = path.with_file_name(format!("{name}.jsonc"));
    let plain = path.with_file_name(format!("{name}.json"));
    let taken = context.index.is_some_and(|index| index.contains(&wanted) || index.contains(&plain));
    if taken {
        return;
    }
    let mut finding = Finding::new(
        Code::FileName,
        range,
        format!("By convention the file of this connector is named `{name}.jsonc`."),
    );
    finding.fixes.push(Fix {
        title: format!("Rename the file to `{name}.jsonc`"),
        action: FixAction::Rename(wanted),
        safe: false,
    });
    findings.push(finding);
}
