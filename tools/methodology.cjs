// Writes docs/methodology.<language>.md from the metric catalogue and the default policy; a test keeps them equal.
const fs = require('node:fs');
const path = require('node:path');
require('./run-ts.cjs');
const { DEFAULT_POLICY, methodology } = require('../libs/contracts/src/index.ts');
for (const [language, name] of [
  ['zh', 'zh-CN'],
  ['en', 'en'],
])
  fs.writeFileSync(
    path.join(__dirname, `../docs/methodology.${name}.md`),
    methodology({ policy: DEFAULT_POLICY, rateCards: null, of: null }, language),
  );
