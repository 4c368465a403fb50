//! `check`: the findings of connector files.

pub(super) mod fix;
mod remote;
pub(super) mod select;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use connector_model::load::CheckedFile;
use connector_model::report::{self, Counts, HumanStyle};
use connector_platform::Environment;
use connector_sync::words;

use self::select::{Checked, Selection};

use crate::failure::{Exit, Failure};
use crate::terminal::{Paint, Terminal, put_as_is};

/// Check connector files and say what is wrong with them.
///
/// Without paths, every project in the current folder or below it is checked; where there is none, the one above.
/// A path is a folder, or a connector file. Nothing is sent anywhere, except with --remote.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 nothing above information, 1 errors or warnings, 2 could not check.

How much each finding matters can be set in base44/connector-checks.jsonc:
  { \"severity\": { \"unknown-scope\": \"off\", \"file-name\": \"warning\" } }")]
pub(crate) struct Options {
    /// Folders and connector files to check.
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// How findings are written.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    /// Apply the fixes that are safe: those that keep the meaning, or are certain.
    #[arg(long)]
    fix: bool,
    /// Leave out the app's code: which connectors it uses, and which scopes its calls need.
    #[arg(long)]
    no_code: bool,
    /// Ask Base44 too: what is not pushed, pending, expired, different or would be removed.
    #[arg(long)]
    remote: bool,
    /// Base44's address for --remote, instead of BASE44_API_URL or https://app.base44.com.
    #[arg(long, value_name = "URL", requires = "remote")]
    api_url: Option<String>,
    /// Start from this folder instead of the current one.
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The line and a marker under it, for people.
    Human,
    /// One array: file, code, severity, message, range (UTF-16), fixes.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
}

/// Checks, fixes where that is wanted, and reports.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let here = select::resolved(options.project.as_deref().unwrap_or(Path::new(".")))?;
    let selection = Selection::of(&here, &options.paths)?.with_code(!options.no_code);
    let mut checked = selection.check();
    if options.fix {
        selection.refuse_led_out()?;
        let fixed = fix::fix(&mut checked)?;
        if !fixed.is_empty() {
            let said = fix::said(&fixed, terminal, &|path| select::relative(path, &here));
            match options.format {
                Format::Human => terminal.say(&said),
                _ => terminal.aside(&said),
            }
            checked = selection.check();
        }
    }
    if options.remote {
        let environment = Environment::of_process().with_api_url(options.api_url.clone());
        let terminal = if options.format == Format::Human { terminal.clone() } else { terminal.silent() };
        remote::add(&mut checked, &environment, &terminal)?;
    }
    say_passed_over(&checked, &here, terminal);
    let files = checked.files();
    report(options.format, &checked, &files, &here, terminal);
    let clean = Counts::of(&files).is_clean();
    Ok(if clean { Exit::Done } else { Exit::Failed })
}

/// A hook names every changed file that may be a connector's: those of other programs are no mistake.
fn say_passed_over(checked: &Checked, here: &Path, terminal: &Terminal) {
    let few = |paths: &[PathBuf]| {
        let names: Vec<String> = paths.iter().map(|path| select::relative(path, here)).collect();
        words::few(&names)
    };
    if !checked.passed_over.is_empty() {
        let names = few(&checked.passed_over);
        terminal.aside(&format!("Passed over, as no connector file of a Base44 project: {names}"));
    }
    if !checked.too_deep.is_empty() {
        let names = few(&checked.too_deep);
        terminal.aside(&format!("Too many folders deep to be searched for projects: what lies in {names}"));
    }
}

fn report(format: Format, checked: &Checked, files: &[CheckedFile], here: &Path, terminal: &Terminal) {
    let from_here = |path: &Path| select::relative(path, here);
    let repository = select::repository(here);
    let in_repository = |path: &Path| select::relative(path, &repository);
    match format {
        Format::Human => {
            let style = HumanStyle { color: terminal.color() };
            terminal.say(&format!(
                "{}{}",
                report::human(files, &from_here, style),
                summary(checked, files, terminal)
            ));
        }
        Format::Json => match checked.projects.as_slice() {
            [only] => terminal.show(&report::json(files, &|path| only.state.project().display_path(path))),
            _ => terminal.show(&report::json(files, &from_here)),
        },
        Format::Sarif => terminal.show(&report::sarif(files, &in_repository)),
        Format::Github => put_as_is(&report::github(files, &in_repository)),
    }
}

/// One line at the end: how much there is, in how many files, and whether it can be fixed at once.
pub(super) fn summary(checked: &Checked, files: &[CheckedFile], terminal: &Terminal) -> String {
    let counts = Counts::of(files);
    let paint = match (counts.errors, counts.warnings) {
        (0, 0) => Paint::Good,
        (0, _) => Paint::Careful,
        _ => Paint::Bad,
    };
    let mark = if counts.is_clean() { "✓" } else { "✗" };
    let mut line = format!("{} {}", terminal.paint(paint, mark), counts.summary(checked.connector_count()));
    let findings = files.iter().flat_map(|file| &file.findings);
    let fixable = findings.filter(|finding| finding.fixes.iter().any(|fix| fix.safe)).count();
    if fixable > 0 {
        let how = terminal.paint(Paint::Bold, "--fix");
        line.push_str(&format!(", {fixable} fixable with {how}"));
    }
    line
}
