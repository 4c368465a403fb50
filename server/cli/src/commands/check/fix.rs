//! Safe fixes, written to disk.

use std::path::PathBuf;

use connector_boundary::read::read_text;
use connector_boundary::text::printable;
use connector_model::checks::Around;
use connector_model::files::is_connector_name;
use connector_model::fixes::fix_all_named;
use connector_model::load::CheckedFile;
use connector_model::project::Project;
use connector_model::report::Names;
use connector_model::severities::Severities;
use connector_model::state::Fixed;

use connector_sync::files::FileError;

use super::select::Checked;
use crate::failure::Failure;
use crate::files::replace;
use crate::terminal::{Paint, Terminal};

/// A file that was mended, and the titles of the fixes.
pub(in crate::commands) struct Mended {
    pub(in crate::commands) path: PathBuf,
    pub(in crate::commands) titles: Vec<String>,
}

/// Applies the safe fixes of the files, each file whole or not at all, and gives those that were written.
pub(in crate::commands) fn fix(checked: &mut Checked) -> Result<Vec<Mended>, Failure> {
    let mut written = Vec::new();
    for part in &mut checked.projects {
        for path in part.connector_paths() {
            // One file at a time: what is not written is not taken for fixed by those that follow.
            let Some(fixed) = part.state.fix(&path) else { continue };
            if write_in(part.state.project(), &fixed)? {
                part.state.take_fixed(&fixed);
                written.push(Mended { path: fixed.path, titles: fixed.titles });
            }
        }
    }
    for file in &checked.loose {
        if let Some(fixed) = fix_loose(file)
            && write_loose(&fixed)?
        {
            written.push(Mended { path: fixed.path, titles: fixed.titles });
        }
    }
    Ok(written)
}

fn fix_loose(file: &CheckedFile) -> Option<Fixed> {
    if !is_connector_name(&file.path) {
        return None;
    }
    let around = Around::file(&file.path);
    let (after, titles) = fix_all_named(&file.text, &around, &Severities::default());
    let fixed = Fixed { path: file.path.clone(), before: file.text.clone(), after, titles };
    (!fixed.titles.is_empty()).then_some(fixed)
}

/// Whoever saved the file meanwhile keeps what they saved.
fn write_in(project: &Project, fixed: &Fixed) -> Result<bool, Failure> {
    match connector_sync::files::mend(project, &fixed.path, &fixed.before, &fixed.after) {
        Ok(()) => Ok(true),
        Err(FileError::Changed(_)) => Ok(false),
        Err(error) => Err(Failure::failed(printable(&error.to_string(), 600))),
    }
}

/// The same for a file of no project: a link in somebody's folder says nothing of what may be changed elsewhere.
fn write_loose(fixed: &Fixed) -> Result<bool, Failure> {
    let folder = fixed.path.parent().unwrap_or(&fixed.path);
    let is_inside = match (fixed.path.canonicalize(), folder.canonicalize()) {
        (Ok(file), Ok(folder)) => file.starts_with(folder),
        _ => true,
    };
    if !is_inside {
        let shown = printable(&fixed.path.to_string_lossy(), 300);
        return Err(Failure::failed(format!(
            "'{shown}' is a link that leads out of its folder: nothing was written. Name the file itself."
        )));
    }
    if read_text(&fixed.path).is_ok_and(|now| now != fixed.before) {
        return Ok(false);
    }
    replace(&fixed.path, &fixed.after)?;
    Ok(true)
}

/// What was mended, a line a fix.
pub(in crate::commands) fn said(fixed: &[Mended], terminal: &Terminal, names: Names<'_>) -> String {
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
