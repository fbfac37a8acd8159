import type { DeclarationKind } from '@app/contracts';
import { drawsOf, honestSessions, type MadeSession } from '../../../../test/support/honest-accounts';
import { ratioClaims, sharedCurve } from '../detectors/ratio/own-ratio-drift';
import { beyondBought, type Observation, type Series, residualsOf, splitOf } from './drift';
import { type DriftDetector, effectiveLooks, type JudgedUnit, referenceOf, standingOut } from './judged-drift';
import { unitsOf, weekOf } from './units';

const DAY = 86_400_000;
const FIRST = 20_000;
const DAYS = 88;
const END = (FIRST + 60) * DAY;
const TO = (FIRST + DAYS) * DAY;

/** The values of ownRatioDrift: five ratios and the growth. */
const valuesOf = ({ views, likes, comments, shares, follows, leads }: MadeSession): number[] => [
  ...[likes, comments, shares, follows, leads].map((count) => Math.log((count + 1) / (views + 1))),
  Math.log(views + 1),
];

function seriesOf(key: string, sessions: readonly MadeSession[], kindsOf: (day: number) => DeclarationKind[] = () => []): Series {
  const observations = sessions.map((session): Observation => ({
    item: `${key}-${session.day}`,
    from: session.day * DAY,
    to: session.day * DAY + 7_200_000,
    day: session.day,
    values: valuesOf(session),
    kinds: kindsOf(session.day),
    declarationIds: [],
  }));
  return { accountKey: key, platform: 'douyin', size: 'under5000', observations };
}

const RATIOS: DriftDetector<ReturnType<typeof sharedCurve>> = {
  name: 'ratios',
  features: ['likes', 'comments', 'shares', 'follows', 'leads', 'growth'],
  weekly: [false, false, false, false, false, true],
  minHistory: 8,
  leastSpread: 0.03,
  units: ['session', 'week', 'weeks'],
  learn: sharedCurve,
  claims: ratioClaims,
  read: () => Promise.reject(new Error('nothing is read here')),
};

const PEERS = 150;
const split = splitOf(FIRST * DAY, END);
const honest = Array.from({ length: PEERS }, (_, at) => honestSessions(at + 1, { from: FIRST, days: DAYS }));
const reference = referenceOf(
  RATIOS,
  honest.map((sessions, at) => seriesOf(`h${at}`, sessions)),
  split,
);
const claims = RATIOS.claims(reference.learned);

function judge(series: Series): JudgedUnit[] {
  const residuals = residualsOf(RATIOS, series, reference.common, { baseEnd: END, from: END, to: TO });
  return residuals === null ? [] : standingOut(RATIOS, claims, reference, series, residuals);
}
const weeks = (judged: JudgedUnit[]) => judged.filter(({ unit }) => unit.kind !== 'session');
const strongest = (judged: JudgedUnit[]): number => Math.max(0, ...weeks(judged).map(({ strength }) => strength));
const fromDay = (day: number, change: (session: MadeSession) => MadeSession) => (sessions: MadeSession[]) =>
  sessions.map((session) => (session.day >= FIRST + day ? change(session) : session));

describe('judging an account by its own past', () => {
  it('strengths are what they say: of honest weeks about one in a hundred reaches .99', () => {
    const strengths = honest.flatMap((_, at) => weeks(judge(seriesOf(`n${at}`, honestSessions(at + 1001, { from: FIRST, days: DAYS })))));
    const share = strengths.filter(({ strength }) => strength >= 0.99).length / (PEERS * 4);
    expect(share).toBeLessThan(0.03);
  });

  it('forty per cent of views that nobody reacts to stand out, and are about so many', () => {
    const found = honest
      .slice(0, 40)
      .map((sessions, at) => judge(seriesOf(`b${at}`, fromDay(64, (s) => ({ ...s, views: Math.round(s.views * 1.4) }))(sessions))));
    expect(found.filter((judged) => strongest(judged) >= 0.99).length).toBeGreaterThan(36);
    const views = found.flatMap(weeks).filter(({ claim }) => claim.name === 'views');
    const removed = views.map(({ effect }) => 1 - Math.exp(effect));
    const mean = removed.reduce((sum, share) => sum + share, 0) / removed.length;
    expect(mean).toBeGreaterThan(0.2);
    expect(mean).toBeLessThan(0.34); // 0.4 ÷ 1.4 = .286
  });

  it('likes alone are told as likes', () => {
    const sessions = fromDay(64, (s) => ({ ...s, likes: Math.round(s.likes * 1.4) }))(honest[3]);
    const [top] = weeks(judge(seriesOf('likes', sessions))).sort((a, b) => b.strength - a.strength);
    expect([top.claim.name, top.strength > 0.99]).toEqual(['likes', true]);
  });

  it('what all peers do on a day is no finding of one of them', () => {
    const surge = fromDay(64, (s) => ({ ...s, views: s.views * 2 }));
    const moved = referenceOf(
      RATIOS,
      honest.map((sessions, at) => seriesOf(`h${at}`, surge(sessions))),
      split,
    );
    const series = seriesOf('one', surge(honestSessions(5000, { from: FIRST, days: DAYS })));
    const residuals = residualsOf(RATIOS, series, moved.common, { baseEnd: END, from: END, to: TO })!;
    expect(strongest(standingOut(RATIOS, claims, moved, series, residuals))).toBeLessThan(0.999);
    expect(strongest(judge(series))).toBeGreaterThan(0.9999);
  });

  it('a declaration explains what such declarations bring, and the excess is scored', () => {
    const boosted = (times: number) => fromDay(64, (s) => ({ ...s, views: Math.round(s.views * times) }));
    const paid = (day: number): DeclarationKind[] => (day >= FIRST + 64 ? ['paid'] : []);
    const world = honest.map((sessions, at) => (at < 20 ? seriesOf(`p${at}`, boosted(1.4)(sessions), paid) : seriesOf(`h${at}`, sessions)));
    const known = referenceOf(RATIOS, world, split);
    const judgeHere = (series: Series) =>
      standingOut(RATIOS, claims, known, series, residualsOf(RATIOS, series, known.common, { baseEnd: END, from: END, to: TO })!);
    const fresh = honestSessions(6000, { from: FIRST, days: DAYS });
    expect(strongest(judgeHere(seriesOf('as all', boosted(1.4)(fresh), paid)))).toBeLessThan(0.99);
    expect(strongest(judgeHere(seriesOf('more', boosted(4)(fresh), paid)))).toBeGreaterThan(0.99);
    expect(strongest(judgeHere(seriesOf('silent', boosted(1.4)(fresh))))).toBeGreaterThan(0.99);
  });

  it('several declarations of one session explain as much as the largest, not their sum', () => {
    const shift = { shift: [-0.3, 0, 0, 0, 0, 0], spread: [0, 0, 0, 0, 0, 0] };
    const common = { ...reference.common, declared: { paid: shift, raffle: { ...shift, shift: [-0.2, 0, 0, 0, 0, 0] } } };
    const shiftWith = (kinds: DeclarationKind[]) => {
      const series = seriesOf('x', honest[9], (day) => (day >= FIRST + 60 ? kinds : []));
      return residualsOf(RATIOS, series, common, { baseEnd: END, from: END, to: TO })![0].shift[0]!;
    };
    expect(shiftWith(['paid', 'raffle']) - shiftWith([])).toBeCloseTo(0.3);
    expect(shiftWith(['raffle']) - shiftWith([])).toBeCloseTo(0.2);
  });

  it('without history there is no answer, also for a history of which every day was declared', () => {
    const short = honest[0].filter(({ day }) => day >= FIRST + 55);
    const span = { baseEnd: END, from: END, to: TO };
    expect(residualsOf(RATIOS, seriesOf('new', short), reference.common, span)).toBeNull();
    expect(
      residualsOf(
        RATIOS,
        seriesOf('all', honest[0], () => ['guest']),
        reference.common,
        span,
      ),
    ).toBeNull();
  });

  it('a constant history is measured by the noise of peers, not by none', () => {
    const [first] = honest[0];
    const still = honest[0].map(({ day }) => ({ ...first, day }));
    const residuals = residualsOf(RATIOS, seriesOf('still', still), reference.common, { baseEnd: END, from: END, to: TO })!;
    for (const { spread } of residuals) for (const one of spread) expect(one).toBeGreaterThanOrEqual(0.03);
  });

  it('a kept reference judges as the one that was made: it is JSON', () => {
    const again = JSON.parse(JSON.stringify(reference)) as typeof reference;
    const series = seriesOf('b', fromDay(64, (s) => ({ ...s, views: s.views * 2 }))(honest[1]));
    const residuals = residualsOf(RATIOS, series, again.common, { baseEnd: END, from: END, to: TO })!;
    expect(standingOut(RATIOS, RATIOS.claims(again.learned), again, series, residuals)).toHaveLength(judge(series).length);
  });

  it('weeks begin on Mondays, and four of them are looked at together', () => {
    // 1970-01-01 was a Thursday
    expect([weekOf(3), weekOf(4), weekOf(10), weekOf(11)]).toEqual([0, 1, 1, 2]);
    const residuals = residualsOf(RATIOS, seriesOf('h', honest[0]), reference.common, { baseEnd: END, from: END, to: TO })!;
    const units = unitsOf(residuals, ['week', 'weeks']);
    expect(units.filter(({ kind }) => kind === 'week').reduce((sum, unit) => sum + unit.residuals.length, 0)).toBe(residuals.length);
    expect(Math.max(...units.map((unit) => unit.residuals.length))).toBe(27); // the window ends on a Sunday's eve
  });
});

describe('what the best of several claims pays', () => {
  const { uniform } = drawsOf(11);
  const best = (looks: number): number[] => Array.from({ length: 20_000 }, () => Math.min(...Array.from({ length: looks }, uniform)));

  it('as many looks as there are, where claims have nothing in common; one, where they are the same', () => {
    expect(effectiveLooks(best(6), 16)).toBeGreaterThan(5);
    expect(effectiveLooks(best(6), 16)).toBeLessThan(8);
    expect(effectiveLooks(best(1), 16)).toBeLessThan(1.6);
  });

  it('never more than there are, and all of them where too few have been seen', () => {
    expect(effectiveLooks(best(6), 3)).toBe(3);
    expect(effectiveLooks(best(6).slice(0, 60), 16)).toBe(16);
    expect(effectiveLooks([], 16)).toBe(16);
  });
});

describe('views that were declared as bought', () => {
  it('explain as much as their share of the views can do, in both directions, and the excess is left', () => {
    const third = -Math.log(1 - 1 / 3); // a third of the views: ratios may lie off by ln 1.5
    expect(beyondBought(Math.log(1.5), third)).toBeCloseTo(0);
    expect(beyondBought(-0.3, third)).toBeCloseTo(0);
    expect(beyondBought(1, third)).toBeCloseTo(1 - Math.log(1.5));
    expect(beyondBought(-1, third)).toBeCloseTo(Math.log(1.5) - 1);
    expect(beyondBought(null, third)).toBeNull();
    expect(beyondBought(0.4, 0)).toBe(0.4);
  });

  it('are taken off what an observation shows, and off nobody else', () => {
    const series = seriesOf('bought', honestSessions(5, { from: FIRST, days: DAYS }));
    const plan = { ...RATIOS, minHistory: 8 };
    const common = { movement: {}, spreads: { all: [0.1, 0.1, 0.1, 0.1, 0.1, 0.1] }, usual: {}, declared: {} };
    const shiftsOf = (bought: number) =>
      residualsOf(
        plan,
        { ...series, observations: series.observations.map((one) => ({ ...one, bought: one.from >= END ? bought : 0 })) },
        common,
        {
          ...{ baseEnd: END, from: END, to: TO },
        },
      )!.flatMap(({ shift }) => shift.map((one) => Math.abs(one ?? 0)));
    const [plain, explained] = [shiftsOf(0), shiftsOf(0.2)];
    explained.forEach((one, at) => expect(one).toBeCloseTo(Math.max(0, plain[at] - 0.2)));
    expect(Math.max(...plain)).toBeGreaterThan(0.2);
  });
});
