//! Import maps: what an address in code stands for that is neither relative nor a package's own name, as `deno.json` and
//! `package.json` declare it.

use std::collections::BTreeMap;
use std::path::Path;

use connector_boundary::read::read_inside;
use connector_code::{Mapped, layout};
use connector_syntax::{Node, Object, parse};

/// How many entries of one map are looked at. Maps written by people have a few dozen.
const MAX_ENTRIES: usize = 500;

/// The import maps of a project, each by the folder that it holds for and all below. A folder's path is from the
/// project's root, with slashes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ImportMaps(BTreeMap<String, Vec<Entry>>);

#[derive(Debug, PartialEq, Eq)]
struct Entry {
    /// The address as code writes it; what ends in `/` or in `*` stands for all that begin so.
    address: String,
    target: Mapped,
}

/// Whether a file may declare an import map, by its name.
pub(super) fn is_map_name(name: &str) -> bool {
    MAP_NAMES.contains(&name)
}

/// The names of files that may declare an import map, or be one that such a file names.
pub const MAP_NAMES: [&str; 4] = ["deno.json", "deno.jsonc", "package.json", "import_map.json"];

/// The files that declare one, those that count first at the beginning.
const DECLARING: [&str; 3] = ["deno.json", "deno.jsonc", "package.json"];

impl ImportMaps {
    /// Reads what a folder declares, in place of what was known of it. True where that is something else.
    pub fn look(&mut self, root: &Path, folder: &str) -> bool {
        let mut entries = Vec::new();
        for name in DECLARING {
            let file = root.join(folder).join(name);
            // Most folders have none: asking whether it is there is cheaper than being refused.
            if !file.is_file() {
                continue;
            }
            let Ok(text) = read_inside(root, &file) else { continue };
            entries.extend(entries_of(root, folder, &text));
        }
        let before = match entries.is_empty() {
            true => self.0.remove(folder),
            false => None,
        };
        if entries.is_empty() {
            return before.is_some();
        }
        let is_same = self.0.get(folder) == Some(&entries);
        self.0.insert(folder.to_owned(), entries);
        !is_same
    }

    /// What an address in a file stands for, by the nearest map that knows it.
    pub fn mapped(&self, from: &str, specifier: &str) -> Option<Mapped> {
        if self.0.is_empty() {
            return None;
        }
        let mut folder = from;
        while !folder.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            if let Some(mapped) = self.0.get(folder).and_then(|entries| of_entries(entries, specifier)) {
                return Some(mapped);
            }
        }
        None
    }
}

fn of_entries(entries: &[Entry], specifier: &str) -> Option<Mapped> {
    if let Some(exact) = entries.iter().find(|entry| entry.address == specifier) {
        return Some(exact.target.clone());
    }
    let behind = |entry: &'_ Entry| -> Option<(usize, String)> {
        let start = entry.address.strip_suffix('*').unwrap_or(&entry.address);
        let is_open = entry.address.ends_with(['/', '*']);
        let rest = specifier.strip_prefix(start).filter(|rest| is_open && !rest.is_empty())?;
        Some((start.len(), rest.to_owned()))
    };
    let found = entries.iter().filter_map(|entry| Some((entry, behind(entry)?)));
    let (entry, (_, rest)) = found.max_by_key(|(_, (length, _))| *length)?;
    let whole = |target: &str| match target.split_once('*') {
        Some((before, after)) => format!("{before}{rest}{after}"),
        None => format!("{}/{rest}", target.trim_end_matches('/')),
    };
    Some(match &entry.target {
        Mapped::File(target) => Mapped::File(whole(target)),
        Mapped::Package(target) => Mapped::Package(whole(target)),
    })
}

/// The entries that a file in a folder declares, those of the map that it names as well.
fn entries_of(root: &Path, folder: &str, text: &str) -> Vec<Entry> {
    let tree = parse(text);
    let Some(object) = tree.root().and_then(Node::as_object) else { return Vec::new() };
    let mut entries = imports_of(object, folder);
    let named = object.get("importMap").and_then(|member| member.value()?.as_string());
    if let Some(path) = named.and_then(|name| layout::beside(&below(folder, "deno.json"), &name.text()))
        && let Ok(text) = read_inside(root, &root.join(&path))
        && let Some(object) = parse(&text).root().and_then(Node::as_object)
    {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        entries.extend(imports_of(object, folder));
    }
    entries
}

/// The `imports` of an object, whose relative targets are beside it.
fn imports_of(object: Object<'_>, folder: &str) -> Vec<Entry> {
    let imports = object.get("imports").and_then(|member| member.value()?.as_object());
    let entries = imports.into_iter().flat_map(Object::members).take(MAX_ENTRIES).filter_map(|member| {
        let target = target_of(member.value()?)?;
        let target = match target.starts_with('.') {
            true => Mapped::File(layout::beside(&below(folder, "deno.json"), &target)?),
            false => Mapped::Package(target),
        };
        Some(Entry { address: member.key().text().into_owned(), target })
    });
    entries.collect()
}

/// A target, or the one of several conditions that holds at last.
fn target_of(value: Node<'_>) -> Option<String> {
    if let Some(text) = value.as_string() {
        return Some(text.text().into_owned());
    }
    let conditions = value.as_object()?;
    let chosen = ["deno", "import", "default"].iter().find_map(|name| conditions.get(name));
    Some(chosen?.value()?.as_string()?.text().into_owned())
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn maps(files: &[(&str, &str)]) -> ImportMaps {
        let root = tempfile::tempdir().unwrap();
        let mut maps = ImportMaps::default();
        for (path, text) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        for folder in ["", "base44", "base44/functions/a"] {
            maps.look(root.path(), folder);
        }
        maps
    }

    fn file(path: &str) -> Option<Mapped> {
        Some(Mapped::File(path.to_owned()))
    }

    #[test]
    fn the_nearest_map_that_knows_an_address_counts() {
        let maps = maps(&[
            ("deno.json", "{ \"imports\": { \"lib\": \"./lib.ts\", \"far\": \"./far.ts\" } }"),
            ("base44/deno.jsonc", "{ // ours\n \"imports\": { \"lib\": \"./shared/lib.ts\" } }"),
        ]);
        let from = "base44/functions/a/entry.ts";
        assert_eq!(maps.mapped(from, "lib"), file("base44/shared/lib.ts"));
        assert_eq!(maps.mapped(from, "far"), file("far.ts"));
        assert_eq!(maps.mapped("src/x.ts", "lib"), file("lib.ts"));
        assert_eq!(maps.mapped(from, "near"), None);
    }

    #[test]
    fn addresses_that_begin_so_lead_below() {
        let maps = maps(&[
            (
                "base44/deno.json",
                "{ \"imports\": { \"@/\": \"./\", \"@/shared/\": \"./shared/v2/\", \"zod\": \"npm:zod\" } }",
            ),
            ("package.json", "{ \"imports\": { \"#lib/*\": { \"default\": \"./base44/shared/*.ts\" } } }"),
        ]);
        let from = "base44/functions/a/entry.ts";
        assert_eq!(maps.mapped(from, "@/x.ts"), file("base44/x.ts"));
        assert_eq!(maps.mapped(from, "@/shared/mail.ts"), file("base44/shared/v2/mail.ts"));
        assert_eq!(maps.mapped(from, "#lib/mail"), file("base44/shared/mail.ts"));
        assert_eq!(maps.mapped(from, "zod"), Some(Mapped::Package("npm:zod".to_owned())));
        assert_eq!(maps.mapped(from, "@"), None);
    }

    #[test]
    fn a_map_of_its_own_is_read_and_none_outside() {
        let maps = maps(&[
            ("base44/deno.json", "{ \"importMap\": \"./maps/import_map.json\" }"),
            (
                "base44/maps/import_map.json",
                "{ \"imports\": { \"lib/\": \"../shared/\", \"out\": \"../../../x.ts\" } }",
            ),
            (
                "base44/functions/a/deno.json",
                "{ \"importMap\": \"../../../../../map.json\", \"imports\": 1 }",
            ),
            ("package.json", "not json"),
        ]);
        let from = "base44/functions/a/entry.ts";
        assert_eq!(maps.mapped(from, "lib/mail.ts"), file("base44/shared/mail.ts"));
        assert_eq!(maps.mapped(from, "out"), None);
    }
}
