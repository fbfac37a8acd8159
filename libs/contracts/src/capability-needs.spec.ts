import { CAPABILITIES } from './capability';
import { CAPABILITY_IMPORT } from './capability-needs';
import { findImportKind } from './import-kinds';

describe('what figures need', () => {
  it('whatever a figure needs can be imported', () => {
    for (const capability of CAPABILITIES) expect(findImportKind(CAPABILITY_IMPORT[capability])).not.toBeNull();
  });
});
