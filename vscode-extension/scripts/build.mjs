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

/**
 * What the client library brings along and this extension never reaches.
 *
 * - `semver`: whether VS Code is new enough; `engines` in package.json has settled that.
 * - `minimatch`: patterns of file operations; the server asks for every file, below hidden folders too.
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
    plugins: [sharedHelpers, leftOut],
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
