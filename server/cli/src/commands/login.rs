//! `login`, `logout` and `whoami`: the login that is shared with the official CLI.

use std::path::Path;

use clap::Args;
use connector_boundary::text::printable;
use connector_model::project::{Project, ProjectOptions};
use connector_platform::{Account, Environment, login};
use connector_sync::browser;
use serde_json::json;

use super::json::{in_json_or_words, print_json};
use crate::failure::{Exit, Failure};
use crate::session::{block_on, unless_stopped};
use crate::terminal::{Paint, Terminal};

/// Sign in with a code that you confirm in a browser.
///
/// The login is kept in ~/.base44/auth/auth.json, which the official CLI uses too.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 signed in, 1 it failed or was declined, 2 could not start, 130 interrupted."
)]
pub(crate) struct LoginOptions {
    /// Print who is signed in then as JSON.
    #[arg(long)]
    json: bool,
    /// Open no browser: show the page and the code.
    #[arg(long)]
    no_open: bool,
    #[command(flatten)]
    platform: PlatformOptions,
}

/// Forget the login of this machine.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 signed out, 1 the login could not be removed.")]
pub(crate) struct LogoutOptions {
    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,
}

/// Say who is signed in, as Base44 sees it.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 signed in, 2 not signed in, or could not ask.")]
pub(crate) struct WhoamiOptions {
    /// Print who it is as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    platform: PlatformOptions,
}

/// Which platform.
#[derive(Debug, Args)]
struct PlatformOptions {
    /// Base44's address, instead of BASE44_API_URL or https://app.base44.com.
    #[arg(long, value_name = "URL")]
    api_url: Option<String>,
}

impl PlatformOptions {
    fn environment(&self) -> Environment {
        Environment::of_process().with_api_url(self.api_url.clone())
    }
}

/// Shows page and code, and waits until a person agrees.
pub(crate) fn login(options: &LoginOptions, terminal: &Terminal) -> Result<Exit, Failure> {
    in_json_or_words(options.json, terminal, |terminal| sign_in(options, terminal))
}

fn sign_in(options: &LoginOptions, terminal: &Terminal) -> Result<Exit, Failure> {
    let environment = options.platform.environment();
    block_on(async |cancel| {
        let code = {
            let _progress = terminal.progress("Asking for a code");
            login::check_home(&environment)?;
            unless_stopped(&cancel, login::start(&environment)).await??
        };
        let page = code.verification_uri_complete.as_ref().unwrap_or(&code.verification_uri);
        // Page and code are for a person, also where a program reads the result.
        terminal.say_or_aside(&format!(
            "Confirm the code {} at {}",
            terminal.paint(Paint::Bold, &code.user_code),
            terminal.paint(Paint::Link, page.as_str())
        ));
        if terminal.asks() && !options.no_open && browser::open(page).is_err() {
            terminal.say("The browser did not open. Open the page yourself.");
        }
        let account = {
            let progress = terminal.progress("Waiting for you in the browser... (Ctrl-C to stop)");
            unless_stopped(&cancel, code.finish(|notice| progress.set(&notice.to_text()))).await??
        };
        if options.json {
            let output = format!("Successfully logged in as {account}");
            print_json(&json!({ "output": output, "account": account.to_string() }));
        }
        terminal.say_marked(&format!("✓ Signed in as {account}"));
        Ok(Exit::Done)
    })
}

/// Removes the login file.
pub(crate) fn logout(options: &LogoutOptions, terminal: &Terminal) -> Result<Exit, Failure> {
    in_json_or_words(options.json, terminal, |terminal| sign_out(options, terminal))
}

fn sign_out(options: &LogoutOptions, terminal: &Terminal) -> Result<Exit, Failure> {
    let environment = Environment::of_process();
    let was_in = block_on(async |_| Ok(login::sign_out(&environment).await?))?;
    if options.json {
        print_json(&json!({ "output": "Logged out successfully", "signedOut": was_in }));
    }
    match was_in {
        true => terminal.say_marked("✓ Signed out"),
        false => terminal.say("You were not signed in."),
    }
    let set: Option<&str> = match login::who(&environment, None) {
        Ok(Account::WorkspaceKey) => Some("BASE44_API_KEY"),
        Ok(Account::Seeded { .. }) => Some("BASE44_ACCESS_TOKEN"),
        _ => None,
    };
    if let Some(name) = set {
        terminal.say_or_aside(&format!("{name} is still set in your environment, and is used."));
    }
    Ok(Exit::Done)
}

/// Asks the platform who is signed in.
pub(crate) fn whoami(options: &WhoamiOptions, terminal: &Terminal) -> Result<Exit, Failure> {
    in_json_or_words(options.json, terminal, |terminal| who(options, terminal))
}

fn who(options: &WhoamiOptions, terminal: &Terminal) -> Result<Exit, Failure> {
    let environment = options.platform.environment();
    // As a push here: a project may have tokens of its own.
    let named =
        ProjectOptions { env_app_id: std::env::var("BASE44_APP_ID").ok(), ..ProjectOptions::default() };
    let project = Project::discover(Path::new("."), &named).ok();
    let root = project.as_ref().map(|project| project.root.as_path());
    if let Account::WorkspaceKey = login::who(&environment, root)? {
        let app = project.as_ref().and_then(|project| project.app_id.clone().ok());
        block_on(async |cancel| {
            let _progress = terminal.progress("Asking whether the key is in force");
            Ok(unless_stopped(&cancel, login::verify_key(&environment, root, app.as_ref())).await??)
        })?;
        if options.json {
            print_json(&json!({ "output": "Using workspace API key", "workspaceKey": true }));
        }
        terminal.say("A workspace key (BASE44_API_KEY) that is in force; it belongs to no person.");
        return Ok(Exit::Done);
    }
    let person = block_on(async |cancel| {
        let _progress = terminal.progress("Asking who is signed in");
        Ok(unless_stopped(&cancel, login::verify(&environment, root)).await??)
    })?;
    if options.json {
        let output = format!("Logged in as: {}", person.email);
        print_json(&json!({ "output": output, "email": person.email, "name": person.name }));
    }
    let (email, name) = (printable(&person.email, 120), printable(&person.name, 120));
    terminal.say(&if name.is_empty() || name == email { email } else { format!("{name} <{email}>") });
    Ok(Exit::Done)
}
