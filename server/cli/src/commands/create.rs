//! `create`: a connector file to begin with.

use std::path::{Path, PathBuf};

use clap::Args;
use connector_boundary::text::printable;
use connector_model::Code;
use connector_model::checks::{Around, check};
use connector_model::create::{connector_text, refusal};
use connector_model::load::{CheckedFile, check_project};
use connector_model::project::{Project, ProjectOptions};
use connector_model::report::{HumanStyle, human};
use connector_model::severities::Severities;
use connector_syntax::parse;

use super::push::{print_json, told_in_json};
use crate::failure::{Exit, Failure};
use crate::files;
use crate::terminal::{Paint, Terminal};

/// Create the file of a connector.
///
/// Without --scopes the file lists, in comments, which scopes there are to choose from.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  base44-connectors create slack --scopes chat:write,channels:read
  base44-connectors create googlecalendar

Exit codes: 0 created, 2 not created.")]
pub(crate) struct Options {
    /// The connector's type, such as slack or googlecalendar.
    #[arg(value_name = "TYPE")]
    type_name: String,
    /// The scopes it asks for, separated by commas or blanks.
    #[arg(long, value_name = "SCOPES", value_delimiter = ',')]
    scopes: Vec<String>,
    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,
    /// Start from this folder instead of the current one.
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
}

/// Writes the file, then says where it is and what is to be said about it.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let terminal = if options.json { terminal.silent() } else { terminal.clone() };
    told_in_json(options.json, create(options, &terminal))
}

fn create(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let start = options.project.as_deref().unwrap_or(Path::new("."));
    let project = Project::discover(start, &ProjectOptions::default())?;
    let name = options.type_name.trim();
    let scopes: Vec<String> =
        options.scopes.iter().flat_map(|scopes| scopes.split_whitespace()).map(str::to_owned).collect();
    let text = connector_text(name, &scopes);
    let path = project.connectors_dir.join(format!("{name}.jsonc"));
    if let Some(why) = refusal(name, &text) {
        return Err(Failure::not_started(printable(&why, 600)));
    }
    refuse_second_file(&project, name, &path)?;
    files::create(&path, &text)?;

    if options.json {
        print_json(&serde_json::json!({ "type": name, "path": path }));
    }
    let shown = printable(&project.display_path(&path), 300);
    terminal.say(&format!("{} Created {shown}", terminal.paint(Paint::Good, "✓")));
    let around = Around { project: Some(&project), ..Around::file(&path) };
    let mut findings = check(&parse(&text), &around);
    findings.retain(|finding| finding.code != Code::EmptyScopes);
    let file = CheckedFile { path, text, findings, connector: None };
    let said = human(&[file], &|path| project.display_path(path), HumanStyle { color: terminal.color() });
    terminal.show(&said);
    Ok(Exit::Done)
}

fn refuse_second_file(project: &Project, name: &str, path: &Path) -> Result<(), Failure> {
    let checked = check_project(project, &Severities::default());
    let declared = checked.files.iter().find(|file| {
        let same_type = file.connector.as_ref().is_some_and(|connector| connector.type_name == name);
        same_type || file.path.file_stem() == path.file_stem()
    });
    match declared {
        Some(file) => Err(Failure::not_started(format!(
            "{} is there already: change its scopes in it.",
            printable(&project.display_path(&file.path), 300)
        ))),
        None => Ok(()),
    }
}
