// A module of the extension, ready to be imported by a test. What needs the editor gets what the test has of it.
import { join } from 'node:path';
import { build } from 'esbuild';

/** `editor` stands for what the module imports from `vscode`. */
export async function bundled(path, editor = {}) {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '..', 'src', path)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    plugins: [standIns],
  });
  globalThis.editorOfTest = editor;
  // Each test gets a module of its own, with its own editor.
  imports += 1;
  return import(`data:text/javascript,${encodeURIComponent(`${outputFiles[0].text}\n// ${imports}`)}`);
}

let imports = 0;

const standIns = {
  name: 'stand-ins',
  setup(bundler) {
    const modules = {
      vscode: 'module.exports = globalThis.editorOfTest;',
      'vscode-languageclient/node': `class Message { constructor(method) { this.method = method; } }
        module.exports = { NotificationType: Message, NotificationType0: Message, RequestType: Message, RequestType0: Message };`,
    };
    bundler.onResolve({ filter: /^vscode(-languageclient\/node)?$/ }, ({ path }) => ({ path, namespace: 'stand-in' }));
    bundler.onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({ contents: modules[path] }));
  },
};
