import type { AudienceMix } from '../../facts/audience-mix.reader';
import { commenterValues } from '../text/commenter-mix';
import { audienceValues } from './audience-mix';

const mix = (change: Partial<AudienceMix> = {}): AudienceMix => ({
  ...{ account: '1', sessionId: 's', persons: 400, entries: 480, returning: 120, keptStrangers: 70, toldNew: 400, newOnes: 20 },
  ...{ stayed: 400, gone: 80, long: 40, stayMean: 3.5, staySpread: 1.5 },
  ...{
    talkers: 40,
    toldTalkers: 40,
    newTalkers: 2,
    returningTalkers: 20,
    stayedTalkers: 40,
    talkerStay: 5,
    messages: 90,
    rhythm: 0.8,
    rhythmic: 12,
  },
  ...{ allTalkers: 42, allMessages: 95 },
  ...change,
});
const KNOWN = { before: true, after: true };
/** 160 accounts that are new, come once, stay alike and say nothing. */
const bought = mix({ persons: 560, entries: 640, toldNew: 560, newOnes: 180, stayed: 560, talkers: 40 });

it('strangers, new accounts and silence move the mix the way that claims look', () => {
  const [usual, now] = [audienceValues(mix(), KNOWN), audienceValues(bought, KNOWN)];
  for (const feature of [0, 1, 6, 8, 9]) expect(now[feature]!).toBeGreaterThan(usual[feature]!);
});

it('who returns, or comes again, is unknown as long as the days before and after are', () => {
  expect(audienceValues(mix(), { before: true, after: false })[8]).toBeNull();
  expect(audienceValues(mix(), { before: false, after: true })[1]).toBeNull();
  expect(commenterValues(mix(), { before: false, after: true })[3]).toBeNull();
});

it('a handful of viewers, or of people who talk, has no mix', () => {
  expect(audienceValues(mix({ persons: 29 }), KNOWN).every((value) => value === null)).toBe(true);
  expect(commenterValues(mix({ allTalkers: 7 }), KNOWN).every((value) => value === null)).toBe(true);
  expect(audienceValues(mix({ toldNew: 3 }), KNOWN)[0]).toBeNull(); // the source does not tell
});

it('comments by strangers without an entry raise what is said per viewer, the unseen, and the strangers', () => {
  const water = mix({ allTalkers: 70, allMessages: 150, talkers: 55, toldTalkers: 55, returningTalkers: 20, newTalkers: 12 });
  const [usual, now] = [commenterValues(mix(), KNOWN), commenterValues(water, KNOWN)];
  for (const feature of [0, 2, 3, 4]) expect(now[feature]!).toBeGreaterThan(usual[feature]!);
});

it('what a source does not tell of those who talk is unknown, not none: no stay, no registration, no comments at all', () => {
  expect(commenterValues(mix({ stayedTalkers: 0, talkerStay: 0 }), KNOWN)[5]).toBeNull();
  expect(commenterValues(mix({ toldTalkers: 3, newTalkers: 0 }), KNOWN)[4]).toBeNull();
  expect(audienceValues(mix({ talkers: 0, allTalkers: 0, allMessages: 0 }), KNOWN)[6]).toBeNull();
  expect(audienceValues(mix({ talkers: 0, allTalkers: 1 }), KNOWN)[6]).not.toBeNull();
});
