// The order of the test files: the longest first, so that the end is not one long file on one core. What this machine remembers of earlier runs
// decides; a fresh clone remembers nothing: there the seconds below (two quiet cores, November 2026) do, and for the rest the size of the file.
const fs = require('node:fs');
const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

const SECONDS = {
  'explain.int-spec.ts': 100,
  'tiers.int-spec.ts': 90,
  'cli.e2e-spec.ts': 80,
  'kills.fault-spec.ts': 80,
  'backup-faults.int-spec.ts': 75,
  'rollup-properties.int-spec.ts': 75,
  'embedded-faults.int-spec.ts': 70,
  'privacy.int-spec.ts': 70,
  'backup.int-spec.ts': 65,
  'access.int-spec.ts': 60,
  'collection-scenarios.int-spec.ts': 60,
  'exclusions.int-spec.ts': 60,
  'rollup-refresh.int-spec.ts': 60,
  'jobs.e2e-spec.ts': 55,
  'levels-properties.int-spec.ts': 55,
  'value-properties.int-spec.ts': 55,
  'value-rollup.int-spec.ts': 55,
  'cluster-showroom-properties.int-spec.ts': 50,
  'showroom-properties.int-spec.ts': 50,
  'what-if.int-spec.ts': 50,
  'brand-journeys.e2e-spec.ts': 45,
  'dealer-auditor-journeys.e2e-spec.ts': 45,
  'landing.int-spec.ts': 45,
  'viewer-keys-properties.int-spec.ts': 45,
  'closes.int-spec.ts': 40,
  'collector-jobs.int-spec.ts': 40,
  'life.e2e-spec.ts': 40,
  'showroom.int-spec.ts': 40,
  'writers.fault-spec.ts': 40,
  'as-of-reports.int-spec.ts': 30,
  'backup-cluster.int-spec.ts': 30,
  'cases.int-spec.ts': 30,
  'imports.int-spec.ts': 30,
  'integrity-learning.int-spec.ts': 30,
  'integrity-scan.int-spec.ts': 30,
  'integrity-viewers.int-spec.ts': 30,
  'landing-verify.int-spec.ts': 30,
  'live.int-spec.ts': 30,
  'page.e2e-spec.ts': 30,
  'rollup-scenarios.int-spec.ts': 30,
  'secrecy.int-spec.ts': 30,
  'cluster.int-spec.ts': 25,
  'remembered-readings.int-spec.ts': 25,
  'bad-input.e2e-spec.ts': 20,
  'ingest-deliveries.int-spec.ts': 20,
  'ranking.int-spec.ts': 20,
  'security.int-spec.ts': 20,
  'value-rollup-moves.int-spec.ts': 20,
  'viewer-keys.int-spec.ts': 20,
  'api.e2e-spec.ts': 15,
  'as-of-facts.int-spec.ts': 15,
  'embedded.int-spec.ts': 15,
  'identity.int-spec.ts': 15,
  'warehouse-migrator.int-spec.ts': 15,
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
