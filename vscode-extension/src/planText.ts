/** A plan as a text to read, in the colours of a diff: what comes, what goes, what changes. */

import type { PushAction } from './vocabulary';

/** What the server says a push would do; a newer server may say more. */
export interface Plan {
  app: string;
  folder: string;
  steps: Step[];
  notes?: string[];
}

interface Step {
  type: string;
  action: string;
  scopes: string[];
  added?: string[];
  removed?: string[];
  why?: string;
  /** The app's functions that need what is removed. */
  usedBy?: string[];
}

/** The mark at the start of the line, which the diff language colours, and what is done. */
const deeds: Partial<Record<string, [mark: string, deed: string]>> = {
  keep: [' ', 'stays as it is'],
  update: ['!', 'gets the scopes of its file'],
  add: ['+', 'is added, then pending authorization'],
  authorize: ['!', 'is to be authorized'],
  remove: ['-', 'is removed: no file declares it'],
  'provision-stripe': ['+', 'gets a Stripe sandbox'],
  'remove-stripe': ['-', 'is removed: no file declares it'],
  leave: ['!', 'is left as it is: how it stands could not be asked'],
} satisfies Record<PushAction, [mark: string, deed: string]>;

/** The whole text, ending with a line break. `nameOf` gives what a person calls a type. */
export function planText(plan: Plan, project: string, nameOf: (type: string) => string = (type) => type): string {
  const width = Math.max(...plan.steps.map(({ type }) => nameOf(type).length), 0);
  const changes = plan.steps.filter(({ action }) => action !== 'keep');
  const kept = plan.steps.filter(({ action }) => action === 'keep');
  const lines = [`Push of ${project}, from ${plan.folder}`, ...summary(changes)];
  for (const step of [...inOrder(changes), ...kept]) {
    const [mark, deed] = deeds[step.action] ?? ['!', step.action];
    const reasons = [step.why ?? '', step.usedBy === undefined ? '' : `used by ${step.usedBy.join(', ')}`].filter(Boolean);
    const why = reasons.length === 0 || step.action === 'keep' ? '' : ` (${reasons.join('; ')})`;
    if (step.action !== 'keep' || step === kept[0]) {
      lines.push('');
    }
    lines.push(`${mark} ${nameOf(step.type).padEnd(width)}  ${deed}${why}`);
    if (mark === '-') {
      continue;
    }
    lines.push(...(step.added ?? []).map((scope) => `+     ${scope}`));
    lines.push(...(step.removed ?? []).map((scope) => `-     ${scope}`));
  }
  const notes = plan.notes ?? [];
  if (notes.length > 0) {
    lines.push('', ...notes.map((note) => `! ${note}`));
  }
  return `${lines.join('\n')}\n`;
}

/** What is lost stands first, as in the summary. */
function inOrder(changes: Step[]): Step[] {
  const place = ({ action }: Step): number => marks.indexOf(markOf(action));
  return [...changes].sort((one, other) => place(one) - place(other));
}

const marks = ['-', '+', '!'];

function markOf(action: string): string {
  return deeds[action]?.[0] ?? '!';
}

/** A line a kind, marked as the steps are: the whole is seen in a narrow window too. */
function summary(changes: Step[]): string[] {
  if (changes.length === 0) {
    return ['  nothing to do'];
  }
  const consents = changes.filter(({ action }) => action === 'authorize').length;
  const marked = (mark: string): number => changes.filter(({ action }) => markOf(action) === mark).length;
  const parts: [mark: string, number: number, deed: string][] = [
    ['-', marked('-'), 'to remove'],
    ['+', marked('+'), 'to add'],
    ['!', marked('!') - consents, 'to change'],
    ['!', consents, 'to authorize'],
  ];
  return parts.filter(([, number]) => number > 0).map(([mark, number, deed]) => `${mark} ${number} ${deed}`);
}

/** Whether an answer holds a plan of this shape. */
export function isPlan(value: unknown): value is Plan {
  return (
    typeof value === 'object' &&
    value !== null &&
    'app' in value &&
    typeof value.app === 'string' &&
    'folder' in value &&
    typeof value.folder === 'string' &&
    'steps' in value &&
    Array.isArray(value.steps) &&
    value.steps.every((step: Partial<Step>) => typeof step.type === 'string' && typeof step.action === 'string')
  );
}
