//! One spelling for each file, where the disk takes several for one: the editor may name a file in another case than
//! the folder that it was found in. What is known of a project is kept by its own spelling.

use std::path::{Component, Path, PathBuf};

use connector_boundary::system::System;
use connector_model::files::looks_like_connector;

use crate::uri::DocUri;
use crate::workspace::{OpenProject, Workspace};

impl Workspace {
    /// A document by the spelling that its project has for its file.
    pub(crate) fn spelled(&self, uri: DocUri) -> DocUri {
        let own = uri.path().and_then(|path| self.own_spelling(path, System::CURRENT));
        match own {
            Some(path) => uri.at(path),
            None => uri,
        }
    }

    /// The project's own spelling of a path, where it has another one.
    fn own_spelling(&self, path: &Path, system: System) -> Option<PathBuf> {
        if !system.folds_case() {
            return None;
        }
        let state = self.state_of(path)?;
        let mut own = below_folders(path, &folders(state), system);
        // Only a file that is new, or spelt in another way by itself, is looked for among all.
        if looks_like_connector(&own) && state.known.file(&own).is_none() {
            let known = state.known.files().find(|(known, _)| is_same(known, &own, system));
            own = known.map_or(own, |(known, _)| known.to_owned());
        }
        (own != path).then_some(own)
    }
}

/// The folders whose spelling is known, from the outermost in.
fn folders(state: &OpenProject) -> Vec<&Path> {
    let project = state.project();
    let code = state.code.folders().into_iter().flat_map(|folders| folders.all());
    [project.root.as_path(), project.config_dir(), project.connectors_dir.as_path()]
        .into_iter()
        .chain(code)
        .collect()
}

/// A path with the spelling of each of the folders that it lies in.
fn below_folders(path: &Path, folders: &[&Path], system: System) -> PathBuf {
    folders.iter().fold(path.to_owned(), |path, folder| {
        below(&path, folder, system).map_or(path.clone(), |rest| folder.join(rest))
    })
}

/// Whether the disk takes both for one.
pub(crate) fn is_same(one: &Path, other: &Path, system: System) -> bool {
    one == other || below(one, other, system).is_some_and(|rest| rest.as_os_str().is_empty())
}

/// Whether a path lies in a folder, or is that, however both are spelt.
pub(crate) fn is_below(path: &Path, folder: &Path, system: System) -> bool {
    match system.folds_case() {
        true => below(path, folder, system).is_some(),
        // As texts first: they are spelt alike but for the odd one.
        false => begins_with(path, folder) || path.starts_with(folder),
    }
}

/// Whether the text of a path is a folder's, up to its end or to a slash.
fn begins_with(path: &Path, folder: &Path) -> bool {
    let rest = path.as_os_str().as_encoded_bytes().strip_prefix(folder.as_os_str().as_encoded_bytes());
    rest.is_some_and(|rest| rest.first().is_none_or(|next| *next == b'/'))
}

/// What of a path lies below a folder, however both are spelt; none where it does not lie in it.
pub(crate) fn below(path: &Path, folder: &Path, system: System) -> Option<PathBuf> {
    if !system.folds_case() {
        return path.strip_prefix(folder).ok().map(Path::to_owned);
    }
    let mut rest = path.components();
    for wanted in folder.components() {
        let found = rest.next()?;
        if !is_same_part(found, wanted, system) {
            return None;
        }
    }
    Some(rest.as_path().to_owned())
}

fn is_same_part(one: Component<'_>, other: Component<'_>, system: System) -> bool {
    one == other
        || match (one.as_os_str().to_str(), other.as_os_str().to_str()) {
            (Some(one), Some(other)) => system.is_same_name(one, other),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_below_a_folder_however_both_are_spelt() {
        let below = |path, system| below(Path::new(path), Path::new("/Apps/Shop"), system);
        for system in [System::Windows, System::Mac] {
            assert_eq!(below("/apps/shop/Base44/a.ts", system), Some("Base44/a.ts".into()));
            assert_eq!(below("/APPS/SHOP", system), Some("".into()));
            assert_eq!(below("/apps/shop-2/a.ts", system), None);
            assert_eq!(below("/apps", system), None);
        }
        assert_eq!(below("/Apps/Shop/a.ts", System::Unix), Some("a.ts".into()));
        assert_eq!(below("/apps/shop/a.ts", System::Unix), None);
    }

    #[test]
    fn a_file_gets_the_spelling_of_every_folder_that_is_known() {
        let folders = ["/Apps/Shop", "/Apps/Shop/base44", "/Apps/Shop/base44/functions"].map(Path::new);
        let spelt = |path: &str| below_folders(Path::new(path), &folders, System::Mac);
        assert_eq!(
            spelt("/apps/SHOP/BASE44/Functions/send/entry.ts"),
            Path::new("/Apps/Shop/base44/functions/send/entry.ts")
        );
        assert_eq!(spelt("/apps/shop/README.md"), Path::new("/Apps/Shop/README.md"));
        assert_eq!(spelt("/elsewhere/a.ts"), Path::new("/elsewhere/a.ts"));
    }

    #[test]
    fn names_in_other_case_are_one_file_only_where_the_disk_says_so() {
        let one = |system| is_same(Path::new("/a/Slack.jsonc"), Path::new("/A/slack.JSONC"), system);
        assert!(one(System::Windows) && one(System::Mac) && !one(System::Unix));
        assert!(!is_same(Path::new("/a/b"), Path::new("/a"), System::Mac));
    }
}
