// Runs TypeScript of this repository without a build (decorators, @app/ names): node -r ./tools/run-ts.cjs FILE.ts
// What was transformed and compiled once is kept: tests start many such processes.
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { ts } = require('./jest-swc.cjs');
const libs = path.join(__dirname, '../libs');
const kept = path.join(__dirname, '../node_modules/.cache/vitrine-ts');
Module.enableCompileCache?.(path.join(kept, 'compiled'));
// many of these processes end by SIGKILL, and then nothing would be kept
setTimeout(() => Module.flushCompileCache?.(), 1000).unref();

const version = require('@swc/core/package.json').version;

function transformed(file) {
  const source = fs.readFileSync(file, 'utf8');
  const digest = (text) => createHash('sha256').update(text).digest('hex');
  const place = path.join(kept, `${digest(file)}.js`);
  const mark = `\n// ${digest(`${version}\0${JSON.stringify(ts)}\0${source}`)}`;
  const found = fs.existsSync(place) ? fs.readFileSync(place, 'utf8') : '';
  if (found.endsWith(mark)) return found;
  const code = require('@swc/core').transformSync(source, { ...ts, filename: file }).code + mark;
  try {
    fs.mkdirSync(kept, { recursive: true });
    fs.writeFileSync(`${place}.${process.pid}`, code);
    fs.renameSync(`${place}.${process.pid}`, place); // appears whole
  } catch {
    // another user's folder, or a full disk: it runs all the same
  }
  return code;
}
require.extensions['.ts'] = (module, file) => module._compile(transformed(file), file);
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const lib = /^@app\/([^/]+)$/.exec(request)?.[1];
  const found = (name) => resolve.call(this, name, ...rest);
  if (lib) return found(path.join(libs, lib, 'src/index.ts'));
  try {
    return found(request);
  } catch (error) {
    // late imports name the built file
    if (!/^\.{1,2}\/.*\.js$/.test(request)) throw error;
    return found(request.replace(/\.js$/, '.ts'));
  }
};
