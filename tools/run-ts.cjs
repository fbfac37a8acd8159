// Runs TypeScript of this repository without a build (decorators, @app/ names): node -r ./tools/run-ts.cjs FILE.ts
const Module = require('node:module');
const path = require('node:path');
const swc = require('@swc/core');
const { ts } = require('./jest-swc.cjs');
const libs = path.join(__dirname, '../libs');
require.extensions['.ts'] = (module, file) => module._compile(swc.transformFileSync(file, { ...ts, filename: file }).code, file);
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
