/** The platform's stand-in, run as people run it, steered and read over HTTP. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { serverBinary } from './places.ts';
import { appId, type Project } from './project.ts';

export interface RemoteConnector {
  status?: 'active' | 'disconnected' | 'expired';
  scopes?: string[];
  user_email?: string;
}

/** What is left out stays as it is. */
interface AppChange {
  name?: string;
  connectors?: Record<string, RemoteConnector | null>;
  /** Types that somebody else has connected, with their address. */
  other_users?: Record<string, string>;
}

export class Sandbox {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
  ) {}

  static async start(): Promise<Sandbox> {
    const process = spawn(serverBinary, ['sandbox', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: process.stdout }).on('line', (line) => {
        const found = /Sandbox at (http:\/\/\S+)/.exec(line)?.[1];
        if (found !== undefined) {
          resolve(found);
        }
      });
      process.once('exit', (code) => {
        reject(new Error(`The sandbox ended with ${String(code)}.`));
      });
    });
    const sandbox = new Sandbox(url, process);
    await sandbox.change({ name: 'Acme CRM' });
    return sandbox;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGKILL');
      await ended;
    }
  }

  /** Where an editor or terminal finds it. */
  get env(): Record<string, string> {
    return { BASE44_API_URL: this.url };
  }

  /** Signs the project's person in. */
  async signIn(project: Project): Promise<void> {
    const file = join(project.home, '.base44', 'auth', 'auth.json');
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, JSON.stringify(await this.call('GET', 'login')), { mode: 0o600 });
  }

  /** Changes something of the whole platform, whatever the app. */
  async set(state: { app_ids?: string[]; consent_seconds?: number; unavailable?: string[] }): Promise<void> {
    await this.call('PATCH', 'state', state);
  }

  /** Changes something of the app. */
  async change(app: AppChange): Promise<void> {
    await this.call('PATCH', `apps/${appId}`, app);
  }

  /** The app's connectors. */
  async connectors(): Promise<Record<string, RemoteConnector>> {
    const app = (await this.call('GET', `apps/${appId}`)) as { connectors: Record<string, RemoteConnector> };
    return app.connectors;
  }

  /** What was asked of it since it started or was told to forget. */
  async requests(): Promise<string[]> {
    const log = (await this.call('GET', 'requests')) as { requests: { method: string; path: string }[] };
    return log.requests.map(({ method, path }) => `${method} ${path}`);
  }

  /** Voids every login. */
  async revokeLogins(): Promise<void> {
    await this.call('POST', 'tokens/revoke');
  }

  private async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.url}/sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) {
      throw new Error(`${method} /sandbox/${path}: ${answer.status} ${await answer.text()}`);
    }
    const text = await answer.text();
    return text === '' ? undefined : JSON.parse(text);
  }
}
