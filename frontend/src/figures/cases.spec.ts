import type { CaseOutcome, CaseState } from '@app/contracts';
import { bandsOf } from './bands';
import { hoursUntil, isConfirmed, isUndecided, subjectText, toneOf } from './caseWords';
import { scaleOf } from './figureScale';
import { honestOneIn, probabilityText, strengthText } from './strength';

const row = (state: CaseState, outcome: CaseOutcome | null, ...detectors: string[]) => ({ state, outcome, detectors });

describe('words of cases', () => {
  it('only what an auditor has confirmed, and no appeal has overturned, may be called inflated', () => {
    expect(isConfirmed(row('confirmed', 'confirmed'))).toBe(true);
    expect(isConfirmed(row('appealed', 'confirmed'))).toBe(true);
    for (const [state, outcome] of [
      ['open', null],
      ['in_review', null],
      ['overturned', 'confirmed'],
      ['third_party', 'third_party'],
      ['dismissed', 'dismissed'],
    ] as const)
      expect([state, isConfirmed(row(state, outcome))]).toEqual([state, false]);
  });
  it('a case can be decided while it is open or in review, and has no colour of up and down', () => {
    expect([isUndecided('open'), isUndecided('in_review'), isUndecided('confirmed')]).toEqual([true, true, false]);
    expect([toneOf('open'), toneOf('confirmed'), toneOf('dismissed'), toneOf('inconclusive')]).toEqual(['open', 'bad', 'good', 'neutral']);
  });
  it('a subject is named by what it is', () =>
    expect(subjectText({ kind: 'session', platform: 'douyin', accountId: 'a', sessionId: 's' })).toBe('a · s'));
  it('hours until a deadline are negative when it is past', () =>
    expect([
      hoursUntil('2026-01-01T02:00:00Z', Date.parse('2026-01-01T00:00:00Z')),
      hoursUntil('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:30:00Z')),
    ]).toEqual([2, -1]));
});

describe('strength', () => {
  it('is never rounded up to certainty', () =>
    expect([strengthText(0.95), strengthText(0.9999999), strengthText(0.9994)]).toEqual(['0.95', '0.99999', '0.9994']));
  it('nor is a probability told as certain, and unknown is no 0', () =>
    expect([1, 0.99951, 0.25, 0, null].map(probabilityText)).toEqual(['> 99.9 %', '> 99.9 %', '25.0 %', '< 0.1 %', '—']));
  it('says one honest subject in how many', () =>
    expect([honestOneIn(0.99), honestOneIn(0.5), honestOneIn(1)]).toEqual(['100', '2', '1,000,000']));
});

it('minutes that follow each other are one stretch, in whatever order and however often they come', () =>
  expect(
    bandsOf(
      ['10:01', '10:00', '10:01', '10:05'].map((at) => ({ at: `2026-01-01T${at}:30Z` })),
      'x',
    ),
  ).toEqual([
    { from: Date.parse('2026-01-01T10:00Z'), to: Date.parse('2026-01-01T10:02Z'), text: 'x' },
    { from: Date.parse('2026-01-01T10:05Z'), to: Date.parse('2026-01-01T10:06Z'), text: 'x' },
  ]));

describe('a figure on its scale', () => {
  it('stands between zero and the largest; negative ones stretch it', () => {
    expect(scaleOf({ value: 10, own: 5, peers: 0 })).toEqual({ value: 1, own: 0.5, peers: 0 });
    expect(scaleOf({ value: -5, own: 5, peers: null })).toEqual({ value: 0, own: 1, peers: null });
  });
  it('without anything to compare with there is none', () => {
    expect(scaleOf({ value: 1, own: null, peers: null })).toBeNull();
    expect(scaleOf({ value: null, own: 1, peers: null })).toBeNull();
  });
});
