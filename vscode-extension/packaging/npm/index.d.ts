/** Types of what `base44-connectors … --json` prints, for scripts, and where the program is. */

/** The full path of the program for this system. Throws an `Error` that says what to do where there is none. */
export function binaryPath(): string;

/** `check --format json`: an array of these. */
export interface Finding {
  /** Relative to the project, with `/` between. */
  file: string;
  /** Such as `unknown-scope`; each is explained in the documentation. */
  code: string;
  severity: 'error' | 'warning' | 'information' | 'hint';
  message: string;
  /** Lines and UTF-16 columns from zero. */
  range: Range;
  /** Other places that it speaks of. */
  related: Place[];
  /** What would resolve it, the best first. */
  fixes: Fix[];
}

export interface Place {
  file: string;
  /** Nothing where the file was not read. */
  range?: Range;
  message: string;
}

export interface Fix {
  title: string;
  /** Whether `check --fix` makes it. */
  safe: boolean;
  /** The changes of the finding's file, made at once. */
  edits?: { range: Range; newText: string }[];
  /** The file's new path. */
  renameTo?: string;
}

export interface Range {
  start: Position;
  end: Position;
}

export interface Position {
  line: number;
  character: number;
}

/** `push --json`: what the official CLI prints too. */
export interface PushReport {
  results: PushResult[];
  /** How each authorization ended that was waited for, by type. */
  oauth: Record<string, string>;
}

export interface PushResult {
  type: string;
  action: 'synced' | 'removed' | 'needs_oauth' | 'provisioned' | 'error';
  /** Where a person has to agree. */
  redirectUrl?: string;
  connectionId?: string;
  claimUrl?: string;
  error?: string;
  [more: string]: unknown;
}

/** `push --dry-run --json`. */
export interface PushPlan {
  app: string;
  folder: string;
  steps: PushStep[];
  notes?: string[];
  /** Why its removals look like a mistake, and what to do about it. */
  doubt?: string;
  /** The removals that `--yes` and `--force` do not agree to: each has to be named with `--remove`. */
  guarded?: GuardedRemoval[];
}

export interface GuardedRemoval {
  type: string;
  /** What would be lost, as a part of a sentence. */
  why: string;
  /** `final`: it cannot be undone. `used`: functions of the app use it. */
  kind: 'final' | 'used';
}

export interface PushStep {
  type: string;
  action: 'keep' | 'update' | 'add' | 'authorize' | 'remove' | 'provision-stripe' | 'remove-stripe' | 'leave';
  path?: string;
  scopes: string[];
  added?: string[];
  removed?: string[];
  why?: string;
  /** The functions that need what is removed. */
  usedBy?: string[];
}

/** `pull --dry-run --json`. */
export interface PullPlan {
  app: string;
  folder: string;
  /** How many connectors the platform has. */
  pulled: number;
  steps: PullStep[];
  notes?: string[];
}

export interface PullStep {
  type: string;
  path: string;
  action: 'unchanged' | 'create' | 'update-scopes' | 'delete' | 'refused';
  /** Why, where it is refused. */
  reason?: string;
  scopes: string[];
  added?: string[];
  removed?: string[];
  needsAgreement: boolean;
  why?: string;
}

/** `status --json`. */
export interface StatusReport {
  app: string;
  platform: string;
  account: string | null;
  folder: string;
  /** In milliseconds since 1970. */
  at: number | null;
  connectors: ConnectorStatus[];
  unreadable?: number;
}

/** How a connector stands. */
export type ConnectorState =
  | 'active'
  | 'provisioned'
  | 'scopes-differ'
  | 'not-pushed'
  | 'unavailable'
  | 'unknown-type'
  | 'pending'
  | 'authorization-failed'
  | 'expired'
  | 'disconnected'
  | 'other-user'
  | 'push-failed'
  | 'unclaimed'
  | 'remote-only'
  | 'invalid'
  | 'unknown';

export interface ConnectorStatus {
  type: string;
  path: string | null;
  local: string[] | null;
  remote: { status: string; scopes: string[] | null } | null;
  state: ConnectorState;
  detail: string;
  account?: string;
  link?: string;
  added?: string[];
  removed?: string[];
  /** The functions that need it, where it has no file. */
  usedBy?: string[];
}

/** `uses --json`. */
export interface Uses {
  /** How many functions there are. */
  functions: number;
  /** Whether all code was read and followed: what is not listed is not there. */
  complete: boolean;
  types: UsedType[];
  /** Uses of a type that is only known when the code runs: it may be any. */
  anyType: ConnectorUse[];
}

export interface UsedType {
  type: string;
  /** The files that declare it: one, where all is well. */
  files: string[];
  scopes: string[] | null;
  functions: string[];
  /** Whether all that is done with its tokens is listed. */
  complete: boolean;
  uses: ConnectorUse[];
  /** The narrowest scopes that the calls are known to need. */
  least: string[];
}

/** A place in code that takes a connector's token. */
export interface ConnectorUse {
  file: string;
  range: Range | null;
  /** Such as `getConnection`. */
  method: string;
  /** The functions that come here. */
  functions: string[];
  /** Whether some function fails without the connector. */
  reliedOn: boolean;
  calls: ConnectorCall[];
}

/** A call of a provider's API. */
export interface ConnectorCall {
  file: string;
  range: Range | null;
  /** The method and the address. */
  call: string;
  /** Sets of scopes, any of which is enough, the narrowest first; `null` where it is not known. */
  needs: string[][] | null;
  /** Whether the file's scopes are enough; `null` where that cannot be told. */
  allowed: boolean | null;
  /** Whether the call is surely made like this. */
  sure: boolean;
}

/** `scopes TYPE --json`. */
export interface ScopesReport {
  type: string;
  file: string;
  /** Those of the file. */
  scopes: string[];
  /** Those that `--narrow` leaves. */
  narrowed: string[];
  lines: ScopeLine[];
  /** The calls of which it is not known what they need. */
  unknown: ConnectorCall[];
  complete: boolean;
  /** Whether the file was changed. */
  written: boolean;
}

export interface ScopeLine {
  scope: string;
  change: 'keep' | 'add' | 'remove';
  why: string;
  calls: ConnectorCall[];
}

/** `create TYPE --json`; what is optional comes with `--from-code`. */
export interface CreatedConnector {
  type: string;
  path: string;
  scopes?: string[];
  unknown?: ConnectorCall[];
  complete?: boolean;
}

/** `create --all-from-code --json`. */
export interface CreatedConnectors {
  created: CreatedConnector[];
  skipped: { type: string; why: string }[];
}

/** `list-available --json`: what the official CLI prints too. */
export interface AvailableTypes {
  integrations: AvailableType[];
}

export interface AvailableType {
  integrationType: string;
  displayName: string;
  description: string;
  /** What the platform asks for besides an agreement, such as a subdomain. */
  connectionConfigFields: unknown[];
}

/** What a command prints with `--json` where it could not do its work; the exit code is not 0. */
export interface Failure {
  error: string;
  /** One of the official CLI's codes. */
  code:
    | 'API_ERROR'
    | 'AUTH_EXPIRED'
    | 'AUTH_REQUIRED'
    | 'CONFIG_INVALID'
    | 'CONFIG_NOT_FOUND'
    | 'FILE_READ_ERROR'
    | 'INTERRUPTED'
    | 'INVALID_INPUT'
    | 'SCHEMA_INVALID';
  /** What the platform says is wrong, part by part. */
  details?: string[];
  /** What can be done about it. */
  hints?: { message: string }[];
  /** The platform's answer, where that is what failed. */
  statusCode?: number;
  requestId?: string;
}
