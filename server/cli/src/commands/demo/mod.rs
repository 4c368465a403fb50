//! `demo`: the whole way from a file to an authorized connector, on this machine alone.

mod project;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use connector_boundary::system::{System, plain_path};
use connector_model::report::{Counts, HumanStyle, human};
use connector_model::{FixAction, Severity};
use connector_sandbox::{Handle, Sandbox};
use connector_sync::{CancellationToken, Times};

use self::project::Sample;
use super::check::fix::{self, Mended};
use super::check::select::{Checked, Selection, relative};
use super::check::summary;
use super::push;
use super::sandbox::{cannot_start, exports, say_exports};
use crate::failure::{Exit, Failure};
use crate::files;
use crate::session::block_on;
use crate::shell::Shell;
use crate::terminal::{Paint, Terminal};

/// See it all at work: a sample project is checked, mended, pushed and authorized.
///
/// A sandbox on this machine stands in for Base44; your login, your projects and your state are not touched, and the
/// sample is removed at the end.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 it went all the way, 1 it did not, 2 could not start, 130 interrupted."
)]
pub(crate) struct Options {
    /// Approve the authorizations by itself, as where there is no terminal.
    #[arg(long)]
    approve: bool,
    /// Leave the sandbox and the project running, and say how to open them in an editor.
    #[arg(long)]
    keep: bool,
}

/// Goes the whole way.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    block_on(async |cancel| {
        let sandbox = Sandbox::start(connector_sandbox::Options::default()).await.map_err(cannot_start)?;
        let mut sample = Sample::lay_out(&sandbox.handle())?;
        if options.keep {
            sample.keep();
        }
        let tour = Tour { sample: &sample, sandbox: sandbox.handle(), terminal, options };
        tour.introduce();
        let went_well = tour.check_and_mend()?;
        let exit = tour.push(&cancel).await?;
        if exit == Exit::Interrupted {
            return Ok(exit);
        }
        let clean = tour.check_again()?;
        if options.keep {
            tour.stay(&cancel).await;
        } else {
            terminal.say(&format!(
                "\nThat was it. The sample is gone; to look around in it, add {}.",
                terminal.paint(Paint::Bold, "--keep")
            ));
        }
        sandbox.stop().await;
        Ok(if went_well && clean { exit } else { Exit::Failed })
    })
}

/// What the steps share.
struct Tour<'a> {
    sample: &'a Sample,
    sandbox: Handle,
    terminal: &'a Terminal,
    options: &'a Options,
}

impl Tour<'_> {
    fn heading(&self, title: &str, command: &str) {
        let command = match command {
            "" => String::new(),
            command => self.terminal.paint(Paint::Dim, &format!("  $ base44-connectors {command}")),
        };
        self.terminal.say(&format!("\n{}{command}\n", self.terminal.paint(Paint::Bold, title)));
    }

    fn introduce(&self) {
        let terminal = self.terminal;
        terminal
            .say(&terminal.paint(Paint::Bold, "From connector files to an authorized app, in five steps"));
        terminal.say(&terminal.paint(
            Paint::Dim,
            "Everything happens on this machine: a sandbox stands in for Base44, and your own login is not touched.",
        ));
        self.heading("1. An app: five connectors, and three functions that use connectors", "");
        let folders = self.sample.names();
        let names = folders.iter().flat_map(|(_, names)| names);
        let width = names.map(|(name, _)| name.len()).max().unwrap_or_default();
        for (folder, names) in folders {
            terminal.say(&format!("  {folder}"));
            for (name, about) in names {
                let about = terminal.paint(Paint::Dim, about);
                terminal.say(&format!("    {name:<width$}  {about}"));
            }
        }
    }

    fn checked(&self) -> Result<Checked, Failure> {
        Ok(Selection::of(self.sample.root(), &[])?.with_code(true).check())
    }

    fn name(&self, path: &Path) -> String {
        relative(path, self.sample.root())
    }

    fn show(&self, checked: &Checked) {
        let style = HumanStyle { color: self.terminal.color() };
        let files = checked.files();
        let findings = human(&files, &|path| self.name(path), style);
        self.terminal.say(&format!("{findings}{}", summary(checked, &files, self.terminal)));
    }

    /// Shows what is wrong, then applies the fixes: the safe ones as `check --fix` does, the others as an editor does
    /// that is told to.
    fn check_and_mend(&self) -> Result<bool, Failure> {
        self.heading("2. What is wrong with them, each by itself and together", "check");
        let mut checked = self.checked()?;
        self.show(&checked);

        self.heading("3. The fixes", "check --fix");
        let fixed = fix::fix(&mut checked)?;
        self.terminal.show(&fix::said(&fixed, self.terminal, &|path| self.name(path)));
        self.show(&self.checked()?);
        let chosen = self.choose_first()?;
        if !chosen.is_empty() {
            self.terminal
                .say("\nThese are yours to choose, as quick fixes in an editor. The first of each:\n");
            self.terminal.say(fix::said(&chosen, self.terminal, &|path| self.name(path)).trim_end());
        }
        Ok(!fixed.is_empty())
    }

    /// Applies the first fix of whatever is left above information, one after the other.
    fn choose_first(&self) -> Result<Vec<Mended>, Failure> {
        let mut chosen: Vec<Mended> = Vec::new();
        while let Some((path, title)) = self.choose_next()? {
            match chosen.iter_mut().find(|fixed| fixed.path == path) {
                Some(fixed) => fixed.titles.push(title),
                None => chosen.push(Mended { path, titles: vec![title] }),
            }
        }
        Ok(chosen)
    }

    /// The file that was changed, and how.
    fn choose_next(&self) -> Result<Option<(PathBuf, String)>, Failure> {
        for file in self.checked()?.files() {
            let grave = file.findings.iter().filter(|finding| finding.severity <= Severity::Warning);
            let Some(fix) = grave.filter_map(|finding| finding.fixes.first()).next() else { continue };
            let changed = match &fix.action {
                FixAction::Edit(edits) => {
                    files::replace(&file.path, &connector_syntax::edit::apply(&file.text, edits))?;
                    &file.path
                }
                FixAction::Rename(target) => {
                    files::rename(&file.path, target)?;
                    &file.path
                }
                FixAction::Command(_) => continue,
                FixAction::AddScopes { path, .. } | FixAction::RemoveScopes { path, .. } => {
                    let before = connector_boundary::read::read_text(path).unwrap_or_default();
                    let Some(after) = fix.action.changed(&before) else { continue };
                    files::replace(path, &after)?;
                    path
                }
                FixAction::Create { path, text } => {
                    files::create(path, text)?;
                    path
                }
            };
            return Ok(Some((changed.clone(), fix.title.clone())));
        }
        Ok(None)
    }

    async fn push(&self, cancel: &CancellationToken) -> Result<Exit, Failure> {
        self.heading("4. To Base44", "push");
        let mut session = self.sample.session(&self.sandbox, self.terminal)?;
        let times = Times { poll: Duration::from_millis(300), ..Times::default() };
        session.engine = session.engine.with_times(times);
        let sandbox = self.sandbox.clone();
        let by_itself = self.options.approve || !self.terminal.asks();
        let approve: Option<super::consent::Approve> = by_itself.then(|| {
            Arc::new(move |connection_id: &str| {
                sandbox.approve(connection_id);
            }) as super::consent::Approve
        });
        push::push(&push::Options::default(), &session, self.terminal, cancel, approve).await
    }

    fn check_again(&self) -> Result<bool, Failure> {
        self.heading("5. Nothing left to say", "check");
        let checked = self.checked()?;
        self.show(&checked);
        Ok(Counts::of(&checked.files()).is_clean())
    }

    /// Says how to open what is running, and waits for Ctrl-C.
    async fn stay(&self, cancel: &CancellationToken) {
        let folder = self.sample.root();
        let terminal = self.terminal;
        let mut variables = exports(&self.sandbox);
        variables.push(self.sample.state_variable());
        self.heading("The sandbox and the project stay", "");
        let shown = plain_path(&folder.to_string_lossy(), System::CURRENT);
        terminal.say(&format!("  Project  {}", terminal.paint(Paint::Link, &shown)));
        terminal.say(&format!("  Sandbox  {}", terminal.paint(Paint::Link, self.sandbox.url())));
        terminal.say("\nIn another terminal, lead whatever you start to the sandbox:\n");
        say_exports(terminal, &variables, Some(folder));
        terminal.say("\nThen, in VS Code with the Base44 Connectors extension:\n\n  code .\n");
        terminal.say("or in any editor that speaks the Language Server Protocol, with this server for base44/connectors:\n");
        let program = std::env::current_exe().unwrap_or_else(|_| "base44-connectors".into());
        let shell = Shell::of_process().first().copied().unwrap_or(Shell::Posix);
        terminal.say(&format!("  {}\n", shell.run(&program, "lsp")));
        terminal
            .say("Change a scope, save, and push. Ctrl-C stops the sandbox; the project stays where it is.");
        cancel.cancelled().await;
        terminal.say("\nStopped.");
    }
}
