import fc from 'fast-check';
import { Platform, Source, VALUE_LINES, businessDay, addDays, dayStart } from '@app/contracts';
import {
  FactRow,
  FactTable,
  Warehouse,
  accountKey,
  leadsTable,
  sessionsTable,
  textKey,
  videoDaysTable,
  videoReadingsTable,
} from '@app/warehouse';
import { COUNTERS, CardGiven, Counter, LeadTold, ReadingTold, SeriesTold, SessionTold, Told, ValueWorld } from './value-oracle';
import { seeded } from '../seeded';

export const ZONE = 'Asia/Shanghai';
export const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04'];
export const FIRST_DAY = '2026-01-01';
export const AFTER_LAST_DAY = '2026-05-01';
export const dayOf = (ms: number) => businessDay(ms, ZONE);
const DAY = 86_400_000;
const OBSERVED = Date.parse('2026-05-05T00:00:00Z');
const FIRST = dayStart('2025-12-28', ZONE);
const LAST = dayStart('2026-05-03', ZONE);

const sources = fc.constantFrom<Source>('feed', 'file', 'api-final', 'correction', 'api-provisional');
const orNull = <T>(arbitrary: fc.Arbitrary<T>, freq = 3) => fc.option(arbitrary, { nil: null, freq });
const small = fc.oneof(fc.constantFrom(0, 1, 2, 59, 60, 61), fc.nat(5000));
const instant = fc.oneof(
  fc.integer({ min: FIRST, max: LAST }),
  fc
    .tuple(
      fc.constantFrom('2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01', '2026-03-16', '2026-02-11'),
      fc.constantFrom(-1, 0, 1, -1000),
    )
    .map(([day, offset]) => dayStart(day, ZONE) + offset),
);

/** How one fact is told: once; or doubled, corrected, stale, retracted, from several sources. Later tellings differ in observedAt or in source. */
const tellings = <T extends object>(fields: fc.Arbitrary<T>): fc.Arbitrary<(T & Told)[]> => {
  const once = fc.tuple(fields, sources).map(([own, source]) => [{ ...own, source, observedAt: OBSERVED, retracted: false }]);
  const often = fc
    .array(fc.tuple(fields, sources, fc.boolean()), { minLength: 1, maxLength: 4 })
    .chain((told) =>
      fc.tuple(fc.constant(told), fc.shuffledSubarray([0, 1, 2, 3], { minLength: told.length, maxLength: told.length }), fc.boolean()),
    )
    .map(([told, order, retract]) =>
      told.map(([own, source, retracted], at) => ({
        ...own,
        source,
        observedAt: OBSERVED + order[at] * 1000,
        retracted: retract && retracted,
      })),
    );
  return fc.oneof({ weight: 3, arbitrary: once }, { weight: 2, arbitrary: often });
};

const session = (at: number): fc.Arbitrary<SessionTold[]> =>
  instant.chain((startedAt) =>
    tellings(
      fc.record({
        sessionId: fc.constant(`s${at}`),
        startedAt: fc.oneof({ weight: 9, arbitrary: fc.constant(startedAt) }, { weight: 1, arbitrary: instant }),
        endedAt: fc.constant(startedAt + 7_200_000),
        views: orNull(small),
        paidViews: orNull(fc.oneof(fc.constant(0), fc.nat(3000)), 2),
        uniqueViewers: orNull(small),
        watchSeconds: orNull(fc.nat(2_000_000), 2),
        averageDwell: orNull(fc.oneof(fc.nat(3_000_000), fc.constantFrom(599_999, 600_000)), 2),
        likes: orNull(small),
        comments: orNull(small),
        shares: orNull(small, 2),
        follows: orNull(small, 2),
        gifts: orNull(small, 1),
        leads: orNull(fc.nat(9), 2),
        paidLeads: orNull(fc.nat(9), 1),
      }),
    ),
  );

const lead = (at: number, sessionIds: string[]): fc.Arbitrary<LeadTold[]> =>
  fc.tuple(instant.map(dayOf), fc.constantFrom('', 'elsewhere', ...sessionIds, ...sessionIds)).chain(([day, sessionId]) =>
    tellings(
      fc.record({
        leadId: fc.constant(`l${at}`),
        sessionId: fc.oneof({ weight: 4, arbitrary: fc.constant(sessionId) }, { weight: 1, arbitrary: fc.constant('') }),
        day: fc.constant(day),
        count: fc.nat(9),
        paid: orNull(fc.nat(9)),
      }),
    ),
  );

const counters = (base: number, spread: number) =>
  fc.record(
    Object.fromEntries(
      COUNTERS.map((counter) => [
        counter,
        orNull(
          fc.oneof(
            { weight: 8, arbitrary: fc.nat(spread).map((more) => (counter === 'paidPlays' ? Math.floor((base + more) / 3) : base + more)) },
            { weight: 1, arbitrary: fc.constantFrom(0, 1) },
          ),
          counter === 'plays' ? 12 : 4,
        ),
      ]),
    ) as Record<Counter, fc.Arbitrary<number | null>>,
  );

/** A video with readings that mostly rise, and sometimes a platform's daily series that begins before, at or after its publication. */
const video = (at: number): fc.Arbitrary<{ readings: ReadingTold[]; series: SeriesTold[] }> =>
  fc
    .record({
      publishedAt: fc.oneof(
        fc.integer({ min: FIRST - 60 * DAY, max: FIRST }),
        instant,
        // late in a month, so that the first reading may come in the next one
        fc
          .tuple(fc.constantFrom('2026-02-01', '2026-03-01', '2026-04-01'), fc.nat(5 * DAY))
          .map(([day, before]) => dayStart(day, ZONE) - before),
      ),
      delays: fc.array(
        fc.oneof(fc.integer({ min: 1, max: DAY }), fc.integer({ min: DAY, max: 20 * DAY }), fc.constantFrom(1000, 3_600_000)),
        { maxLength: 7 },
      ),
      seriesFrom: orNull(fc.constantFrom(-1, 0, 0, 1, 2, 3), 1),
      seriesDays: fc.integer({ min: 1, max: 12 }),
    })
    .chain(({ publishedAt, delays, seriesFrom, seriesDays }) => {
      let readAt = publishedAt;
      const readings = delays.map((delay, index) => {
        readAt += delay;
        const own = readAt;
        return counters(index * 80, 120).chain((values) =>
          tellings(
            fc.record({
              status: fc.constantFrom('', '', '', 'public', 'private'),
              plays: fc.oneof({ weight: 5, arbitrary: fc.constant(values.plays) }, { weight: 1, arbitrary: fc.constantFrom(null, 0, 77) }),
            }),
          ).map((told) => told.map((each) => ({ ...values, ...each, videoId: `v${at}`, readAt: own, publishedAt }))),
        );
      });
      const days = seriesFrom === null ? [] : Array.from({ length: seriesDays }, (_, day) => addDays(dayOf(publishedAt), seriesFrom + day));
      const series = days.map((day) =>
        fc.oneof(
          { weight: 6, arbitrary: tellings(counters(5, 20)).map((told) => told.map((each) => ({ ...each, videoId: `v${at}`, day }))) },
          { weight: 1, arbitrary: fc.constant([] as SeriesTold[]) },
        ),
      );
      return fc.record({ readings: fc.tuple(...readings).map((all) => all.flat()), series: fc.tuple(...series).map((all) => all.flat()) });
    });

/** One account: up to six sessions, four videos, four rows of leads, three costs, over January to April with both neighbours. */
export const valueWorldArbitrary: fc.Arbitrary<ValueWorld> = fc
  .record({
    sessionCount: fc.integer({ min: 0, max: 6 }),
    videoCount: fc.integer({ min: 0, max: 4 }),
    leadCount: fc.integer({ min: 0, max: 4 }),
  })
  .chain(({ sessionCount, videoCount, leadCount }) => {
    const each = <T>(count: number, make: (at: number) => fc.Arbitrary<T>) =>
      fc.tuple(...Array.from({ length: count }, (_, at) => make(at)));
    const sessionIds = Array.from({ length: sessionCount }, (_, at) => `s${at}`);
    return fc
      .record({
        platform: fc.constantFrom<Platform>('douyin', 'kuaishou', 'channels'),
        sessions: each(sessionCount, session),
        videos: each(videoCount, video),
        leads: each(leadCount, (at) => lead(at, sessionIds)),
        costs: fc.array(fc.record({ day: instant.map(dayOf), amountCny: fc.constantFrom('0', '0.0001', '12.5', '300', '99999.9999') }), {
          maxLength: 3,
        }),
      })
      .map(({ platform, sessions, videos, leads, costs }) => ({
        platform,
        sessions: sessions.flat(),
        readings: videos.flatMap(({ readings }) => readings),
        series: videos.flatMap(({ series }) => series),
        leads: leads.flat(),
        costs,
      }));
  });

const price = fc.tuple(fc.nat(3), fc.nat(999_999)).map(([whole, part]) => canonical(`${whole}.${String(part).padStart(6, '0')}`));
const discount = fc
  .integer({ min: 1, max: 10_000 })
  .map((part) => (part === 10_000 ? '1' : canonical(`0.${String(part).padStart(4, '0')}`)));
const canonical = (text: string) => text.replace(/\.?0+$/, '') || '0';
const EDGES = ['2025-06-01', '2026-01-15', '2026-02-01', '2026-02-20', '2026-03-16', '2026-04-02', '2026-04-30'];

/** Cards of one platform and line: none, one for ever, or several with changes inside months and gaps. */
const cardsOfLine = fc
  .record({ kept: fc.subarray(EDGES), gaps: fc.array(fc.constantFrom(0, 0, 3), { minLength: 8, maxLength: 8 }), open: fc.boolean() })
  .chain(({ kept, gaps, open }) =>
    fc.tuple(...kept.map(() => fc.tuple(price, discount))).map((prices) =>
      kept.map((validFrom, at) => ({
        validFrom,
        validTo: at + 1 < kept.length ? addDays(kept[at + 1], -1 - gaps[at]) : open ? null : addDays(validFrom, 12),
        unitPriceCny: prices[at][0],
        discount: prices[at][1],
      })),
    ),
  );

/** A brand's rate cards. A platform prices views first and viewers later, or one of them, never both on one day. */
export const rateCardsArbitrary: fc.Arbitrary<CardGiven[]> = fc
  .tuple(
    ...(['douyin', 'kuaishou', 'channels'] as const).map((platform) =>
      fc.tuple(fc.constant(platform), fc.tuple(...VALUE_LINES.map(() => cardsOfLine))),
    ),
  )
  .map((platforms) =>
    platforms.flatMap(([platform, lines]) =>
      lines.flatMap((cards, at) => cards.map((card): CardGiven => ({ platform, line: VALUE_LINES[at], ...card }))),
    ),
  )
  .map((cards) =>
    cards.filter(
      (card) =>
        card.line !== 'live_viewer' ||
        !cards.some(
          (other) =>
            other.platform === card.platform &&
            other.line === 'live_view' &&
            (card.validTo === null || other.validFrom <= card.validTo) &&
            (other.validTo === null || card.validFrom <= other.validTo),
        ),
    ),
  );

export { seeded };
export function shuffled<T>(rows: readonly T[], seed: number): T[] {
  const random = seeded(seed);
  return rows
    .map((row) => ({ row, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row);
}

export interface PlacedValue {
  world: ValueWorld;
  accountId: string;
}
type Given = Record<string, number | bigint | string | null>;

export function factRow(brandId: number, table: FactTable, told: Told, given: Given): FactRow {
  const row: FactRow = {};
  for (const [column, type] of Object.entries(table.columns))
    row[column] = type.startsWith('Nullable') ? null : type.includes('String') ? '' : 0;
  return {
    ...row,
    brand_id: brandId,
    source: told.source,
    observed_at: told.observedAt,
    retracted: Number(told.retracted),
    ingested_at: OBSERVED + 10_000,
    delivery_id: 0n, // none: taken in by the first refresh of a brand
    ...given,
  };
}

/** Rows of the fact tables for placed worlds. */
export function valueRows(brandId: number, placed: readonly PlacedValue[]): [FactTable, FactRow[]][] {
  const rows = <T extends Told>(table: FactTable, told: (world: ValueWorld) => T[], given: (row: T) => Given): [FactTable, FactRow[]] => [
    table,
    placed.flatMap(({ world, accountId }) => {
      const account_key = accountKey(brandId, world.platform, accountId);
      return told(world).map((row) => factRow(brandId, table, row, { account_key, ...given(row) }));
    }),
  ];
  const counts = (row: Record<Counter, number | null>): Given => ({
    ...Object.fromEntries(COUNTERS.map((counter) => [counter === 'paidPlays' ? 'paid_plays' : counter, row[counter]])),
  });
  return [
    rows(
      sessionsTable,
      (world) => world.sessions,
      (row) => ({
        session_id: row.sessionId,
        started_at: row.startedAt,
        ended_at: row.endedAt,
        views: row.views,
        paid_views: row.paidViews,
        unique_viewers: row.uniqueViewers,
        watch_seconds: row.watchSeconds,
        average_dwell_seconds: row.averageDwell === null ? null : (row.averageDwell / 10_000).toFixed(4),
        likes: row.likes,
        comments: row.comments,
        shares: row.shares,
        follows: row.follows,
        gifts: row.gifts,
        leads: row.leads,
        paid_leads: row.paidLeads,
      }),
    ),
    rows(
      videoReadingsTable,
      (world) => world.readings,
      (row) => ({
        video_id: row.videoId,
        read_at: row.readAt,
        published_at: row.publishedAt,
        status: row.status,
        ...counts(row),
      }),
    ),
    rows(
      videoDaysTable,
      (world) => world.series,
      (row) => ({ video_id: row.videoId, day: row.day, ...counts(row) }),
    ),
    rows(
      leadsTable,
      (world) => world.leads,
      (row) => ({
        lead_id: row.leadId,
        lead_key: textKey(row.leadId),
        session_id: row.sessionId,
        day: row.day,
        count: row.count,
        paid: row.paid,
      }),
    ),
  ];
}

/** Writes worlds in `parts` shuffled pieces, `times` over. */
export async function deliver(warehouse: Warehouse, brandId: number, placed: readonly PlacedValue[], parts = 1, seed = 1): Promise<void> {
  await warehouse.insertRows(
    'account_keys',
    placed.map(({ world, accountId }) => ({
      brand_id: brandId,
      account_key: String(accountKey(brandId, world.platform, accountId)),
      platform: world.platform,
      account_id: accountId,
    })),
  );
  for (const [table, rows] of valueRows(brandId, placed)) {
    const mixed = shuffled(rows, seed);
    for (let part = 0; part < parts; part++)
      await warehouse.insert(
        table,
        mixed.slice(Math.floor((mixed.length * part) / parts), Math.floor((mixed.length * (part + 1)) / parts)),
      );
  }
}
