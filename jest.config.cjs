// Packages that are ES modules only (Nest 12, pinia, fast-check ...) become CommonJS through swc (cached), from a list computed at start.
// Not NODE_OPTIONS=--experimental-vm-modules: with the flag every spec file leaks some megabytes for good and runs several times slower.
const os = require('node:os');
const { ts, js } = require('./tools/jest-swc.cjs');
const esm = require('./tools/esm-packages.cjs')(__dirname);
const seeded = { '^fast-check$': '<rootDir>/tools/seeded-fast-check.cjs' };
/** A check of telephone numbers that class-validator brings and nobody here asks for: 70 modules a file. */
const unasked = { '^libphonenumber-js(/.*)?$': '<rootDir>/tools/empty.cjs' };
const common = {
  rootDir: __dirname,
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'vue'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/frontend/dist', '<rootDir>/data'],
  transformIgnorePatterns: [`/node_modules/(?!(${esm.join('|')})/)(?!.*\\.mjs$)`],
};
const node = {
  ...common,
  testEnvironment: '<rootDir>/tools/jest-environment.cjs',
  transform: { '^.+\\.ts$': ['@swc/jest', ts], '^.+\\.m?js$': ['@swc/jest', js] },
  moduleNameMapper: { ...seeded, ...unasked, '^@app/([^/]+)$': '<rootDir>/libs/$1/src' },
};
const roomy = os.totalmem() > 12e9;
module.exports = {
  // the default on 2 cores is one worker, that is in-band; files wait for servers and processes: one more than cores where memory allows
  maxWorkers: roomy ? os.availableParallelism() + 1 : '100%', // above 100 % a percentage would be a count
  workerIdleMemoryLimit: roomy ? '1500MB' : '600MB', // replaces a grown worker between files, which loads everything anew; has no effect in-band
  testSequencer: '<rootDir>/tools/longest-first.cjs',
  testTimeout: 300_000, // ends what hangs; says nothing about speed: machines are busy
  projects: [
    { ...node, displayName: 'unit', testMatch: ['<rootDir>/{apps,libs,migrations,test/bench}/**/*.spec.ts'] },
    { ...node, displayName: 'integration', testMatch: ['<rootDir>/test/integration/**/*.int-spec.ts'] },
    // generated worlds on every kind of store, and stores killed at every point: minutes each, npm run test:thorough (docs/adr/0045)
    { ...node, displayName: 'thorough', testMatch: ['<rootDir>/test/integration/**/*.thorough-spec.ts'] },
    { ...node, displayName: 'faults', testMatch: ['<rootDir>/test/faults/**/*.fault-spec.ts'] },
    { ...node, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.e2e-spec.ts'] },
    {
      ...common,
      displayName: 'web',
      testEnvironment: 'jsdom',
      testEnvironmentOptions: { customExportConditions: ['node', 'node-addons'] },
      testMatch: ['<rootDir>/frontend/**/*.spec.ts'],
      transform: {
        '^.+\\.vue$': '<rootDir>/tools/jest-vue-transform.cjs',
        '^.+\\.ts$': ['@swc/jest', ts],
        '^.+\\.m?js$': ['@swc/jest', js],
      },
      moduleNameMapper: {
        ...seeded,
        '\\.(css|scss)$': '<rootDir>/tools/empty.cjs',
        '^@/(.*)$': '<rootDir>/frontend/src/$1',
        '^@app/contracts$': '<rootDir>/libs/contracts/src',
      },
    },
  ],
};
