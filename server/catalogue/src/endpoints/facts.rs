//! The facts about the endpoints of one API, as the build script put them together from `schemas/endpoints/`.

use std::sync::OnceLock;

use super::table::Table;
use super::types::{Confidence, Refusal};
use crate::ConnectorType;

include!(concat!(env!("OUT_DIR"), "/endpoints.rs"));

/// How good facts are, by their number in the table.
pub(super) const CONFIDENCES: [Confidence; 5] =
    [Confidence::Machine, Confidence::Stated, Confidence::Rule, Confidence::Derived, Confidence::Hand];

/// Names with what belongs to each.
type Pairs = &'static [(&'static str, &'static [&'static str])];

/// One file of facts. What its fields mean is written in `schemas/endpoints/format.schema.json`.
pub(super) struct File {
    pub name: &'static str,
    pub provider: &'static str,
    pub types: &'static [&'static str],
    pub also_types: &'static [&'static str],
    pub may_open: &'static [&'static str],
    /// The hosts of the whole file, then those that only single rows are on.
    pub hosts: &'static [&'static str],
    /// How many of the hosts are the whole file's.
    pub own_hosts: usize,
    pub confidence: Confidence,
    pub complete: bool,
    pub any_host: bool,
    pub method_matters: bool,
    pub ignore_case: bool,
    pub ordered: bool,
    pub path_prefix: &'static [&'static str],
    pub path_aliases: &'static [(&'static str, &'static str)],
    pub segment_aliases: &'static [(&'static str, &'static str)],
    pub batch_paths: &'static [&'static str],
    pub ignore_suffix: &'static [&'static str],
    pub ignore_segment: &'static [&'static str],
    pub drive_item_roots: &'static [&'static str],
    pub removed_scopes: &'static [&'static str],
    pub accepts_everywhere: &'static [&'static str],
    pub accept_also: Pairs,
    pub partial: Pairs,
    pub never_named: Pairs,
    pub beyond_calls: Pairs,
    pub webhooks_need: Pairs,
    pub by_argument: &'static [ByArgument],
    /// Where its rows are in the bytes of all.
    bytes: (usize, usize),
    /// The rows, once they were looked at.
    table: OnceLock<Table>,
}

/// How an argument of a request changes what an endpoint needs.
pub(super) struct ByArgument {
    pub ids: &'static [&'static str],
    pub paths: &'static [&'static str],
    pub argument: &'static str,
    pub absent: Option<&'static str>,
    pub when: &'static [&'static str],
    pub unless: &'static [&'static str],
    pub refuses: &'static [&'static str],
    pub each: Pairs,
}

impl File {
    /// The rows.
    pub fn table(&'static self) -> &'static Table {
        static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/endpoints.bin"));
        self.table.get_or_init(|| {
            let (from, to) = self.bytes;
            Table::read(BYTES.get(from..to).unwrap_or_default(), self)
        })
    }

    /// Whether a type's token is made for this API, or known to be used with it.
    pub fn is_open_to(&self, ty: &ConnectorType) -> bool {
        self.types.contains(&ty.name) || self.also_types.contains(&ty.name)
    }
}

/// What one of the lists by type says of a type.
pub(super) fn of_type(pairs: Pairs, ty: &ConnectorType) -> &'static [&'static str] {
    pairs.iter().find(|(name, _)| *name == ty.name).map(|(_, names)| *names).unwrap_or_default()
}

/// The files whose endpoints a type's token opens.
pub(super) fn open_to(ty: &ConnectorType) -> impl Iterator<Item = &'static File> {
    FILES.iter().filter(|file| file.is_open_to(ty))
}

/// What the provider of a type answers when a scope is missing, as far as it is known.
pub fn refusal(ty: &ConnectorType) -> Option<Refusal> {
    REFUSALS.iter().find(|(types, _)| types.contains(&ty.name)).map(|(_, refusal)| *refusal)
}

/// Whether a name is what a pattern with `*` for any characters stands for.
pub(super) fn matches_pattern(pattern: &str, name: &str) -> bool {
    let Some((head, mut rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(head) else { return false };
    while let Some((middle, after)) = rest.split_once('*') {
        let Some(at) = name.find(middle) else { return false };
        name = name.get(at + middle.len()..).unwrap_or_default();
        rest = after;
    }
    name.ends_with(rest)
}
