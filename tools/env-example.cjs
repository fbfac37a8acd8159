// Writes .env.example from the declarations in libs/config; a test keeps the two equal.
const fs = require('node:fs');
const path = require('node:path');
const swc = require('@swc/core'); // the declarations are TypeScript with decorators
const { ts } = require('./jest-swc.cjs');
require.extensions['.ts'] = (module, file) => module._compile(swc.transformFileSync(file, { ...ts, filename: file }).code, file);
const root = path.join(__dirname, '..');
fs.writeFileSync(path.join(root, '.env.example'), require(path.join(root, 'libs/config/src/index.ts')).environmentExample());
