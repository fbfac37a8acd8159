import type { Inorganic } from '@app/contracts';
import { shownRemoves } from './removal';

const units = (amount: number, more: object = {}): Inorganic => ({
  ...{ kind: 'units', platform: 'douyin', accountId: 'a', origin: 'session', item: 'r1', line: 'live_view', day: '2026-10-05' },
  ...{ units: amount, low: amount / 2, high: amount * 2 },
  ...more,
});
const list: Inorganic = {
  ...{ kind: 'entries', platform: 'douyin', accountId: 'a', count: 40, low: 20, high: 60 },
  ...{ sql: 'SELECT', parameters: {} },
};

describe('what findings list, as it is shown', () => {
  it('several findings of one session, line and day are one row with the span of all: nobody adds the same views up', () => {
    const shown = shownRemoves([units(300), units(500), units(100, { item: 'r2' }), units(0, { item: 'r3' })]);
    expect(shown.map(({ item, count, low, high }) => [item, count, low, high])).toEqual([
      ['r1', 500, 150, 1000],
      ['r2', 100, 50, 200],
    ]);
  });

  it('what is merely measured is shown where nobody claims anything of the line, as the corrected figure hears it', () => {
    const measured = units(200, { measure: 'reactions', item: 'r2' });
    expect(shownRemoves([measured, units(0, { measure: 'level' })])).toHaveLength(1);
    expect(shownRemoves([measured, units(300)]).map(({ item }) => item)).toEqual(['r1']);
    expect(shownRemoves([measured, list]).map(({ kind }) => kind)).toEqual(['entries']);
    expect(shownRemoves([measured, units(9, { line: 'video_play', item: 'v' })]).map(({ item }) => item)).toEqual(['r2', 'v']);
  });
});
