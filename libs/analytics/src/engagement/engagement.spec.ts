import { fraction } from '../score/fraction';
import { engagementOf } from './engagement';

const unit = (
  line: 'like' | 'comment' | 'share' | 'live_view' | 'video_play' | 'live_person',
  origin: 'session' | 'video',
  gross: bigint,
) => ({
  line,
  origin,
  gross,
  counts: true,
});

describe('engagement', () => {
  it('leaves live likes out and takes video likes in', () => {
    const rows = [unit('live_view', 'session', 600n), unit('video_play', 'video', 400n), unit('like', 'session', 9999n)];
    expect(engagementOf([...rows, unit('like', 'video', 3n), unit('comment', 'session', 2n)])).toEqual({
      perThousand: fraction(5),
      personsForViews: false,
    });
  });

  it('counts persons where a platform gives no views, marked; without reach it is unknown', () => {
    expect(engagementOf([unit('live_person', 'session', 100n), unit('share', 'session', 1n)])).toEqual({
      perThousand: fraction(10),
      personsForViews: true,
    });
    expect(engagementOf([unit('share', 'session', 1n)]).perThousand).toBeNull();
  });
});
