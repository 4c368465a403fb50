//! The commands that the server carries out, in one table, and how a client asks for them.

use std::path::Path;

use connector_model::Command as ModelCommand;
use futures::future::LocalBoxFuture;
use serde_json::json;
use tower_lsp::ls_types::Command;

use crate::jobs::{CommandRequest, Done, Job, apps, authorize, editing, files, links, pull, push, sign_in};
use crate::uri::DocUri;

/// What the action to push is called.
pub(crate) const PUSH_TITLE: &str = "Push connectors";

/// Which command.
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
    ShowUse,
    ScopesFromCode,
    ListApps,
    AddScopes,
}

/// A command: its name, what it needs, and what carries it out.
pub(crate) struct Spec {
    kind: Kind,
    /// As `executeCommandProvider` names it. Its argument is read by [`CommandRequest::read`].
    pub(crate) name: &'static str,
    /// What it is called where its progress is shown.
    pub(crate) title: &'static str,
    /// What a project is said to be busy with meanwhile.
    pub(crate) busy_word: Option<&'static str>,
    /// Whether it changes the app or the files, so that a project takes only one at a time.
    pub(crate) is_exclusive: bool,
    /// What a person is told who asks for something else that cannot run beside it.
    pub(crate) already_running: &'static str,
    /// Whether the platform may say something else after it.
    pub(crate) changes_app: bool,
    /// Whether it talks to the platform, which a workspace has to be trusted for.
    pub(crate) needs_trust: bool,
    /// Whether it works on one project.
    pub(crate) needs_project: bool,
    /// Whether it takes long enough to be watched.
    pub(crate) shows_progress: bool,
    /// Whether the client waits for what it gives.
    pub(crate) has_result: bool,
    /// What does the same in a terminal, for who sits at an editor that cannot ask.
    pub(crate) in_terminal: Option<&'static str>,
    /// What carries it out.
    pub(crate) run: Run,
}

type Run = for<'a> fn(&'a Job, &'a CommandRequest) -> LocalBoxFuture<'a, Done>;

/// What holds for most commands: a row says what is different.
const USUAL: Spec = Spec {
    kind: Kind::Refresh,
    name: "",
    title: "",
    busy_word: None,
    is_exclusive: false,
    already_running: "",
    changes_app: false,
    needs_trust: true,
    needs_project: true,
    shows_progress: true,
    has_result: false,
    in_terminal: None,
    run: |job, _| Box::pin(sign_in::refresh(job)),
};

/// Every command.
static TABLE: &[Spec] = &[
    Spec {
        kind: Kind::Push,
        name: "base44.push",
        title: PUSH_TITLE,
        busy_word: Some("push"),
        is_exclusive: true,
        changes_app: true,
        already_running: "A push of this project is already running. Wait for it, or cancel it.",
        in_terminal: Some("base44-connectors push"),
        run: |job, request| Box::pin(push::push(job, &request.types)),
        ..USUAL
    },
    Spec {
        kind: Kind::PreviewPush,
        name: "base44.previewPush",
        title: "Preview push",
        busy_word: Some("preview"),
        has_result: true,
        in_terminal: Some("base44-connectors push --dry-run"),
        run: |job, _| Box::pin(push::preview(job)),
        ..USUAL
    },
    Spec {
        kind: Kind::Pull,
        name: "base44.pull",
        title: "Pull connectors",
        busy_word: Some("pull"),
        is_exclusive: true,
        changes_app: true,
        already_running: "A pull of this project is already running. Wait for it, or cancel it.",
        in_terminal: Some("base44-connectors pull"),
        run: |job, _| Box::pin(pull::pull(job)),
        ..USUAL
    },
    Spec {
        kind: Kind::Authorize,
        name: "base44.authorize",
        title: "Authorize connectors",
        busy_word: Some("authorize"),
        changes_app: true,
        in_terminal: Some("base44-connectors authorize"),
        run: |job, request| Box::pin(authorize::authorize(job, &request.types)),
        ..USUAL
    },
    Spec {
        kind: Kind::AuthorizeAll,
        name: "base44.authorizeAll",
        title: "Authorize connectors",
        busy_word: Some("authorize"),
        changes_app: true,
        in_terminal: Some("base44-connectors authorize"),
        run: |job, request| Box::pin(authorize::authorize(job, &request.types)),
        ..USUAL
    },
    Spec {
        kind: Kind::Reconnect,
        name: "base44.reconnect",
        title: "Reconnect connector",
        busy_word: Some("reconnect"),
        is_exclusive: true,
        changes_app: true,
        already_running: "A connector of this project is being reconnected. Wait for it, or cancel it.",
        in_terminal: Some("base44-connectors reconnect"),
        run: |job, request| Box::pin(authorize::reconnect(job, &request.types)),
        ..USUAL
    },
    Spec {
        kind: Kind::TakePlatformScopes,
        name: "base44.takePlatformScopes",
        title: "Take the app's scopes",
        shows_progress: false,
        run: |job, request| Box::pin(editing::take_platform_scopes(job, &request.types)),
        ..USUAL
    },
    Spec {
        kind: Kind::CreateConnector,
        name: "base44.createConnector",
        title: "Create connector",
        needs_trust: false,
        shows_progress: false,
        run: |job, request| Box::pin(files::create_connector(job, &request.types, &request.scopes)),
        ..USUAL
    },
    Spec {
        kind: Kind::Refresh,
        name: "base44.refresh",
        title: "Refresh connectors",
        busy_word: Some("refresh"),
        run: |job, _| Box::pin(sign_in::refresh(job)),
        ..USUAL
    },
    Spec {
        kind: Kind::SignIn,
        name: "base44.signIn",
        title: "Sign in to Base44",
        needs_project: false,
        already_running: "A sign-in is already waiting for you in the browser. Finish it, or cancel it.",
        in_terminal: Some("base44-connectors login"),
        run: |job, _| Box::pin(sign_in::sign_in(job)),
        ..USUAL
    },
    Spec {
        kind: Kind::SignOut,
        name: "base44.signOut",
        title: "Sign out of Base44",
        needs_trust: false,
        needs_project: false,
        shows_progress: false,
        run: |job, _| Box::pin(sign_in::sign_out(job)),
        ..USUAL
    },
    Spec {
        kind: Kind::OpenDashboard,
        name: "base44.openDashboard",
        title: "Open the app's dashboard",
        shows_progress: false,
        run: |job, _| Box::pin(links::open_dashboard(job)),
        ..USUAL
    },
    Spec {
        kind: Kind::OpenLink,
        name: "base44.openLink",
        title: "Open link",
        needs_project: false,
        shows_progress: false,
        run: |job, request| Box::pin(links::open_link(job, request.link.as_deref())),
        ..USUAL
    },
    Spec {
        kind: Kind::ShowUse,
        name: "base44.showUse",
        title: "Show where the connector is used",
        needs_trust: false,
        shows_progress: false,
        run: |job, request| Box::pin(files::show_use(job, &request.types)),
        ..USUAL
    },
    Spec {
        kind: Kind::ScopesFromCode,
        name: "base44.scopesFromCode",
        title: "Take the scopes from the code",
        needs_trust: false,
        shows_progress: false,
        run: |job, request| Box::pin(editing::scopes_from_code(job, &request.types)),
        ..USUAL
    },
    Spec {
        kind: Kind::ListApps,
        name: "base44.listApps",
        title: "List the apps",
        needs_project: false,
        shows_progress: false,
        has_result: true,
        run: |job, request| Box::pin(apps::list_apps(job, request.app.as_deref())),
        ..USUAL
    },
    Spec {
        kind: Kind::AddScopes,
        name: "base44.addScopes",
        title: "Add scopes",
        needs_trust: false,
        shows_progress: false,
        has_result: true,
        run: |job, request| Box::pin(editing::add_scopes(job, &request.types, &request.scopes)),
        ..USUAL
    },
];

impl Kind {
    /// The kind of the command of this name.
    pub(crate) fn of_command(name: &str) -> Option<Kind> {
        TABLE.iter().find(|spec| spec.name == name).map(|spec| spec.kind)
    }

    /// The row of the table.
    pub(crate) fn spec(self) -> &'static Spec {
        // Every kind has a row; a test sees to it.
        TABLE.iter().find(|spec| spec.kind == self).unwrap_or(&USUAL)
    }

    /// What it is called where its progress is shown.
    pub(crate) fn title(self) -> &'static str {
        self.spec().title
    }
}

/// The names of every command, as `executeCommandProvider` lists them.
pub(crate) fn names() -> Vec<&'static str> {
    TABLE.iter().map(|spec| spec.name).collect()
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
        ModelCommand::Pull => ("base44.pull", Vec::new()),
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
    fn every_row_is_found_by_its_name_and_by_its_kind() {
        for (index, spec) in TABLE.iter().enumerate() {
            assert_eq!(Kind::of_command(spec.name), Some(spec.kind), "{}", spec.name);
            assert!(std::ptr::eq(spec.kind.spec(), spec), "{}", spec.name);
            assert_eq!(spec.kind as usize, index, "{}", spec.name);
            assert!(!spec.is_exclusive || !spec.already_running.is_empty(), "{}", spec.name);
        }
        assert_eq!(TABLE.len(), Kind::AddScopes as usize + 1);
    }
}
