//! What came of the mistakes that were tried.

use std::collections::BTreeMap;

use connector_model::checks::{Around, check};
use connector_model::{Finding, FixAction, Severity};
use connector_syntax::{edit, parse};

/// One in so many mistakes is tried where nothing else is said.
pub fn one_in(default: usize) -> usize {
    std::env::var("SLIPS_ONE_IN").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A mistake, and what was meant.
pub struct Mistake {
    /// What kind of mistake it is.
    pub kind: &'static str,
    /// The file.
    pub text: String,
    /// What stands in the file in place of what was meant.
    pub written: String,
    /// What was meant, as the file would have it; several where they are one to the provider.
    pub meant: Vec<String>,
    /// The file, right.
    pub right: Vec<String>,
}

#[derive(Default)]
struct Count {
    tried: usize,
    found: usize,
    right: usize,
}

/// The figures, by kind.
#[derive(Default)]
pub struct Tally {
    counts: BTreeMap<&'static str, Count>,
    shown: Vec<String>,
    /// Fixes that are applied unseen, and are not what was meant.
    pub wrong_unseen: Vec<String>,
    /// Where to remove something is offered first, and something near is offered after it.
    pub removed_first: Vec<String>,
}

impl Tally {
    /// Checks a file with a mistake in it.
    pub fn try_one(&mut self, mistake: &Mistake) {
        let findings = check(&parse(&mistake.text), &Around::default());
        let told = findings.iter().filter(|finding| finding.severity <= Severity::Warning);
        let first = told.clone().flat_map(|finding| finding.fixes.first()).next();
        let after = |action: &FixAction| match action {
            FixAction::Edit(edits) => Some(edit::apply(&mistake.text, edits)),
            _ => None,
        };
        let is_right = |after: &String| mistake.right.contains(after);
        let found = told.count() > 0;
        let right = first.and_then(|fix| after(&fix.action)).is_some_and(|after| is_right(&after));
        let line = || {
            let first = first.map_or("nothing", |fix| fix.title.as_str());
            format!("{}: `{}` for `{}`: {first}", mistake.kind, mistake.written, mistake.meant.join("`, `"))
        };
        let fixes = || findings.iter().flat_map(|finding: &Finding| &finding.fixes);
        if fixes().any(|fix| fix.safe && after(&fix.action).is_some_and(|after| !is_right(&after))) {
            self.wrong_unseen.push(line());
        }
        if first.is_some_and(|fix| fix.title.starts_with("Remove"))
            && fixes().any(|fix| fix.title.starts_with("Change"))
        {
            self.removed_first.push(line());
        }
        let count = self.counts.entry(mistake.kind).or_default();
        count.tried += 1;
        count.found += usize::from(found);
        count.right += usize::from(right);
        let is_shown = std::env::var("SLIPS_SHOW").is_ok_and(|kind| kind == mistake.kind || kind == "all");
        if is_shown && !(found && right) {
            let how = if found { "found" } else { "MISSED" };
            self.shown.push(format!("{how} {}", line()));
        }
    }

    /// Prints the figures, and holds them against what they must reach, in a hundred.
    pub fn print(&self, of: &str, must_find: f64, must_be_right: f64) {
        for line in &self.shown {
            println!("{line}");
        }
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        let (mut tried, mut found, mut right) = (0, 0, 0);
        for (kind, count) in &self.counts {
            println!(
                "{of}, {kind}: of {} found {:.1}, first fix right {:.1} in 100",
                count.tried,
                share(count.found, count.tried),
                share(count.right, count.tried)
            );
            tried += count.tried;
            found += count.found;
            right += count.right;
        }
        let (found, right) = (share(found, tried), share(right, tried));
        println!("summary: {of}: of {tried} found {found:.2}, first fix right {right:.2} in 100");
        assert_eq!(self.wrong_unseen, Vec::<String>::new(), "applied unseen");
        assert_eq!(self.removed_first, Vec::<String>::new(), "removed though something is near");
        assert!(found >= must_find, "found {found:.2}");
        assert!(right >= must_be_right, "right {right:.2}");
    }
}
