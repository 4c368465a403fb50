/** The id of an app, however a person has it at hand. */

/** The id in an address of the platform, or the text itself where it can be one. */
export function appIdIn(text: string): string | undefined {
  const trimmed = text.trim();
  const id = /^https?:\/\/[^/\s]+\/apps\/([^/?#\s]+)/.exec(trimmed)?.[1] ?? trimmed;
  return /^[A-Za-z0-9_-]{1,128}$/.test(id) ? id : undefined;
}
