/** A sign-in under way: one message with the code and what can be done with it, gone as soon as it is over. */

import { commands, env, ProgressLocation, Uri, window, type Disposable } from 'vscode';

import type { SigningIn } from './protocol';
import type { Server } from './server/server';

const copy = 'base44Connectors.copySignInCode';
const open = 'base44Connectors.openSignInPage';

export class SignIn implements Disposable {
  private current: { signIn: SigningIn; end: () => void } | undefined;
  private readonly listeners: Disposable[];

  constructor(private readonly server: Server) {
    this.listeners = [
      server.onSignIn((signIn) => {
        this.current?.end();
        this.current = undefined;
        if (signIn !== null) {
          this.show(signIn);
        }
      }),
      server.onPhase((phase) => {
        if (phase !== 'running') {
          this.current?.end();
          this.current = undefined;
        }
      }),
      commands.registerCommand(copy, () => env.clipboard.writeText(this.current?.signIn.code ?? '')),
      commands.registerCommand(open, () => this.openPage()),
    ];
  }

  dispose(): void {
    this.current?.end();
    for (const listener of this.listeners) {
      listener.dispose();
    }
  }

  /** Leads to the page of the sign-in that waits; false where none does. */
  async again(): Promise<boolean> {
    if (this.current === undefined) {
      return false;
    }
    await this.openPage();
    return true;
  }

  private async openPage(): Promise<void> {
    if (this.current !== undefined) {
      // The server has seen to it that it is safe to open.
      await env.openExternal(Uri.parse(this.current.signIn.page, true));
    }
  }

  private show(signIn: SigningIn): void {
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.current = { signIn, end };
    void window.withProgress(
      { location: ProgressLocation.Notification, cancellable: true, title: `Sign in with the code ${signIn.code}` },
      (progress, cancelled) => {
        cancelled.onCancellationRequested(() => {
          this.server.cancel(signIn.token);
        });
        progress.report({ message: `[Copy Code](command:${copy}) · [Open Browser Again](command:${open})` });
        return over;
      },
    );
  }
}
