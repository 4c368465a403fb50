/** Code lenses that the editor was told of and then did not ask for, or asked for and did not wait for. */

import { window, workspace, type Disposable, type TextDocument } from 'vscode';
import { CodeLensRequest, type BaseLanguageClient } from 'vscode-languageclient/node';

/**
 * How long the editor may take to ask, in milliseconds, and so many more each time that it is told: it waits for a pause
 * of a quarter of a second by itself, and anew when it is told.
 */
export const LENS_PATIENCE_MS = 300;
/** How often it is told again before it is taken that it does not want any. */
export const MAX_TOLD = 10;

/**
 * Tells the editor again that lenses changed, until it has them.
 *
 * VS Code waits a moment before it asks, and drops that where the focus leaves the text meanwhile, into the palette,
 * a notification or a panel, until the text has the focus again. A person would look at a state that is past.
 */
export class Lenses implements Disposable {
  /** The documents that have to be asked about, with how often the editor was told again. */
  private readonly owed = new Map<string, number>();
  private readonly listener: Disposable;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: BaseLanguageClient,
    private readonly language: string,
  ) {
    this.listener = window.onDidChangeVisibleTextEditors(() => {
      this.changed();
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listener.dispose();
  }

  /** The editor was told that lenses changed, or shows another file. */
  changed(): void {
    for (const document of this.shown()) {
      this.owed.set(document.uri.toString(), 0);
    }
    this.wait();
  }

  /** The editor has the lenses of a file: it asked, and did not take that back before there was an answer. */
  answered(document: TextDocument): void {
    this.owed.delete(document.uri.toString());
  }

  private wait(): void {
    clearTimeout(this.timer);
    if (this.owed.size > 0) {
      // Told while it waits, it waits anew: on a busy computer its pause is longer.
      const times = Math.min(...this.owed.values());
      this.timer = setTimeout(() => {
        this.tellAgain();
      }, LENS_PATIENCE_MS * (times + 1));
    }
  }

  private tellAgain(): void {
    const shown = new Map(this.shown().map((document) => [document.uri.toString(), document]));
    for (const [uri, times] of this.owed) {
      const document = shown.get(uri);
      if (document === undefined || times >= MAX_TOLD) {
        this.owed.delete(uri);
        continue;
      }
      this.owed.set(uri, times + 1);
      this.client.getFeature(CodeLensRequest.method).getProvider(document)?.onDidChangeCodeLensEmitter.fire();
    }
    this.wait();
  }

  private shown(): TextDocument[] {
    return window.visibleTextEditors
      .map(({ document }) => document)
      .filter((document) => document.languageId === this.language)
      .filter((document) => workspace.getConfiguration('editor', document).get<boolean>('codeLens') ?? true);
  }
}
