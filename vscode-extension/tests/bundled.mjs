// A module of the extension that needs no editor, ready to be imported by a test.
import { join } from 'node:path';
import { build } from 'esbuild';

export async function bundled(path) {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '..', 'src', path)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}
