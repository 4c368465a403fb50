//! Providers whose accounts people sign in with: LinkedIn, Discord.

use super::Habits;

pub(super) struct Identity;

impl Habits for Identity {
    fn signs_in(&self) -> bool {
        true
    }
}
