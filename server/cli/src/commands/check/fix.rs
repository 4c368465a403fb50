//! Safe fixes, written to disk.

use std::path::PathBuf;

use connector_boundary::read::read_text;
use connector_boundary::text::printable;
use connector_model::checks::Context;
use connector_model::fixes::fix_all_named;
use connector_model::index::ProjectIndex;
use connector_model::load::{CheckedFile, project_severities};
use connector_model::project::Project;
use connector_model::report::Names;

use super::select::{Checked, CheckedPart};
use crate::failure::Failure;
use crate::files::replace;
use crate::terminal::{Paint, Terminal};

/// A file that was mended, and the titles of the fixes.
pub(in crate::commands) struct Fixed {
    pub(in crate::commands) path: PathBuf,
    pub(in crate::commands) titles: Vec<String>,
}

/// Applies the safe fixes of the files, each file whole or not at all.
pub(in crate::commands) fn fix(checked: &Checked) -> Result<Vec<Fixed>, Failure> {
    let mut all = Vec::new();
    let mut loose: Vec<&CheckedFile> = checked.files.iter().collect();
    for CheckedPart { project, .. } in &checked.projects {
        let (own, others) = loose.into_iter().partition(|file| project.is_connector_path(&file.path));
        loose = others;
        fix_project(project, own, &mut all)?;
    }
    for file in loose {
        let no_project = !checked.projects.iter().any(|part| file.path.starts_with(&part.project.root));
        if no_project && connector_model::files::is_connector_name(&file.path) {
            fix_file(file, &Context::default(), &mut all)?;
        }
    }
    Ok(all)
}

fn fix_project(project: &Project, files: Vec<&CheckedFile>, all: &mut Vec<Fixed>) -> Result<(), Failure> {
    let (severities, _) = project_severities(project);
    let mut index = ProjectIndex::default();
    for file in &files {
        let declared = file.connector.as_ref().map(|it| (it.type_name.as_str(), it.type_range));
        index.set(&file.path, declared);
    }
    let context = Context {
        project: Some(project),
        index: Some(&index),
        severities: Some(&severities),
        known_types: None,
    };
    for file in files {
        fix_file(file, &context, all)?;
    }
    Ok(())
}

fn fix_file(file: &CheckedFile, context: &Context<'_>, all: &mut Vec<Fixed>) -> Result<(), Failure> {
    let fixable = file.findings.iter().any(|finding| finding.fixes.iter().any(|fix| fix.safe));
    if !fixable {
        return Ok(());
    }
    let (text, titles) = fix_all_named(Some(&file.path), &file.text, context);
    // Whoever saved it meanwhile keeps what they saved.
    if titles.is_empty() || read_text(&file.path).is_ok_and(|now| now != file.text) {
        return Ok(());
    }
    replace(&file.path, &text)?;
    all.push(Fixed { path: file.path.clone(), titles });
    Ok(())
}

/// What was mended, a line a fix.
pub(in crate::commands) fn said(fixed: &[Fixed], terminal: &Terminal, names: Names<'_>) -> String {
    let mut text = String::new();
    for file in fixed {
        let name = printable(&names(&file.path), 300);
        text.push_str(&format!("{} {name}\n", terminal.paint(Paint::Good, "✓ Fixed")));
        for title in &file.titles {
            text.push_str(&format!("    {}\n", printable(title, 200)));
        }
    }
    text.push('\n');
    text
}
