/** The status bar item: what most wants attention, and a click that leads there. */

import { StatusBarAlignment, window, workspace, type Command, type Disposable, type StatusBarItem } from 'vscode';

import type { Projects } from '../projects';
import { problemOf, toAuthorize } from '../projects';
import type { ProjectStatus } from '../protocol';
import { viewId } from './connectors';

interface Face {
  text: string;
  tooltip: string;
  command: string | Command;
}

const openView = `${viewId}.focus`;

export class StatusBar implements Disposable {
  private readonly item: StatusBarItem;
  private readonly listener: Disposable;

  constructor(private readonly projects: Projects) {
    this.item = window.createStatusBarItem('base44Connectors.status', StatusBarAlignment.Left, 0);
    this.item.name = 'Base44 Connectors';
    this.listener = projects.onChange(() => {
      this.draw();
    });
    this.draw();
  }

  dispose(): void {
    this.listener.dispose();
    this.item.dispose();
  }

  private draw(): void {
    const face = this.face();
    if (face === undefined) {
      this.item.hide();
      return;
    }
    this.item.text = face.text;
    this.item.tooltip = face.tooltip;
    this.item.command = face.command;
    this.item.accessibilityInformation = { label: `Base44: ${face.tooltip}`, role: 'button' };
    this.item.show();
  }

  private face(): Face | undefined {
    const projects = this.projects.all;
    switch (this.projects.situation) {
      case 'starting':
      case 'noProject':
        return undefined;
      case 'stopped':
        return {
          text: '$(error) Base44: server stopped',
          tooltip: 'The language server is not running. Click to start it again.',
          command: 'base44Connectors.restartServer',
        };
      case 'untrusted':
        return {
          text: '$(shield) Base44: restricted',
          tooltip: 'Connector files are checked, and nothing is asked of Base44. Click to manage trust.',
          command: 'workbench.trust.manage',
        };
      case 'signedOut':
        return {
          text: '$(account) Base44: signed out',
          tooltip: 'Click to sign in to Base44.',
          command: 'base44Connectors.signIn',
        };
      case 'noConnectors':
      case 'ready':
        return busy(projects) ?? pending(projects) ?? trouble(projects) ?? wrong(projects) ?? calm(projects);
    }
  }
}

const deeds: Partial<Record<string, string>> = {
  push: 'pushing…',
  pull: 'pulling…',
  authorize: 'waiting for consent…',
  reconnect: 'reconnecting…',
  preview: 'planning…',
  refresh: 'syncing…',
};

function busy(projects: readonly ProjectStatus[]): Face | undefined {
  const deed = projects.find((project) => project.busy !== null)?.busy;
  if (deed !== undefined && deed !== null) {
    const word = deeds[deed] ?? 'working…';
    return { text: `$(sync~spin) Base44: ${word}`, tooltip: 'Show the connectors.', command: openView };
  }
  return projects.some((project) => project.state === 'syncing')
    ? { text: '$(sync~spin) Base44: syncing…', tooltip: 'Asking Base44 how the connectors stand.', command: openView }
    : undefined;
}

function pending(projects: readonly ProjectStatus[]): Face | undefined {
  const count = projects.reduce((sum, project) => sum + project.pending, 0);
  if (count === 0) {
    return undefined;
  }
  const names = projects
    .flatMap(toAuthorize)
    .filter((connector) => connector.state === 'pending')
    .map((connector) => connector.displayName);
  return {
    text: `$(key) Base44: ${count} pending`,
    tooltip: `To be authorized: ${names.join(', ')}. Click to choose.`,
    command: 'base44Connectors.authorize',
  };
}

function trouble(projects: readonly ProjectStatus[]): Face | undefined {
  const project = projects.find((candidate) => problemOf(candidate) !== undefined);
  if (project === undefined) {
    return undefined;
  }
  const tooltip = problemOf(project) ?? '';
  if (project.appProblem !== null) {
    return { text: '$(warning) Base44: no app', tooltip, command: openView };
  }
  const text = project.state === 'offline' ? '$(debug-disconnect) Base44: offline' : '$(warning) Base44: not up to date';
  return { text, tooltip: `${tooltip} Click to try again.`, command: 'base44Connectors.refresh' };
}

function wrong(projects: readonly ProjectStatus[]): Face | undefined {
  const states = ['failed', 'expired', 'disconnected', 'otherUser', 'unavailable', 'invalid'];
  const connectors = projects.flatMap((project) => project.connectors).filter(({ state }) => states.includes(state));
  return connectors.length === 0
    ? undefined
    : {
        text: `$(warning) Base44: ${connectors.length} to look at`,
        tooltip: connectors.map((connector) => connector.detail).join('\n'),
        command: openView,
      };
}

function calm(projects: readonly ProjectStatus[]): Face {
  const account = projects.find((project) => project.account !== null)?.account;
  const checks = workspace.getConfiguration('base44Connectors').get<boolean>('platformChecks') ?? true;
  const tooltip = !checks
    ? 'The state of connectors is not looked up (setting base44Connectors.platformChecks).'
    : account === undefined || account === null
      ? 'Show the connectors.'
      : `Signed in as ${account}. Click to show the connectors.`;
  return { text: '$(plug) Base44', tooltip, command: openView };
}
