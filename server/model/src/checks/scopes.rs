//! Whether the scopes are ones that the provider has.

use connector_syntax::Tree;

use super::{Context, Declared};
use crate::Finding;

pub(super) fn check(
    _name: &str,
    _declared: &Declared,
    _tree: &Tree,
    _context: &Context<'_>,
    _findings: &mut Vec<Finding>,
) {
}
