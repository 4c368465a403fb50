//! The commands that the server carries out.

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
