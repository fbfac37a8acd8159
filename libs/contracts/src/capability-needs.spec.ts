import { CAPABILITIES } from './capability';
import { CAPABILITY_IMPORT, METRIC_NEEDS } from './capability-needs';
import { findImportKind } from './import-kinds';
import { METRICS } from './metrics/catalogue';

describe('what figures need', () => {
  it('every figure of the catalogue says what it needs, and nothing else does', () => {
    expect(Object.keys(METRIC_NEEDS).sort()).toEqual(METRICS.map(({ key }) => key).sort());
  });

  it('whatever a figure needs can be imported', () => {
    for (const capability of CAPABILITIES) expect(findImportKind(CAPABILITY_IMPORT[capability])).not.toBeNull();
  });
});
