'use strict';
// Finds the program that npm installed for this system.
const { existsSync, statSync } = require('node:fs');
const path = require('node:path');
const { version, optionalDependencies } = require('./package.json');

const scope = '@base44-connectors/';
const supported = Object.keys(optionalDependencies).map((name) => name.slice(scope.length));

/** The full path of the program. */
exports.binaryPath = function binaryPath() {
  const named = process.env.BASE44_CONNECTORS_BINARY;
  if (named) {
    return named;
  }
  const system = `${process.platform}-${process.arch}`;
  const wanted = targets(system).filter((target) => supported.includes(target));
  if (wanted.length === 0) {
    throw new Error(
      `base44-connectors has no program for ${system}. There is one for ${supported.join(', ')}. ` +
        'Elsewhere, build it with cargo install base44-connectors, and name it in BASE44_CONNECTORS_BINARY.',
    );
  }
  for (const target of wanted) {
    const manifest = resolved(`${scope}${target}/package.json`);
    if (manifest === undefined) {
      continue;
    }
    // Before anything of it is read: what it says would be shown.
    refuseWhatIsOfOthers(manifest);
    const found = require(manifest).version;
    if (found !== version) {
      throw new Error(
        `base44-connectors is ${version} and ${scope}${target} is ${found}. ` +
          `Install both anew: npm install base44-connectors@${version}.`,
      );
    }
    const name = process.platform === 'win32' ? 'base44-connectors.exe' : 'base44-connectors';
    const program = path.join(path.dirname(manifest), 'bin', name);
    if (!existsSync(program)) {
      continue;
    }
    refuseWhatIsOfOthers(program);
    return program;
  }
  throw new Error(
    `${scope}${wanted[0]} is not installed: optional packages were left out, or node_modules comes from another system. ` +
      'Run npm install --include=optional here; if that changes nothing, delete node_modules and the lock file first.',
  );
};

/** Why the system did not start the program, and what to do: one line. */
exports.whyItDoesNotRun = function whyItDoesNotRun(program, error) {
  switch (error.code) {
    case 'EACCES':
      return `${program} may not be run. Give it the right to: chmod +x '${program}'. On a disk mounted with noexec, install elsewhere.`;
    case 'ENOENT':
      return existsSync(program)
        ? `${program} needs a C library that is not here. Reinstall on this system: npm install --include=optional.`
        : `There is no program at ${program}. Reinstall: npm install --include=optional.`;
    case 'EPERM':
    case 'UNKNOWN':
      return process.platform === 'darwin'
        ? `macOS stopped ${program}. Allow it: xattr -d com.apple.quarantine '${program}'.`
        : `The system stopped ${program}. Allow it, on Windows with: Unblock-File '${program}'.`;
    default:
      return `${program} does not start: ${error.message}. Reinstall: npm install --include=optional.`;
  }
};

/** The packages that would do here, the best first. The static one for Linux runs beside any C library. */
function targets(system) {
  if (process.platform !== 'linux') {
    return [system];
  }
  return isMusl() ? [`${system}-musl`] : [system, `${system}-musl`];
}

function isMusl() {
  // The report costs far more than a look at where musl puts its loader.
  const loader = { x64: 'x86_64', arm64: 'aarch64' }[process.arch];
  return existsSync(`/lib/ld-musl-${loader}.so.1`) && !existsSync('/lib64/ld-linux-x86-64.so.2') && !existsSync('/lib/ld-linux-aarch64.so.1');
}

/**
 * Node looks for packages in every `node_modules` upwards, up to the root of the disk: in a shared folder anybody may have
 * put one there. What may be run is the person's own, the system's, or of whoever installed this package: the folder that
 * it lies in too, whose owner may give any program of the person's or of the system's that name.
 */
function refuseWhatIsOfOthers(file) {
  if (process.getuid === undefined) {
    return;
  }
  const trusted = [0, process.getuid(), statSync(__filename).uid];
  const other = [file, path.dirname(file)].find((one) => !trusted.includes(statSync(one).uid));
  if (other === undefined) {
    return;
  }
  throw new Error(
    `${other} belongs to another user of this machine and is not run. ` +
      'Install it beside this package: npm install --include=optional. Or name it in BASE44_CONNECTORS_BINARY.',
  );
}

function resolved(name) {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}
