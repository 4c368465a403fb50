//! Where the code of an app's functions lies.

use std::path::{Path, PathBuf};

use connector_code::layout;
use connector_syntax::{Node, parse};

use crate::project::{Project, normalize, read_own_file};

/// How deep the folders of functions may nest.
pub(super) const MAX_FOLDERS: usize = 24;

/// The folders that a project's functions are made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeFolders {
    /// Where functions lie, each with a folder or a file of its own. The first is the one that the config names.
    pub functions: Vec<PathBuf>,
    /// What functions share.
    pub shared: Option<PathBuf>,
    /// What may call functions besides their own configs.
    pub workflows: Option<PathBuf>,
}

/// What a file is to an app's code by its place and name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFile {
    /// A program.
    Program,
    /// A function's config: where it starts, and what calls it.
    FunctionConfig,
    /// Something else that may call functions when something happens at a connector's service.
    Workflow,
}

impl CodeFolders {
    /// The folders of a project, read from its config; none where it has no config.
    pub fn of(project: &Project) -> Option<CodeFolders> {
        let config = project.config_path.as_deref()?;
        let folder = config.parent().unwrap_or(Path::new("/"));
        let text = read_own_file(config).unwrap_or_default();
        let tree = parse(&text);
        let named = |key: &str, usual: &str| -> PathBuf {
            let value = tree.root().and_then(Node::as_object).and_then(|object| object.get(key)?.value());
            let text = value.and_then(Node::as_string).map(|text| text.text().into_owned());
            normalize(&folder.join(text.as_deref().unwrap_or(usual)))
        };
        let functions = named("functionsDir", "functions");
        let beside = |name: &str| functions.parent().map(|parent| parent.join(name));
        let (shared, workflows) = (beside("shared"), beside("workflows"));
        let mut all = vec![functions, named("actorsDir", "actors")];
        // As functions were laid out before: beside the folder of the config.
        let older = project.root.join("functions");
        if folder != project.root && !all.contains(&older) {
            all.push(older);
        }
        // Whatever a config says, nothing outside of the project is looked at.
        let inside = |folder: &PathBuf| folder.starts_with(&project.root);
        all.retain(inside);
        Some(CodeFolders {
            functions: all,
            shared: shared.filter(inside),
            workflows: workflows.filter(inside),
        })
    }

    /// Every folder.
    pub fn all(&self) -> impl Iterator<Item = &Path> {
        self.functions.iter().chain(&self.shared).chain(&self.workflows).map(PathBuf::as_path)
    }

    /// What a file is by its place and name; none where it is nothing to the app's code.
    pub fn kind(&self, path: &Path) -> Option<CodeFile> {
        let name = path.file_name()?.to_str()?;
        let lies_in = |folder: &Path| path.parent().is_some_and(|parent| is_walked(folder, parent));
        let in_functions = self.functions.iter().any(|folder| lies_in(folder));
        if layout::is_code(name) && (in_functions || self.shared.as_deref().is_some_and(lies_in)) {
            return Some(CodeFile::Program);
        }
        if layout::is_function_config(name) && in_functions {
            return Some(CodeFile::FunctionConfig);
        }
        let is_workflow = is_json(path) && path.parent() == self.workflows.as_deref();
        is_workflow.then_some(CodeFile::Workflow)
    }

    /// Whether a path is one of the folders, lies in one, or has one in it.
    pub fn concern(&self, path: &Path) -> bool {
        self.all().any(|folder| path.starts_with(folder) || folder.starts_with(path))
    }
}

/// Whether a folder is one that is looked into on the way down from another.
pub(super) fn is_walked(top: &Path, folder: &Path) -> bool {
    let Ok(below) = folder.strip_prefix(top) else { return false };
    below.components().count() <= MAX_FOLDERS
        && below.components().all(|part| part.as_os_str().to_str().is_some_and(is_walked_name))
}

/// Whether a folder of this name is looked into.
pub(super) fn is_walked_name(name: &str) -> bool {
    name != "node_modules" && !name.starts_with('.')
}

pub(super) fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "jsonc" || end == "json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_place_and_name() {
        let folders = CodeFolders {
            functions: vec!["/app/base44/functions".into(), "/app/functions".into()],
            shared: Some("/app/base44/shared".into()),
            workflows: Some("/app/base44/workflows".into()),
        };
        for (path, kind) in [
            ("/app/base44/functions/send/entry.ts", Some(CodeFile::Program)),
            ("/app/base44/functions/send.js", Some(CodeFile::Program)),
            ("/app/functions/old.ts", Some(CodeFile::Program)),
            ("/app/base44/shared/a/b.ts", Some(CodeFile::Program)),
            ("/app/base44/functions/send/function.jsonc", Some(CodeFile::FunctionConfig)),
            ("/app/base44/workflows/daily.jsonc", Some(CodeFile::Workflow)),
            ("/app/base44/shared/function.jsonc", None),
            ("/app/base44/functions/send/types.d.ts", None),
            ("/app/base44/functions/node_modules/a/entry.ts", None),
            ("/app/base44/functions/.cache/entry.ts", None),
            ("/app/base44/workflows/more/daily.jsonc", None),
            ("/app/src/pages/Home.ts", None),
        ] {
            assert_eq!(folders.kind(Path::new(path)), kind, "{path}");
        }
    }
}
