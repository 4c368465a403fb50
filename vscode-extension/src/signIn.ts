/** A sign-in under way: one message with the code and what can be done with it, gone as soon as it is over. */

import { commands, env, ProgressLocation, Uri, window, type Disposable } from 'vscode';

import { onMadeRoom, room } from './messages';
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
        this.end();
        if (signIn !== null) {
          this.show(signIn);
        }
      }),
      server.onPhase((phase) => {
        if (phase !== 'running') {
          this.end();
        }
      }),
      // The code is still needed: it comes back into sight.
      onMadeRoom(() => {
        this.showAgain();
      }),
      commands.registerCommand(copy, () => env.clipboard.writeText(this.current?.signIn.code ?? '')),
      commands.registerCommand(open, () => this.openPage()),
    ];
  }

  dispose(): void {
    this.end();
    for (const listener of this.listeners) {
      listener.dispose();
    }
  }

  /** Leads to the page of the sign-in that waits, with its code in sight; false where none does. */
  async again(): Promise<boolean> {
    if (this.current === undefined) {
      return false;
    }
    this.showAgain();
    await this.openPage();
    return true;
  }

  private end(): void {
    this.current?.end();
    this.current = undefined;
  }

  private showAgain(): void {
    const { current } = this;
    if (current !== undefined) {
      current.end();
      this.show(current.signIn);
    }
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
    void this.keepInSight(signIn, over, () => this.current?.end === end);
  }

  private async keepInSight(signIn: SigningIn, over: Promise<void>, isWaiting: () => boolean): Promise<void> {
    const gone = await room(true);
    if (isWaiting()) {
      const title = `Sign in with the code ${signIn.code}`;
      await window.withProgress({ location: ProgressLocation.Notification, cancellable: true, title }, (progress, cancelled) => {
        cancelled.onCancellationRequested(() => {
          this.server.cancel(signIn.token);
        });
        progress.report({ message: `[Copy Code](command:${copy}) · [Open Browser Again](command:${open})` });
        return over;
      });
    }
    gone();
  }
}
