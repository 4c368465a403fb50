//! What a scope is to a connector's type: its own, a sibling's, misspelt, redundant.

pub use crate::catalogue::judge::{
    Elsewhere, Judgement, Listed, Part, Verdict, judge, judge_one, same_scope, split_joined,
};
pub use crate::catalogue::misspelling::{Likeness, Suggestion};
pub use crate::catalogue::provider::in_form_of;
