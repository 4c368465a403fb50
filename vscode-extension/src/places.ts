/** Addresses of files compared as the system compares their paths. */

/** The parts of a `Uri` that say where a file is. */
export interface Place {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
}

/** Whether two addresses are of one file. */
export function isSame(one: Place, other: Place, system: NodeJS.Platform = process.platform): boolean {
  return keyOf(one, system) === keyOf(other, system);
}

/** Whether a file lies in a folder or below it. */
export function isBelow(file: Place, folder: Place, system: NodeJS.Platform = process.platform): boolean {
  const inside = keyOf(folder, system);
  return keyOf(file, system).startsWith(inside.endsWith('/') ? inside : `${inside}/`);
}

/** Whether a file lies in a folder, and not deeper. */
export function isDirectlyIn(file: Place, folder: Place, system: NodeJS.Platform = process.platform): boolean {
  const parent = file.path.slice(0, file.path.lastIndexOf('/'));
  return keyOf({ ...place(file), path: parent }, system) === keyOf(folder, system);
}

/** One text for all spellings of a place: the server writes drives as `C:`, the editor as `c:`. */
function keyOf({ scheme, authority, path }: Place, system: NodeJS.Platform): string {
  const whole = `${scheme}://${authority.toLowerCase()}${path.replace(/(?<=.)\/+$/, '')}`;
  // The same rule as the editor's own: on these disks two spellings in other case are one file.
  return system === 'win32' || system === 'darwin' ? whole.toLowerCase() : whole;
}

/** A `Uri` has its parts as properties of its class, which no spread would copy. */
function place({ scheme, authority, path }: Place): Place {
  return { scheme, authority, path };
}
