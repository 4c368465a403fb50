/** The status bar item. */

import { StatusBarAlignment, window, workspace, type Disposable, type StatusBarItem } from 'vscode';

import type { Projects } from '../projects';
import { section } from '../settings';
import { faceOf, spokenFace } from './face';

export class StatusBar implements Disposable {
  private readonly item: StatusBarItem;
  private readonly listeners: Disposable[];

  constructor(private readonly projects: Projects) {
    this.item = window.createStatusBarItem('base44Connectors.status', StatusBarAlignment.Left, 0);
    this.item.name = 'Base44 Connectors';
    this.listeners = [
      projects.onChange(() => {
        this.draw();
      }),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(`${section}.platformChecks`)) {
          this.draw();
        }
      }),
    ];
    this.draw();
  }

  dispose(): void {
    for (const listener of this.listeners) {
      listener.dispose();
    }
    this.item.dispose();
  }

  private draw(): void {
    const checks = workspace.getConfiguration(section).get<boolean>('platformChecks') ?? true;
    const face = faceOf(this.projects.situation, this.projects.all, checks);
    if (face === undefined) {
      this.item.hide();
      return;
    }
    this.item.text = face.text;
    this.item.tooltip = face.tooltip;
    this.item.command = face.command;
    this.item.accessibilityInformation = { label: spokenFace(face), role: 'button' };
    this.item.show();
  }
}
