/** A Base44 project on disk, made for one test. */

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const appId = '65f1a2b3c4d5e6f708192a3b';

export class Project {
  private constructor(
    /** The folder of everything: home, state and project. */
    readonly base: string,
    readonly root: string,
  ) {}

  /** Lays out a project of these connector files, by name without extension. */
  static async create(connectors: Record<string, string> = {}, name = 'acme-crm'): Promise<Project> {
    const base = await mkdtemp(join(tmpdir(), 'base44-vscode-'));
    const project = new Project(base, join(base, name));
    await mkdir(project.home, { recursive: true });
    await project.write('base44/config.jsonc', '{\n  "name": "Acme CRM"\n}\n');
    await project.write('base44/.app.jsonc', `{ "id": "${appId}" }\n`);
    for (const [type, text] of Object.entries(connectors)) {
      await project.write(`base44/connectors/${type}.jsonc`, text);
    }
    return project;
  }

  /** The home folder of the person, so that no login but the test's is read. */
  get home(): string {
    return join(this.base, 'home');
  }

  async write(path: string, text: string): Promise<void> {
    const file = join(this.root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  read(path: string): Promise<string> {
    return readFile(join(this.root, path), 'utf8');
  }

  /** Deletes one of its files. */
  async delete(path: string): Promise<void> {
    await rm(join(this.root, path));
  }

  async remove(): Promise<void> {
    await rm(this.base, { recursive: true, force: true, maxRetries: 5 });
  }
}
