// The systems that the server is built for, and what each is called by those who take it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `triples` are Rust's names, the one that is released first; `vsix` is VS Code's name; `npm` is the name of the
 * package for it and what npm chooses it by.
 */
export const targets = [
  { vsix: 'linux-x64', triples: ['x86_64-unknown-linux-gnu'], npm: { name: 'linux-x64', os: 'linux', cpu: 'x64', libc: 'glibc' } },
  { vsix: 'linux-arm64', triples: ['aarch64-unknown-linux-gnu'], npm: { name: 'linux-arm64', os: 'linux', cpu: 'arm64', libc: 'glibc' } },
  { vsix: 'alpine-x64', triples: ['x86_64-unknown-linux-musl'], npm: { name: 'linux-x64-musl', os: 'linux', cpu: 'x64', libc: 'musl' } },
  { vsix: 'alpine-arm64', triples: ['aarch64-unknown-linux-musl'], npm: { name: 'linux-arm64-musl', os: 'linux', cpu: 'arm64', libc: 'musl' } },
  { vsix: 'darwin-x64', triples: ['x86_64-apple-darwin'], npm: { name: 'darwin-x64', os: 'darwin', cpu: 'x64' } },
  { vsix: 'darwin-arm64', triples: ['aarch64-apple-darwin'], npm: { name: 'darwin-arm64', os: 'darwin', cpu: 'arm64' } },
  { vsix: 'win32-x64', triples: ['x86_64-pc-windows-msvc', 'x86_64-pc-windows-gnu'], npm: { name: 'win32-x64', os: 'win32', cpu: 'x64' } },
  { vsix: 'win32-arm64', triples: ['aarch64-pc-windows-msvc', 'aarch64-pc-windows-gnullvm'], npm: { name: 'win32-arm64', os: 'win32', cpu: 'arm64' } },
];

/** The file name of the program on a target. */
export function programName(target) {
  return target.vsix.startsWith('win32') ? 'base44-connectors.exe' : 'base44-connectors';
}

/** The program of a target in a folder that has one folder a triple; nothing where it was not built. */
export function programIn(folder, target) {
  const found = target.triples.map((triple) => join(folder, triple, programName(target))).find((path) => existsSync(path));
  return found;
}
