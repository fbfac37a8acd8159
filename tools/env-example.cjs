// Writes .env.example from the declarations in libs/config; a test keeps the two equal.
const fs = require('node:fs');
const path = require('node:path');
require('./run-ts.cjs');
fs.writeFileSync(path.join(__dirname, '../.env.example'), require('../libs/config/src/index.ts').environmentExample());
