//! Changing a connector file through the editor, so that its undo knows of it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;

use connector_model::code::least_scopes;
use connector_model::{Code, Finding, FixAction};
use connector_syntax::edit::set_list;
use connector_syntax::{LineIndex, TextRange};
use serde_json::{Value, json};
use tower_lsp::ls_types::{
    ApplyWorkspaceEditParams, DocumentChanges, MessageType, OneOf, OptionalVersionedTextDocumentIdentifier,
    Position, Range, TextDocumentEdit, TextEdit, WorkspaceEdit, request,
};

use super::files::{create_connector, platform_scopes};
use super::job::{Done, Job, Stop, shown};
use crate::uri::DocUri;

/// A connector file's text, in the editor or on disk.
struct Current {
    uri: DocUri,
    /// The version of the open document; none where it is not open.
    version: Option<i32>,
    text: String,
}

/// `base44.takePlatformScopes`: the file asks for what the platform has; comments and layout stay.
pub(crate) async fn take_platform_scopes(job: &Job, types: &[String]) -> Done {
    let name = &job.one_type(types, "Which connector is to take the app's scopes?").await?;
    let Some(scopes) = platform_scopes(job, name) else {
        let name = job.name_of(name);
        return Err(Stop::error(format!(
            "Which scopes the app has for {name} is not known. Refresh, or push it first."
        )));
    };
    let (root, wanted) = (job.root()?, name.clone());
    let path: PathBuf = job
        .world(move |world| world.file_of(&root, &wanted))
        .await?
        .ok_or_else(|| Stop::error(format!("No connector file declares {}.", job.name_of(name))))?;
    let names: Vec<&str> = scopes.iter().map(String::as_str).collect();
    let file = shown(job.project()?, &path);
    let is_new = change(job, &path, TITLE, |text| set_list(text, "scopes", &names)).await?;
    if !is_new {
        return Err(Stop::Because(MessageType::INFO, format!("{file} has the app's scopes already.")));
    }
    Ok(Value::Null)
}

/// `base44.addScopes`: the file asks for these scopes too; comments and layout stay.
pub(crate) async fn add_scopes(job: &Job, types: &[String], scopes: &[String]) -> Done {
    let name = &job.one_type(types, "Which connector is to ask for more scopes?").await?;
    let (root, wanted) = (job.root()?, name.clone());
    let found = job.world(move |world| {
        let state = world.workspace.projects.get(world.workspace.at_root(&root)?)?;
        let path = world.file_of(&root, &wanted)?;
        let has = state.known.file(&path)?.connector()?.scopes().to_vec();
        Some((path, has))
    });
    let (path, mut all) = found
        .await?
        .ok_or_else(|| Stop::error(format!("No connector file declares {}.", job.name_of(name))))?;
    for scope in scopes {
        if !all.contains(scope) {
            all.push(scope.clone());
        }
    }
    let names: Vec<&str> = all.iter().map(String::as_str).collect();
    change(job, &path, "Add scopes", |text| set_list(text, "scopes", &names)).await?;
    Ok(json!({"file": shown(job.project()?, &path), "scopes": all}))
}

/// What the editor's undo calls it.
const TITLE: &str = "Take the app's scopes";

/// `base44.scopesFromCode`: the file asks for what the calls need and no more, as far as that is known.
pub(crate) async fn scopes_from_code(job: &Job, types: &[String]) -> Done {
    let name = &job.one_type(types, "Which connector is to take its scopes from the code?").await?;
    let (root, wanted) = (job.root()?, name.clone());
    let found = job.world(move |world| {
        let state = world.workspace.projects.get(world.workspace.at_root(&root)?)?;
        let code = state.known.code()?;
        let path = state.known.index().files_of(&wanted).next().map(std::path::Path::to_owned);
        let actions = path.as_deref().map(|path| scope_fixes(&state.known.all(path))).unwrap_or_default();
        let is_used = code.uses_of(&wanted).next().is_some();
        Some((path, actions, is_used, least_scopes(code, &wanted)))
    });
    let Some((path, actions, is_used, least)) = found.await? else {
        return Err(Stop::error("The code of the app's functions is not known yet. Try again in a moment."));
    };
    if !is_used {
        return Err(Stop::error(format!("No code of the app is known to use {}.", job.name_of(name))));
    }
    let Some(path) = path else {
        return create_connector(job, std::slice::from_ref(name), &least).await;
    };
    let file = shown(job.project()?, &path);
    let make = |text: &str| actions.iter().try_fold(text.to_owned(), |text, action| action.changed(&text));
    if actions.is_empty() || !change(job, &path, "Take the scopes from the code", make).await? {
        let message = format!("{file} asks for what the code needs, as far as that is known.");
        return Err(Stop::Because(MessageType::INFO, message));
    }
    Ok(Value::Null)
}

/// What is to be done to a file so that it asks for what its calls need: the first fix of each finding about that.
fn scope_fixes(findings: &[Cow<'_, Finding>]) -> Vec<FixAction> {
    // One that is misspelt and that calls need names them.
    let names_calls = |finding: &Finding| finding.related.iter().any(|place| place.path.is_some());
    let about = findings.iter().filter(|finding| match finding.code {
        Code::MissingScope | Code::UnusedScope => true,
        Code::UnknownScope => names_calls(finding),
        _ => false,
    });
    // Places hold as long as nothing before them is changed; and a list is never empty in between.
    let mut about: Vec<_> = about.collect();
    about.sort_by_key(|finding| {
        let turn = [Code::UnknownScope, Code::MissingScope].iter().position(|code| *code == finding.code);
        (turn.unwrap_or(usize::MAX), std::cmp::Reverse(finding.range.start))
    });
    about.into_iter().filter_map(|finding| Some(finding.fixes.first()?.action.clone())).collect()
}

/// Changes a connector file, in the editor where it takes changes, else on disk; false where nothing is to be changed.
async fn change(
    job: &Job,
    path: &std::path::Path,
    title: &str,
    make: impl FnOnce(&str) -> Option<String>,
) -> Result<bool, Stop> {
    let current = current(job, path).await?;
    let file = shown(job.project()?, path);
    let Some(text) = make(&current.text) else {
        return Err(Stop::error(format!("{file} has errors: mend them first.")));
    };
    if text == current.text {
        return Ok(false);
    }
    if job.caps.apply_edit {
        apply(job, &current, title, &text).await?;
    } else if current.version.is_none() {
        let (to, of, before) = (path.to_owned(), job.project()?.clone(), current.text.clone());
        job.on_disk(move || connector_sync::files::replace(&of, &to, &before, &text))
            .await?
            .map_err(|error| Stop::error(error.to_string()))?;
        let path = path.to_owned();
        job.world(move |world| world.reload_file(&path)).await?;
    } else {
        return Err(Stop::error(format!("This editor takes no changes to {file}: close it first.")));
    }
    Ok(true)
}

async fn current(job: &Job, path: &std::path::Path) -> Result<Current, Stop> {
    let uri = DocUri::from_path(path).ok_or_else(|| Stop::error("The file has no address."))?;
    let asked = uri.clone();
    let open = job
        .world(move |world| {
            let document = world.docs.get(&asked)?;
            Some((document.uri.clone(), document.version, document.text.as_str().to_string()))
        })
        .await?;
    if let Some((uri, version, text)) = open {
        return Ok(Current { uri, version: Some(version), text });
    }
    let from = path.to_owned();
    let text = job.on_disk(move || connector_boundary::read::read_text(&from)).await?;
    let text = text.map_err(|error| Stop::error(format!("{} cannot be read: {error}.", path.display())))?;
    Ok(Current { uri, version: None, text })
}

/// Has the client change the text from what it was to `text`, where nobody changed it meanwhile.
async fn apply(job: &Job, current: &Current, title: &str, text: &str) -> Result<(), Stop> {
    let (range, new) = difference(&current.text, text);
    let lines = LineIndex::new(&current.text);
    let position = |offset| {
        let place = lines.position(&current.text, offset, job.caps.encoding);
        Position { line: place.line, character: place.column }
    };
    let range = Range { start: position(range.start), end: position(range.end) };
    let edits = vec![TextEdit { range, new_text: new.to_owned() }];
    let uri = current.uri.as_uri().clone();
    let edit = if job.caps.document_changes {
        let text_document = OptionalVersionedTextDocumentIdentifier { uri, version: current.version };
        let edits = edits.into_iter().map(OneOf::Left).collect();
        WorkspaceEdit {
            document_changes: Some(DocumentChanges::Edits(vec![TextDocumentEdit { text_document, edits }])),
            ..WorkspaceEdit::default()
        }
    } else {
        WorkspaceEdit { changes: Some(HashMap::from([(uri, edits)])), ..WorkspaceEdit::default() }
    };
    let params = ApplyWorkspaceEditParams { label: Some(title.to_owned()), edit };
    match job.out.answer::<request::ApplyWorkspaceEdit>(params).await {
        Ok(answer) if answer.applied => Ok(()),
        Ok(answer) => {
            let why = answer.failure_reason.unwrap_or_else(|| "the file changed meanwhile".to_owned());
            Err(Stop::error(format!("The editor did not change the file: {why}. Try again.")))
        }
        Err(error) => Err(Stop::error(format!("The editor did not change the file: {}.", error.message))),
    }
}

/// The one stretch in which two texts differ, and what stands there in the second.
fn difference<'n>(old: &str, new: &'n str) -> (TextRange, &'n str) {
    let start = old
        .char_indices()
        .zip(new.chars())
        .find(|((_, a), b)| a != b)
        .map_or(old.len().min(new.len()), |((at, _), _)| at);
    let tail: usize = old
        .get(start..)
        .unwrap_or_default()
        .chars()
        .rev()
        .zip(new.get(start..).unwrap_or_default().chars().rev())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let range = TextRange { start: offset(start), end: offset(old.len() - tail) };
    (range, new.get(start..new.len() - tail).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_is_the_smallest_stretch() {
        for (old, new, start, end, text) in [
            ("abc", "abc", 3, 3, ""),
            ("abc", "axc", 1, 2, "x"),
            ("aa", "aaa", 2, 2, "a"),
            ("aaa", "aa", 2, 3, ""),
            ("[é]", "[è]", 1, 3, "è"),
            ("", "x", 0, 0, "x"),
            ("x", "", 0, 1, ""),
        ] {
            let (range, found) = difference(old, new);
            assert_eq!((range.start, range.end, found), (start, end, text), "{old:?} -> {new:?}");
        }
    }
}
