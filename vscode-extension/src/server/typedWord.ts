/** What counts as one word where somebody types. */

/** A name, in quotes that may still be open, or without. */
const word = /^(["'`]?)[^\s"'`,{}[\]]*(["'`]?)$/;

/** Whether a cursor stands inside the one word that a text is: what is typed next there belongs to it. */
export function isInside(text: string, cursor: number): boolean {
  const [, opening = '', closing = ''] = word.exec(text) ?? [undefined, '?'];
  if (opening === '?' || cursor <= 0) {
    return false;
  }
  return closing === '' ? cursor <= text.length : cursor < text.length;
}
