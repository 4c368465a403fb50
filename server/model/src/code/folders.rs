//! Where the code of an app's functions lies.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use connector_code::layout;
use connector_syntax::{Node, NodeKind, Tree, parse};

use super::import_maps::is_map_name;

use crate::project::{
    FUNCTIONS_FOLDER, PROJECT_FOLDER, Project, config_in, is_inside, normalize, read_own_file,
};

/// How deep the folders of functions may nest.
pub(super) const MAX_FOLDERS: usize = 24;
/// Where an app's pages lie in its project.
const PAGES_FOLDER: &str = "src";
/// How many plugins of an app are looked at.
const MAX_PLUGINS: usize = 100;

/// The folders that a project's functions are made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeFolders {
    /// Where functions lie, each with a folder or a file of its own. The first is the one that the config names.
    pub functions: Vec<PathBuf>,
    /// What functions share.
    pub shared: Option<PathBuf>,
    /// What may call functions besides their own configs.
    pub workflows: Option<PathBuf>,
    /// The plugins whose functions are the app's too.
    pub plugins: Vec<PluginFolders>,
    /// A plugin is named that is not found in the project.
    pub lacks_plugin: bool,
    /// Where the app's pages lie, which run in the browser.
    pub pages: Option<PathBuf>,
}

/// Where the code of a plugin lies. Its functions are deployed with the app; its connector files are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginFolders {
    /// What its functions' names begin with.
    pub namespace: String,
    /// The plugin itself.
    pub root: PathBuf,
    /// Where its functions lie.
    pub functions: PathBuf,
    /// What its functions share.
    pub shared: Option<PathBuf>,
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
    /// A part of the app's pages.
    Page,
}

impl CodeFolders {
    /// The folders of a project, as its config names them, or the usual ones where it has no config. None of an agent's
    /// workspace without a config: what is used there stands in no code.
    pub fn of(project: &Project) -> Option<CodeFolders> {
        match &project.config_path {
            Some(config) => Some(CodeFolders::of_config(project, config)),
            None if project.has_agents() => None,
            None => Some(CodeFolders::usual(&project.root)),
        }
    }

    fn usual(root: &Path) -> CodeFolders {
        let base44 = root.join(PROJECT_FOLDER);
        CodeFolders {
            functions: vec![
                base44.join(FUNCTIONS_FOLDER),
                base44.join("actors"),
                root.join(FUNCTIONS_FOLDER),
            ],
            shared: Some(base44.join("shared")),
            workflows: Some(base44.join("workflows")),
            plugins: Vec::new(),
            lacks_plugin: false,
            pages: None,
        }
    }

    fn of_config(project: &Project, config: &Path) -> CodeFolders {
        let folder = config.parent().unwrap_or(Path::new("/"));
        let text = read_own_file(config).unwrap_or_default();
        let tree = parse(&text);
        let named = |key: &str, usual: &str| folder_of(&tree, folder, key, usual);
        let functions = named("functionsDir", "functions");
        let beside = |name: &str| functions.parent().map(|parent| parent.join(name));
        let (shared, workflows) = (beside("shared"), beside("workflows"));
        let sources = plugin_sources(&tree);
        let plugins: Vec<PluginFolders> = sources
            .iter()
            .filter_map(|source| PluginFolders::of(source.as_deref()?, folder, &project.root))
            .collect();
        let mut all = vec![functions, named("actorsDir", "actors")];
        // As functions were laid out before: beside the folder of the config.
        let older = project.root.join("functions");
        if folder != project.root && !all.contains(&older) {
            all.push(older);
        }
        // Whatever a config says, nothing outside of the project is looked at.
        let inside = |folder: &PathBuf| folder.starts_with(&project.root);
        all.retain(inside);
        CodeFolders {
            functions: all,
            shared: shared.filter(inside),
            workflows: workflows.filter(inside),
            lacks_plugin: plugins.len() < sources.len(),
            plugins,
            pages: Some(project.root.join(PAGES_FOLDER)),
        }
    }

    /// Every folder.
    pub fn all(&self) -> impl Iterator<Item = &Path> {
        self.programs().chain(self.workflows.as_deref()).chain(self.pages.as_deref())
    }

    /// The folders with programs in them.
    pub fn programs(&self) -> impl Iterator<Item = &Path> {
        self.with_functions().map(|(folder, _)| folder).chain(self.shared())
    }

    /// The folders with what functions share.
    pub fn shared(&self) -> impl Iterator<Item = &Path> {
        let plugins = self.plugins.iter().filter_map(|plugin| plugin.shared.as_deref());
        self.shared.as_deref().into_iter().chain(plugins)
    }

    /// The folders with functions in them, and the namespace of those that are a plugin's.
    pub fn with_functions(&self) -> impl Iterator<Item = (&Path, Option<&str>)> {
        let own = self.functions.iter().map(|folder| (folder.as_path(), None));
        let plugins = self.plugins.iter();
        own.chain(plugins.map(|plugin| (plugin.functions.as_path(), Some(plugin.namespace.as_str()))))
    }

    /// What a file is by its place and name; none where it is nothing to the app's code.
    pub fn kind(&self, path: &Path) -> Option<CodeFile> {
        let name = path.file_name()?.to_str()?;
        let lies_in = |folder: &Path| path.parent().is_some_and(|parent| is_walked(folder, parent));
        if layout::is_code(name) && self.programs().any(lies_in) {
            return Some(CodeFile::Program);
        }
        if layout::is_function_config(name) && self.with_functions().any(|(folder, _)| lies_in(folder)) {
            return Some(CodeFile::FunctionConfig);
        }
        if is_json(path) && path.parent() == self.workflows.as_deref() {
            return Some(CodeFile::Workflow);
        }
        self.is_page(path).then_some(CodeFile::Page)
    }

    /// Whether a file is a part of the app's pages: no test of them, and no function, wherever the config has those.
    fn is_page(&self, path: &Path) -> bool {
        let Some(below) = self.pages.as_deref().and_then(|pages| path.strip_prefix(pages).ok()) else {
            return false;
        };
        let mut parts: Vec<&str> = below.iter().filter_map(|part| part.to_str()).collect();
        let name = parts.pop().unwrap_or_default();
        layout::is_page(name)
            && parts.len() <= MAX_FOLDERS
            && parts.into_iter().all(|folder| is_walked_name(folder) && !layout::is_of_tests(folder))
            && !self.programs().any(|folder| path.starts_with(folder))
    }

    /// The folders above those with programs, up to the project's root: what is declared there counts in them.
    pub fn above<'a>(&'a self, root: &'a Path) -> BTreeSet<&'a Path> {
        let above = self.programs().flat_map(|folder| folder.ancestors().skip(1));
        above.filter(|folder| folder.starts_with(root)).collect()
    }

    /// Whether a path is one of the folders, lies in one, or has one in it; or whether it is an import map that counts
    /// in one.
    pub fn concern(&self, path: &Path) -> bool {
        let is_map = || path.file_name().and_then(|name| name.to_str()).is_some_and(is_map_name);
        let counts_in = |folder: &Path| path.parent().is_some_and(|parent| folder.starts_with(parent));
        self.all().any(|folder| path.starts_with(folder) || folder.starts_with(path))
            || (is_map() && self.programs().any(counts_in))
    }
}

impl PluginFolders {
    /// The folders of a plugin, found as the platform's own command line finds it: by a path from the config's folder,
    /// or as a package. None where it is not in the project, or no plugin.
    fn of(source: &str, config_folder: &Path, project_root: &Path) -> Option<PluginFolders> {
        let root = if source.starts_with('.') || Path::new(source).is_absolute() {
            normalize(&config_folder.join(source))
        } else {
            let packages = config_folder.ancestors().map(|folder| folder.join("node_modules").join(source));
            packages.take_while(|package| package.starts_with(project_root)).find(|it| it.is_dir())?
        };
        if !is_inside(&root, project_root) {
            return None;
        }
        let config = config_in(&root)?;
        let folder = config.parent()?;
        let text = read_own_file(&config).ok()?;
        let tree = parse(&text);
        let plugin = tree.root()?.as_object()?.get("plugin")?.value()?;
        let namespace = plugin.as_object()?.get("namespace")?.value()?.as_string()?.text().into_owned();
        let functions = folder_of(&tree, folder, "functionsDir", "functions");
        let shared = functions.parent().map(|parent| parent.join("shared"));
        let inside = |folder: &PathBuf| folder.starts_with(project_root);
        inside(&functions).then(|| PluginFolders {
            namespace,
            root,
            shared: shared.filter(inside),
            functions,
        })
    }
}

/// A folder that a config names, or the usual one.
fn folder_of(tree: &Tree, config_folder: &Path, key: &str, usual: &str) -> PathBuf {
    let value = tree.root().and_then(Node::as_object).and_then(|object| object.get(key)?.value());
    let text = value.and_then(Node::as_string).map(|text| text.text().into_owned());
    normalize(&config_folder.join(text.as_deref().unwrap_or(usual)))
}

/// Where a config says that its plugins are; none of one that it does not say.
fn plugin_sources(tree: &Tree) -> Vec<Option<String>> {
    let plugins = tree.root().and_then(Node::as_object).and_then(|object| object.get("plugins")?.value());
    let Some(plugins) = plugins.filter(|value| matches!(value.kind(), NodeKind::Array(_))) else {
        return Vec::new();
    };
    let source = |plugin: Node<'_>| {
        let source = plugin.as_object()?.get("source")?.value()?.as_string()?;
        Some(source.text().into_owned())
    };
    plugins.children().take(MAX_PLUGINS).map(source).collect()
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
            plugins: Vec::new(),
            lacks_plugin: false,
            pages: Some("/app/src".into()),
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
            ("/app/src/pages/Home.ts", Some(CodeFile::Page)),
            ("/app/src/pages/Home.jsx", Some(CodeFile::Page)),
            ("/app/src/pages/Home.css", None),
            ("/app/src/node_modules/a/index.js", None),
            ("/app/src/pages/Home.test.jsx", None),
            ("/app/src/__mocks__/api.js", None),
            ("/app/src/types.d.ts", None),
            ("/app/pages/Home.jsx", None),
        ] {
            assert_eq!(folders.kind(Path::new(path)), kind, "{path}");
        }
    }
}
