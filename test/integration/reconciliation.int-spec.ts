import { SystemClock } from '@app/config';
import { DEFAULT_POLICY, ReconciliationRow, Source, tolerancesOf } from '@app/contracts';
import { ensureBrand, StateWriter } from '@app/database';
import { importRows } from '@app/ingest';
import { ReconciliationService } from '@app/reports';
import { TEST_SEED, seeded } from '../support/seeded';
import { TestStores, openTestStores, worldCount } from '../support/stores';

const ORDER: Source[] = ['correction', 'api-final', 'ads-api', 'file', 'feed', 'api-provisional'];
const START = Date.parse('2026-10-10T19:00:00+08:00');
const DAY = 86_400_000;
const TOLERANCES = tolerancesOf(DEFAULT_POLICY);

interface Told {
  figure: string;
  subject: string;
  source: Source;
  value: number;
  at: number;
}

describe('reconciliation', () => {
  let test: TestStores;
  let brandId: number;
  let made = 0;
  beforeAll(async () => {
    test = await openTestStores();
  });
  beforeEach(async () => {
    brandId = (await ensureBrand(test.dataSource, { code: `r${++made}`, name: 'Brand', zone: 'Asia/Shanghai' })).brandId;
  });
  afterAll(() => test?.close());

  const deliver = (kind: string, source: Source, rows: object[]) =>
    importRows(test, { kind, brandId, source, rows: rows.map((row) => ({ platform: 'douyin', accountId: 'dy-1', ...row })) });
  const report = (scope: 'all' | Set<string> = 'all') =>
    new ReconciliationService({ ...test, clock: new SystemClock() }).report(scope, { month: '2026-10', brand: `r${made}` });
  const short = ({ figure, subject, countedSource, countedValue, otherSource, otherValue, beyond }: ReconciliationRow) =>
    [figure, subject, countedSource, countedValue, otherSource, otherValue, beyond].join(' ');

  /** What the report says, computed without it: every pair of counted and other value of one figure. */
  const expected = (facts: Told[]): string[] => {
    const lines: string[] = [];
    const keys = new Set(facts.map(({ figure, subject }) => `${figure} ${subject}`));
    for (const key of keys) {
      const own = facts.filter(({ figure, subject }) => `${figure} ${subject}` === key);
      own.sort((a, b) => ORDER.indexOf(a.source) - ORDER.indexOf(b.source));
      for (const other of own.slice(1)) {
        if (other.source === 'api-provisional' && own.some(({ source }) => source === 'api-final')) continue;
        const off = Math.abs(other.value - own[0].value);
        const { absolute, relative } = TOLERANCES[other.figure as keyof typeof TOLERANCES];
        const beyond = own[0].source !== 'correction' && off > absolute && off > relative * own[0].value;
        lines.push([key, own[0].source, own[0].value, other.source, other.value, beyond].join(' '));
      }
    }
    return lines.sort();
  };

  it('says of random worlds what an independent computation says', async () => {
    const random = seeded(TEST_SEED);
    const pick = (most: number) => Math.floor(random() * most);
    for (let world = 0; world < worldCount(6); world++) {
      brandId = (await ensureBrand(test.dataSource, { code: `r${++made}`, name: 'Brand', zone: 'Asia/Shanghai' })).brandId;
      const facts: Told[] = [];
      for (const source of ORDER) {
        const sessions: object[] = [];
        const followers: object[] = [];
        const leads: object[] = [];
        for (let at = 0; at < 8; at++) {
          const day = `2026-10-${10 + at}`;
          const startedAt = START + at * DAY;
          const note = (figure: string, subject: string, value: number) => facts.push({ figure, subject, source, value, at: startedAt });
          if (random() < 0.6) {
            const row: Record<string, unknown> = { sessionId: `s${at}`, startedAt };
            for (const figure of ['views', 'uniqueViewers', 'likes']) {
              if (random() < 0.3) continue;
              row[figure] = 100 + pick(6);
              note(figure, `s${at}`, row[figure] as number);
            }
            sessions.push(row);
          }
          if (random() < 0.5) {
            followers.push({ day, total: 1000 + pick(8) });
            note('followers', day, (followers.at(-1) as { total: number }).total);
          }
          if (random() < 0.5) {
            const counts = [pick(2), pick(2)];
            counts.forEach((count, place) => leads.push({ day, count, leadId: `${source} ${day} ${place}` }));
            note('dailyLeads', day, counts[0] + counts[1]);
          }
        }
        if (sessions.length > 0) await deliver('sessions', source, sessions);
        if (followers.length > 0) await deliver('followers', source, followers);
        if (leads.length > 0) await deliver('leads', source, leads);
      }
      const { rows, meta } = await report();
      expect(rows.map(short).sort()).toEqual(expected(facts));
      expect(meta).toMatchObject({ compared: rows.length, beyond: rows.filter((row) => row.beyond).length });
      const places = rows.map(({ beyond, relative }) => (beyond ? 1000 : 0) + Math.abs(relative ?? 999));
      expect(places).toEqual([...places].sort((a, b) => b - a));
    }
  });

  it('a running total is compared with what the trusted source’s readings around it allow', async () => {
    const read = (readAt: string, plays: number) => ({ videoId: 'v1', publishedAt: '2026-10-01T00:00:00+08:00', readAt, plays });
    await deliver('videos', 'api-final', [read('2026-10-10T00:00:00Z', 100), read('2026-10-12T00:00:00Z', 200)]);
    await deliver('videos', 'file', [read('2026-10-11T00:00:00Z', 150)]);
    expect((await report()).rows.map(short)).toEqual(['plays v1 api-final 150 file 150 false']);
    await deliver('videos', 'file', [read('2026-10-11T01:00:00Z', 260)]);
    expect((await report()).rows.map(short)).toEqual(['plays v1 api-final 200 file 260 true']);
    await deliver('videos', 'file', [read('2026-10-11T02:00:00Z', 50)]);
    expect((await report()).rows.map(short)).toEqual(['plays v1 api-final 100 file 50 true']);
    expect((await report(new Set())).rows).toEqual([]);
    const policies = [{ fromMonth: '2026-09', toleranceCount: 50 }, { fromMonth: '2026-11' }];
    await new StateWriter(test.dataSource, test.secret).upsertPolicies(brandId, policies);
    const { rows, meta } = await report();
    expect([rows.map(short), meta.policyVersion]).toEqual([['plays v1 api-final 100 file 50 false'], 1]);
  });

  it('a feed that saw more entries than the platform’s views is a difference; fewer are none', async () => {
    const session = (sessionId: string, startedAt: number, views: number) => ({
      sessionId,
      startedAt,
      endedAt: startedAt + 3_600_000,
      views,
    });
    await deliver('sessions', 'api-final', [session('s1', START, 2), session('s2', START + DAY, 5)]);
    const entry = (viewer: string, enteredAt: number) => ({ viewer, enteredAt, dwellSeconds: 5 });
    await deliver(
      'entries',
      'feed',
      [...'abc'].flatMap((viewer, at) => [entry(viewer, START + at * 1000), entry(viewer, START + DAY + at * 1000)]),
    );
    expect((await report()).rows.map(short)).toEqual(['feedEntries s1 api-final 2 feed 3 true', 'feedEntries s2 api-final 5 feed 3 false']);
  });
});
