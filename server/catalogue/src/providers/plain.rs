//! What most providers do.

use super::Habits;

pub(super) struct Plain;

impl Habits for Plain {}
