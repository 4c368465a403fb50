//! Starts the Base44 connector server in Zed.

mod options;

use std::path::{Path, PathBuf};

use zed_extension_api::settings::LspSettings;
use zed_extension_api::{
    self as zed, Architecture, Command, LanguageServerId, LanguageServerInstallationStatus as Status, Os, Result,
    Worktree,
};

/// The npm package; it has the program for each system as a package of its own.
const PACKAGE: &str = "base44-connectors";
/// What this extension was tried with.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Of a large document that was closed Linux' allocator gives nothing back unless its bounds, in bytes, are set: once one
/// large block was freed it moves them up by itself. Other systems do not know the names.
const GIVES_MEMORY_BACK: [(&str, &str); 2] =
    [("MALLOC_TRIM_THRESHOLD_", "131072"), ("MALLOC_MMAP_THRESHOLD_", "131072")];

struct Connectors;

impl zed::Extension for Connectors {
    fn new() -> Self {
        Self
    }

    fn language_server_command(&mut self, server: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let settings = LspSettings::for_worktree(server.as_ref(), worktree).unwrap_or_default();
        let binary = settings.binary;
        let named = binary.as_ref().and_then(|binary| binary.path.clone());
        let command = match named.or_else(|| worktree.which(PACKAGE)) {
            Some(path) => path,
            None => installed(server)?,
        };
        let args = binary.and_then(|binary| binary.arguments).unwrap_or_else(|| vec!["lsp".to_owned()]);
        let mut env = worktree.shell_env();
        let own = GIVES_MEMORY_BACK.iter().filter(|(name, _)| !env.iter().any(|(known, _)| known == name));
        let own: Vec<_> = own.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        env.extend(own);
        Ok(Command { command, args, env })
    }

    fn language_server_initialization_options(
        &mut self,
        server: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<zed::serde_json::Value>> {
        let settings = LspSettings::for_worktree(server.as_ref(), worktree).ok();
        Ok(settings.and_then(|settings| settings.initialization_options).map(options::without_address))
    }

    fn language_server_workspace_configuration(
        &mut self,
        server: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<zed::serde_json::Value>> {
        let settings = LspSettings::for_worktree(server.as_ref(), worktree).ok().and_then(|settings| settings.settings);
        Ok(settings.map(|settings| zed::serde_json::json!({ "base44Connectors": settings })))
    }
}

/// The program of the npm package, which is installed into the extension's own folder once a version.
fn installed(server: &LanguageServerId) -> Result<String> {
    if zed::npm_package_installed_version(PACKAGE)?.as_deref() != Some(VERSION) {
        zed::set_language_server_installation_status(server, &Status::Downloading);
        let done = zed::npm_install_package(PACKAGE, VERSION);
        zed::set_language_server_installation_status(
            server,
            &match &done {
                Ok(()) => Status::None,
                Err(error) => Status::Failed(error.clone()),
            },
        );
        done?;
    }
    let folder = std::env::current_dir().map_err(|error| format!("the extension has no folder: {error}"))?;
    let (targets, name) = targets(zed::current_platform());
    targets
        .iter()
        .map(|target| program(&folder, target, name))
        .find(|path| path.exists())
        .map(|path| path.to_string_lossy().into_owned())
        .ok_or_else(|| {
            format!(
                "{PACKAGE} {VERSION} has no program for this system. Install {PACKAGE} so that it is on the PATH, or \
                 name it in the settings: lsp.base44-connectors.binary.path."
            )
        })
}

fn program(folder: &Path, target: &str, name: &str) -> PathBuf {
    folder.join("node_modules").join("@base44-connectors").join(target).join("bin").join(name)
}

/// The packages with a program for a system, the best first, and what the program is called.
fn targets((os, architecture): (Os, Architecture)) -> (&'static [&'static str], &'static str) {
    let targets: &[&str] = match (os, architecture) {
        (Os::Linux, Architecture::Aarch64) => &["linux-arm64", "linux-arm64-musl"],
        (Os::Linux, Architecture::X8664) => &["linux-x64", "linux-x64-musl"],
        (Os::Mac, Architecture::Aarch64) => &["darwin-arm64"],
        (Os::Mac, Architecture::X8664) => &["darwin-x64"],
        (Os::Windows, Architecture::Aarch64) => &["win32-arm64"],
        (Os::Windows, Architecture::X8664) => &["win32-x64"],
        (_, Architecture::X86) => &[],
    };
    (targets, if matches!(os, Os::Windows) { "base44-connectors.exe" } else { "base44-connectors" })
}

zed::register_extension!(Connectors);
