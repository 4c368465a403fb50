//! `skill`: a page by which agents know how to use this command.

use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory};
use connector_boundary::folder::{is_exchanged, resolve};
use connector_boundary::text::printable;

use crate::args::Arguments;
use crate::failure::{Exit, Failure};
use crate::files;
use crate::terminal::{Answer, Paint, Terminal};

/// The folder of agents' pages in a project, and the name of each agent's folder that may be there.
const AGENT_FOLDERS: [&str; 4] = [".claude", ".agents", ".cursor", ".github"];
/// The page in it.
const PAGE: [&str; 3] = ["skills", "base44-connectors", "SKILL.md"];

/// Print a page that tells an agent how to work with connectors, true to this version.
///
/// It is made from the same help texts. With --write it becomes a file of the project, after asking.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 done, 2 nothing was written.")]
pub(crate) struct Options {
    /// Write it into the agents' folder of this project: .claude where there is none yet.
    #[arg(long)]
    write: bool,
    /// Write without asking; a page that is there is replaced.
    #[arg(long, short = 'y', requires = "write")]
    yes: bool,
    /// The project, instead of the current folder.
    #[arg(long, value_name = "DIR", requires = "write")]
    project: Option<PathBuf>,
}

/// Prints the page, or writes it.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let page = page();
    if !options.write {
        terminal.show(&page);
        return Ok(Exit::Done);
    }
    let root = options.project.as_deref().unwrap_or(Path::new("."));
    let present = AGENT_FOLDERS.iter().find(|folder| root.join(folder).is_dir());
    let path = root.join(present.unwrap_or(&AGENT_FOLDERS[0])).join(PAGE.iter().collect::<PathBuf>());
    let shown = printable(&path.to_string_lossy(), 300);
    let (bounds, way) = way_to(root, &path).ok_or_else(|| leads_away(&shown))?;
    let name = path.file_name().unwrap_or_default();
    let is_there = path.symlink_metadata().is_ok();
    if path.is_symlink() {
        return Err(leads_away(&shown));
    }
    if !options.yes {
        if !terminal.asks() {
            return Err(Failure::not_started(format!("Nothing was written. Agree to {shown} with --yes.")));
        }
        let question = match is_there {
            true => format!("Replace {shown}?"),
            false => format!("Write {shown}?"),
        };
        if terminal.confirm(&question, true) != Answer::Yes {
            return Err(Failure::not_started("Nothing was written."));
        }
    }
    files::put(&bounds, &way, name, &page).map_err(|error| match is_exchanged(&error) {
        true => leads_away(&shown),
        false => Failure::failed(format!("'{shown}' cannot be written: {error}. Check who may write there.")),
    })?;
    terminal.say(&format!("{} Wrote {shown}", terminal.paint(Paint::Good, "✓")));
    Ok(Exit::Done)
}

/// The folder of the page in the project, every link resolved: a link may lead from one agent's folder to another's and
/// nowhere else, least of all out of the project.
fn way_to(root: &Path, path: &Path) -> Option<(PathBuf, PathBuf)> {
    let (bounds, way) = resolve(root, path.parent()?)?;
    let first = way.components().next()?;
    AGENT_FOLDERS.iter().any(|folder| first.as_os_str() == *folder).then_some((bounds, way))
}

fn leads_away(shown: &str) -> Failure {
    Failure::not_started(format!(
        "Nothing was written: '{shown}', or a folder on the way to it, is a link that leads away. Remove the link first."
    ))
}

/// The page: when to use it, the way from a call to an authorized connector, the commands, the tools.
fn page() -> String {
    let mut page = format!(
        "---\n\
         name: base44-connectors\n\
         description: Check, create, push and authorize the connectors of a Base44 app, the files in base44/connectors/ \
         that say which outside services (Slack, Google Calendar, …) the app's functions may use, with which OAuth \
         scopes. Use it when a function calls getConnection, when a service is to be connected, or when a call is \
         refused for a missing scope.\n\
         ---\n\n\
         # Connectors of a Base44 app\n\n\
         True to base44-connectors {}.\n\n\
         1. Ask for the fewest scopes that the app's calls need.\n\
         2. `base44-connectors create TYPE --from-code` writes the file with the scopes that the calls in the code need, `--scopes …` with others; then `base44-connectors check`, and correct what it says.\n\
         3. `base44-connectors push --dry-run` says what a push would do. Show it to the person before you push.\n\
         4. A push removes from the app what has no file. Never pass --yes to agree to a removal yourself.\n\
         5. Only the person can authorize: give them the link. Without a terminal nothing is opened.\n\n\
         With the tools of `base44-connectors mcp`, the same: find_scopes, create_connector, check, plan, push, authorize.\n\n\
         ## Commands\n\n",
        env!("CARGO_PKG_VERSION")
    );
    for command in Arguments::command().get_subcommands() {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        page.push_str(&format!("- `base44-connectors {}`: {about}\n", command.get_name()));
    }
    page.push_str("\n## Tools\n\n");
    for (name, description) in connector_mcp::descriptions() {
        page.push_str(&format!("- `{name}`: {description}\n"));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_every_command_and_every_tool() {
        let page = page();
        assert!(page.starts_with("---\nname: base44-connectors\ndescription: "), "{page}");
        for command in Arguments::command().get_subcommands() {
            assert!(page.contains(&format!("`base44-connectors {}`", command.get_name())));
        }
        for (name, _) in connector_mcp::descriptions() {
            assert!(page.contains(&format!("- `{name}`: ")), "{name}");
        }
    }
}
