import type { RankingPart, RankingRow, ShowroomRow, ValueRow } from '@app/contracts';
import { fillMonths } from './series';
import { unknownsOf } from './unknowns';

const noSource = { zh: '没有观众级数据来源', en: 'No viewer-level source' };
const part = (change: Partial<RankingPart>): RankingPart => ({
  metric: 'growth',
  weight: 5,
  value: null,
  percentile: null,
  peers: 0,
  peerGroup: null,
  smallGroup: false,
  reason: null,
  ...change,
});

describe('what is unknown', () => {
  it('one entry per reason, with every field that it explains and what to do', () => {
    const showroom = { reasons: { viewers: noSource, showroomVisitors: noSource } } as unknown as ShowroomRow;
    expect(unknownsOf({ showroom })).toEqual([
      {
        fields: ['viewers', 'showroomVisitors'],
        reason: noSource,
        remedy: { word: 'viewers', command: 'npm run -s vitrine -- import entries FILE' },
        accounts: [],
      },
    ]);
  });
  it('a remark on a known part is no unknown', () => {
    const ranking = { parts: [part({ percentile: 0.4, reason: noSource }), part({ metric: 'cadence', reason: noSource })] } as RankingRow;
    expect(unknownsOf({ ranking }).map((entry) => entry.fields)).toEqual([['part.cadence']]);
  });
  it('one reason stands once: for the dealer and, by name, for its accounts', () => {
    const account = (name: string) =>
      ({ name, showroomVisitors: null, valueCny: '1', reasons: { showroomVisitors: noSource } }) as unknown as RankingRow;
    const showroom = { reasons: { showroomVisitors: noSource } } as unknown as ShowroomRow;
    expect(unknownsOf({ showroom, accounts: [account('甲'), account('乙')] }).map((entry) => entry.accounts)).toEqual([['甲', '乙']]);
  });
  it('without viewers nothing is said of their identifiability', () => {
    const showroom = { reasons: { identifiability: { zh: '没有进房', en: 'No entries' }, viewers: noSource } } as unknown as ShowroomRow;
    expect(unknownsOf({ showroom }).map((entry) => entry.fields)).toEqual([['viewers']]);
  });
  it('nothing unknown, nothing listed', () => expect(unknownsOf({ value: { reasons: {} } as ValueRow })).toEqual([]));
});

describe('series', () => {
  it('has every month; one that is missing is a gap, never 0', () => {
    const known = { month: '2026-01', showroomVisitors: 3, low: 3, high: 4, valueCny: '1', valueAtLeast: false, score: 1, rank: 1 };
    const months = fillMonths([known], '2026-02', 3);
    expect(months.map((entry) => [entry.month, entry.showroomVisitors, entry.valueCny])).toEqual([
      ['2025-12', null, null],
      ['2026-01', 3, '1'],
      ['2026-02', null, null],
    ]);
  });
});
