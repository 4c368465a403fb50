/** Where code uses a connector, shown as the editor shows references. */

import { commands, Location, Position, Range, Uri, type Disposable } from 'vscode';

import type { ConnectorUse } from './protocol';

/** What a lens above a connector leads to. */
interface Uses {
  uri: string;
  position: { line: number; character: number };
  locations: ConnectorUse['location'][];
}

/** The command of the lens that counts the functions. */
export function showsUses(): Disposable {
  return commands.registerCommand('base44.showUses', ({ uri, position, locations }: Uses) =>
    commands.executeCommand(
      'editor.action.showReferences',
      Uri.parse(uri),
      new Position(position.line, position.character),
      locations.map((location) => new Location(Uri.parse(location.uri), rangeOf(location))),
    ),
  );
}

/** Where a use stands in its file. */
export function rangeOf({ range: { start, end } }: ConnectorUse['location']): Range {
  return new Range(start.line, start.character, end.line, end.character);
}
