/** The server's words, made from its own lists by `UPDATE_GENERATED=1 cargo test -p connector-lsp --lib vocabulary`. */

/** How a connector stands. */
export const connectorStates = [
  'active',
  'provisioned',
  'scopes-differ',
  'not-pushed',
  'unavailable',
  'unknown-type',
  'pending',
  'authorization-failed',
  'expired',
  'disconnected',
  'other-user',
  'push-failed',
  'unclaimed',
  'remote-only',
  'invalid',
  'unknown',
] as const;
export type ConnectorState = (typeof connectorStates)[number];

/** What people call each state; the server says it with the state. */
export const stateWords: Record<ConnectorState, string> = {
  'active': 'authorized',
  'provisioned': 'provisioned',
  'scopes-differ': 'scopes differ',
  'not-pushed': 'not pushed',
  'unavailable': 'not available',
  'unknown-type': 'unknown type',
  'pending': 'pending',
  'authorization-failed': 'not authorized',
  'expired': 'expired',
  'disconnected': 'disconnected',
  'other-user': 'another user',
  'push-failed': 'push failed',
  'unclaimed': 'to be claimed',
  'remote-only': 'no file',
  'invalid': 'file has errors',
  'unknown': '',
};

/** How the platform and a project stand to each other. */
export const projectStates = [
  'untrusted',
  'signedOut',
  'unknown',
  'syncing',
  'ok',
  'offline',
  'error',
] as const;
export type ProjectState = (typeof projectStates)[number];

/** The findings that tell what the platform said. */
export const platformCodes = [
  'unavailable-type',
  'not-pushed',
  'pending-authorization',
  'authorization-failed',
  'authorization-expired',
  'disconnected',
  'scopes-differ',
  'connected-by-another-user',
  'push-failed',
  'removed-on-push',
  'stripe-unclaimed',
] as const;
export type PlatformCode = (typeof platformCodes)[number];

/** What a push does to a connector. */
export const pushActions = [
  'keep',
  'update',
  'add',
  'authorize',
  'remove',
  'provision-stripe',
  'remove-stripe',
  'leave',
] as const;
export type PushAction = (typeof pushActions)[number];

/** The commands that the server carries out. */
export const serverCommands = [
  'base44.push',
  'base44.previewPush',
  'base44.pull',
  'base44.authorize',
  'base44.authorizeAll',
  'base44.reconnect',
  'base44.takePlatformScopes',
  'base44.createConnector',
  'base44.refresh',
  'base44.signIn',
  'base44.signOut',
  'base44.openDashboard',
  'base44.openLink',
  'base44.showUse',
  'base44.scopesFromCode',
  'base44.listApps',
  'base44.addScopes',
] as const;
export type ServerCommand = (typeof serverCommands)[number];
