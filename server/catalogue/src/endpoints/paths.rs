//! The ways in which a path may be read: with and without what stands before it, under another name of the same thing.

use super::address::Loose;
use super::facts::{File, matches_pattern};
use super::search::{Fit, fits};
use super::table::DRIVE_ITEM;

/// The readings of a path, the likeliest first. The first that leads to a row counts.
pub(super) fn readings(file: &File, path: &[Loose]) -> Vec<Vec<Loose>> {
    let mut readings = prefixes(file, path);
    for reading in &mut readings {
        rename_segments(file, reading);
    }
    let mut ways = readings.clone();
    ways.extend(readings.iter().filter_map(|path| stripped(file, path)));
    readings.clone_from(&ways);
    for way in &ways {
        let aliases = file.path_aliases.iter();
        readings.extend(aliases.filter_map(|(from, to)| renamed(file, way, from, to)));
    }
    readings.extend(ways.iter().filter_map(|way| drive_item(file, way)));
    let mut unique: Vec<Vec<Loose>> = Vec::new();
    for reading in readings {
        if !unique.contains(&reading) {
            unique.push(reading);
        }
    }
    unique
}

/// The path behind the prefix that it surely has.
pub(super) fn without_prefix<'a>(file: &File, path: &'a [Loose]) -> &'a [Loose] {
    let behind = |prefix: &&str| behind_prefix(file, path, prefix).filter(|(_, fit)| *fit == Fit::Natural);
    file.path_prefix.iter().find_map(behind).map_or(path, |(rest, _)| rest)
}

fn prefixes(file: &File, path: &[Loose]) -> Vec<Vec<Loose>> {
    if let Some(rest) = file.path_prefix.iter().find_map(|prefix| behind_open_prefix(file, path, prefix)) {
        return vec![rest];
    }
    let behind = file.path_prefix.iter().find_map(|prefix| behind_prefix(file, path, prefix));
    match behind {
        Some((rest, Fit::Natural)) => vec![rest.to_vec()],
        Some((rest, Fit::Possible)) => vec![path.to_vec(), rest.to_vec()],
        None => vec![path.to_vec()],
    }
}

/// What is behind a prefix where an unknown follows it at once: `/v1.0${path}`.
fn behind_open_prefix(file: &File, path: &[Loose], prefix: &str) -> Option<Vec<Loose>> {
    let count = prefix.split('/').filter(|part| !part.is_empty()).count();
    let last = path.get(count.checked_sub(1)?).filter(|last| last.unknown && !last.head.is_empty())?;
    let mut written: Vec<Loose> = path.get(..count - 1)?.to_vec();
    written.push(Loose::known(&last.head));
    let (_, fit) = behind_prefix(file, &written, prefix)?;
    let rest = Loose { head: String::new(), unknown: true, tail: last.tail.clone() };
    let after = path.get(count..)?.iter().cloned();
    (fit == Fit::Natural).then(|| std::iter::once(rest).chain(after).collect())
}

fn behind_prefix<'a>(file: &File, path: &'a [Loose], prefix: &str) -> Option<(&'a [Loose], Fit)> {
    let prefix: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
    let (head, rest) = path.split_at_checked(prefix.len())?;
    let mut fit = Fit::Natural;
    for (segment, pattern) in head.iter().zip(prefix) {
        fit = fit.min(fits(pattern, segment, segment, file.ignore_case)?);
    }
    Some((rest, fit))
}

/// Other names of the same segment: HubSpot's `0-1` is `contacts`.
fn rename_segments(file: &File, path: &mut [Loose]) {
    if file.segment_aliases.is_empty() {
        return;
    }
    for segment in path {
        let alias =
            segment.text().and_then(|text| file.segment_aliases.iter().find(|(from, _)| *from == text));
        if let Some((_, to)) = alias {
            *segment = Loose::known(to);
        }
    }
}

/// The path without what only says how an answer is wanted: `/$ref`, `/microsoft.graph.delta`.
fn stripped(file: &File, path: &[Loose]) -> Option<Vec<Loose>> {
    let is_ignored = |segment: &Loose| {
        segment.text().is_some_and(|text| {
            let text = text.to_ascii_lowercase();
            file.ignore_segment.iter().any(|pattern| matches_pattern(pattern, &text))
        })
    };
    let mut short: Vec<Loose> = path.iter().filter(|segment| !is_ignored(segment)).cloned().collect();
    let is_suffix = |segment: &Loose| {
        let text = segment.text().unwrap_or_default();
        file.ignore_suffix
            .iter()
            .any(|suffix| suffix.strip_prefix('/').is_some_and(|one| one.eq_ignore_ascii_case(text)))
    };
    while short.last().is_some_and(is_suffix) {
        short.pop();
    }
    (short.len() != path.len()).then_some(short)
}

/// The path under another name of its beginning: `/me` is `/users/{id}`.
fn renamed(file: &File, path: &[Loose], from: &str, to: &str) -> Option<Vec<Loose>> {
    let (rest, fit) = behind_prefix(file, path, from)?;
    (fit == Fit::Natural).then(|| {
        let to = to.split('/').filter(|part| !part.is_empty());
        // Any name does for what is in braces.
        let segment = |part: &str| Loose::known(if part.contains('{') { "~" } else { part });
        to.map(segment).chain(rest.iter().cloned()).collect()
    })
}

/// A path to an item of a Microsoft drive, whatever the drive and however the item is named, as what stands below it.
fn drive_item(file: &File, path: &[Loose]) -> Option<Vec<Loose>> {
    let roots = file.drive_item_roots.iter();
    let behind =
        roots.filter_map(|root| behind_prefix(file, path, root)).filter(|(_, fit)| *fit == Fit::Natural);
    let (rest, _) = behind.min_by_key(|(rest, _)| rest.len())?;
    let below = below_item(rest)?;
    Some(std::iter::once(Loose::known(DRIVE_ITEM)).chain(below.iter().cloned()).collect())
}

/// What stands below an item: of `root:/a/b.txt:/content` it is `content`.
fn below_item(path: &[Loose]) -> Option<&[Loose]> {
    let (first, rest) = path.split_first()?;
    let is = |name: &str| first.text().is_some_and(|text| text.eq_ignore_ascii_case(name));
    if is("root") {
        return Some(rest);
    }
    let begins_root = first.head.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("root:"));
    if begins_root {
        let closed = first.head.len() > 5 && closes(first) || first.unknown && closes(first);
        return Some(if closed { rest } else { behind_path(rest) });
    }
    if is("items") || is("special") {
        let (id, rest) = rest.split_first()?;
        return Some(if closes(id) { behind_path(rest) } else { rest });
    }
    None
}

/// Whether a segment ends with the colon that opens or closes a path within a drive.
fn closes(segment: &Loose) -> bool {
    if segment.unknown { segment.tail.ends_with(':') } else { segment.head.ends_with(':') }
}

/// What stands behind a path within a drive, which ends with a colon or at the end.
fn behind_path(path: &[Loose]) -> &[Loose] {
    let end = path.iter().position(closes).map_or(path.len(), |at| at + 1);
    path.get(end..).unwrap_or_default()
}
