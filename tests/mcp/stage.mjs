// A sandbox, a person's home, a project, and an agent's session with the official client.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const command = process.env.BASE44_CONNECTORS ?? join(root, 'target/debug/base44-connectors');
export const APP = 'app-1';

/** Everything a test plays on; `close` ends it. */
export async function stage() {
  const folder = await mkdtemp(join(tmpdir(), 'agents-'));
  const home = join(folder, 'home');
  const project = join(folder, 'crm');
  await mkdir(join(project, 'base44/connectors'), { recursive: true });
  await mkdir(join(home, '.base44/auth'), { recursive: true });
  await writeFile(join(project, 'base44/config.jsonc'), '{ "name": "CRM" }\n');
  await writeFile(join(project, 'base44/.app.jsonc'), `{ "id": "${APP}" }\n`);

  const sandbox = spawn(command, ['sandbox', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((resolve, reject) => {
    let text = '';
    sandbox.once('exit', () => reject(new Error(`the sandbox ended: ${text}`)));
    sandbox.stdout.on('data', (part) => {
      text += part;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (found) resolve(found[0]);
    });
  });
  const admin = async (method, path, body) => {
    const answer = await fetch(`${url}/sandbox/${path}`, { method, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  await admin('PATCH', `apps/${APP}`, {});
  const login = await admin('GET', 'login');
  await writeFile(join(home, '.base44/auth/auth.json'), JSON.stringify(login), { mode: 0o600 });

  const clients = [];
  const env = () => ({ HOME: home, XDG_STATE_HOME: join(home, 'state'), PATH: process.env.PATH, BASE44_API_URL: url });
  return {
    project,
    env,
    admin,
    secrets: [login.accessToken, login.refreshToken],
    write: (name, text) => writeFile(join(project, 'base44/connectors', name), text),
    /** A session; `answer` is what the person says to a question, if the client can ask at all. */
    async agent({ answer, in: folder = project } = {}) {
      const asks = answer !== undefined;
      const client = new Client({ name: 'test', version: '1' }, { capabilities: asks ? { elicitation: {} } : {} });
      const questions = [];
      if (asks) {
        client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
          questions.push(params.message);
          return answer;
        });
      }
      const transport = new StdioClientTransport({
        command,
        args: ['mcp'],
        cwd: folder,
        env: env(),
      });
      await client.connect(transport);
      clients.push(client);
      const call = (name, args = {}, options) => client.callTool({ name, arguments: args }, undefined, options);
      return { client, call, questions };
    },
    async close() {
      await Promise.all(clients.map((client) => client.close()));
      sandbox.kill();
      if (sandbox.exitCode === null && sandbox.signalCode === null) await once(sandbox, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The text of a tool's answer. */
export const text = (result) => result.content.map((part) => part.text).join('\n');
