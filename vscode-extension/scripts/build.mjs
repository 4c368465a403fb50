// Bundles the extension into one file. `--production` leaves out what only debugging needs.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, context } from 'esbuild';
import { minify } from 'terser';

const root = join(import.meta.dirname, '..');

/** Every file of the client library carries its own copy of TypeScript's helpers; here all share one. */
const sharedHelpers = {
  name: 'shared-helpers',
  setup(bundler) {
    const copies = /^var (__(?:createBinding|setModuleDefault|importStar|importDefault|exportStar)) = \(this && this\.\1\) \|\| [\s\S]*?^\}.*;$/gm;
    bundler.onLoad({ filter: /[\\/]node_modules[\\/]vscode-.*\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const names = [];
      const body = text.replace(copies, (_, name) => {
        if (name !== '__setModuleDefault') names.push(name);
        return '';
      });
      return { contents: names.length === 0 ? text : `var { ${names.join()} } = require("shared-helpers");${body}` };
    });
    bundler.onResolve({ filter: /^shared-helpers$/ }, ({ path }) => ({ path, namespace: path }));
    bundler.onLoad({ filter: /.*/, namespace: 'shared-helpers' }, () => ({ contents: helpers }));
  },
};
const helpers = `
  const bind = (to, from, key, as = key) => Object.defineProperty(to, as, { enumerable: true, get: () => from[key] });
  exports.__createBinding = bind;
  exports.__exportStar = (from, to) => {
    for (const key in from) if (key !== 'default' && !Object.hasOwn(to, key)) bind(to, from, key);
  };
  exports.__importStar = (from) => {
    if (from?.__esModule) return from;
    const to = {};
    for (const key of Object.getOwnPropertyNames(from ?? {})) if (key !== 'default') bind(to, from, key);
    return Object.defineProperty(to, 'default', { enumerable: true, value: from });
  };
  exports.__importDefault = (from) => (from?.__esModule ? from : { default: from });
`;

/** What the client library brings along for servers that do more than ours: what it offers is in `server/lsp/src/capabilities.rs`. */
export const unusedFeatures = {
  callHierarchy: 'CallHierarchyFeature',
  colorProvider: 'ColorProviderFeature',
  declaration: 'DeclarationFeature',
  documentHighlight: 'DocumentHighlightFeature',
  // Underlined for good, the type and the word `scopes` would look like mistakes; the hover has the same link.
  documentLink: 'DocumentLinkFeature',
  implementation: 'ImplementationFeature',
  inlayHint: 'InlayHintsFeature',
  inlineCompletion: 'InlineCompletionItemFeature',
  inlineValue: 'InlineValueFeature',
  linkedEditingRange: 'LinkedEditingFeature',
  rename: 'RenameFeature',
  semanticTokens: 'SemanticTokensFeature',
  signatureHelp: 'SignatureHelpFeature',
  textDocumentContent: 'TextDocumentContentFeature',
  typeDefinition: 'TypeDefinitionFeature',
  typeHierarchy: 'TypeHierarchyFeature',
  workspaceSymbol: 'WorkspaceSymbolFeature',
};

/** A feature that the client takes as one of its own, and that neither offers nor asks anything. */
const noFeature = (name) => `exports.${name} = class {
  fillClientCapabilities() {}
  initialize() {}
  getState() { return { kind: 'static' }; }
  clear() {}
};`;

/**
 * What the client library brings along and this extension never reaches.
 *
 * - `semver`: whether VS Code is new enough; `engines` in package.json has settled that.
 * - `minimatch`: patterns of file operations; the server asks for every file, below hidden folders too.
 * - the features above.
 */
const leftOut = {
  name: 'left-out',
  setup(bundler) {
    const modules = {
      'semver/functions/parse': 'module.exports = (version) => ({ version });',
      'semver/functions/satisfies': 'module.exports = () => true;',
      minimatch: `exports.Minimatch = class {
        constructor(pattern) { if (pattern !== '**/*') throw new Error('No other pattern is supported: ' + pattern); }
        makeRe() { return /^/; }
        match() { return true; }
      };`,
    };
    bundler.onResolve({ filter: /^(semver\/functions\/\w+|minimatch)$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    bundler.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: modules[path] }));
    const feature = new RegExp(`[\\\\/]vscode-languageclient[\\\\/]lib[\\\\/]common[\\\\/](${Object.keys(unusedFeatures).join('|')})\\.js$`);
    bundler.onLoad({ filter: feature }, async ({ path }) => {
      const name = unusedFeatures[feature.exec(path)[1]];
      if (!(await readFile(path, 'utf8')).includes(`exports.${name} = ${name};`)) {
        throw new Error(`${path} has no ${name}: the library has changed.`);
      }
      return { contents: noFeature(name) };
    });
  },
};

/**
 * The library waits two seconds between two questions for the problems of all files. The server answers when there is
 * something new, so the wait would only show what is past.
 */
const promptProblems = {
  name: 'prompt-problems',
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]vscode-languageclient[\\/]lib[\\/]common[\\/]diagnostic\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const contents = text.replace(/(this\.pullWorkspaceAsync\(\)\.then\(\(\) => \{[^}]*\}, )2000\)/, (_, before) => `${before}250)`);
      if (contents === text) {
        throw new Error(`${path} does not wait as it did: the library has changed.`);
      }
      return { contents };
    });
  },
};

export function options(production) {
  return {
    absWorkingDir: root,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['vscode'],
    minify: production,
    sourcemap: production ? false : 'linked',
    legalComments: 'none',
    plugins: [leftOut, promptProblems, sharedHelpers],
    logLevel: 'info',
  };
}

/** The bundle as it is shipped. */
export async function buildForRelease() {
  await build(options(true));
  const file = join(root, 'dist', 'extension.js');
  const { code } = await minify(await readFile(file, 'utf8'), { ecma: 2020, toplevel: true, compress: { passes: 2 }, mangle: true });
  await writeFile(file, code);
}

if (import.meta.filename === process.argv[1]) {
  if (process.argv.includes('--watch')) {
    await (await context(options(false))).watch();
  } else if (process.argv.includes('--production')) {
    await buildForRelease();
  } else {
    await build(options(false));
  }
}
