import { REASONS } from '@app/analytics';
import { WHY } from './reasons';
import { withRemedies, withRemedy } from './source-hints';

describe('reasons of a missing source', () => {
  it('name what the platform of the account offers: a product to connect, or a kind to import', () => {
    expect(withRemedy({ ...WHY.noCadence }, 'kuaishou')).toEqual({
      zh: '没有直播场次数据。请导入直播场次（sessions）。',
      en: 'No source tells the sessions. To change that, import sessions.',
    });
    expect(withRemedy(WHY.noCadence, 'douyin')?.en).toContain('connect Douyin open platform, Ocean Engine, or import sessions');
    expect(withRemedies({ viewers: REASONS.nothing }, 'channels').viewers?.en).toContain('import entries');
  });

  it('leave other reasons, and rows of several accounts, as they are', () => {
    expect(withRemedy(WHY.noCost, 'douyin')).toBe(WHY.noCost);
    expect(withRemedy(WHY.noCadence, undefined)).toBe(WHY.noCadence);
    expect(withRemedy(null, 'douyin')).toBeNull();
  });
});
