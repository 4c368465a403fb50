/** The program in a terminal beside the editor: the same person, the same project. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { environment } from './environment.ts';
import { serverBinary } from './places.ts';
import type { Project } from './project.ts';
import type { Sandbox } from './sandbox.ts';

export async function terminal(project: Project, sandbox: Sandbox, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(serverBinary, args, {
    cwd: project.root,
    env: { ...environment(project), ...sandbox.env },
  });
  return stdout;
}
