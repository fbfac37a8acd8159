import type { Compared } from '@app/analytics';
import { feedPrevalence } from './feed-excess';
import { differing, differingWeeks, prevalencesOf } from './source-differences';

const row = (change: Partial<Compared> = {}): Compared => {
  const made = {
    ...{
      accountKey: '1',
      figure: 'likes' as const,
      subject: 's',
      day: '2026-10-14',
      countedSource: 'api-final' as const,
      countedValue: 100,
    },
    ...{ otherSource: 'file' as const, otherValue: 150, tolerance: { absolute: 1, relative: 0.02 }, beyond: true, why: { zh: '', en: '' } },
    ...change,
  };
  const difference = made.otherValue - made.countedValue;
  return { difference, relative: made.countedValue === 0 ? null : difference / made.countedValue, ...made };
};

describe('differences between sources', () => {
  it('are told by account and business week, the largest first, each week as strange as its rarest', () => {
    const rows = [
      row({ otherValue: 110 }),
      row({ day: '2026-10-18', otherValue: 300 }),
      row({ day: '2026-10-19' }),
      row({ accountKey: '2' }),
    ];
    const weeks = differingWeeks(rows, {});
    expect(weeks.map(({ account, monday, rows: own }) => [account, monday, own.map(({ otherValue }) => otherValue)])).toEqual([
      ['1', '2026-10-12', [300, 110]],
      ['1', '2026-10-19', [150]],
      ['2', '2026-10-12', [150]],
    ]);
    // nobody was seen to differ: rare, but sources that disagree do not say who is right
    expect(weeks.map(({ strength }) => strength)).toEqual([0.95, 0.95, 0.95]);
  });

  it('within the tolerance, explained by a correction, or views of a file above the platform are not', () => {
    expect(differing([row({ beyond: false })])).toEqual([]);
    expect(differing([row({ figure: 'views' })])).toEqual([]);
    // a policy may put the file first
    expect(
      differing([row({ figure: 'views', countedSource: 'file', countedValue: 150, otherSource: 'api-final', otherValue: 100 })]),
    ).toEqual([]);
    expect(differing([row({ figure: 'views', otherValue: 50 }), row({ figure: 'views', otherSource: 'ads-api' })])).toHaveLength(2);
  });

  it('figures that are not final yet contradict nobody, nor do plays of 0, which are no reading', () => {
    expect(differing([row({ otherSource: 'api-provisional' }), row({ countedSource: 'api-provisional' })])).toEqual([]);
    expect(differing([row({ figure: 'plays', otherValue: 0 }), row({ figure: 'plays', countedValue: 0 })])).toEqual([]);
    expect(differing([row({ otherValue: 0 }), row({ figure: 'plays', otherValue: 1 })])).toHaveLength(2);
  });

  it('that the whole network has are usual; one that is far larger is not', () => {
    const usual = Array.from({ length: 1_000 }, (_, at) => row({ accountKey: `${at}`, otherValue: 110 + (at % 5) }));
    const honest = prevalencesOf([...usual, row({ accountKey: '0', otherValue: 112 }), row({ figure: 'shares', beyond: false })]);
    expect(honest.likes).toMatchObject({ assessed: 1_000 });
    expect(honest.shares).toEqual({ assessed: 1, worst: [] });
    const strengthOf = (otherValue: number): number => differingWeeks([row({ otherValue })], honest)[0].strength;
    expect(strengthOf(111)).toBeLessThan(0.7);
    expect(strengthOf(500)).toBe(0.95);
  });

  it('of a feed that saw more than the platform counted, the worst session of each account before the window is what is usual', () => {
    const fed = (account: string, from: number, entries: number, views = 100) => ({
      room: { account, sessionId: `${from}`, from, to: from + 1, entries },
      views,
    });
    const sessions = [fed('1', 0, 110), fed('1', 1, 150), fed('2', 0, 90), fed('3', 9, 900), fed('4', 0, 5, 0)];
    expect(feedPrevalence(sessions, 5)).toEqual({ assessed: 3, worst: [0.5, 5] });
  });

  it('where nothing counts the whole is the difference', () => {
    const honest = prevalencesOf([row({ countedValue: 0, otherValue: 5 }), row({ accountKey: '2', otherValue: 190 })]);
    expect(honest.likes?.worst).toEqual([0.9, 1]);
  });
});
