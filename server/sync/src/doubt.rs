//! What speaks against removals: places that were not looked at, and files that look as if somebody took them for
//! connectors. Where anything does, an agreement that was given beforehand is none.

mod elsewhere;
mod places;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use connector_boundary::secret::holds_secret;
use connector_boundary::text::printable_name;
use connector_model::files::{MAX_ENTRIES, list_folder, read_connector};
use connector_model::load::connector;
use connector_model::project::{PROJECT_FOLDER, Project};
use connector_syntax::parse;

pub(crate) use places::alike;
use places::{entries, is_like_a_connector, may_have_connectors, walk};

use crate::{Snapshot, Step};

/// What the name of a folder of connectors has in it, however it is written.
const CONNECTOR: &str = "connector";
/// So many files that are no connectors are read to see whether one declares what would be removed.
const MAX_READ: usize = 1_000;
/// So many words of a file's name are looked at; of a longer one its beginning tells what it is.
const MAX_WORDS: usize = 12;
/// A type of so many letters is told from chance where it is a part of a longer word.
const MIN_TELLING: usize = 4;
/// So many folders of a project are looked at for one that has the connectors' name.
const MAX_FOLDERS: usize = 1_000;
/// So many sentences are said of it; the others are counted.
const MAX_SAID: usize = 5;

/// What a person should know before they agree to removals.
#[derive(Debug, Default)]
pub(crate) struct Doubts {
    /// A sentence each.
    pub(crate) notes: Vec<String>,
    /// Why the removals look like a mistake, where they do, and what to do about it.
    pub(crate) doubt: Option<String>,
}

/// Something that speaks against the removals, and what a person does about it.
struct Concern {
    said: String,
    remedy: String,
}

/// Looks for what speaks against the removals among these steps. Reads the disk, and only where there are any.
pub(crate) fn about_removals(project: &Project, steps: &[Step], snapshot: &Snapshot) -> Doubts {
    about_removals_within(MAX_ENTRIES, project, steps, snapshot)
}

/// The same, of so many entries of a folder at the most.
fn about_removals_within(
    max_entries: usize,
    project: &Project,
    steps: &[Step],
    snapshot: &Snapshot,
) -> Doubts {
    let removed: BTreeMap<String, &str> = steps
        .iter()
        .filter(|step| step.action.is_removal())
        .map(|step| (alike(&step.type_name), step.type_name.as_str()))
        .collect();
    if removed.is_empty() {
        return Doubts::default();
    }
    let folder = project.display_path(&project.connectors_dir);
    let search = Search { project, folder, removed, max_entries };
    let kept: Vec<&str> =
        steps.iter().filter(|step| !step.action.is_removal()).map(|step| step.type_name.as_str()).collect();
    let mut concerns = Vec::new();
    let mut notes = Vec::new();
    if !project.connectors_dir.is_dir() {
        concerns.push(Concern {
            said: format!(
                "The connectors folder {} does not exist: every connector of the app would be removed.",
                search.folder
            ),
            remedy: "Name the right folder, or create it where the app is to lose everything.".to_owned(),
        });
    } else if kept.is_empty() {
        notes.push(format!(
            "{} has no connector files: every connector of the app would be removed.",
            search.folder
        ));
    }
    if snapshot.has_more {
        concerns.push(Concern {
            said: crate::words::MORE_ON_THE_PLATFORM.to_owned(),
            remedy: "Update base44-connectors, or tell Base44's support.".to_owned(),
        });
    }
    concerns.extend(search.nameless());
    concerns.extend(search.twins(&kept));
    concerns.extend(search.other_folders(kept.is_empty()));
    concerns.extend(search.strays());
    concerns.extend(search.beside());
    concerns.extend(search.elsewhere());
    let doubt = concerns.first().map(|concern| format!("{} {}", concern.said, concern.remedy));
    let more = concerns.len().saturating_sub(MAX_SAID);
    notes.extend(concerns.into_iter().take(MAX_SAID).map(|concern| concern.said));
    if more > 0 {
        notes.push(format!("{more} more speak against these removals in the same way."));
    }
    Doubts { notes, doubt }
}

struct Search<'a> {
    project: &'a Project,
    /// The connectors folder, as a person of the project writes it.
    folder: String,
    /// The types that would be removed, by what is alike in them.
    removed: BTreeMap<String, &'a str>,
    /// So many entries of a folder, and of those below it, are looked at.
    max_entries: usize,
}

impl Search<'_> {
    /// Removed ones that cannot be shown by their name: a secret in use has it, as a project's `.env` can make it have.
    fn nameless(&self) -> Vec<Concern> {
        // What the platform says is masked as it is read: then the mark of that is all that is left of the name.
        let is_hidden = |name: &&&str| holds_secret(name) || name.contains('…');
        let count = self.removed.values().filter(is_hidden).count();
        let concern = || Concern {
            said: format!(
                "{} cannot be shown by name: a secret in use, of the project's .env or of the login, has the same letters.",
                if count == 1 { "1 of the removals".to_owned() } else { format!("{count} of the removals") }
            ),
            remedy: "Correct .env, or remove it on Base44 itself.".to_owned(),
        };
        (count > 0).then(concern).into_iter().collect()
    }

    /// Types of files that differ from a removed one in nothing that a person would see as another name.
    fn twins(&self, kept: &[&str]) -> Vec<Concern> {
        let twins = kept.iter().filter_map(|kept| Some((kept, self.removed.get(&alike(kept))?)));
        twins
            .map(|(kept, removed)| {
                let (kept, removed) = (printable_name(kept), printable_name(removed));
                Concern {
                    said: format!("'{kept}' and '{removed}' are two types to Base44."),
                    remedy: format!("Write '{removed}' in the file where it means the app's."),
                }
            })
            .collect()
    }

    /// Folders by the usual name, or one that is taken for it, that this push does not read and that have what it would
    /// remove.
    fn other_folders(&self, nothing_here: bool) -> Vec<Concern> {
        let project = self.project;
        let here = project.connectors_dir.canonicalize().ok();
        let mut seen: HashSet<PathBuf> = here.into_iter().collect();
        let mut concerns = Vec::new();
        for folder in self.likely_folders() {
            let Ok(real) = folder.canonicalize() else { continue };
            if !self.is_inside(&real) || !seen.insert(real) {
                continue;
            }
            let Ok(listing) = list_folder(&folder) else { continue };
            let found = walk(&folder, self.max_entries, |real| self.is_inside(real));
            let mut files = listing.connectors.iter().chain(&found.files).take(MAX_READ);
            let mut listed = listing.connectors.iter().take(MAX_READ);
            let has_any = nothing_here && listed.any(|path| self.may_be_a_connector(path));
            if has_any || found.is_cut || files.any(|path| self.speaks_of(path).is_some()) {
                concerns.push(Concern {
                    said: format!(
                        "{} has connector files, and this push reads {}.",
                        project.display_path(&folder),
                        self.folder
                    ),
                    remedy: "Correct `connectorsDir` in the config, or move the files.".to_owned(),
                });
            }
        }
        concerns
    }

    /// Where somebody may have put connector files: whatever has the connectors' word in its name, as `connectors.old` and
    /// `my-connectors` have, beside the connectors folder, at the project's root, or one folder below either, as
    /// `base44.bak/connectors` and `archive/connectors` lie.
    fn likely_folders(&self) -> Vec<PathBuf> {
        let Project { root, connectors_dir, .. } = self.project;
        let beside: BTreeSet<PathBuf> = [self.project.config_dir(), root, &root.join(PROJECT_FOLDER)]
            .into_iter()
            .chain(connectors_dir.parent())
            .map(Path::to_owned)
            .collect();
        // One that a link leads out of the project is not even listed.
        let is_inside = |path: &Path| path.canonicalize().is_ok_and(|real| self.is_inside(&real));
        let is_wanted = |path: &PathBuf| may_have_connectors(path) && is_inside(path);
        let within = |folder: &PathBuf| entries(folder).filter(is_wanted);
        let near: BTreeSet<PathBuf> = beside.iter().flat_map(within).take(MAX_FOLDERS).collect();
        let below = near.iter().flat_map(within).take(MAX_FOLDERS);
        let is_named = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            alike(&name).contains(CONNECTOR)
        };
        let mut folders: Vec<PathBuf> =
            below.chain(near.iter().cloned()).filter(|path| is_named(path)).collect();
        folders.sort();
        folders.dedup();
        folders
    }

    /// Files beside the connectors folder that declare what would be removed.
    fn beside(&self) -> Vec<Concern> {
        let config_dir = self.project.config_dir();
        if self.project.config_path.is_none() || config_dir == self.project.connectors_dir {
            return Vec::new();
        }
        let mut files: Vec<PathBuf> =
            entries(config_dir).filter(|path| is_like_a_connector(path)).take(MAX_READ).collect();
        files.sort();
        let declaring = files.iter().filter_map(|path| Some(self.stray(path, self.declared(path)?)));
        declaring.collect()
    }

    /// Files anywhere else in the project that say what a connector says, and no more.
    fn elsewhere(&self) -> Vec<Concern> {
        let Project { root, connectors_dir, .. } = self.project;
        if self.project.config_path.is_none() {
            return Vec::new();
        }
        let mut known = self.likely_folders();
        known.push(connectors_dir.clone());
        let config_dir = self.project.config_dir();
        let files = elsewhere::candidates(root, |folder| known.iter().any(|known| known == folder));
        let declared = files.iter().filter(|path| path.parent() != Some(config_dir)).take(MAX_READ);
        let concern = |path: &PathBuf| {
            let text = read_connector(self.project, path).ok()?;
            let tree = parse(&text);
            let type_name = &connector(path, &tree)?.type_name;
            let removed = self.removed.get(&alike(type_name))?;
            elsewhere::says_nothing_else(&tree).then(|| Concern {
                said: format!(
                    "{} declares {}, and this push reads {}.",
                    self.project.display_path(path),
                    printable_name(removed),
                    self.folder
                ),
                remedy: format!("Move it to {}, or delete it.", self.folder),
            })
        };
        declared.filter_map(concern).collect()
    }

    /// Files in and below the connectors folder that are not read, and what of it could not be looked at.
    fn strays(&self) -> Vec<Concern> {
        let found = walk(&self.project.connectors_dir, self.max_entries, |real| self.is_inside(real));
        let mut concerns = Vec::new();
        if found.is_cut {
            concerns.push(Concern {
                said: format!(
                    "{} has more than {} entries: what comes after them was not looked at.",
                    self.folder, self.max_entries
                ),
                remedy: "Take out of it what is no connector.".to_owned(),
            });
        }
        for path in &found.not_entered {
            let shown = self.project.display_path(path);
            concerns.push(Concern {
                said: format!("The folder {shown} was not looked at: it cannot be read, lies too deep, or leads out of the project."),
                remedy: format!("Take it out of {}.", self.folder),
            });
        }
        let mut read = 0;
        for path in &found.files {
            let speaks_of = match self.named(path) {
                Some(name) => Some(name),
                None if read == MAX_READ => {
                    concerns.push(Concern {
                        said: format!(
                            "{} has more than {MAX_READ} files that are no connectors: not all were looked at.",
                            self.folder
                        ),
                        remedy: "Take out of it what is no connector.".to_owned(),
                    });
                    break;
                }
                None => {
                    read += 1;
                    self.declared(path)
                }
            };
            concerns.extend(speaks_of.map(|name| self.stray(path, name)));
        }
        concerns
    }

    fn stray(&self, path: &Path, type_name: &str) -> Concern {
        let shown = self.project.display_path(path);
        Concern {
            said: format!(
                "{shown} looks like the file of {}, but is not read by a push.",
                printable_name(type_name)
            ),
            remedy: format!("Rename it to <type>.jsonc in {}, or delete it.", self.folder),
        }
    }

    /// The removed type that a file speaks of: by its name, or by what it declares.
    fn speaks_of(&self, path: &Path) -> Option<&str> {
        self.named(path).or_else(|| self.declared(path).filter(|_| is_like_a_connector(path)))
    }

    /// Whether a file declares a type, or cannot be read to tell.
    fn may_be_a_connector(&self, path: &Path) -> bool {
        let Ok(text) = read_connector(self.project, path) else { return true };
        let tree = parse(&text);
        !tree.errors().is_empty() || connector(path, &tree).is_some()
    }

    /// The removed type that a file declares.
    fn declared(&self, path: &Path) -> Option<&str> {
        let text = read_connector(self.project, path).ok()?;
        let declared = connector(path, &parse(&text))?;
        self.removed.get(&alike(&declared.type_name)).copied()
    }

    /// The removed type that a file is named after, where it may have been meant as its file: `.slack.jsonc`,
    /// `Slack.JSONC`, `slack.jsonc~`, `slack copy.jsonc` and `old-slack.bak` are all of `slack`.
    fn named(&self, path: &Path) -> Option<&str> {
        if !is_like_a_connector(path) {
            return None;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let words: Vec<&str> = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(MAX_WORDS)
            .collect();
        // A type may be written with something between its words.
        let runs = (0..words.len()).flat_map(|from| (from + 1..=words.len()).map(move |to| from..to));
        let exact = runs.into_iter().find_map(|run| self.removed.get(&words.get(run)?.concat()).copied());
        // Or with something grown onto it: `slack2.bak`, `myslack`, `slackconnector.off`.
        let name = words.concat();
        let grown =
            |(known, _): &(&String, &&str)| known.len() >= MIN_TELLING && name.contains(known.as_str());
        exact.or_else(|| self.removed.iter().find(grown).map(|(_, removed)| *removed))
    }

    /// Whether a place, links followed, belongs to the project or to the folder that the person named.
    fn is_inside(&self, real: &Path) -> bool {
        let Project { root, connectors_dir, .. } = self.project;
        let named_outside = !connectors_dir.starts_with(root);
        let bounds = [Some(root), Some(connectors_dir).filter(|_| named_outside)];
        let bounds = bounds.into_iter().flatten().filter_map(|folder| folder.canonicalize().ok());
        bounds.into_iter().any(|folder| real.starts_with(folder))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::about_removals_within;
    use crate::plan::{Action, steps};
    use crate::testing::{project, remote, snapshot};

    #[test]
    fn a_folder_with_too_many_entries_is_a_doubt() {
        const MOST: usize = 200;
        // The folder in it is the first of them.
        let names: Vec<String> = (1..MOST).map(|at| format!("many/{at}.png")).collect();
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        let (place, project) = project(&files);
        let snapshot = snapshot(&[remote("slack", "active", &[])]);
        let steps = steps(&[], &snapshot, &BTreeMap::new());
        assert_eq!(steps.first().map(|step| step.action), Some(Action::Remove));
        let doubt = || about_removals_within(MOST, &project, &steps, &snapshot).doubt;
        assert_eq!(doubt(), None);
        // The one that comes after them may be the one that declares the type.
        std::fs::write(place.root().join("base44/connectors/many/last.png"), "").unwrap();
        assert!(doubt().is_some_and(|doubt| doubt.contains("has more than 200 entries")));
    }
}
