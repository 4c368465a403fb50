//! Facebook Login: one consent for pages and ads.

use super::Habits;

pub(super) struct Facebook;

impl Habits for Facebook {
    fn display_name(&self) -> Option<&'static str> {
        Some("Meta")
    }

    fn grants_across_types(&self) -> bool {
        true
    }
}
