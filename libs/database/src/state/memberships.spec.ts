import { DEFAULT_POLICY, UNASSIGNED, type BrandState, type Level } from '@app/contracts';
import fc from 'fast-check';
import { memberships } from './memberships';

const CITIES = ['440106', '440103', '310101', '110105'];
const DEALERS = ['d1', 'd2', 'd3'];
const starts = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { maxLength: 5 }).map((list) => list.sort((a, b) => a - b));

/** Timelines as the reader builds them: the next start ends a span. */
const timeline = <Row>(row: fc.Arbitrary<Row>) =>
  starts.chain((froms) =>
    fc
      .array(row, { minLength: froms.length, maxLength: froms.length })
      .map((rows) => rows.map((one, i) => ({ ...one, from: froms[i], to: froms[i + 1] ?? null }))),
  );

const world = fc.record({
  owned: fc.array(timeline(fc.record({ dealerId: fc.constantFrom(...DEALERS, null) })), { minLength: 1, maxLength: 4 }),
  placed: fc.array(timeline(fc.record({ adcode: fc.constantFrom(...CITIES), salesRegion: fc.constantFrom('南区/广州', '东区', null) })), {
    minLength: 3,
    maxLength: 3,
  }),
  from: fc.integer({ min: -10, max: 110 }),
  length: fc.integer({ min: 1, max: 60 }),
});
type World = typeof world extends fc.Arbitrary<infer W> ? W : never;

function stateOf(made: World): BrandState {
  return {
    brand: { brandId: 1, code: 'demo', name: 'Demo', zone: 'UTC' },
    policies: [DEFAULT_POLICY],
    accounts: made.owned.map((_, i) => ({
      accountKey: String(i),
      platform: 'douyin',
      accountId: `a${i}`,
      name: `a${i}`,
      handle: null,
      undeclared: false,
    })),
    ownerships: made.owned.flatMap((spans, i) =>
      spans.map((span) => ({ accountKey: String(i), ownerKind: 'dealer' as const, declaredTier: null, ...span })),
    ),
    placements: made.placed.flatMap((spans, i) =>
      spans.map((span) => ({ dealerId: DEALERS[i], name: DEALERS[i], group: null, status: 'active', ...span })),
    ),
    rateCards: [],
    costs: [],
    declarations: [],
    sentinelKeys: ['0'],
    grantedFrom: {},
  };
}

const covers = (t: number) => (span: { from: number; to: number | null }) => span.from <= t && (span.to === null || t < span.to);

function expectedGroup(state: BrandState, accountKey: string, level: Level, regions: 'adcode' | 'sales', t: number): string {
  if (level === 'account') return accountKey;
  if (level === 'brand') return 'demo';
  const dealer = state.ownerships.find((row) => row.accountKey === accountKey && covers(t)(row))?.dealerId ?? null;
  if (dealer === null || level === 'dealer') return dealer ?? UNASSIGNED;
  const placement = state.placements.find((row) => row.dealerId === dealer && covers(t)(row));
  return (regions === 'adcode' ? placement && `${placement.adcode.slice(0, 4)}00` : placement?.salesRegion) ?? UNASSIGNED;
}

describe('memberships', () => {
  it('tile the period of every account exactly, each instant in the group of its owner then', () => {
    fc.assert(
      fc.property(
        world,
        fc.constantFrom<Level>('account', 'dealer', 'region', 'brand'),
        fc.constantFrom('adcode', 'sales'),
        (made, level, regions) => {
          const state = stateOf(made);
          const period = { from: made.from, to: made.from + made.length };
          const spans = memberships(state, level, regions, period);
          for (const { accountKey } of state.accounts) {
            const own = spans.filter((span) => span.accountKey === accountKey);
            expect(own[0].from).toBe(period.from);
            expect(own.at(-1)?.to).toBe(period.to);
            own.forEach((span, i) => {
              expect(span.to).toBeGreaterThan(span.from);
              if (i > 0) expect([span.from, span.group === own[i - 1].group]).toEqual([own[i - 1].to, false]);
            });
            for (let t = period.from; t < period.to; t++)
              expect(own.find(covers(t))?.group).toBe(expectedGroup(state, accountKey, level, regions, t));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('an empty period has no member', () => {
    const state = stateOf({ owned: [[]], placed: [[], [], []], from: 0, length: 1 });
    expect(memberships(state, 'dealer', 'adcode', { from: 5, to: 5 })).toEqual([]);
    expect(memberships(state, 'dealer', 'adcode', { from: 5, to: 6 })).toEqual([{ accountKey: '0', group: UNASSIGNED, from: 5, to: 6 }]);
  });
});
