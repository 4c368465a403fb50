/** The environment of every process of a test: a home of its own, and nothing that names another platform. */

import type { Project } from './project.ts';

export function environment(project: Project): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(BASE44_|XDG_|HOME$|VSCODE_|ELECTRON_|(https?|all|no)_proxy$)/i.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), HOME: project.home };
}
