import { HOUR, RATES } from './fast-clock';
import { byCause, causeOf, type DayStory } from './missed-slots';

const story: DayStory = {
  start: 0,
  end: 24 * HOUR,
  down: { platform: 'channels', from: 2 * HOUR, to: 8 * HOUR },
  callsByHour: { douyin: [RATES.app * 3_600, 10, 10, 10], channels: [1e9] },
  kills: [3 * HOUR],
};
const missed = (platform: string, slot: number) => ({ platform, slot, next: slot + HOUR, readLater: slot > HOUR });

it('a missed slot is the fault of a platform that was down, of a limit that was used up, or of us', () => {
  const causes = [
    missed('channels', 1.5 * HOUR),
    missed('douyin', 0.5 * HOUR),
    missed('douyin', 2 * HOUR),
    missed('channels', 9 * HOUR),
  ].map((one) => causeOf(one, story));
  expect(causes).toEqual(['platform down', 'limit of the app', 'behind', 'behind']);
  expect(byCause([missed('kuaishou', 3.1 * HOUR), missed('kuaishou', 0.5 * HOUR)], story).behind).toEqual({
    slots: 2,
    readLater: 1,
    afterKill: 1,
  });
});
