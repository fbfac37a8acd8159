import fc from 'fast-check';
import { addDays, dayStart, type GapReason } from '@app/contracts';
import { daysOf, gapsOf, type GapEvidence, type TroubleDay } from './gaps';

const ZONE = 'Asia/Shanghai';
const HOUR = 3_600_000;
const at = (day: string, hour = 0, zone = ZONE): number => dayStart(day, zone) + hour * HOUR;

const evidence = (more: Partial<GapEvidence> = {}): GapEvidence => ({
  kind: 'videos',
  zone: ZONE,
  now: at('2026-10-20', 9),
  trouble: [],
  grants: [{ product: 'douyin-open', grantedOn: '2026-09-01', revokedAt: null, revokedCode: null, endsAt: null }],
  lastSuccessAt: at('2026-10-19', 21),
  unfinished: new Map(),
  tellsDaysBack: 0,
  ...more,
});
const trouble = (day: string, code: string, more: Partial<TroubleDay> = {}): TroubleDay => ({
  day,
  code,
  product: 'douyin-open',
  errorClass: 'retry',
  lastAt: at(day, 21),
  ...more,
});
const october = daysOf('2026-10-01', '2026-10-20');
const reasonsOf = (missing: string[], more: Partial<GapEvidence>): GapReason[] =>
  gapsOf(october, new Set(october.filter((day) => !missing.includes(day))), evidence(more)).map(({ reason }) => reason);

describe('gaps', () => {
  it('and what arrived are disjoint and together what was expected, in every zone and over every change of clocks', () => {
    const day = fc.integer({ min: 0, max: 60 }).map((days) => addDays('2026-03-01', days));
    const cause = fc.record({
      day,
      code: fc.constantFrom('http 503', '28003017', '28001045', '28001012', 'odd'),
      hour: fc.integer({ min: 0, max: 23 }),
    });
    fc.assert(
      fc.property(
        fc.record({
          zone: fc.constantFrom(ZONE, 'America/New_York', 'Pacific/Kiritimati', 'UTC'),
          kind: fc.constantFrom('sessions' as const, 'videos' as const, 'followers' as const, 'leads' as const),
          from: day,
          length: fc.integer({ min: 0, max: 40 }),
          received: fc.array(day),
          causes: fc.array(cause, { maxLength: 8 }),
          grantedOn: day,
          revokedOn: fc.option(day),
          nowHours: fc.integer({ min: 0, max: 60 }),
          tellsDaysBack: fc.constantFrom(0, 15),
        }),
        ({ zone, kind, from, length, received, causes, grantedOn, revokedOn, nowHours, tellsDaysBack }) => {
          const to = addDays(from, length);
          const expected = daysOf(from, to);
          const arrived = new Set(received.filter((one) => expected.includes(one)));
          const gaps = gapsOf(expected, arrived, {
            ...evidence({ kind, zone, tellsDaysBack, now: at(to, nowHours, zone) }),
            trouble: causes
              .map((one) => trouble(one.day, one.code, { lastAt: at(one.day, one.hour, zone) }))
              .sort((a, b) => a.lastAt - b.lastAt),
            grants: [
              {
                product: 'douyin-open',
                grantedOn,
                revokedAt: revokedOn === null ? null : at(revokedOn, 12, zone),
                revokedCode: '28001045',
                endsAt: null,
              },
            ],
          });
          const missing = gaps.flatMap((gap) => daysOf(gap.from, gap.to));
          expect(new Set(missing).size).toBe(missing.length);
          expect(missing.filter((one) => arrived.has(one))).toEqual([]);
          expect([...missing, ...arrived].sort()).toEqual(expected);
          expect(gaps.every((gap) => gap.days === daysOf(gap.from, gap.to).length && gap.from < gap.to)).toBe(true);
          for (const [index, gap] of gaps.entries()) if (index > 0) expect(gap.from >= gaps[index - 1]!.to).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('in a row with one cause are one, half open', () => {
    const days = ['2026-10-05', '2026-10-06', '2026-10-07'];
    const more = { trouble: [trouble(days[0]!, 'http 503'), trouble(days[1]!, 'http 503'), trouble(days[2]!, '28003017')] };
    const gaps = gapsOf(october, new Set(october.filter((day) => !days.includes(day))), evidence(more));
    expect(gaps).toEqual([
      { from: '2026-10-05', to: '2026-10-07', days: 2, reason: 'platform-down', code: 'http 503', product: 'douyin-open' },
      { from: '2026-10-07', to: '2026-10-08', days: 1, reason: 'quota', code: '28003017', product: 'douyin-open' },
    ]);
  });

  it('of two causes on one day name the later, with the other beside it; days in a row stay one gap', () => {
    const days = ['2026-10-05', '2026-10-06'];
    const both = [
      trouble(days[0]!, '28001012', { errorClass: 'needs-user', lastAt: at(days[0]!, 20) }),
      trouble(days[0]!, 'http 503', { lastAt: at(days[0]!, 21) }),
      trouble(days[1]!, 'http 503'),
    ];
    const [gap, ...more] = gapsOf(october, new Set(october.filter((day) => !days.includes(day))), evidence({ trouble: both }));
    expect(more).toEqual([]);
    expect(gap).toMatchObject({ days: 2, reason: 'platform-down', code: 'http 503' });
    expect(gap?.also).toEqual([{ reason: 'no-permission', code: '28001012', product: 'douyin-open' }]);
  });

  it('keep their reason after the recovery', () => {
    expect(reasonsOf(['2026-10-05'], { trouble: [trouble('2026-10-05', 'http 503')], lastSuccessAt: at('2026-10-19', 22) })).toEqual([
      'platform-down',
    ]);
  });

  it('go on with a reason for as long as nothing has succeeded since', () => {
    const stopped = trouble('2026-10-16', '28001012', { errorClass: 'needs-user' });
    const missing = ['2026-10-16', '2026-10-17', '2026-10-18'];
    const more = { trouble: [stopped], lastSuccessAt: at('2026-10-15', 21) };
    expect(reasonsOf(missing, more)).toEqual(['no-permission']);
    expect(reasonsOf(missing, { ...more, lastSuccessAt: at('2026-10-19', 21) })).toEqual(['no-permission', 'not-tried']);
  });

  it('after the end of every permission are its end, and before it are not', () => {
    const grants = [
      {
        product: 'douyin-open' as const,
        grantedOn: '2026-09-01',
        revokedAt: at('2026-10-17', 12),
        revokedCode: 'unauthorize',
        endsAt: null,
      },
    ];
    const gaps = gapsOf(october, new Set(october.slice(0, 15)), evidence({ grants, lastSuccessAt: at('2026-10-15', 21) }));
    expect(gaps.map(({ from, to, reason }) => [from, to, reason])).toEqual([
      ['2026-10-16', '2026-10-17', 'not-tried'],
      ['2026-10-17', '2026-10-20', 'revoked'],
    ]);
  });

  it('of what only the next day tells are the end of the permission, though it came after the day had ended', () => {
    const revoked = (revokedAt: number) => [
      { product: 'douyin-open' as const, grantedOn: '2026-09-01', revokedAt, revokedCode: '28001045', endsAt: null },
    ];
    const missing = october.slice(15);
    const early = { grants: revoked(at('2026-10-17', 10.5)), lastSuccessAt: at('2026-10-16', 11) };
    expect(reasonsOf(missing, { ...early, kind: 'followers', tellsDaysBack: 15 })).toEqual(['revoked']);
    expect(reasonsOf(missing, { ...early, kind: 'leads' })).toEqual(['revoked']);
    expect(reasonsOf(missing, { ...early, kind: 'followers' })).toEqual(['not-tried', 'revoked']);
    const downBefore = [trouble('2026-10-16', 'http 503', { lastAt: at('2026-10-16', 18) })];
    expect(reasonsOf(missing, { ...early, kind: 'followers', tellsDaysBack: 15, trouble: downBefore })).toEqual(['revoked']);
    const late = { grants: revoked(at('2026-10-17', 15)), lastSuccessAt: at('2026-10-16', 11) };
    expect(reasonsOf(missing, { ...late, kind: 'followers', tellsDaysBack: 15 })).toEqual(['not-tried', 'revoked']);
  });

  it('of a broadcast day that was looked at are the end of the permission where that came before its figures were given up', () => {
    const grants = [
      {
        product: 'douyin-open' as const,
        grantedOn: '2026-09-01',
        revokedAt: at('2026-10-18', 9),
        revokedCode: 'unauthorize',
        endsAt: null,
      },
    ];
    const unfinished = new Map([
      ['2026-10-01', at('2026-10-14')],
      ['2026-10-17', at('2026-10-18', 8)],
    ]);
    expect(reasonsOf(['2026-10-01', '2026-10-17'], { kind: 'sessions', unfinished, grants })).toEqual(['never-ready', 'revoked']);
  });

  it('of a broadcast day that was looked at are figures that are not final, until they are given up', () => {
    const unfinished = new Map([
      ['2026-10-03', at('2026-10-19')],
      ['2026-10-18', at('2026-10-19')],
    ]);
    const more = { kind: 'sessions' as const, unfinished, trouble: [trouble('2026-10-10', 'http 503')] };
    expect(reasonsOf(['2026-10-03', '2026-10-18'], more)).toEqual(['never-ready', 'not-ready']);
    const downSince = { ...more, trouble: [trouble('2026-10-19', 'http 503')] };
    expect(reasonsOf(['2026-10-03', '2026-10-18'], downSince)).toEqual(['platform-down', 'platform-down']);
  });

  it('of a series that tells the days after them were never served', () => {
    const more = { kind: 'followers' as const, tellsDaysBack: 15, trouble: [trouble('2026-10-06', 'http 503')] };
    expect(reasonsOf(['2026-10-05'], more)).toEqual(['never-served']);
    expect(reasonsOf(['2026-10-05'], { ...more, tellsDaysBack: 0 })).toEqual(['not-tried']);
  });

  it('of a feed need no permission to have been given', () => {
    expect(reasonsOf(['2026-10-05'], { kind: 'entries', grants: [] })).toEqual(['never-served']);
    expect(reasonsOf(['2026-10-05'], { kind: 'videos', grants: [] })).toEqual(['revoked']);
  });

  it('of yesterday are only due in the afternoon, and of the first days nobody is to blame', () => {
    const followers = { kind: 'followers' as const, tellsDaysBack: 15 };
    expect(reasonsOf(['2026-10-19'], { ...followers, now: at('2026-10-20', 9) })).toEqual(['not-yet']);
    expect(reasonsOf(['2026-10-19'], { ...followers, now: at('2026-10-20', 15), lastSuccessAt: at('2026-10-19', 12) })).toEqual([
      'not-tried',
    ]);
    const grants = [{ product: 'douyin-open' as const, grantedOn: '2026-10-01', revokedAt: null, revokedCode: null, endsAt: null }];
    expect(reasonsOf(['2026-10-01'], { grants })).toEqual(['not-ready']);
  });
});
