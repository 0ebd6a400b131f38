#!/usr/bin/env node
// Plain JavaScript on purpose: an older Node must get this sentence, not a syntax error from the file behind it.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 19)) {
  // Halves the time until a command answers. Not there in the older Node that must still load this file.
  const { enableCompileCache, flushCompileCache } = process.getBuiltinModule('node:module');
  enableCompileCache();
  // It is written where a process ends by itself, and a service is mostly killed.
  setTimeout(flushCompileCache, 1_000).unref();
  // Two bundles: what all commands have in common is more than the service needs.
  await (process.argv[2] === 'start' ? import('./start.ts') : import('./main.ts'));
} else {
  console.error(
    `Jobchime needs Node 22.19 or later, and this is ${process.version}.\n` +
      'In a checkout `npm ci` puts a fitting one into node_modules: use `npm start` or `npm run jobchime -- COMMAND`, which find it.',
  );
  process.exitCode = 1;
}
