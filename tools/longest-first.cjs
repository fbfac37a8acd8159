// The order of the test files: the longest first, so that the end is not one long file on one core. What this machine remembers of earlier runs
// decides; a fresh clone remembers nothing: there the seconds below (a whole run on two cores, November 2026) do, and for the rest the size of the file.
const fs = require('node:fs');
const path = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

const SECONDS = {
  'tiers-properties.thorough-spec.ts': 150,
  'brand-journeys.e2e-spec.ts': 205,
  'dealer-auditor-journeys.e2e-spec.ts': 195,
  'closes.int-spec.ts': 190,
  'explain.int-spec.ts': 185,
  'cli.e2e-spec.ts': 160,
  'kills.fault-spec.ts': 135,
  'privacy.int-spec.ts': 130,
  'backup-faults.thorough-spec.ts': 120,
  'access.int-spec.ts': 120,
  'collection-scenarios.int-spec.ts': 120,
  'life.e2e-spec.ts': 115,
  'value-rollup.int-spec.ts': 105,
  'rollup-properties.thorough-spec.ts': 100,
  'page.e2e-spec.ts': 100,
  'embedded-faults.thorough-spec.ts': 100,
  'value-properties.thorough-spec.ts': 95,
  'rollup-refresh.int-spec.ts': 90,
  'jobs.e2e-spec.ts': 90,
  'exclusions.int-spec.ts': 90,
  'cases.int-spec.ts': 85,
  'backup.int-spec.ts': 85,
  'landing.int-spec.ts': 75,
  'levels-properties.thorough-spec.ts': 70,
  'secrecy.int-spec.ts': 70,
  'writers.fault-spec.ts': 70,
  'api.e2e-spec.ts': 60,
  'what-if.int-spec.ts': 60,
  'collector-jobs.int-spec.ts': 60,
  'viewer-keys-properties.thorough-spec.ts': 55,
  'landing-verify.int-spec.ts': 50,
  'showroom-properties.int-spec.ts': 50,
  'cluster.int-spec.ts': 50,
  'rollup-scenarios.int-spec.ts': 50,
  'cluster-showroom-properties.thorough-spec.ts': 50,
  'remembered-readings.int-spec.ts': 45,
  'security.int-spec.ts': 45,
  'backup-cluster.int-spec.ts': 40,
  'as-of-reports.int-spec.ts': 40,
  'ingest-deliveries.int-spec.ts': 40,
  'ranking.int-spec.ts': 40,
  'value-rollup-moves.int-spec.ts': 35,
  'showroom.int-spec.ts': 35,
  'audit.int-spec.ts': 35,
  'integrity-scan.int-spec.ts': 35,
  'bad-input.e2e-spec.ts': 30,
  'viewer-keys.int-spec.ts': 30,
  'warehouse-migrator.int-spec.ts': 30,
  'settlement.int-spec.ts': 25,
  'integrity-viewers.int-spec.ts': 25,
  'webhooks.int-spec.ts': 25,
  'as-of-facts.int-spec.ts': 25,
  'embedded.int-spec.ts': 25,
  'cluster-keeper.int-spec.ts': 25,
  'live.int-spec.ts': 25,
  'evidence-pack.spec.ts': 20,
  'identity.int-spec.ts': 20,
  'writer.int-spec.ts': 20,
  'collector.int-spec.ts': 20,
  'as-of-state.int-spec.ts': 20,
  'coverage.int-spec.ts': 20,
  'footfall.int-spec.ts': 20,
  'collection-mixtures.int-spec.ts': 20,
  'exports.int-spec.ts': 15,
  'disk-full.fault-spec.ts': 15,
  'integrity-learning.int-spec.ts': 15,
  'writer-kill.int-spec.ts': 15,
  'memory.fault-spec.ts': 15,
  'writer-spill.int-spec.ts': 15,
  'ingest-signed.int-spec.ts': 15,
  'queries.fault-spec.ts': 15,
  'value.int-spec.ts': 15,
  'ingest.int-spec.ts': 10,
  'reports.int-spec.ts': 10,
  'ingest-bad-input.int-spec.ts': 10,
  'database.int-spec.ts': 10,
  'proposals.int-spec.ts': 10,
  'platform-sim.int-spec.ts': 10,
  'schema-check.int-spec.ts': 10,
  'capabilities.int-spec.ts': 10,
  'hostile-proxy.fault-spec.ts': 10,
  'connections.int-spec.ts': 10,
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
