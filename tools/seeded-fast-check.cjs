// What every spec gets as fast-check: properties follow one seed, always the same unless a search for more is asked for (VITRINE_TEST_SEED).
// The build beside the package's ES modules, by its path: the name leads here.
const fc = require('../node_modules/fast-check/lib/cjs/fast-check.js');
fc.configureGlobal({ seed: Number(process.env.VITRINE_TEST_SEED ?? 20_261_122) });
module.exports = fc;
