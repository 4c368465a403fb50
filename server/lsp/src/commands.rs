//! The commands that the server carries out, and how a client asks for them.

use std::path::Path;

use connector_model::Command as ModelCommand;
use serde_json::json;
use tower_lsp::ls_types::Command;

use crate::uri::DocUri;

/// Every command, as `executeCommandProvider` names them.
pub(crate) const ALL: &[&str] = &[
    "base44.push",
    "base44.previewPush",
    "base44.pull",
    "base44.authorize",
    "base44.authorizeAll",
    "base44.reconnect",
    "base44.takePlatformScopes",
    "base44.createConnector",
    "base44.refresh",
    "base44.signIn",
    "base44.signOut",
    "base44.openDashboard",
    "base44.openLink",
];

/// What the action to push is called.
pub(crate) const PUSH_TITLE: &str = "Push connectors";

/// What a command does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Push,
    PreviewPush,
    Pull,
    Authorize,
    AuthorizeAll,
    Reconnect,
    TakePlatformScopes,
    CreateConnector,
    Refresh,
    SignIn,
    SignOut,
    OpenDashboard,
    OpenLink,
}

impl Kind {
    /// The kind of the command of this name.
    pub(crate) fn of_command(name: &str) -> Option<Kind> {
        Some(match name {
            "base44.push" => Kind::Push,
            "base44.previewPush" => Kind::PreviewPush,
            "base44.pull" => Kind::Pull,
            "base44.authorize" => Kind::Authorize,
            "base44.authorizeAll" => Kind::AuthorizeAll,
            "base44.reconnect" => Kind::Reconnect,
            "base44.takePlatformScopes" => Kind::TakePlatformScopes,
            "base44.createConnector" => Kind::CreateConnector,
            "base44.refresh" => Kind::Refresh,
            "base44.signIn" => Kind::SignIn,
            "base44.signOut" => Kind::SignOut,
            "base44.openDashboard" => Kind::OpenDashboard,
            "base44.openLink" => Kind::OpenLink,
            _ => return None,
        })
    }

    /// What it is called where its progress is shown.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Kind::Push => PUSH_TITLE,
            Kind::PreviewPush => "Preview push",
            Kind::Pull => "Pull connectors",
            Kind::Authorize | Kind::AuthorizeAll => "Authorize connectors",
            Kind::Reconnect => "Reconnect connector",
            Kind::TakePlatformScopes => "Take the platform's scopes",
            Kind::CreateConnector => "Create connector",
            Kind::Refresh => "Refresh connectors",
            Kind::SignIn => "Sign in to Base44",
            Kind::SignOut => "Sign out of Base44",
            Kind::OpenDashboard => "Open the app's dashboard",
            Kind::OpenLink => "Open link",
        }
    }

    /// What a project is said to be busy with.
    pub(crate) fn busy_word(self) -> Option<&'static str> {
        Some(match self {
            Kind::Push => "push",
            Kind::Pull => "pull",
            Kind::Authorize | Kind::AuthorizeAll => "authorize",
            Kind::Reconnect => "reconnect",
            Kind::PreviewPush => "preview",
            Kind::Refresh => "refresh",
            _ => return None,
        })
    }

    /// What a person is told who asks for something else meanwhile.
    pub(crate) fn already_running(self) -> &'static str {
        match self {
            Kind::Pull => "A pull of this project is already running. Wait for it, or cancel it.",
            Kind::Reconnect => "A connector of this project is being reconnected. Wait for it, or cancel it.",
            Kind::SignIn => "A sign-in is already waiting for you in the browser. Finish it, or cancel it.",
            _ => "A push of this project is already running. Wait for it, or cancel it.",
        }
    }

    /// Whether it changes the app or the files, so that a project takes only one at a time.
    pub(crate) fn is_exclusive(self) -> bool {
        matches!(self, Kind::Push | Kind::Pull | Kind::Reconnect)
    }

    /// Whether the platform may say something else after it.
    pub(crate) fn changes_app(self) -> bool {
        matches!(self, Kind::Push | Kind::Authorize | Kind::AuthorizeAll | Kind::Reconnect | Kind::Pull)
    }

    /// Whether it talks to the platform.
    pub(crate) fn needs_trust(self) -> bool {
        !matches!(self, Kind::CreateConnector | Kind::SignOut)
    }

    /// Whether it works on one project.
    pub(crate) fn needs_project(self) -> bool {
        !matches!(self, Kind::SignIn | Kind::SignOut | Kind::OpenLink)
    }

    /// Whether it takes long enough to be watched.
    pub(crate) fn shows_progress(self) -> bool {
        !matches!(
            self,
            Kind::OpenLink
                | Kind::OpenDashboard
                | Kind::SignOut
                | Kind::CreateConnector
                | Kind::TakePlatformScopes
        )
    }

    /// Whether the client waits for what it gives.
    pub(crate) fn has_result(self) -> bool {
        matches!(self, Kind::PreviewPush)
    }
}

/// A command on a project, and on some of its types.
pub(crate) fn on_project(command: &str, title: &str, root: &Path, types: &[String]) -> Command {
    let project = DocUri::from_path(root).map(|uri| uri.as_uri().as_str().to_owned());
    let mut argument = json!({"project": project});
    if !types.is_empty()
        && let Some(members) = argument.as_object_mut()
    {
        members.insert("types".to_owned(), json!(types));
    }
    Command { title: title.to_owned(), command: command.to_owned(), arguments: Some(vec![argument]) }
}

/// The command of a fix.
pub(crate) fn of(command: &ModelCommand, title: &str, root: &Path) -> Command {
    let one = |ty: &String| vec![ty.clone()];
    let (name, types) = match command {
        ModelCommand::Push => ("base44.push", Vec::new()),
        ModelCommand::Authorize(types) => ("base44.authorize", types.clone()),
        ModelCommand::Reconnect(ty) => ("base44.reconnect", one(ty)),
        ModelCommand::TakePlatformScopes(ty) => ("base44.takePlatformScopes", one(ty)),
        ModelCommand::CreateFile(ty) => ("base44.createConnector", one(ty)),
    };
    on_project(name, title, root, &types)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_offered_is_carried_out() {
        for name in ALL {
            assert!(Kind::of_command(name).is_some(), "{name}");
        }
    }
}
