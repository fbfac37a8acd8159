import fc from 'fast-check';
import type { LoggedCall } from './call-log';
import { excesses } from './limits';

const call = (at: number, more: Partial<LoggedCall> = {}): LoggedCall => ({
  at,
  server: 'channels',
  app: 'wx1',
  account: 1,
  credential: '',
  path: '/cgi-bin/stable_token',
  verdict: 'ok',
  asked: { force_refresh: true },
  ...more,
});

describe('published limits', () => {
  it('a second forced token within thirty seconds is too much, after thirty it is not', () => {
    expect(excesses([call(0), call(29_999)])).toMatchObject([{ allowed: 1, seen: 2, at: 29_999 }]);
    expect(excesses([call(0), call(30_000)])).toEqual([]);
    expect(excesses([call(0), call(1, { app: 'wx2' })])).toEqual([]);
    expect(excesses([call(0), call(1, { verdict: 'reset' })])).toEqual([]);
  });

  it('twenty forced tokens fit in a day of any twenty-four hours, the twenty-first does not', () => {
    const hours = (count: number) => Array.from({ length: count }, (_, k) => call(k * 3_600_000));
    expect(excesses(hours(20))).toEqual([]);
    expect(excesses(hours(21))).toMatchObject([{ allowed: 20 }]);
    expect(excesses(hours(20).concat(call(86_400_000)))).toEqual([]);
  });

  it('finds a crowded window wherever it lies, in whatever order the calls were logged', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 40 }), (instants) => {
        const calls = instants.map((at) => call(at, { server: 'douyin', path: '/api/live_data/task/start', asked: {} }));
        const crowded = instants.some((at) => instants.filter((other) => other >= at && other < at + 1_000).length > 10);
        expect(excesses(calls).length > 0).toBe(crowded);
      }),
      { seed: 20261122, numRuns: 300 },
    );
  });

  it('parameters have their largest values', () => {
    const list = (count: string) => call(0, { server: 'kuaishou', path: '/openapi/photo/list', asked: { count } });
    expect(excesses([list('200')])).toEqual([]);
    expect(excesses([list('201')])).toMatchObject([{ seen: 201, allowed: 200 }]);
    expect(excesses([call(0, { server: 'douyin', path: '/data/external/user/fans/', asked: { date_type: '31' } })])).toHaveLength(1);
  });
});
