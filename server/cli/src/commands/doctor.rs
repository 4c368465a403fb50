//! `doctor`: what the command sees of its surroundings, for a bug report.

mod programs;

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use connector_boundary::system::{System, plain_path};
use connector_boundary::text::printable;
use connector_model::files::list_connectors;
use connector_model::project::{Project, ProjectError, ProjectOptions};
use connector_platform::{Account, Environment, Platform, login};
use connector_sync::CancellationToken;

use self::programs::{editor_servers, on_path};
use crate::failure::{Exit, Failure};
use crate::session::{block_on, unless_stopped};
use crate::terminal::{Paint, Terminal};

/// The version, and the target that it was built for.
pub(crate) const VERSION: &str =
    concat!(env!("CARGO_PKG_VERSION"), " (", env!("BASE44_CONNECTORS_TARGET"), ")");

/// What names a way out of a network, in the order of the lines.
const NETWORK: [&str; 7] = [
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
];

/// Say what is seen here: version, project, login, Base44, editors, proxies. Nothing of it is secret.
///
/// For a bug report, and for a first look when something does not work.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 all is well, 1 something is not, and its line says what to do.")]
pub(crate) struct Options {
    /// Start from this folder instead of the current one.
    #[arg(long, value_name = "DIR")]
    project: Option<PathBuf>,
    /// Send nothing.
    #[arg(long)]
    offline: bool,
}

/// One line of the report.
struct Line {
    about: &'static str,
    said: String,
    is_well: bool,
}

impl Line {
    fn well(about: &'static str, said: impl Into<String>) -> Line {
        Line { about, said: said.into(), is_well: true }
    }

    fn bad(about: &'static str, said: impl Into<String>) -> Line {
        Line { about, said: said.into(), is_well: false }
    }
}

/// Looks, asks the platform once, and says all of it.
pub(crate) fn run(options: &Options, terminal: &Terminal) -> Result<Exit, Failure> {
    let environment = Environment::of_process();
    let found =
        Project::discover(options.project.as_deref().unwrap_or(Path::new(".")), &ProjectOptions::default());
    let mut lines = vec![
        Line::well("version", VERSION),
        Line::well("program", here()),
        Line::well("system", format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH)),
        project(&found),
    ];
    let root = found.as_ref().ok().map(|project| project.root.as_path());
    lines.extend(signed_in(&environment, root));
    lines.push(state(&environment));
    let platform = match options.offline {
        true => Line::well("Base44", "not asked (--offline)"),
        false => {
            block_on(async |cancel| Ok(platform(&environment, found.as_ref().ok(), terminal, &cancel).await))?
        }
    };
    lines.push(platform);
    lines.extend(programs(root));
    lines.extend(network(&environment));
    let width = lines.iter().map(|line| line.about.len()).max().unwrap_or_default();
    for Line { about, said, is_well } in &lines {
        let mark =
            if *is_well { terminal.paint(Paint::Good, "✓") } else { terminal.paint(Paint::Bad, "✗") };
        terminal.say(&format!("{mark} {about:<width$}  {said}"));
    }
    Ok(if lines.iter().all(|line| line.is_well) { Exit::Done } else { Exit::Failed })
}

fn here() -> String {
    std::env::current_exe().map_or_else(|_| "not known".to_owned(), |path| shown(&path))
}

fn shown(path: &Path) -> String {
    printable(&plain_path(&path.to_string_lossy(), System::CURRENT), 300)
}

fn project(found: &Result<Project, ProjectError>) -> Line {
    let project = match found {
        Ok(project) => project,
        Err(ProjectError::NotFound(_)) => return Line::well("project", "none in this folder or above it"),
        Err(error) => return Line::bad("project", printable(&error.to_string(), 400)),
    };
    let app = match &project.app_id {
        Ok(id) => format!("app {id}"),
        Err(error) => return Line::bad("project", format!("{}: {error}", shown(&project.root))),
    };
    match list_connectors(project) {
        Ok(list) => {
            let (files, folder) = (list.connectors.len(), project.display_path(&project.connectors_dir));
            Line::well("project", format!("{}, {app}, {files} files in {folder}", shown(&project.root)))
        }
        Err(error) => {
            Line::bad("project", format!("{} cannot be listed: {error}", shown(&project.connectors_dir)))
        }
    }
}

fn signed_in(environment: &Environment, root: Option<&Path>) -> Vec<Line> {
    match login::who(environment, root) {
        Ok(account @ Account::Login { .. }) => {
            vec![Line::well("login", format!("{account}, in {}", shown(&environment.login_path())))]
        }
        Ok(Account::Seeded { email }) => {
            let who = email.map_or_else(String::new, |email| format!("{}, ", printable(&email, 120)));
            vec![Line::well("login", format!("{who}by BASE44_ACCESS_TOKEN"))]
        }
        Ok(Account::WorkspaceKey) => vec![Line::well("login", "a workspace key, by BASE44_API_KEY")],
        Err(error) => vec![Line::bad("login", printable(&error.to_string(), 400))],
    }
}

/// Whether what is pending and what was last seen can be kept.
fn state(environment: &Environment) -> Line {
    let folder = &environment.state_dir;
    let existing = folder.ancestors().find(|folder| folder.is_dir());
    let tried = existing.map(|existing| tempfile::Builder::new().prefix(".base44-").tempfile_in(existing));
    match tried {
        Some(Ok(_)) => Line::well("state", format!("kept in {}", shown(folder))),
        Some(Err(error)) => Line::bad(
            "state",
            format!(
                "{} cannot be written: {error}. Make it writable, or set XDG_STATE_HOME to a folder that is; \
                 until then nothing is kept between runs.",
                shown(folder)
            ),
        ),
        None => Line::bad("state", format!("{} is not there, nor any folder above it", shown(folder))),
    }
}

async fn platform(
    environment: &Environment,
    project: Option<&Project>,
    terminal: &Terminal,
    cancel: &CancellationToken,
) -> Line {
    let progress = terminal.progress("Asking Base44");
    let begun = Instant::now();
    let root = project.map(|project| project.root.as_path());
    let asked = unless_stopped(cancel, async {
        match Platform::connect(environment, root) {
            // Asking for a code to sign in with changes nothing, and needs no login.
            Err(_) => login::start(environment)
                .await
                .map(|_| "answers".to_owned())
                .map_err(|error| error.to_string()),
            Ok(platform) => {
                let address = platform.base_url().to_owned();
                let answer =
                    match (platform.account(), project.and_then(|project| project.app_id.as_ref().ok())) {
                        (Account::WorkspaceKey, Some(app)) => {
                            platform.list(app).await.map(drop).map_err(|error| error.to_string())
                        }
                        (Account::WorkspaceKey, None) => {
                            return Ok(format!("{address}, not asked without an app"));
                        }
                        _ => login::verify(environment, root)
                            .await
                            .map(drop)
                            .map_err(|error| error.to_string()),
                    };
                answer.map(|()| format!("{address} answers")).map_err(|error| format!("{address}: {error}"))
            }
        }
    })
    .await;
    drop(progress);
    match asked {
        Ok(Ok(said)) => Line::well("Base44", format!("{said}, {} ms", begun.elapsed().as_millis())),
        Ok(Err(error)) => Line::bad("Base44", printable(&error, 400)),
        Err(failure) => Line::bad("Base44", failure.message),
    }
}

/// The programs of this name that a shell, an editor or a script would start.
fn programs(root: Option<&Path>) -> Vec<Line> {
    let mut lines = Vec::new();
    let on_path = on_path(System::CURRENT);
    lines.push(match on_path.as_slice() {
        [] => Line::well("PATH", "has no base44-connectors; editors other than VS Code need one there"),
        [only] => Line::well("PATH", shown(only)),
        [first, others @ ..] => {
            let others: Vec<String> = others.iter().map(|path| shown(path)).collect();
            Line::bad(
                "PATH",
                format!("{} is taken; {} never is: remove one", shown(first), others.join(", ")),
            )
        }
    });
    let package = root.and_then(programs::npm_version);
    if let Some(version) = package {
        let same = version == env!("CARGO_PKG_VERSION");
        let said = format!("base44-connectors {} in node_modules", printable(&version, 40));
        lines.push(match same {
            true => Line::well("npm", said),
            false => Line::bad(
                "npm",
                format!("{said}, and this is {}: npx takes that one", env!("CARGO_PKG_VERSION")),
            ),
        });
    }
    for (editor, version, path) in editor_servers(std::env::home_dir().as_deref()) {
        lines.push(Line::well(
            "editor",
            format!("{editor} has the extension {}, in {}", printable(&version, 40), shown(&path)),
        ));
    }
    lines
}

fn network(environment: &Environment) -> Vec<Line> {
    let said = NETWORK.iter().filter_map(|name| {
        let lower = name.to_lowercase();
        let value = environment.variables.get(*name).or_else(|| environment.variables.get(&lower))?;
        (!value.trim().is_empty())
            .then(|| Line::well("network", format!("{name}={}", shown_value(name, value.trim()))))
    });
    let lines: Vec<Line> = said.collect();
    if lines.is_empty() {
        vec![Line::well("network", "no proxy and no certificates of its own are set")]
    } else {
        lines
    }
}

/// What is set, of a proxy only where it is: not who uses it, nor what else its address may say, such as a key.
fn shown_value(name: &str, value: &str) -> String {
    if !name.ends_with("_PROXY") || name == "NO_PROXY" {
        return printable(value, 300);
    }
    let shown = match (value.split_once("://"), value.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        (None, Some((_, host))) => format!("…@{host}"),
        _ => value.to_owned(),
    };
    let host = shown.find("://").map_or(0, |at| at + 3);
    let end = shown.get(host..).and_then(|rest| rest.find(['/', '?', '#', '\\']));
    printable(end.and_then(|end| shown.get(..host + end)).unwrap_or(&shown), 300)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_uses_a_proxy_is_not_shown() {
        for (value, expected) in [
            ("http://ana:s3cret@proxy:8080", "http://…@proxy:8080"),
            ("http://ana:p@ss@proxy:8080", "http://…@proxy:8080"),
            ("ana:s3cret@proxy", "…@proxy"),
            ("http://proxy:8080", "http://proxy:8080"),
            ("http://proxy:8080/", "http://proxy:8080"),
            ("http://proxy/s3cret?key=s3cret#s3cret", "http://proxy"),
            ("http://proxy?key=s3cret", "http://proxy"),
            ("http://proxy#s3cret", "http://proxy"),
            ("proxy:8080/s3cret", "proxy:8080"),
            ("http://ana:p/ss@proxy:8080/s3cret", "http://…@proxy:8080"),
            ("http:\\\\ana:s3cret@proxy", "…@proxy"),
        ] {
            assert_eq!(shown_value("HTTPS_PROXY", value), expected);
        }
        assert_eq!(shown_value("NO_PROXY", "localhost,10.0.0.0/8"), "localhost,10.0.0.0/8");
    }
}
