/** What kind of computer a program is for, read from its first bytes. */

import { open } from 'node:fs/promises';

/** A system and processor, in Node's words. */
export interface Kind {
  system: 'win32' | 'darwin' | 'linux';
  /** The processors it runs on; more than one in a universal program of macOS. */
  arches: string[];
}

/** So much of a program tells its kind: the header of a Windows program may stand a little further in. */
const longestHeader = 4096;

export async function kindOf(file: string): Promise<Kind | undefined> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestHeader), 0, longestHeader, 0);
    return kindOfBytes(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** The kind of the program that begins with these bytes; nothing where it is a script or something else. */
export function kindOfBytes(bytes: Buffer): Kind | undefined {
  try {
    return elf(bytes) ?? portableExecutable(bytes) ?? machO(bytes);
  } catch {
    // It ends where its header says that something follows.
    return undefined;
  }
}

function elf(bytes: Buffer): Kind | undefined {
  if (bytes.toString('latin1', 0, 4) !== '\x7fELF') {
    return undefined;
  }
  const machine = bytes[5] === 2 ? bytes.readUInt16BE(18) : bytes.readUInt16LE(18);
  return { system: 'linux', arches: named(machine, { 0x3e: 'x64', 0xb7: 'arm64', 0x28: 'arm', 0x03: 'ia32' }) };
}

function portableExecutable(bytes: Buffer): Kind | undefined {
  if (bytes.toString('latin1', 0, 2) !== 'MZ') {
    return undefined;
  }
  const at = bytes.readUInt32LE(0x3c);
  if (bytes.toString('latin1', at, at + 4) !== 'PE\0\0') {
    return undefined;
  }
  return { system: 'win32', arches: named(bytes.readUInt16LE(at + 4), { 0x8664: 'x64', 0xaa64: 'arm64', 0x14c: 'ia32' }) };
}

function machO(bytes: Buffer): Kind | undefined {
  const processors = { 0x01000007: 'x64', 0x0100000c: 'arm64' };
  switch (bytes.readUInt32BE(0)) {
    case 0xcffaedfe:
      return { system: 'darwin', arches: named(bytes.readUInt32LE(4), processors) };
    case 0xcafebabe: {
      const count = Math.min(bytes.readUInt32BE(4), 8);
      const at = Array.from({ length: count }, (_, index) => 8 + 20 * index);
      return { system: 'darwin', arches: at.flatMap((offset) => named(bytes.readUInt32BE(offset), processors)) };
    }
    default:
      return undefined;
  }
}

function named(code: number, names: Record<number, string>): string[] {
  const name = names[code];
  return name === undefined ? [] : [name];
}
