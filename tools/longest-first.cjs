// The order of the test files: the longest first, so that the end is not one long file on one core. What this machine remembers of earlier runs
// decides; a fresh clone remembers nothing: there the seconds below (two quiet cores, November 2026) do, and for the rest the size of the file.
const fs = require('node:fs');
const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

const SECONDS = {
  'kills.fault-spec.ts': 120,
  'cli.e2e-spec.ts': 90,
  'jobs.e2e-spec.ts': 70,
  'life.e2e-spec.ts': 50,
  'page.e2e-spec.ts': 45,
  'writers.fault-spec.ts': 45,
  'backup-faults.int-spec.ts': 60,
  'embedded-faults.int-spec.ts': 45,
  'cluster-showroom-properties.int-spec.ts': 45,
  'rollup-properties.int-spec.ts': 40,
  'value-rollup.int-spec.ts': 40,
  'rollup-refresh.int-spec.ts': 40,
  'showroom-properties.int-spec.ts': 40,
  'backup.int-spec.ts': 40,
  'viewer-keys-properties.int-spec.ts': 40,
  'collection-scenarios.int-spec.ts': 40,
  'collection-mixtures.int-spec.ts': 30,
  'value-rollup-moves.int-spec.ts': 30,
  'secrecy.int-spec.ts': 30,
  'collector-jobs.int-spec.ts': 30,
};

const kilobytes = (test) => (fs.statSync(test.path, { throwIfNoEntry: false })?.size ?? 0) / 1000;
/** A store is opened by every file but those of pure code. */
const guessed = (test) => (/\.(int|e2e|fault)-spec\.ts$/.test(test.path) ? 5 + kilobytes(test) : kilobytes(test) / 20);

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const seconds = (test) => (this.time(test) ?? 1000 * (SECONDS[path.basename(test.path)] ?? guessed(test))) / 1000;
    return tests
      .map((test) => ({ test: Object.assign(test, { duration: this.time(test) }), key: seconds(test) }))
      .sort((left, right) => right.key - left.key)
      .map(({ test }) => test);
  }
};
