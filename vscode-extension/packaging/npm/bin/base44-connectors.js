#!/usr/bin/env node
'use strict';
// Starts the program for this system with everything it was called with.
const { spawn } = require('node:child_process');
const { binaryPath, whyItDoesNotRun } = require('../index.js');

/**
 * An editor's server runs for days, and of a large document that was closed Linux' allocator gives nothing back unless
 * its bounds, in bytes, are set: once one large block was freed it moves them up by itself. Other systems do not know the
 * names.
 */
const GIVES_MEMORY_BACK = { MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '131072' };

let program;
try {
  program = binaryPath();
} catch (error) {
  fail(error.message);
}

if (program !== undefined) {
  const line = process.argv.slice(2);
  const env = line[0] === 'lsp' ? { ...GIVES_MEMORY_BACK, ...process.env } : process.env;
  const child = spawn(program, line, { stdio: 'inherit', windowsHide: true, env });
  // A terminal sends its signals to both; the program decides what they mean, and this one waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']) {
    try {
      process.on(signal, () => signal === 'SIGINT' || child.kill(signal));
    } catch {
      // This system has no such signal.
    }
  }
  child.on('error', (error) => fail(whyItDoesNotRun(program, error)));
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    process.removeAllListeners(signal);
    if (signal === 'SIGKILL' && process.platform === 'darwin') {
      fail(whyItDoesNotRun(program, { code: 'EPERM' }));
      return;
    }
    process.kill(process.pid, signal);
  });
}

function fail(message) {
  process.stderr.write(`✗ ${message}\n`);
  process.exitCode = 2;
}
