import { ValueUnitRow, readValueUnits } from '@app/analytics';
import type { RateCard } from '@app/contracts';
import { TestStores, openTestStores } from '../support/stores';
import { ValueFacts, rateCard, window } from './value-facts';

const CARDS = [
  rateCard('live_view', '0.5', '0.8'),
  rateCard('live_minute', '0.123456', '0.1234'),
  rateCard('video_play', '0.1'),
  rateCard('like', '0.01'),
  rateCard('lead', '30'),
];

describe('communication value from facts', () => {
  let stores: TestStores;
  const facts = new ValueFacts();
  const accounts: Record<string, string> = {};
  const check: Record<string, () => Promise<void>> = {};

  const rowsOf = async (account: string, cards: RateCard[] = CARDS, from?: string, to?: string, edges = ['2026-01-01']) =>
    readValueUnits(stores.warehouse, { ...window(from, to), accountKeys: [account] }, cards, edges);
  const line = (rows: ValueUnitRow[], name: string) => rows.filter((row) => row.line === name);
  const days = async (account: string, name: string, from = '2026-10-01', to = '2026-11-01') => {
    const edges: string[] = [];
    for (let day = new Date(`${from}T00:00:00Z`); day.toISOString() < to; day = new Date(+day + 86_400_000))
      edges.push(day.toISOString().slice(0, 10));
    const rows = line(await rowsOf(account, CARDS, from, to, edges), name).filter((row) => row.counts);
    return Object.fromEntries(rows.map((row) => [edges[row.bucket - 1], Number(row.net)]));
  };

  function scenario(name: string, write: (account: string) => void, assert: (account: string) => Promise<void>) {
    it(name, () => check[name]());
    accounts[name] = facts.account();
    write(accounts[name]);
    check[name] = () => assert(accounts[name]);
  }

  scenario(
    'the example of cumulative counters: Mon 100, Thu 160 then 170, Fri 165 gives Thu +70, Fri -5',
    (a) => {
      for (const [when, plays] of [
        ['2026-10-05 09:00', 100],
        ['2026-10-08 09:00', 160],
        ['2026-10-08 21:00', 170],
        ['2026-10-09 09:00', 165],
      ] as const)
        facts.reading(a, 'v', when, '2026-09-20 10:00', { plays, paid_plays: 0 });
      facts.reading(a, 'old', '2026-09-01 10:00', '2026-08-01 10:00', { plays: 5 });
    },
    async (a) => {
      // published after the account's first reading: counts from 0
      expect(await days(a, 'video_play')).toEqual({ '2026-10-05': 100, '2026-10-08': 70, '2026-10-09': -5 });
    },
  );

  scenario(
    'a first reading of an older video is an opening balance, in no day',
    (a) => {
      facts.reading(a, 'v', '2026-10-05 09:00', '2026-08-20 10:00', { plays: 100 });
      facts.reading(a, 'v', '2026-10-06 09:00', '2026-08-20 10:00', { plays: 130 });
    },
    async (a) => {
      expect(await days(a, 'video_play')).toEqual({ '2026-10-06': 30 });
      expect(line(await rowsOf(a), 'video_play')[0].opening).toBe(100n);
    },
  );

  scenario(
    'a first reading in the month of publication counts from 0',
    (a) => facts.reading(a, 'v', '2026-10-25 09:00', '2026-10-02 10:00', { plays: 100 }),
    async (a) => expect(await days(a, 'video_play')).toEqual({ '2026-10-25': 100 }),
  );

  scenario(
    'the daily series supplies the days before the first reading and is then the baseline',
    (a) => {
      facts.videoDay(a, 'v', '2026-09-30', { plays: 10 });
      facts.videoDay(a, 'v', '2026-10-01', { plays: 20 });
      facts.videoDay(a, 'v', '2026-10-02', { plays: 5 });
      facts.videoDay(a, 'v', '2026-10-03', { plays: 999 });
      facts.reading(a, 'v', '2026-10-03 09:00', '2026-09-30 10:00', { plays: 42 });
      facts.reading(a, 'v', '2026-10-04 09:00', '2026-09-30 10:00', { plays: 50 });
    },
    async (a) =>
      expect(await days(a, 'video_play', '2026-09-01')).toEqual({
        '2026-09-30': 10,
        '2026-10-01': 20,
        '2026-10-02': 5,
        '2026-10-03': 7,
        '2026-10-04': 8,
      }),
  );

  scenario(
    'a series that does not reach back to the publication leaves the rest as opening balance',
    (a) => {
      facts.videoDay(a, 'v', '2026-10-02', { plays: 5 });
      facts.videoDay(a, 'v', '2026-10-03', { plays: 6 });
      facts.reading(a, 'v', '2026-10-03 09:00', '2026-01-30 10:00', { plays: 1000 });
    },
    async (a) => {
      expect(await days(a, 'video_play')).toEqual({ '2026-10-02': 5, '2026-10-03': 6 });
      expect(line(await rowsOf(a), 'video_play')[0].opening).toBe(989n);
    },
  );

  scenario(
    'plays of 0 after a positive reading, or of a video that is not public, is no reading',
    (a) => {
      facts.reading(a, 'v', '2026-10-05 09:00', '2026-10-02 10:00', { plays: 100, paid_plays: 40 });
      facts.reading(a, 'v', '2026-10-06 09:00', '2026-10-02 10:00', { plays: 0, paid_plays: 0 });
      facts.reading(a, 'v', '2026-10-07 09:00', '2026-10-02 10:00', { plays: 3, status: 'private' });
      facts.reading(a, 'v', '2026-10-08 09:00', '2026-10-02 10:00', { plays: 110, paid_plays: 40, likes: 3 });
    },
    async (a) => expect(await days(a, 'video_play')).toEqual({ '2026-10-05': 60, '2026-10-08': 10 }),
  );

  scenario(
    'a null counter is no reading of that counter',
    (a) => {
      facts.reading(a, 'v', '2026-10-05 09:00', '2026-10-02 10:00', { plays: 100, likes: 7 });
      facts.reading(a, 'v', '2026-10-06 09:00', '2026-10-02 10:00', { plays: 110, likes: null });
      facts.reading(a, 'v', '2026-10-07 09:00', '2026-10-02 10:00', { plays: 120, likes: 9 });
    },
    async (a) => expect(await days(a, 'like')).toEqual({ '2026-10-05': 7, '2026-10-07': 2 }),
  );

  scenario(
    'paid plays are taken off, and unknown ones mark the line',
    (a) => {
      facts.reading(a, 'v', '2026-10-05 09:00', '2026-10-02 10:00', { plays: 100, paid_plays: 120 });
      facts.reading(a, 'v', '2026-10-06 09:00', '2026-10-02 10:00', { plays: 150, paid_plays: 130 });
      facts.reading(a, 'w', '2026-10-06 09:00', '2026-10-02 10:00', { plays: 7 });
    },
    async (a) => {
      expect(await days(a, 'video_play')).toEqual({ '2026-10-05': 0, '2026-10-06': 47 });
      const [row] = line(await rowsOf(a), 'video_play');
      expect(row).toMatchObject({ gross: 157n, net: 47n, paidUnknown: true, valueCny: '4.7', grossCny: '15.7' });
    },
  );

  scenario(
    'session lines are earned only, and live minutes are whole per session, by exact arithmetic',
    (a) => {
      facts.session(a, '2026-10-01 00:00', { views: 1000, paid_views: 250, watch_seconds: 100_001, leads: 5, paid_leads: 2, likes: 10 });
      facts.session(a, '2026-10-31 23:59', { views: 3, unique_viewers: 3, average_dwell_seconds: '59.9999' });
      facts.session(a, '2026-11-01 00:00', { views: 999 });
    },
    async (a) => {
      const rows = await rowsOf(a);
      expect(line(rows, 'live_view')[0]).toMatchObject({
        gross: 1003n,
        net: 753n,
        valueCny: '301.2',
        grossCny: '401.2',
        publicCny: '376.5',
        paidUnknown: true,
      });
      // floor(100001 × 750 ÷ 60000) = 1250; floor(179.9997 ÷ 60) = 2
      expect(line(rows, 'live_minute')[0]).toMatchObject({ gross: 1668n, net: 1252n, valueCny: '19.0735569408' });
      expect(line(rows, 'lead')[0]).toMatchObject({ gross: 5n, net: 3n, valueCny: '90' });
    },
  );

  scenario(
    'leads of a session that knows its own leads are not counted twice',
    (a) => {
      const own = facts.session(a, '2026-10-01 20:00', { leads: 5, paid_leads: 0 });
      const other = facts.session(a, '2026-10-02 20:00', {});
      facts.lead(a, 'l1', '2026-10-01', { session_id: own, count: 4, paid: 0 });
      facts.lead(a, 'l2', '2026-10-02', { session_id: other, count: 3, paid: 1 });
      facts.lead(a, 'l3', '2026-10-03', { count: 2 });
    },
    async (a) => expect(await days(a, 'lead')).toEqual({ '2026-10-01': 5, '2026-10-02': 2, '2026-10-03': 2 }),
  );

  scenario(
    'each field comes from the first source in the order of the policy that knows it',
    (a) => {
      const id = facts.session(a, '2026-10-01 20:00', { views: 10, likes: null }, 'api-provisional');
      facts.session(a, '2026-10-01 20:00', { session_id: id, views: 20, likes: 5, comments: 1 }, 'file');
      facts.session(a, '2026-10-01 20:00', { session_id: id, views: null, likes: 6 }, 'api-final');
    },
    async (a) => {
      const rows = await rowsOf(a);
      expect(line(rows, 'live_view')[0].gross).toBe(20n);
      expect(line(rows, 'like')[0].gross).toBe(6n);
    },
  );

  scenario(
    'days without price make the line unknown for those days; lines without any card are listed, not valued',
    (a) => {
      facts.session(a, '2026-10-01 20:00', { views: 10, shares: 4 });
      facts.session(a, '2026-10-20 20:00', { views: 5, shares: 4 });
    },
    async (a) => {
      const rows = await rowsOf(a, [rateCard('live_view', '1', '1', { validFrom: '2026-10-10' })]);
      expect(line(rows, 'live_view').map((row) => [row.price, row.net, row.missingDays, row.used])).toEqual([
        ['1', 5n, [], true],
        [null, 10n, ['2026-10-01'], true],
      ]);
      expect(line(rows, 'share')).toEqual([expect.objectContaining({ price: null, used: false, net: 8n, missingDays: [] })]);
    },
  );

  scenario(
    'live_viewer is never priced together with live_view on one day',
    (a) => {
      facts.session(a, '2026-10-01 20:00', { views: 10, unique_viewers: 8 });
      facts.session(a, '2026-10-20 20:00', { views: 10, unique_viewers: 8 });
    },
    async (a) => {
      const rows = await rowsOf(a, [rateCard('live_view', '1', '1', { validTo: '2026-10-10' }), rateCard('live_viewer', '2')]);
      expect(line(rows, 'live_viewer').map((row) => row.valueCny)).toEqual(['16']);
    },
  );

  beforeAll(async () => {
    stores = await openTestStores();
    await facts.write(stores.warehouse);
  });
  afterAll(() => stores.close());
});
