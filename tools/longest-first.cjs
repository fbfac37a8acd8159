// The order of the test files: the longest first, so that the end is not one long file on one core. What this machine remembers of earlier runs
// decides; a fresh clone remembers nothing: there the seconds below (two quiet cores, November 2026) do, and for the rest the size of the file.
const fs = require('node:fs');
const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

const SECONDS = {
  'value-rollup.int-spec.ts': 100,
  'jobs.e2e-spec.ts': 95,
  'kills.fault-spec.ts': 80,
  'rollup-properties.int-spec.ts': 75,
  'writers.fault-spec.ts': 70,
  'showroom-properties.int-spec.ts': 65,
  'cli.e2e-spec.ts': 60,
  'embedded-faults.int-spec.ts': 60,
  'showroom.int-spec.ts': 60,
  'backup-faults.int-spec.ts': 55,
  'rollup-refresh.int-spec.ts': 55,
  'cluster-showroom-properties.int-spec.ts': 50,
  'collection-scenarios.int-spec.ts': 50,
  'viewer-keys-properties.int-spec.ts': 50,
  'exclusions.int-spec.ts': 50,
  'life.e2e-spec.ts': 45,
  'what-if.int-spec.ts': 45,
  'value-properties.int-spec.ts': 45,
  'landing.int-spec.ts': 45,
  'backup.int-spec.ts': 40,
  'secrecy.int-spec.ts': 40,
  'closes.int-spec.ts': 40,
  'levels-properties.int-spec.ts': 40,
  'page.e2e-spec.ts': 35,
  'collector-jobs.int-spec.ts': 35,
  'explain.int-spec.ts': 35,
  'bad-input.e2e-spec.ts': 30,
  'backup-cluster.int-spec.ts': 30,
  'value-rollup-moves.int-spec.ts': 25,
  'cluster.int-spec.ts': 25,
  'as-of-reports.int-spec.ts': 25,
  'landing-verify.int-spec.ts': 25,
  'rollup-scenarios.int-spec.ts': 25,
  'as-of-facts.int-spec.ts': 20,
  'remembered-readings.int-spec.ts': 20,
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
