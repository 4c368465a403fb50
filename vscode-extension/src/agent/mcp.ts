/** The server of the Model Context Protocol that comes with the extension, offered to editors that can take one. */

import { lm, workspace, type Disposable, type Event } from 'vscode';

import type { Projects } from '../projects';
import type { Server } from '../server/server';

/** What newer editors than the oldest supported one have; the types of that one do not know it. */
interface McpHost {
  registerMcpServerDefinitionProvider(
    id: string,
    provider: { onDidChangeMcpServerDefinitions: Event<void>; provideMcpServerDefinitions(): unknown[] },
  ): Disposable;
}

type Definition = new (label: string, command: string, args: string[], env: Record<string, string>, version: string) => { cwd?: unknown };

/** Offers the server while the window has a trusted project; nothing is started by the offer. */
export function offerMcpServer(server: Server, projects: Projects, version: string, editor: object): Disposable | undefined {
  const host = lm as unknown as Partial<McpHost> | undefined;
  const definition = (editor as { McpStdioServerDefinition?: Definition }).McpStdioServerDefinition;
  if (host?.registerMcpServerDefinitionProvider === undefined || definition === undefined) {
    return undefined;
  }
  const provider = {
    onDidChangeMcpServerDefinitions: projects.onChange,
    provideMcpServerDefinitions: () => {
      const program = server.program;
      if (program === undefined || !workspace.isTrusted || projects.all.length === 0) {
        return [];
      }
      return [new definition('Base44 Connectors', program, ['mcp'], {}, version)];
    },
  };
  try {
    return host.registerMcpServerDefinitionProvider('base44Connectors.mcp', provider);
  } catch {
    // Before 1.101 it was a proposal under other terms, kept from extensions.
    return undefined;
  }
}
