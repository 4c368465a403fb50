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
/// What the action to authorize everything that waits is called.
pub(crate) const AUTHORIZE_ALL_TITLE: &str = "Authorize all";

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
