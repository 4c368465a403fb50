/** What there is to say about a word waits while it is typed: half a name is no mistake yet. */

import {
  window,
  workspace,
  type Diagnostic,
  type Disposable,
  type Position,
  type Range,
  type TextDocument,
  type TextDocumentChangeEvent,
  type TextEditor,
} from 'vscode';
import { DocumentDiagnosticRequest, type BaseLanguageClient, type vsdiag } from 'vscode-languageclient/node';

import { isInside } from './typedWord';

/** Holds findings about the word that is being typed back, until the cursor leaves it or the file is saved. */
export class Typing implements Disposable {
  /** The document somebody types in, and what they typed last, from offset to offset. */
  private typed: { document: TextDocument; from: number; to: number } | undefined;
  /** What is held back of a document. */
  private readonly held = new Map<TextDocument, Range[]>();
  private readonly listeners: Disposable[];

  constructor(private readonly client: BaseLanguageClient) {
    this.listeners = [
      workspace.onDidChangeTextDocument((change) => {
        this.changed(change);
      }),
      window.onDidChangeTextEditorSelection(({ textEditor }) => {
        this.moved(textEditor);
      }),
      window.onDidChangeActiveTextEditor(() => {
        this.over();
      }),
      workspace.onDidSaveTextDocument(() => {
        this.over();
      }),
      workspace.onDidCloseTextDocument((document) => {
        this.held.delete(document);
      }),
    ];
  }

  dispose(): void {
    for (const listener of this.listeners) {
      listener.dispose();
    }
  }

  /** Asks for the findings of a document, and leaves out what has to wait. */
  async told(
    document: TextDocument,
    previous: string | undefined,
    ask: (previous: string | undefined) => Thenable<vsdiag.DocumentDiagnosticReport | null | undefined>,
  ): Promise<vsdiag.DocumentDiagnosticReport | null | undefined> {
    // What was held back has not been seen: that nothing is new would leave it so.
    const report = await ask(this.held.has(document) ? undefined : previous);
    if (report === null || report === undefined || !('items' in report)) {
      return report;
    }
    const cursor = this.cursorIn(document);
    const waits = ({ range }: Diagnostic): boolean => cursor !== undefined && isTyped(document, range, cursor);
    const held = report.items.filter(waits).map(({ range }) => range);
    if (held.length === 0) {
      this.held.delete(document);
      return report;
    }
    this.held.set(document, held);
    return { ...report, items: report.items.filter((finding) => !waits(finding)) };
  }

  /** Where somebody types in a document. */
  private cursorIn(document: TextDocument): Position | undefined {
    const editor = window.activeTextEditor;
    return this.typed?.document === document && editor?.document === document && editor.selection.isEmpty
      ? editor.selection.active
      : undefined;
  }

  private changed({ document, contentChanges, reason }: TextDocumentChangeEvent): void {
    // What is undone, read anew from disk or changed in several places is not typed.
    const [change, ...others] = contentChanges;
    if (change === undefined || document !== window.activeTextEditor?.document) {
      return;
    }
    const isByHand = reason === undefined && document.isDirty && others.length === 0;
    this.typed = isByHand ? { document, from: change.rangeOffset, to: change.rangeOffset + change.text.length } : undefined;
  }

  /** The cursor goes along with what is typed; where it moves by itself, it may leave the word. */
  private moved({ document, selection }: TextEditor): void {
    if (this.typed?.document !== document) {
      return;
    }
    const at = document.offsetAt(selection.active);
    if (this.typed.from <= at && at <= this.typed.to) {
      return;
    }
    if (!(this.held.get(document) ?? []).some((range) => isTyped(document, range, selection.active))) {
      this.over();
    }
  }

  private over(): void {
    this.typed = undefined;
    for (const document of this.held.keys()) {
      this.client.getFeature(DocumentDiagnosticRequest.method).getProvider(document)?.onDidChangeDiagnosticsEmitter.fire();
    }
  }
}

/** Whether a finding is about the word that the cursor stands in. */
function isTyped(document: TextDocument, range: Range, cursor: Position): boolean {
  return range.isSingleLine && range.start.line === cursor.line
    && isInside(document.getText(range), cursor.character - range.start.character);
}
