// Writes docs/permissions.md from the permission table; a test keeps them equal.
const fs = require('node:fs');
const path = require('node:path');
require('./run-ts.cjs');
const { permissionsPage } = require('../libs/access/src/index.ts');
fs.writeFileSync(path.join(__dirname, '../docs/permissions.md'), permissionsPage());
